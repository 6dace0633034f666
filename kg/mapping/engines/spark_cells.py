"""
Spark as an engine: the driver asks DuckDB what the cells say, the workers make and write the lines.

The cells go to a folder that all workers see, as Parquet, and look-ups to each of them, when there are lines to write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.mapping.engines.duckdb import DuckDB
from kg.mapping.engines.expression import CELLS
from kg.mapping.engines.parquet import spread

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from duckdb import DuckDBPyConnection

    from kg.mapping.engines.spark import SparkEngine


class Spark(DuckDB):
    """
    See `Engine`. `folder` is made when lines are written; `session` is then asked for.

    `share` takes that folder to where all workers see it, and says where that is.
    """

    def __init__(
        self,
        session: Callable[[], SparkEngine],
        db: DuckDBPyConnection,
        folder: Path,
        columns: Sequence[str],
        share: Callable[[Path], str] = str,
    ) -> None:
        super().__init__(db, columns)
        self._open = session
        self._folder = folder
        self._share = share
        self._kept: dict[str, ir.Table] = {}
        self._made: dict[str, tuple[Sequence[str], Sequence[tuple[str | None, ...]]]] = {}

    def keep(self, name: str, rows: ir.Table) -> ir.Table:
        """See `Engine`."""
        self._kept[name] = rows
        return super().keep(name, rows)

    def make(self, name: str, columns: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> ir.Table:
        """See `Engine`."""
        self._made[name] = (columns, rows)
        return super().make(name, columns, rows)

    def write(self, texts: Sequence[ir.Table], more: bytes, out: Path | str, compression: str) -> None:
        """See `Engine`; `out` is a new folder, local or `s3a://bucket/…`."""
        first = more.decode().rstrip("\n")
        whole = _union([self.make("more", ["text"], [(first,)] if first else []), *texts])
        self._sent(whole).write_lines(whole, out, compress=compression != "none")

    def write_quads(self, quads: Sequence[ir.Table], out: Path | str) -> None:
        """See `Engine`."""
        whole = _union(quads)
        self._sent(whole).write_parquet(whole, out)

    def _sent(self, whole: ir.Table) -> SparkEngine:
        """The session, with the tables that an expression reads."""
        session = self._open().apart()
        sent: set[str] = set()

        def send(expression: ir.Table) -> None:
            for name in _read_by(expression) - sent:
                sent.add(name)
                if name == CELLS:
                    spread(self.db, CELLS, self._folder)
                    session.rows(CELLS, [self._share(self._folder)])
                elif name in self._kept:
                    send(self._kept[name])
                    session.keep(name, self._kept[name])
                else:
                    session.look_up(name, *self._made[name])

        send(whole)
        return session


def _read_by(expression: ir.Table) -> set[str]:
    """The names of the tables that an expression reads."""
    from ibis.expr.operations import UnboundTable

    return {table.name for table in expression.op().find(UnboundTable)}


def _union(tables: Sequence[ir.Table]) -> ir.Table:
    import ibis

    return tables[0] if len(tables) == 1 else ibis.union(*tables)
