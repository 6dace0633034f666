"""
All shipped queries, asked of a build's columns and of its Oxigraph store; the rows are compared first.

    python benchmarks/queries/engines.py PROJECT [--write PAGE.md]

PROJECT is built with columns. One process, each query once and by itself: compiling, planning and reading all rows.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1] / "shacl"))

from page import machine, put_between
from pyoxigraph import QuerySolutions

from kg.sparql.algebra import NotCompiled
from kg.sparql.running import ColumnEngine, Limits
from kg.stores.embedded import EmbeddedStore

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 120


def timed(ask: Callable[[], Iterable[Any]]) -> tuple[float, list[str]]:
    """Seconds until the last row, and the rows in order."""
    start = time.perf_counter()
    rows = list(ask())
    seconds = time.perf_counter() - start
    return seconds, sorted("\t".join(map(str, row)) for row in rows)


def line(query: Path, columns: ColumnEngine, store: EmbeddedStore) -> str:
    """A row of the table. Raises SystemExit where the two differ."""
    text = query.read_text(encoding="utf-8")

    def by_columns() -> Iterable[Any]:
        found = columns.answer(columns.compiled(text))
        assert isinstance(found, QuerySolutions)
        return found

    def by_store() -> Iterable[Any]:
        found = store.answer(text)
        assert isinstance(found, QuerySolutions)
        return found

    theirs, rows = timed(by_store)
    try:
        ours, mine = timed(by_columns)
    except NotCompiled as error:
        return f"| {query.stem} | {len(rows):,} | {theirs:.2f} | not compiled: {error.message} |"
    if mine != rows:
        raise SystemExit(f"{query.stem}: columns give {len(mine)} rows, Oxigraph {len(rows)}, or others")
    return f"| {query.stem} | {len(rows):,} | {theirs:.2f} | {ours:.2f} |"


def main() -> None:
    """Ask, compare, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    builds = options.project / ".kg"
    build = builds / (builds / "current").read_text(encoding="utf-8").strip()
    columns = ColumnEngine.open(build / "columns.duckdb", Limits(seconds=LIMIT))
    store = EmbeddedStore.of_generation(build)
    lines = ["| query | rows | Oxigraph, s | columns, s |", "|---|--:|--:|--:|"]
    for query in sorted((ROOT / "queries").rglob("*.rq"), key=lambda path: path.stem):
        lines.append(line(query, columns, store))
        print(lines[-1], flush=True)
    columns.close()
    if options.write:
        put_between(options.write, "queries engines", "\n".join([*lines, "", f"{machine()}; each query once."]))


if __name__ == "__main__":
    main()
