"""The local build → an endpoint that then holds the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from kg.pipeline.project import Project
from kg.pipeline.stores import endpoint_of
from kg.stores.generations import Generations
from kg.stores.index import Index
from kg.stores.lines import lines_of
from kg.stores.oxigraph import ontology_quads
from kg.stores.protocol import Loaded


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

        def source() -> Iterator[bytes]:
            return lines_of(chain(ontology_quads(project.ontology.triples), index.quads()))

        return store.replace(source)
