"""One dataset in two engines: columns, and Oxigraph."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
from pyoxigraph import Quad, Store

from kg.columns.dataset import of_quads, write_dataset
from kg.sparql.limits import Limits
from kg.sparql.running import ColumnEngine


def columns_of(quads: Iterable[Quad], folder: Path, limits: Limits | None = None) -> ColumnEngine:
    """An engine over quads, in memory; a default graph is what has no graph."""
    db = duckdb.connect()
    write_dataset(db, [of_quads(quads, folder)])
    return ColumnEngine(db, limits)


def oxigraph_of(quads: Iterable[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store
