"""
Real rows, positions included: `kg build --out` beside reading the table and writing the same bytes.

    python benchmarks/tables/real.py TABLE.csv … [--rows 40000] [--runs 3] [--write PAGE.md]

The rows of the tables are repeated with new ids. The output is first compared with that of another tool. Until kg can
do it, the bare SQL stands in its place.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

import mappers
from measure import Run, measured
from page import machine, put_between
from peers import ROOT
from run import Row, judge, made_table, options_of, run_once, standing

WANTED = 3.0
BYTES = mappers.WORK / "real.bytes"
FLOORS = {"csv": "Python's csv module, and the bytes", "duckdb": "DuckDB on all cores, and the bytes"}


def floor(kind: str, table: Path, seconds: float) -> Run:
    """One run of reading and writing."""
    driver = [sys.executable, str(mappers.HERE / "drivers" / "read_and_write.py"), kind]
    run = measured(
        [*driver, str(table), str(BYTES), str(mappers.WORK / "real.copy")],
        mappers.WORK / "reports" / "real.stdout",
        seconds,
        ROOT,
    )
    if run.code != 0:
        raise SystemExit(f"reading with {kind} failed: see {mappers.WORK / 'reports' / 'real.stderr'}")
    return run


def compete(table: Path, runs: int, seconds: float) -> tuple[Row, dict[str, list[Run]]]:
    """Ours and the floors, in turn, once the output is known to be right."""
    rows = standing(["kg", "duckdb", "oxigraph"])
    ours, judge_row = rows[0], rows[-1]
    for row in (ours, judge_row):
        run_once(row, table, seconds)
    if ours.failed:
        raise SystemExit(f"{ours.mapper.title}: {ours.failed}")
    BYTES.unlink(missing_ok=True)
    BYTES.hardlink_to(ours.mapper.output)
    judge([ours, judge_row])
    floors: dict[str, list[Run]] = {kind: [] for kind in FLOORS}
    for turn in range(runs):
        for kind, done in floors.items():
            done.append(floor(kind, table, seconds))
        if turn:
            run_once(ours, table, seconds)
    return ours, floors


def table_of(title: str, ours: Row, floors: dict[str, list[Run]]) -> str:
    """Ours and the floors as Markdown; ratios to the floors."""
    lines = [f"**{title}**", "", "| what | seconds | ours by it | wanted | peak, MB |", "|---|--:|--:|--:|--:|"]
    differs = f" ≠ ({ours.wrong})" if ours.wrong else ""
    lines.append(f"| {ours.mapper.title} | {ours.wall:.2f}{differs} | – | – | {ours.peak:,.0f} |")
    for kind, runs in floors.items():
        wall, peak = statistics.median(run.wall for run in runs), statistics.median(run.peak for run in runs)
        lines.append(f"| {FLOORS[kind]} | {wall:.2f} | {ours.wall / wall:.2f} | < {WANTED:g} | {peak:,.0f} |")
    return "\n".join(lines)


def main() -> None:
    """Write the table, measure, print, write."""
    options = options_of(__doc__, rows=40_000, tables=True)
    (mappers.WORK / "reports").mkdir(parents=True, exist_ok=True)
    table = made_table(options.rows, options.tables)
    mappers.lay_out_project(table)
    ours, floors = compete(table, options.runs, options.seconds)
    text = table_of(f"{options.rows:,} real rows, {table.stat().st_size / 2**20:,.0f} MB", ours, floors)
    text += f"\n\n{machine()}; median of {options.runs}. {ours.mapper.title} {ours.place.version}."
    print(f"\n{text}")
    if options.write:
        put_between(options.write, "tables real", text)


if __name__ == "__main__":
    main()
