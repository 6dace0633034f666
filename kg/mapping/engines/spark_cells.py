"""
Spark as an engine: the driver asks DuckDB what the cells say, the workers make and write the lines.

The cells go to a folder that all workers see, as Parquet, and look-ups to each of them, when there are lines to write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.mapping.engines.compiled import Compiled
from kg.mapping.engines.deferred import Rows, union
from kg.mapping.engines.duckdb import DuckDB
from kg.mapping.engines.engine import Meanwhile, nothing
from kg.mapping.engines.expression import CELLS
from kg.mapping.engines.parquet import spread

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from duckdb import DuckDBPyConnection

    from kg.mapping.engines.spark import SparkEngine


@dataclass(frozen=True, slots=True)
class Workers:
    """
    How Spark is reached: `session` is asked for when lines are written, and `folder` is made then for the cells.

    `share` takes that folder to where all workers see it, and says where that is.
    """

    session: Callable[[], SparkEngine]
    folder: Path
    share: Callable[[Path], str] = str


class Spark(DuckDB):
    """See `Engine`."""

    def __init__(
        self, db: DuckDBPyConnection, columns: Sequence[str], compiled: Compiled | None, workers: Workers
    ) -> None:
        super().__init__(db, columns, compiled)
        self._workers = workers
        self._kept: dict[str, Rows] = {}
        self._made: dict[str, tuple[Sequence[str], Sequence[tuple[str | None, ...]]]] = {}

    def keep(self, name: str, rows: Rows, *, once: bool = False) -> Rows:
        """See `Engine`."""
        self._kept[name] = rows
        return super().keep(name, rows, once=once)

    def make(self, name: str, columns: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> Rows:
        """See `Engine`."""
        self._made[name] = (columns, rows)
        return super().make(name, columns, rows)

    def write(
        self, texts: Sequence[Rows], more: bytes, out: Path | str, compression: str, meanwhile: Meanwhile = nothing
    ) -> None:
        """See `Engine`; `out` is a new folder, local or `s3a://bucket/…`."""
        meanwhile()
        first = more.decode().rstrip("\n")
        made = self.make("more", ["text"], [(first,)] if first else [])
        whole = union([one.table() for one in (made, *texts)])
        self._sent(whole).write_lines(whole, out, compress=compression != "none")

    def write_quads(self, quads: Sequence[Rows], out: Path | str) -> None:
        """See `Engine`."""
        whole = union([one.table() for one in quads])
        self._sent(whole).write_parquet(whole, out)

    def _sent(self, whole: ir.Table) -> SparkEngine:
        """The session, with the tables that an expression reads."""
        session = self._workers.session().apart()
        sent: set[str] = set()

        def send(expression: ir.Table) -> None:
            for name in _read_by(expression) - sent:
                sent.add(name)
                if name == CELLS:
                    spread(self.db, CELLS, self._workers.folder)
                    session.rows(CELLS, [self._workers.share(self._workers.folder)])
                elif name in self._kept:
                    send(self._kept[name].table())
                    session.keep(name, self._kept[name].table())
                else:
                    session.look_up(name, *self._made[name])

        send(whole)
        return session


def _read_by(expression: ir.Table) -> set[str]:
    """The names of the tables that an expression reads."""
    from ibis.expr.operations import UnboundTable

    return {table.name for table in expression.op().find(UnboundTable)}
