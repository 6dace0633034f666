"""`kg init`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init")
@click.argument("folder", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--base", default="", metavar="ADDRESS", help="What every IRI begins with; ends in / or #.")
@click.option("--title", default="", metavar="TEXT", help="What the project is called; the folder's name else.")
@click.pass_context
def command(ctx: click.Context, folder: Path, base: str, title: str) -> None:
    r"""
    Begin a project in a folder.

    Writes the settings, a small invented conflict that shows how facts are written, and the JSON Schema by which
    editors complete them. Overwrites nothing.

    \b
    Examples:
      kg init my-project
      kg init my-project --base https://data.example.org/my-project/
    """
    from kg.pipeline.init import init

    for path in init(Path(ctx.obj.folder) / folder, base=base, title=title):
        click.echo(folder / path.relative_to((Path(ctx.obj.folder) / folder).resolve()))
    click.echo("\nnext:", err=True)
    steps = ["kg build", "kg query who-coordinated-where", "kg why capture-of-oakfield-outpost"]
    for step in ([] if folder == Path() else [f"cd {folder}"]) + steps:
        click.echo(f"  {step}", err=True)
