"""`kg export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.given import given

if TYPE_CHECKING:
    from kg.exports.losses import Loss
    from kg.pipeline.export_wanted import Exported
    from kg.pipeline.project import Project

_SHOWN = 12
"""How many kinds of losses are told on a terminal; a file of losses has all."""


class _Formats(click.ParamType[str]):
    """A format by name; the names stand in a module of their own, which is loaded when one is asked for."""

    name = "format"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is no format, and say which there are."""
        from kg.exports.formats import FORMATS, meant
        from kg.ontology.model import nearest

        if value not in FORMATS:
            known = meant(value)
            hint = f"did you mean '{known}'?" if known else nearest(value, FORMATS)
            self.fail(f"'{value}' is no format; {hint or 'one of: ' + ', '.join(FORMATS)}", param, ctx)
        return str(value)


@click.command("export")
@click.argument("form", metavar="FORMAT", type=_Formats(), required=False)
@click.argument("thing", metavar="[ID]", required=False, default="")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file, or the folder where there are two.")
@click.option("--table", "tables", multiple=True, metavar="QUERY", help="The query of a table, by name or file.")
@click.option("--view", metavar="VIEW", default="actors-and-events", show_default=True, help="A network: name or file.")
@click.option("--views", "listed", is_flag=True, help="List the views.")
@click.option(
    "--where",
    multiple=True,
    metavar="CONDITION",
    help="Narrow a view: 'day >= 2023-10-27', 'place within kawlin'; all hold.",
)
@click.option("--as-of", default="", metavar="DAY", help="A view of what was told in documents issued until DAY.")
@click.option("--min-sources", default=0, type=click.IntRange(0), help="A view of what as many sources tell.")
@click.option("--claimed-by", default="", metavar="ID", help="A view of what an actor says, or a document.")
@click.option("--measures", default="", metavar="NAMES", help="Of a view's nodes: degree,betweenness,communities.")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the query.")
@click.option(
    "--loss-report", type=click.Path(dir_okay=False, path_type=Path), help="What is lost, as JSON, to a file."
)
@click.option("--merge", is_flag=True, help="RDF with the merge of all claims in the default graph.")
@click.option("--ontology", is_flag=True, help="RDF with the ontology in its graph.")
@click.option("--store", metavar="URL", help="Read this SPARQL endpoint in place of the project's store.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    form: str | None,
    thing: str,
    output: Path | None,
    listed: bool,
    params: tuple[str, ...],
    loss_report: Path | None,
    store: str | None,
    **chosen: Any,
) -> None:
    r"""
    Write the graph out: for maps, network tools, spreadsheets, RDF stores, or as a page.

    Without a FORMAT the formats are listed. What a format cannot hold is told, with numbers. The same graph gives the
    same bytes.

    \b
    Examples:
      kg export trig -o graph.trig
      kg export geojson -o events.geojson
      kg export csv --table rows-for-ucdp -o events.csv
      kg export gexf --view coordination --where 'day >= 2023-10-27' -o who-with-whom.gexf
      kg export dossier kawlin-pdf -o kawlin-pdf.md
    """
    from kg.cli.interrupting import stopping_at_once
    from kg.cli.start import tell_of_store
    from kg.pipeline.export import export
    from kg.pipeline.export_wanted import Wanted

    ctx.with_resource(stopping_at_once())
    if listed:
        _list_views(ctx.obj.project(store))
        return
    if form is None:
        _list()
        return
    _check_options(ctx, form, thing)
    project = ctx.obj.project(store)
    tell_of_store(project)
    measures = tuple(name.strip() for name in chosen.pop("measures").split(",") if name.strip())
    wanted = Wanted(given=given(params), thing=thing, measures=measures, **chosen)
    _tell(export(project, form, output or sys.stdout.buffer, wanted), output, loss_report)


def _tell(done: Exported, output: Path | None, loss_report: Path | None) -> None:
    """Say on standard error what was written, and what was not."""
    if output is not None:
        first, *rest = done.noun.split(" ")
        noun = " ".join([first.removesuffix("s") if done.count == 1 else first, *rest])
        click.echo(f"wrote {done.count:,} {noun} to {output}", err=True)
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    _tell_losses(done.losses, loss_report)


def _list() -> None:
    from kg.exports.formats import FORMATS

    width = max(map(len, FORMATS))
    for known in FORMATS.values():
        click.echo(f"{known.name:<{width}}  {known.summary}")


def _list_views(project: Project) -> None:
    from kg.pipeline.export import views

    found = views(project)
    width = max(map(len, found))
    for name, summary in found.items():
        click.echo(f"{name:<{width}}  {summary}")


def _check_options(ctx: click.Context, form: str, thing: str) -> None:
    """An option that would change nothing is a mistake."""
    from kg.exports.formats import FORMATS, Content

    if thing and FORMATS[form].content != Content.THING:
        raise click.UsageError(f"{form} is written of the whole graph: '{thing}' is too much")
    of_views = ("view", "where", "as_of", "min_sources", "claimed_by", "measures")
    for names, content in (
        (of_views, Content.VIEW),
        (("merge", "ontology"), Content.QUADS),
        (("tables",), Content.TABLE),
    ):
        for name in names if FORMATS[form].content != content else ():
            if ctx.get_parameter_source(name) == click.core.ParameterSource.COMMANDLINE:
                option = "--table" if name == "tables" else f"--{name.replace('_', '-')}"
                fitting = ", ".join(known.name for known in FORMATS.values() if known.content == content)
                raise click.UsageError(f"{option} says nothing about {form}: it is for {fitting}")


def _tell_losses(losses: tuple[Loss, ...], report: Path | None) -> None:
    """Say on standard error what is not in the file, and all of it in the report."""
    if report is not None:
        from kg.exports.files import whole_file
        from kg.exports.losses import as_json

        with whole_file(report) as file:
            file.write(as_json(losses))
    if not losses:
        return
    click.echo("not in it:", err=True)
    for loss in losses[:_SHOWN]:
        click.echo(f"  {loss}", err=True)
    if len(losses) > _SHOWN:
        more = f"  and {len(losses) - _SHOWN} kinds more"
        click.echo(more + (f"; all are in {report}" if report else "; --loss-report FILE has all"), err=True)
