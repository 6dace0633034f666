"""
Ten times the rows, ten times the time? `kg build --out` and the bare SQL by size.

    python benchmarks/tables/growth.py [--sizes 40000,400000,4000000] [--runs 1] [--write PAGE.md]

Outputs are compared by their number of lines only: run.py compares them as sets. Four million rows become 20 GB of
text, so each output is removed at once.
"""

from __future__ import annotations

from pathlib import Path

import mappers
import same
from page import machine, put_between
from run import Row, made_table, options_of, remove, run_once, standing


def grow(sizes: list[int], runs: int, seconds: float) -> list[tuple[int, Row]]:
    """Each tool on each size. Raises SystemExit where the outputs have different numbers of lines."""
    done = []
    for size in sizes:
        table = made_table(size, [])
        mappers.lay_out_project(table)
        rows = standing(["kg", "duckdb"])
        for row in rows:
            for _ in range(runs):
                run_once(row, table, seconds)
                row.quads = row.quads or (0 if row.failed else _lines(row.mapper.output))
                remove(row.mapper.output)
        if len({row.quads for row in rows if not row.failed}) > 1:
            raise SystemExit(f"{size:,} rows: " + ", ".join(f"{row.mapper.name} {row.quads:,} lines" for row in rows))
        done += [(size, row) for row in rows]
    return done


def _lines(path: Path) -> int:
    """The lines about claims and events."""
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.startswith(same.WANTED))


def table_of(done: list[tuple[int, Row]]) -> str:
    """Sizes as Markdown; microseconds a row say whether it is linear, the peak whether memory is flat."""
    lines = ["| rows | quads | tool | seconds | µs a row | peak, MB |", "|--:|--:|---|--:|--:|--:|"]
    for size, row in done:
        if row.failed:
            lines.append(f"| {size:,} | – | {row.mapper.title} | {row.failed} | – | – |")
        else:
            figures = f"{row.wall:.2f} | {row.wall / size * 1e6:.1f} | {row.peak:,.0f}"
            lines.append(f"| {size:,} | {row.quads:,} | {row.mapper.title} | {figures} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, write."""
    options = options_of(__doc__, sizes=True)
    (mappers.WORK / "reports").mkdir(parents=True, exist_ok=True)
    text = f"{table_of(grow(options.sizes, options.runs, options.seconds))}\n\n{machine()}; median of {options.runs}."
    print(f"\n{text}")
    if options.write:
        put_between(options.write, "tables growth", text)


if __name__ == "__main__":
    main()
