"""`kg schema`."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command("schema")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; standard output else.")
@click.option("--classes", is_flag=True, help="List the classes of the ontology instead.")
@click.pass_context
def command(ctx: click.Context, output: Path | None, classes: bool) -> None:
    r"""
    Write the JSON Schema of facts files, for editors.

    It knows the project's own ontology too. In an editor with the YAML language server, begin a facts file with
    `# yaml-language-server: $schema=../facts.schema.json`.

    \b
    Example:
      kg schema -o facts.schema.json
    """
    from kg.exports.files import whole_file
    from kg.pipeline.schema import json_schema

    project = ctx.obj.project()
    ontology = project.ontology
    if classes:
        for name in sorted(ontology.classes):
            click.echo(f"{name}: {ontology.classes[name].definition}")
        return
    text = json.dumps(json_schema(project), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        with whole_file(output) as file:
            file.write(text.encode())
