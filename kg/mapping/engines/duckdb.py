"""DuckDB: the cells of a table in a database of its own, which spills to a folder; look-ups beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.mapping.engines import deferred
from kg.mapping.engines.compiled import Compiled
from kg.mapping.engines.deferred import Rows
from kg.mapping.engines.engine import Engine, Meanwhile, nothing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_AT_ONCE: Final = 2_000
_MORE: Final = "more"
_PART: Final = "256MB"
"""Of a folder of files, as each of them is before it is packed, or a little more."""


class DuckDB(Engine):
    """
    See `Engine`. `db` holds the cells as `CELLS`: `row`, and a column for each of `columns`.

    `compiled` is who knows what was compiled before.
    """

    def __init__(
        self, db: DuckDBPyConnection, columns: Sequence[str], compiled: Compiled | None = None, *, by_plan: bool = True
    ) -> None:
        super().__init__(columns, by_plan=by_plan)
        self.db = db
        self._compiled = compiled or Compiled()

    def fetch(self, rows: Rows) -> Iterator[Sequence[tuple[Any, ...]]]:
        """See `Engine`."""
        cursor = self.db.cursor()
        cursor.execute(self._sql(rows))
        while found := cursor.fetchmany(_AT_ONCE):
            yield found

    def keep(self, name: str, rows: Rows, *, once: bool = False) -> Rows:
        """See `Engine`. What only reads cells is read again each time; what has been looked up is kept."""
        kind = "TABLE" if self.tables or once else "VIEW"
        self.db.execute(f'CREATE OR REPLACE {kind} "{name}" AS {self._sql(rows)}')
        return Rows(deferred.named, name, rows)

    def make(self, name: str, columns: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> Rows:
        """See `Engine`."""
        self.db.execute(f'CREATE OR REPLACE TABLE "{name}" ({", ".join(f"{column} VARCHAR" for column in columns)})')
        if rows:
            unnested = ", ".join("unnest(?)" for _ in columns)
            texts = [list(column) for column in zip(*rows, strict=True)]
            self.db.execute(f'INSERT INTO "{name}" SELECT {unnested}', texts)
        return Rows(deferred.texts, name, list(columns))

    def write(
        self, texts: Sequence[Rows], more: bytes, out: Path | str, compression: str, meanwhile: Meanwhile = nothing
    ) -> None:
        """See `Engine`; `compression` is `none`, `gzip` or `zstd`. A name with `/` at its end is a folder of files."""
        first = more.decode().rstrip("\n")
        self.make(_MORE, ["text"], [(first,)] if first else [])
        parts = [f'SELECT text FROM "{_MORE}"', *(f"({self._sql(one)})" for one in texts)]
        split = f", FILE_SIZE_BYTES '{_PART}', FILENAME_PATTERN 'quads-{{i}}'" if str(out).endswith("/") else ""
        copy = (
            f"COPY ({' UNION ALL '.join(parts)}) TO {_quoted(str(out).rstrip('/'))} (FORMAT csv, HEADER false,"
            f" QUOTE '', ESCAPE '', DELIMITER '\x01', COMPRESSION {compression}{split})"
        )
        with self._in_no_order(), _beside(self.db, copy) as end:
            meanwhile()
            end()

    def write_quads(self, quads: Sequence[Rows], out: Path | str) -> None:
        """See `Engine`."""
        parts = " UNION ALL ".join(f"({self._sql(one)})" for one in quads)
        with self._in_no_order():
            self.db.execute(f"COPY ({parts}) TO {_quoted(out)} (FORMAT parquet, COMPRESSION zstd)")

    def _sql(self, rows: Rows) -> str:
        return self._compiled.sql(rows, "duckdb")

    @contextmanager
    def _in_no_order(self) -> Iterator[None]:
        """Rows are written as they are done: to keep their order, DuckDB would hold them in memory."""
        self.db.execute("SET preserve_insertion_order = false")
        try:
            yield
        finally:
            self.db.execute("SET preserve_insertion_order = true")


@contextmanager
def _beside(db: DuckDBPyConnection, sql: str) -> Iterator[Callable[[], object]]:
    """
    Run a statement in a thread while the block does something else: the kernel's part of writing leaves a core free.

    The block gets what waits for the end; left before, the statement is interrupted.
    """
    cursor = db.cursor()
    with ThreadPoolExecutor(1) as executor:
        running = executor.submit(cursor.execute, sql)
        try:
            yield running.result
        finally:
            while not running.done():  # an interruption that comes before the statement begins is forgotten
                cursor.interrupt()
                wait([running], timeout=0.1)


def _quoted(out: Path | str) -> str:
    return "'" + str(out).replace("'", "''") + "'"
