"""The graph → a file."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from pyoxigraph import DefaultGraph, Quad

from kg.exports.files import whole_file
from kg.exports.rdf import HOLDS_GRAPHS, write_rdf
from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.pipeline.project import Project
from kg.pipeline.query import opened


def export(project: Project, form: str, output: Path | BinaryIO, *, merge: bool = False, ontology: bool = False) -> int:
    """
    Write the built graph in one of `kg.exports.rdf.FORMATS`; how many quads were written.

    Formats that hold graphs get every claim and document graph, and with `merge` the default graph too; the others get
    the merge. With `ontology` the ontology is written as well. A file is written whole or not at all.

    Raises:
        UsageError: Nothing is built yet.
        EnvironmentFault: The file cannot be written.
    """
    with opened(project) as store:
        quads = [
            quad for quad in store if _wanted(quad, with_graphs=form in HOLDS_GRAPHS, merge=merge, ontology=ontology)
        ]
    if not isinstance(output, Path):
        write_rdf(quads, form, output, project.settings.base)
        return len(quads)
    with whole_file(output) as file:
        write_rdf(quads, form, file, project.settings.base)
    return len(quads)


def _wanted(quad: Quad, *, with_graphs: bool, merge: bool, ontology: bool) -> bool:
    if quad.graph_name == ONTOLOGY_GRAPH:
        return ontology
    if quad.graph_name == DefaultGraph():
        return merge or not with_graphs
    return with_graphs
