"""Two engines behind one protocol: columns for what asks after many things, the embedded store for everything else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, RdfFormat, parse

from kg.columns.dataset import lines, sizes_of_graphs
from kg.model.errors import UsageError
from kg.model.streams import as_file
from kg.sparql.algebra import NotCompiled
from kg.sparql.forms import Compiled
from kg.sparql.limits import Limits
from kg.sparql.look_ups import is_look_up, names_many
from kg.sparql.running import ColumnEngine
from kg.stores.embedded import EmbeddedStore, check_sparql
from kg.stores.limited import LimitedStore
from kg.stores.oxigraph import COLUMNS, WITH_STORE, folder_of, is_alone, without_store
from kg.stores.protocol import Answer, Lines, Loaded, RowsFile, rows_as_tsv

ENGINES: Final = ("auto", "columns", "oxigraph")


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """Which engine answers, and the limits of a query; that of memory is for columns alone."""

    engine: str = "auto"
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Told:
    """
    How a query was answered: by which engine, why by that one, and the SQL.

    `seconds` it took to compile, and `first` to come to the first rows.
    """

    engine: str
    why: str
    sql: str = ""
    seconds: float = 0.0
    first: float = 0.0


class ColumnarStore:
    """
    What a generation holds: its store, its columns, or both. See `GraphStore`.

    Whatever is not compiled is answered by the store, in a process of its own where a query has an end; `told` says how
    the last one was answered. Compiled queries are kept in the file `kept`, if there is to be one.
    """

    def __init__(self, generation: Path, options: QueryOptions | None = None, kept: Path | None = None) -> None:
        self.options = options or QueryOptions()
        self.told = Told("oxigraph", "nothing was asked")
        self._columns, self._kept = generation / COLUMNS, kept
        self._store = None if is_alone(generation) else EmbeddedStore.of_generation(generation)
        self._engine: ColumnEngine | None = None
        ends = self._store is not None and self.options.limits.seconds
        self._limited = LimitedStore(folder_of(generation), self.options.limits) if ends else None

    @property
    def embedded(self) -> EmbeddedStore:
        """
        The store.

        Raises:
            UsageError: The build keeps columns alone.
        """
        if self._store is None:
            raise without_store()
        return self._store

    def answer(self, query: str) -> Answer:
        """See `GraphStore.answer`."""
        reason = self._why_not(query)
        if not reason:
            try:
                return self._by_columns(query)
            except NotCompiled as error:
                reason = error.message
                if self._store is None or self.options.engine == "columns":
                    check_sparql(query)
                    hint = "leave --engine out" if self._store is not None else WITH_STORE
                    raise UsageError(f"columns cannot answer this: {reason}", hint) from error
        began = time.perf_counter()
        found = (self._limited or self.embedded).answer(query)
        self.told = Told("oxigraph", reason, first=time.perf_counter() - began)
        return found

    def rows_file(self, query: str, place: Path) -> RowsFile:
        """See `GraphStore.rows_file`; what columns answer does not pass through Python."""
        if not self._why_not(query):
            began = time.perf_counter()
            with suppress(NotCompiled):
                engine = self._opened()
                compiled = engine.compiled(query)
                seconds = time.perf_counter() - began
                found = RowsFile(*engine.rows_file(compiled, place))
                self.told = Told("columns", "", compiled.sql, seconds, time.perf_counter() - began - seconds)
                return found
        return rows_as_tsv(self.answer(query), place)

    def _why_not(self, query: str) -> str:
        if self.options.engine == "oxigraph":
            return "it was asked for"
        if self._store is None:
            return ""
        if self.options.engine == "auto" and is_look_up(query):
            return "it is a look-up: each group begins with a thing that it names"
        if self.options.engine == "auto" and names_many(query):
            return "it names many things, which takes longer to read than to look up"
        if not self._columns.exists():
            if self.options.engine == "columns":
                raise UsageError("this build has no columns", WITH_STORE)
            return "the build has no columns"
        return ""

    def _by_columns(self, query: str) -> Answer:
        began = time.perf_counter()
        engine = self._opened()
        compiled: Compiled = engine.compiled(query)
        seconds = time.perf_counter() - began
        found = engine.answer(compiled)
        self.told = Told("columns", "", compiled.sql, seconds, time.perf_counter() - began - seconds)
        return found

    def _opened(self) -> ColumnEngine:
        if self._engine is None:
            self._engine = ColumnEngine.open(self._columns, self.options.limits, self._kept)
        return self._engine

    def plan(self) -> str:
        """How DuckDB ran the last query; empty where it did not."""
        if self._engine is None or not self.told.sql:
            return ""
        return str(self._engine.db.execute(f"EXPLAIN {self.told.sql}").fetchall()[0][1])

    def load(self, lines: Lines) -> Loaded:
        """See `GraphStore.load`; the columns are those of the build."""
        return self.embedded.load(lines)

    def replace(self, source: Callable[[], Lines]) -> Loaded:
        """See `GraphStore.replace`."""
        return self.embedded.replace(source)

    def change(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """See `GraphStore.change`."""
        self.embedded.change(removed, added)

    def quads(self) -> Iterator[Quad]:
        """See `GraphStore.quads`."""
        if self._store is not None:
            return self._store.quads()
        return iter(parse(as_file(iter(lines(self._opened().db, merge=False))), format=RdfFormat.N_QUADS))

    def counts(self) -> dict[str, int]:
        """See `GraphStore.counts`."""
        if self._store is not None:
            return self._store.counts()
        return sizes_of_graphs(self._opened().db)

    def close(self) -> None:
        """See `GraphStore.close`."""
        if self._engine is not None:
            self._engine.close()
        if self._limited is not None:
            self._limited.close()
        if self._store is not None:
            self._store.close()
