"""The graph → a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pyoxigraph import DefaultGraph, Quad

from kg.exports.files import whole_file
from kg.exports.graph_formats import GRAPH_FORMATS
from kg.exports.losses import Losses
from kg.exports.rdf import HOLDS_GRAPHS, write_rdf
from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.pipeline.project import Project
from kg.pipeline.stores import store_of

if TYPE_CHECKING:
    from kg.pipeline.views.selection import Selection

_DEFAULT = DefaultGraph()


def export(project: Project, form: str, output: Path | BinaryIO, *, merge: bool = False, ontology: bool = False) -> int:
    """
    Write the graph in one of `kg.exports.rdf.FORMATS`; how many quads were written.

    Formats that hold graphs get every claim and document graph, and with `merge` the default graph too; the others get
    the merge. With `ontology` the ontology is written as well. A file is written whole or not at all.

    Raises:
        UsageError: Nothing is built yet.
        EnvironmentFault: The file cannot be written, or the store does not answer.
    """
    with_graphs = form in HOLDS_GRAPHS
    with store_of(project) as store:
        found = _wanted(store.quads(), with_graphs=with_graphs, merge=merge or not with_graphs, ontology=ontology)
        quads = set(found)
    if not isinstance(output, Path):
        write_rdf(quads, form, output, project.settings.base)
        return len(quads)
    with whole_file(output) as file:
        write_rdf(quads, form, file, project.settings.base)
    return len(quads)


def _wanted(quads: Iterable[Quad], *, with_graphs: bool, merge: bool, ontology: bool) -> Iterator[Quad]:
    for quad in quads:
        if quad.graph_name == ONTOLOGY_GRAPH:
            if ontology:
                yield quad
            continue
        if with_graphs:
            yield quad
        if merge:
            yield Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)


@dataclass(frozen=True, slots=True)
class Exported:
    """What a view came to: how much was written, what the format could not hold, what was not narrowed as asked."""

    nodes: int
    edges: int
    losses: Losses
    notes: tuple[str, ...]


def export_view(project: Project, form: str, output: Path | BinaryIO, chosen: Selection) -> Exported:
    """
    Write a view in one of `kg.exports.graph_formats.GRAPH_FORMATS`. A file is written whole or not at all.

    Raises:
        UsageError: Nothing is built yet, or the view is not there or cannot be narrowed as asked.
        OntologyError: The view's file cannot be used.
        EnvironmentFault: The file cannot be written, a library is absent, or the store does not answer.
    """
    from kg.pipeline.views.graph import shown

    write = GRAPH_FORMATS[form].write()
    losses = Losses()
    with shown(project, chosen) as found:
        if isinstance(output, Path):
            with whole_file(output) as file:
                write(found.graph, file, losses)
        else:
            write(found.graph, output, losses)
        return Exported(len(found.graph.nodes), len(found.graph.edges), losses, found.notes)


def views(project: Project) -> list[tuple[str, str]]:
    """
    The names of all views, sorted, each with what it shows.

    Raises:
        OntologyError: A view's file cannot be used.
    """
    from kg.queries.view_files import load_view, view_paths

    paths = view_paths(project.folders("views"))
    return [(name, load_view(path, project.ontology).summary) for name, path in paths.items()]
