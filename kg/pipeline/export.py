"""The graph → a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import DefaultGraph, Quad

from kg.exports.files import whole_file
from kg.exports.rdf import HOLDS_GRAPHS, write_rdf
from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.pipeline.project import Project
from kg.pipeline.stores import store_of

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
