"""`kg init`."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command("init")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--from", "table", metavar="TABLE", help="Write a first mapping of it: a path, or an address.")
@click.option("--sheet", default="", metavar="NAME", help="With --from: which sheet of the workbook.")
@click.option("--base", default="", metavar="ADDRESS", help="What every IRI begins with; ends in / or #.")
@click.option("--title", default="", metavar="TEXT", help="What the project is called; the folder's name else.")
@click.pass_context
def command(ctx: click.Context, folder: Path | None, table: str | None, sheet: str, base: str, title: str) -> None:
    r"""
    Begin a project in a folder, or a mapping of a table.

    Writes the settings, a small invented conflict that shows how facts are written, and the JSON Schema by which
    editors complete them. With --from it writes in place of the example a first mapping of the table, guessed from its
    header and its cells: into the project that you are in, else into a new one. Overwrites nothing.

    \b
    Examples:
      kg init my-project
      kg init my-project --base https://data.example.org/my-project/
      kg init my-project --from incidents.xlsx
      kg init --from tables/incidents.csv
    """
    if table is not None:
        _from_table(Path(ctx.obj.folder), folder, table, sheet, base, title)
        return
    if sheet:
        raise click.UsageError("--sheet is for workbooks: it goes with --from.")
    from kg.pipeline.init import init

    folder = folder or Path()
    for path in init(Path(ctx.obj.folder) / folder, base=base, title=title):
        click.echo(folder / path.relative_to((Path(ctx.obj.folder) / folder).resolve()))
    steps = ["kg build", "kg query who-coordinated-where", "kg why capture-of-oakfield-outpost"]
    _tell_next(([] if folder == Path() else [f"cd {folder}"]) + steps)


def _from_table(start: Path, folder: Path | None, table: str, sheet: str, base: str, title: str) -> None:
    from kg.pipeline.init import TableToMap, init_from_table

    at = start / folder if folder is not None else None
    begun = init_from_table(TableToMap(table, sheet), at, start=start, base=base, title=title)
    here = start.resolve()
    for path in begun.files:
        click.echo(os.path.relpath(path, here))
    for note in begun.notes:
        click.echo(f"{table}: {note}", err=True)
    away = [] if here.is_relative_to(begun.root) else [f"cd {folder}"]
    mapping = begun.files[-1].relative_to(begun.root) if away else os.path.relpath(begun.files[-1], here)
    _tell_next([*away, f"look through {mapping}", "kg build", "kg query"])


def _tell_next(steps: list[str]) -> None:
    click.echo("\nnext:", err=True)
    for step in steps:
        click.echo(f"  {step}", err=True)
