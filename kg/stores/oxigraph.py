"""The embedded store: Oxigraph on disk."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, Triple

from kg.model.errors import EnvironmentFault, UsageError
from kg.model.streams import as_file
from kg.ontology.vocabulary import ONTOLOGY_GRAPH

COLUMNS: Final = "columns.duckdb"
"""The file of a generation that holds its columns."""

WITH_STORE: Final = 'write columns = "always" into kg.toml, and build again'
_FOLDER: Final = "store"
_DEFAULT = DefaultGraph()


def folder_of(generation: Path) -> Path:
    """The folder of the store of a build."""
    return generation / _FOLDER


def has_store(generation: Path) -> bool:
    """Whether a build has a store, and not columns alone."""
    return folder_of(generation).exists()


def is_alone(generation: Path) -> bool:
    """Whether a build has columns and no store."""
    return not has_store(generation) and (generation / COLUMNS).exists()


def without_store() -> UsageError:
    """What is said where a build has no store to ask."""
    return UsageError("this build keeps columns alone, and this needs the store", WITH_STORE)


def open_store(generation: Path) -> Store:
    """
    The store of a generation, to read only; several processes may.

    Raises:
        UsageError: The build keeps columns alone.
        EnvironmentFault: The store is damaged.
    """
    if is_alone(generation):
        raise without_store()
    try:
        return Store.read_only(str(folder_of(generation)))
    except (OSError, RuntimeError) as error:
        raise EnvironmentFault(f"the store cannot be opened: {error}", "build again with `kg build --fresh`") from error


def write_store(
    generation: Path, quads: Iterable[Quad], ontology: Iterable[Triple], lines: Iterable[bytes] = ()
) -> None:
    """
    Write a store from nothing: claim and document graphs, their merge, and the ontology in its own graph.

    `lines` are N-Quads in pieces of any size, which hold their merge themselves.
    """
    store = Store(str(folder_of(generation)))
    store.bulk_extend(ontology_quads(ontology))
    store.bulk_extend(with_merge(quads))
    pieces = iter(lines)
    first = next(pieces, None)
    if first is not None:
        store.bulk_load(as_file(chain([first], pieces)), format=RdfFormat.N_QUADS)
    store.flush()


def change_store(old: Path, new: Path, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
    """
    Write the store of `new` as that of `old` with some quads removed and others added.

    The caller knows the merge: quads of the default graph are among both. Unchanged files on disk are shared.
    """
    open_store(old).backup(str(folder_of(new)))
    store = Store(str(folder_of(new)))
    for quad in removed:
        store.remove(quad)
    store.extend(added)
    store.flush()


def with_merge(quads: Iterable[Quad]) -> Iterable[Quad]:
    """The quads, and each statement once more in the default graph."""
    for quad in quads:
        yield quad
        yield Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)


def ontology_quads(triples: Iterable[Triple]) -> Iterable[Quad]:
    """The ontology's triples in the graph of its own."""
    for triple in triples:
        yield Quad(triple.subject, triple.predicate, triple.object, ONTOLOGY_GRAPH)
