"""The local build → an endpoint that then holds the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from pyoxigraph import DefaultGraph, Quad

from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.pipeline.build import has_tables
from kg.pipeline.project import Project
from kg.pipeline.stores import endpoint_of
from kg.stores.embedded import EmbeddedStore
from kg.stores.generations import Generations
from kg.stores.index import Index
from kg.stores.lines import lines_of
from kg.stores.oxigraph import ontology_quads
from kg.stores.protocol import Loaded


def _named(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The quads of claim and document graphs."""
    return (quad for quad in quads if quad.graph_name not in (DefaultGraph(), ONTOLOGY_GRAPH))


def publish(project: Project) -> Loaded:
    """
    Bring the endpoint to the state of the build, by the graphs that differ.

    Raises:
        UsageError: Nothing is built yet.
        EnvironmentFault: The endpoint cannot be written. It is then marked as half-written, and the next call goes on.
    """
    store = endpoint_of(project)
    if store is None:
        return Loaded()
    with Generations(project.store).reading() as generation, Index.open(generation) as index:
        local = EmbeddedStore.of_generation(generation)

        def source() -> Iterator[bytes]:
            # Rows of tables are in the store alone: the index has no places of theirs.
            quads = _named(local.quads()) if has_tables(index) else index.quads()
            return lines_of(chain(ontology_quads(project.ontology.triples), quads))

        return store.replace(source)
