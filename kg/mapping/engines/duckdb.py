"""DuckDB: the cells of a table in a database of its own, which spills to a folder; look-ups beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.mapping.engines.engine import Engine, to_sql

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from duckdb import DuckDBPyConnection

_AT_ONCE: Final = 2_000
_MORE: Final = "more"


class DuckDB(Engine):
    """See `Engine`. `db` holds the cells as `CELLS`: `row`, and a column for each of `columns`."""

    def __init__(self, db: DuckDBPyConnection, columns: Sequence[str], *, by_plan: bool = True) -> None:
        super().__init__(columns, by_plan=by_plan)
        self.db = db

    def fetch(self, rows: ir.Table) -> Iterator[Sequence[tuple[Any, ...]]]:
        """See `Engine`."""
        cursor = self.db.cursor()
        cursor.execute(to_sql(rows, "duckdb"))
        while found := cursor.fetchmany(_AT_ONCE):
            yield found

    def keep(self, name: str, rows: ir.Table) -> ir.Table:
        """See `Engine`. What only reads cells is read again each time; what has been looked up is kept."""
        import ibis

        kind = "TABLE" if self.tables else "VIEW"
        self.db.execute(f'CREATE OR REPLACE {kind} "{name}" AS {to_sql(rows, "duckdb")}')
        return ibis.table(rows.schema(), name=name)

    def make(self, name: str, columns: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> ir.Table:
        """See `Engine`."""
        import ibis

        self.db.execute(f'CREATE OR REPLACE TABLE "{name}" ({", ".join(f"{column} VARCHAR" for column in columns)})')
        if rows:
            unnested = ", ".join("unnest(?)" for _ in columns)
            texts = [list(column) for column in zip(*rows, strict=True)]
            self.db.execute(f'INSERT INTO "{name}" SELECT {unnested}', texts)
        return ibis.table(dict.fromkeys(columns, "string"), name=name)

    def write(self, texts: Sequence[ir.Table], more: bytes, out: Path | str, compression: str) -> None:
        """See `Engine`; `compression` is `none`, `gzip` or `zstd`."""
        first = more.decode().rstrip("\n")
        self.make(_MORE, ["text"], [(first,)] if first else [])
        parts = [f'SELECT text FROM "{_MORE}"', *(f"({to_sql(one, 'duckdb')})" for one in texts)]
        with self._in_no_order():
            self.db.execute(
                f"COPY ({' UNION ALL '.join(parts)}) TO {_quoted(out)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '',"
                f" DELIMITER '\x01', COMPRESSION {compression})"
            )

    def write_quads(self, quads: Sequence[ir.Table], out: Path | str) -> None:
        """See `Engine`."""
        parts = " UNION ALL ".join(f"({to_sql(one, 'duckdb')})" for one in quads)
        with self._in_no_order():
            self.db.execute(f"COPY ({parts}) TO {_quoted(out)} (FORMAT parquet, COMPRESSION zstd)")

    @contextmanager
    def _in_no_order(self) -> Iterator[None]:
        """Rows are written as they are done: to keep their order, DuckDB would hold them in memory."""
        self.db.execute("SET preserve_insertion_order = false")
        yield
        self.db.execute("SET preserve_insertion_order = true")


def _quoted(out: Path | str) -> str:
    return "'" + str(out).replace("'", "''") + "'"
