"""`kg export`."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("export")
@click.argument("form", metavar="FORMAT", type=click.Choice(["nquads", "trig", "turtle", "jsonld"]))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; standard output else.")
@click.option("--merge", is_flag=True, help="With the merge of all claims in the default graph.")
@click.option("--ontology", is_flag=True, help="With the ontology in its graph.")
@click.option("--store", metavar="URL", help="Read this SPARQL endpoint in place of the project's store.")
@click.pass_context
def command(ctx: click.Context, form: str, output: Path | None, merge: bool, ontology: bool, store: str | None) -> None:
    r"""
    Write the graph out: nquads, trig, turtle or jsonld.

    N-Quads, TriG and JSON-LD keep every claim as a graph of its own; Turtle holds the merge. The same graph gives the
    same bytes.

    \b
    Example:
      kg export trig -o graph.trig
    """
    from kg.cli.start import tell_of_store
    from kg.pipeline.export import export

    project = ctx.obj.project(store)
    tell_of_store(project)
    count = export(project, form, output or sys.stdout.buffer, merge=merge, ontology=ontology)
    if output is not None:
        click.echo(f"wrote {count:,} quads to {output}", err=True)
