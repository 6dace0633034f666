"""`kg explain`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kg.cli.start import Start


@click.command("explain")
@click.argument("name", required=False)
@click.option("--sparql", is_flag=True, help="Show the queries that find what breaks a shape.")
@click.option(
    "--shapes",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="FILE",
    help="With --sparql: shapes of no project.",
)
@click.pass_context
def command(ctx: click.Context, name: str | None, sparql: bool, shapes: tuple[Path, ...]) -> None:
    r"""
    Explain a finding, a shape, a query, a class or a key.

    Without a NAME everything that can be explained is listed. Works outside a project too.

    \b
    Examples:
      kg explain unknown-reference
      kg explain NonEvent
      kg explain --sparql event-without-place
    """
    if sparql or shapes:
        _show_queries(ctx.obj, name, shapes)
        return
    from kg.pipeline.explain import explain, names

    project = ctx.obj.project_or_bare()
    if name is not None:
        click.echo(explain(project, name))
        return
    known = names(project)
    width = max(map(len, known))
    for word, what in known.items():
        click.echo(f"{word:<{width}}  {what}")


def _show_queries(start: Start, name: str | None, files: tuple[Path, ...]) -> None:
    from kg.pipeline.explain_sparql import shape_queries
    from kg.pipeline.rdf_files import rdf_files
    from kg.validation.shapes.sources import ShapesSource

    if name is None:
        raise click.UsageError("name a shape: kg explain --sparql SHAPE")
    folders = start.project_or_bare().folders("shapes") if not files else ()
    shapes = ShapesSource(rdf_files(files)) if files else ShapesSource.of_folders(folders)
    for number, (title, query) in enumerate(shape_queries(shapes, name)):
        click.echo(("\n" if number else "") + f"# {title}\n{query}")
