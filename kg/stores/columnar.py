"""Two engines behind one protocol: columns for what asks after many things, the embedded store for everything else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import Quad

from kg.model.errors import UsageError
from kg.sparql.algebra import NotCompiled
from kg.sparql.look_ups import is_look_up, names_many
from kg.sparql.running import ColumnEngine, Compiled, Limits
from kg.stores.embedded import EmbeddedStore
from kg.stores.protocol import Answer, Lines, Loaded

FILE: Final = "columns.duckdb"
"""The file of a generation that holds its columns."""

ENGINES: Final = ("auto", "columns", "oxigraph")


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """Which engine answers, and the limits of columns."""

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
    The embedded store of a generation, with its columns beside it. See `GraphStore`.

    Whatever is not compiled is answered by the embedded store; `told` says how the last query was answered.
    """

    def __init__(self, embedded: EmbeddedStore, columns: Path, options: QueryOptions | None = None) -> None:
        self.embedded = embedded
        self.options = options or QueryOptions()
        self.told = Told("oxigraph", "nothing was asked")
        self._columns = columns
        self._engine: ColumnEngine | None = None

    def answer(self, query: str) -> Answer:
        """See `GraphStore.answer`."""
        reason = self._why_not(query)
        if not reason:
            try:
                return self._by_columns(query)
            except NotCompiled as error:
                reason = error.message
                if self.options.engine == "columns":
                    self.embedded.answer(query)  # no SPARQL at all is told as such
                    raise UsageError(f"columns cannot answer this: {reason}", "leave --engine out") from error
        began = time.perf_counter()
        found = self.embedded.answer(query)
        self.told = Told("oxigraph", reason, first=time.perf_counter() - began)
        return found

    def _why_not(self, query: str) -> str:
        if self.options.engine == "oxigraph":
            return "it was asked for"
        if self.options.engine == "auto" and is_look_up(query):
            return "it is a look-up: each group begins with a thing that it names"
        if self.options.engine == "auto" and names_many(query):
            return "it names many things, which takes longer to read than to look up"
        if not self._columns.exists():
            if self.options.engine == "columns":
                raise UsageError("this build has no columns", 'write columns = "always" into kg.toml, and build again')
            return "the build has no columns"
        return ""

    def _by_columns(self, query: str) -> Answer:
        began = time.perf_counter()
        if self._engine is None:
            self._engine = ColumnEngine.open(self._columns, self.options.limits)
        compiled: Compiled = self._engine.compiled(query)
        seconds = time.perf_counter() - began
        found = self._engine.answer(compiled)
        self.told = Told("columns", "", compiled.sql, seconds, time.perf_counter() - began - seconds)
        return found

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
        return self.embedded.quads()

    def counts(self) -> dict[str, int]:
        """See `GraphStore.counts`."""
        return self.embedded.counts()

    def close(self) -> None:
        """See `GraphStore.close`."""
        if self._engine is not None:
            self._engine.close()
        self.embedded.close()
