"""Spark as an engine: the cells as Parquet that all workers see, look-ups sent to each, lines written by all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.mapping.engines.engine import Engine
from kg.mapping.engines.expression import CELLS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kg.mapping.engines.spark import SparkEngine

_AT_ONCE: Final = 2_000


class Spark(Engine):
    """See `Engine`. `cells` is a folder of Parquet files: `row`, and a column for each of `columns`."""

    def __init__(self, session: SparkEngine, cells: Path | str, columns: Sequence[str]) -> None:
        super().__init__(columns)
        self._session = session
        session.rows(CELLS, [cells])

    def fetch(self, rows: ir.Table) -> Iterator[Sequence[tuple[Any, ...]]]:
        """See `Engine`."""
        found = self._session.fetch(rows)
        while batch := list(islice(found, _AT_ONCE)):
            yield batch

    def keep(self, name: str, rows: ir.Table) -> ir.Table:
        """See `Engine`; a view, which Spark plans anew each time it is read."""
        import ibis

        self._session.keep(name, rows)
        return ibis.table(rows.schema(), name=name)

    def make(self, name: str, columns: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> ir.Table:
        """See `Engine`."""
        import ibis

        self._session.look_up(name, columns, rows)
        return ibis.table(dict.fromkeys(columns, "string"), name=name)

    def write(self, texts: Sequence[ir.Table], more: bytes, out: Path | str, compression: str) -> None:
        """See `Engine`; `out` is a new folder, local or `s3a://bucket/…`."""
        first = more.decode().rstrip("\n")
        known = self.make("more", ["text"], [(first,)] if first else [])
        self._session.write_lines(_union([known, *texts]), out, compress=compression != "none")

    def write_quads(self, quads: Sequence[ir.Table], out: Path | str) -> None:
        """See `Engine`."""
        self._session.write_parquet(_union(quads), out)


def _union(tables: Sequence[ir.Table]) -> ir.Table:
    import ibis

    return tables[0] if len(tables) == 1 else ibis.union(*tables)
