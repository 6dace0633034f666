"""`kg export`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.exports.graph_formats import GRAPH_FORMATS
from kg.model.errors import UsageError

if TYPE_CHECKING:
    from kg.pipeline.export import Exported
    from kg.pipeline.project import Project
    from kg.pipeline.views.selection import Selection

_RDF = ("nquads", "trig", "turtle", "jsonld")
_FIRST_VIEW = "actors-and-events"
_ONLY_RDF = ("merge", "ontology")
_ONLY_VIEWS = ("view", "where", "as_of", "min_sources", "claimed_by", "measures", "loss_report")


@dataclass(frozen=True, slots=True)
class _Options:
    """What was asked for; options of views and of RDF never stand together."""

    form: str
    output: Path | None
    merge: bool
    ontology: bool
    view: str
    where: tuple[str, ...]
    as_of: str
    min_sources: int
    claimed_by: str
    measures: str
    loss_report: Path | None

    def chosen(self) -> Selection:
        """The view and how it is narrowed."""
        from kg.pipeline.views.selection import Selection

        measures = tuple(name.strip() for name in self.measures.split(",") if name.strip())
        return Selection(self.view, self.where, self.as_of, self.min_sources, self.claimed_by, measures)


@click.command("export")
@click.argument("form", metavar="FORMAT", type=click.Choice([*_RDF, *GRAPH_FORMATS, "views"]))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; standard output else.")
@click.option("--view", default=_FIRST_VIEW, show_default=True, help="What becomes nodes and edges.")
@click.option("--where", multiple=True, metavar="CONDITION", help="Narrow it: 'day >= 2023-10-27'. Repeat for more.")
@click.option("--as-of", default="", metavar="DAY", help="Only what was told by then: in documents issued until DAY.")
@click.option("--min-sources", default=0, type=click.IntRange(0), help="Only edges told by as many sources.")
@click.option("--claimed-by", default="", metavar="ID", help="Only what this actor says, or this document.")
@click.option("--measures", default="", metavar="NAMES", help="Compute degree, betweenness, communities: a,b,c.")
@click.option(
    "--loss-report", type=click.Path(dir_okay=False, path_type=Path), help="What is not in the file, as JSON."
)
@click.option("--merge", is_flag=True, help="RDF: with the merge of all claims in the default graph.")
@click.option("--ontology", is_flag=True, help="RDF: with the ontology in its graph.")
@click.option("--store", metavar="URL", help="Read this SPARQL endpoint in place of the project's store.")
@click.pass_context
def command(ctx: click.Context, store: str | None, **options: object) -> None:
    r"""
    Write the graph out: as RDF, or a view of it for Gephi.

    RDF is nquads, trig, turtle or jsonld. N-Quads, TriG and JSON-LD keep every claim as a graph of its own; Turtle
    holds the merge. The same graph gives the same bytes.

    gexf writes a view: which things are nodes, and what is an edge between them. `kg export views` lists them. What the
    format cannot hold is told.

    \b
    Examples:
      kg export trig -o graph.trig
      kg export gexf --view coordination --where 'day >= 2023-10-27' -o graph.gexf
    """
    from kg.cli.start import tell_of_store

    asked = _Options(**options)  # type: ignore[arg-type]
    _check(ctx, asked.form)
    project = ctx.obj.project(store)
    if asked.form == "views":
        _list_views(project)
        return
    tell_of_store(project)
    if asked.form in _RDF:
        _export_rdf(project, asked)
    else:
        _export_view(project, asked)


def _check(ctx: click.Context, form: str) -> None:
    """An option that would change nothing is a mistake."""
    strange = _ONLY_VIEWS if form in _RDF else _ONLY_RDF if form in GRAPH_FORMATS else (*_ONLY_VIEWS, *_ONLY_RDF)
    for name in strange:
        if ctx.get_parameter_source(name) == click.core.ParameterSource.COMMANDLINE:
            allowed = ", ".join(GRAPH_FORMATS if name in _ONLY_VIEWS else _RDF)
            raise UsageError(f"--{name.replace('_', '-')} says nothing about {form}", f"it is for: {allowed}")


def _list_views(project: Project) -> None:
    from kg.pipeline.export import views

    found = views(project)
    width = max(len(name) for name, _ in found)
    for name, summary in found:
        click.echo(f"{name:<{width}}  {summary}")


def _export_rdf(project: Project, asked: _Options) -> None:
    from kg.pipeline.export import export

    output = asked.output or sys.stdout.buffer
    count = export(project, asked.form, output, merge=asked.merge, ontology=asked.ontology)
    if asked.output is not None:
        click.echo(f"wrote {count:,} quads to {asked.output}", err=True)


def _export_view(project: Project, asked: _Options) -> None:
    from kg.exports.files import whole_file
    from kg.pipeline.export import export_view

    done = export_view(project, asked.form, asked.output or sys.stdout.buffer, asked.chosen())
    if asked.loss_report is not None:
        with whole_file(asked.loss_report) as file:
            file.write(done.losses.as_json())
    _tell(done, asked)


def _tell(done: Exported, asked: _Options) -> None:
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    for loss in done.losses:
        click.echo(f"not in {asked.form}: {loss}", err=True)
    if asked.output is not None:
        click.echo(f"wrote {done.nodes:,} nodes and {done.edges:,} edges to {asked.output}", err=True)
