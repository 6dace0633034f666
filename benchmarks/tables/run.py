"""
A table to N-Quads: `kg build --out` beside other tools.

    python benchmarks/tables/run.py [--rows 400000] [--peers kg,duckdb] [--runs 3] [--write PAGE.md]

Whole processes; the outputs are compared as sets before a time is shown. Each peer stands in an environment of its own
in ~/.cache/conflict-kg-benchmarks or $KG_BENCH_HOME, made on the first run in its newest version. Tools run in turn
(A B C, A B C, …), and medians are shown. Processor time stands beside the time by the clock: where other work shares
the machine, it is the steadier of the two. The peak is that of the largest process.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ged_rows
import same
from mappers import MAPPERS, WORK, Mapper, lay_out_project
from measure import Run, measured
from page import machine, put_between
from peers import HOME, ROOT, NotThere, Place

SLOW = 120.0
"""Seconds: a tool that takes longer is run once, for its rank is plain."""
TARGETS = {"duckdb": "≤ 1.3", "maplib": "≥ 6", "morph": "≥ 10", "rdflib": "≥ 80"}
"""What kg wants to be: its time by that of the bare SQL, and that of each other tool by its own."""


@dataclass(slots=True)
class Row:
    """What one tool did. `failed` says what went wrong, `wrong` how its output differs."""

    mapper: Mapper
    place: Place
    runs: list[Run] = field(default_factory=list)
    quads: int = 0
    failed: str = ""
    wrong: str = ""

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)

    @property
    def processor(self) -> float:
        return statistics.median(run.processor for run in self.runs)

    @property
    def peak(self) -> float:
        return statistics.median(run.peak for run in self.runs)


# ── Running ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def standing(names: Sequence[str]) -> list[Row]:
    """The tools of these names that can run here; says of each other one why not."""
    rows = []
    for mapper in (mapper for mapper in MAPPERS if mapper.name in names):
        try:
            rows.append(Row(mapper, mapper.environment.set_up(HOME)))
            print(f"{mapper.name:10}{rows[-1].place.version}")
        except NotThere as error:
            print(f"{mapper.name:10}left out: {error}")
    return rows


def compete(table: Path, rows: Sequence[Row], runs: int, seconds: float) -> None:
    """All tools on one table, in turn; outputs are compared after the first turn."""
    lay_out_project(table)
    for row in rows:
        run_once(row, table, seconds)
    judge(rows)
    for _ in range(runs - 1):
        for row in rows:
            if row.runs and not row.failed and row.wall < SLOW:
                run_once(row, table, seconds)
                remove(row.mapper.output)


def run_once(row: Row, table: Path, seconds: float) -> None:
    """One whole process; what it wrote before is away when it starts."""
    remove(row.mapper.output)
    report = WORK / "reports" / f"{row.mapper.name}.stdout"
    run = measured(row.mapper.line(row.place, table), report, seconds, ROOT)
    if run.code is None:
        row.failed = f"more than {seconds:.0f} s"
    elif run.code:
        last = report.with_suffix(".stderr").read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        row.failed = f"failed with {run.code}: {' '.join(last)[:160]}"
    else:
        row.runs.append(run)
    figures = row.failed or f"{run.wall:8.2f} s {run.processor:8.2f} s of processor {run.peak:8.0f} MB"
    print(f"  {row.mapper.name:10}{figures}", flush=True)


def judge(rows: Sequence[Row]) -> None:
    """
    Compare each output with that of another tool than ours, as sets of quads, or of triples where it has no graphs.

    The outputs are removed once they are compared: each has some gigabytes.
    """
    done = [row for row in rows if row.runs and not row.failed]
    if not done:
        raise SystemExit("no tool has written anything: see above")
    measure = next((row for row in done if row.mapper.name == "oxigraph"), done[-1])
    print(f"  outputs are compared with that of {measure.mapper.name}")
    if len(done) == 1:
        done[0].wrong = "there is nothing to compare it with"
        return
    for triples in sorted({row.mapper.triples for row in done}):
        expected, found = WORK / "expected.sorted", WORK / "found.sorted"
        same.sorted_set(measure.mapper.output, expected, triples=triples)
        for row in (row for row in done if row.mapper.triples == triples):
            row.quads = same.sorted_set(row.mapper.output, found, triples=triples)
            difference = same.difference(expected, found)
            row.wrong = str(difference)
            print(f"  {row.mapper.name:10}{row.quads:,} {row.wrong and f'differs: {row.wrong}'}", flush=True)
            print("".join(f"    {example[:300]}\n" for example in difference.examples), end="")
        for path in (expected, found):
            path.unlink()
    for row in done:
        remove(row.mapper.output)


def remove(output: Path) -> None:
    """The file or the folder, where it is there."""
    if output.is_dir():
        shutil.rmtree(output)
    output.unlink(missing_ok=True)


# ── Showing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def table_of(title: str, rows: Sequence[Row]) -> str:
    """The tools as Markdown, the fastest first; who differs is marked, and is never the unit of the ratios."""
    done = sorted((row for row in rows if row.runs and not row.failed), key=lambda row: row.wall)
    right = [row for row in done if not row.wrong]
    unit = next((row for row in right if row.mapper.name == "kg"), right[0] if right else None)
    lines = [
        f"**{title}**",
        "",
        f"| tool | seconds | × {unit.mapper.name if unit else '?'} | wanted | processor, s | peak, MB | output |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for row in done:
        what = f"{row.quads:,} {'triples: it names no graph by row' if row.mapper.triples else 'quads'}"
        lines.append(
            f"| {row.mapper.title} | {row.wall:.2f}{' ≠' if row.wrong else ''} | {_ratio(row, unit)}"
            f" | {_wanted(row, unit)} | {row.processor:.1f} | {row.peak:,.0f}"
            f" | {what}{row.wrong and f', differs: {row.wrong}'} |"
        )
    lines += [f"| {row.mapper.title} | {row.failed} | – | – | – | – | – |" for row in rows if row.failed]
    return "\n".join(lines)


def _ratio(row: Row, unit: Row | None) -> str:
    return f"{row.wall / unit.wall:,.2f}" if unit else "–"


def _wanted(row: Row, unit: Row | None) -> str:
    """The target beside its ratio. That of the bare SQL is ours by its own: 1/1.3 of ours, at least."""
    if not unit or unit.mapper.name != "kg" or row.mapper.name not in TARGETS:
        return "–"
    return "≥ 0.77" if row.mapper.name == "duckdb" else TARGETS[row.mapper.name]


def foot(rows: Sequence[Row], runs: int) -> str:
    """When, on what and with which versions."""
    versions = ", ".join(f"{row.mapper.title.partition(',')[0]} {row.place.version}" for row in rows)
    return f"{machine()}; median of {runs}, of what takes more than {SLOW:.0f} s a single run. {versions}."


# ── The command ─────────────────────────────────────────────────────────────────────────────────────────────────────


def made_table(rows: int, real: Sequence[Path]) -> Path:
    """The table with this many rows, in the folder of the benchmark."""
    path = WORK / "ged.csv"
    path.unlink(missing_ok=True)
    ged_rows.write_table(path, ged_rows.repeated(list(real), rows) if real else ged_rows.made_up(rows))
    return path


def main() -> None:
    """Read the options, run, print, write."""
    options = options_of(__doc__, peers=True)
    (WORK / "reports").mkdir(parents=True, exist_ok=True)
    rows = standing(options.peers)
    table = made_table(options.rows, [])
    compete(table, rows, options.runs, options.seconds)
    title = f"{options.rows:,} rows of 49 columns, {table.stat().st_size / 2**20:,.0f} MB"
    text = f"{table_of(title, rows)}\n\n{foot(rows, options.runs)}"
    print(f"\n{text}")
    if options.write:
        put_between(options.write, "tables", text)


def options_of(
    about: str | None, *, rows: int = 400_000, peers: bool = False, tables: bool = False, sizes: bool = False
) -> argparse.Namespace:
    """What the programs of this folder take; `peers`, `tables` and `sizes` are each for one of them."""
    names = [mapper.name for mapper in MAPPERS]
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    if tables:
        parser.add_argument("tables", type=Path, nargs="+", metavar="TABLE.csv")
    if sizes:
        default = [40_000, 400_000, 4_000_000]
        parser.add_argument("--sizes", type=_list(int), default=default, metavar="N,…", help="numbers of rows")
    else:
        parser.add_argument("--rows", type=int, default=rows)
    if peers:
        parser.add_argument("--peers", type=_list(str), default=names, metavar="NAME,…", help=f"of {', '.join(names)}")
    parser.add_argument("--runs", type=int, default=1 if sizes else 3)
    parser.add_argument("--seconds", type=float, default=1800, help="time-out of one run")
    parser.add_argument("--write", type=Path, metavar="PAGE.md", help="put the table between the page's marks")
    options = parser.parse_args()
    if unknown := set(options.peers if peers else ()) - set(names):
        parser.error(f"no such tool: {', '.join(sorted(unknown))}")
    return options


def _list(kind: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    return lambda text: [kind(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
