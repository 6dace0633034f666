"""
A table to a store that answers: `kg build`, the mapping included, beside Oxigraph's bulk load of the same quads.

    python benchmarks/tables/store.py [--rows 400000] [--runs 3] [--write PAGE.md]

The peer gets a file, ready-made, with what kg's store holds: each quad in its graph, and each statement once more in
the default graph, the merge. Whole processes, in turn. Both stores must answer the same before a time is shown.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path

import mappers
import same
from measure import Run, measured
from page import machine, put_between
from peers import HOME, ROOT, NotThere
from run import SLOW, made_table, options_of

LOAD = (sys.executable, str(mappers.HERE / "drivers" / "oxigraph_load.py"))
QUADS, STORE = mappers.WORK / "store.nq", mappers.WORK / "store"
COLUMNS = "kg build, columns alone"
WANTED = {"kg build": "≤ 1.15", COLUMNS: "≤ 0.3"}


def write_quads(table: Path) -> int:
    """The quads of the table by the bare SQL, then the merge; returns how many lines."""
    sql = [sys.executable, str(mappers.HERE / "drivers" / "duckdb_sql.py"), str(table), str(QUADS)]
    subprocess.run(sql, check=True)
    with QUADS.open("rb+") as quads, QUADS.open("ab") as out:
        end, count = quads.seek(0, 2), 0
        quads.seek(0)
        while quads.tell() < end:
            out.write(same.without_graph(quads.readline()))
            count += 2
    return count


def commands() -> dict[str, tuple[list[str], list[str]]]:
    """For each tool the command that makes the store, and the one that asks it."""
    ask = [*LOAD, "--ask", str(STORE), str(mappers.HERE / "count.rq")]
    found = {"Oxigraph, bulk load": ([*LOAD, str(QUADS), str(STORE)], ask)}
    try:
        words = mappers.Checkout("--out").set_up(HOME).words
        for name, project in (("kg build", mappers.PROJECT), (COLUMNS, mappers.COLUMNS)):
            kg = [
                [str(project) if word == str(mappers.PROJECT) else word.format_map(words) for word in line]
                for line in (mappers.TO_STORE, mappers.COUNT)
            ]
            found[name] = (kg[0], kg[1])
    except NotThere as error:
        print(f"kg left out: {error}")
    return found


def compete(rows: int, runs: int, seconds: float) -> dict[str, list[Run]]:
    """Each in turn. Raises SystemExit where one fails or a store answers with another number than there are rows."""
    done: dict[str, list[Run]] = {}
    for turn in range(runs):
        for name, (make, ask) in commands().items():
            if turn and done[name][0].wall > SLOW:
                continue
            report = mappers.WORK / "reports" / "store.stdout"
            run = measured(make, report, seconds, ROOT)
            if run.code != 0:
                errors = report.with_suffix(".stderr").read_text(encoding="utf-8")
                raise SystemExit(f"{name}: {'time is over' if run.code is None else errors[-2000:]}")
            if turn == 0:
                answer = subprocess.run(ask, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()[-1]
                if answer != str(rows):
                    raise SystemExit(f"{name}: the store answers {answer}, the table has {rows} rows")
            done.setdefault(name, []).append(run)
            print(f"  {name:22}{run.wall:8.2f} s {run.processor:8.2f} s of processor {run.peak:8.0f} MB", flush=True)
    return done


def table_of(title: str, done: dict[str, list[Run]]) -> str:
    """The two as Markdown; ratios to the bulk load."""
    unit = statistics.median(run.wall for run in done["Oxigraph, bulk load"])
    lines = [f"**{title}**", "", "| tool | seconds | × bulk load | wanted | processor, s | peak, MB |"]
    lines.append("|---|--:|--:|--:|--:|--:|")
    for name, runs in done.items():
        wall, processor, peak = (
            statistics.median(getattr(run, k) for run in runs) for k in ("wall", "processor", "peak")
        )
        lines.append(
            f"| {name} | {wall:.2f} | {wall / unit:.2f} | {WANTED.get(name, '–')} | {processor:.1f} | {peak:,.0f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Write the table and the quads, measure, print, write."""
    options = options_of(__doc__)
    (mappers.WORK / "reports").mkdir(parents=True, exist_ok=True)
    table = made_table(options.rows, [])
    mappers.lay_out_project(table)
    quads = write_quads(table)
    done = compete(options.rows, options.runs, options.seconds)
    text = table_of(f"{options.rows:,} rows to a store, {quads:,} quads with the merge", done)
    text += f"\n\n{machine()}; median of {options.runs}, of what takes more than {SLOW:.0f} s a single run."
    print(f"\n{text}")
    if options.write:
        put_between(options.write, "tables store", text)


if __name__ == "__main__":
    main()
