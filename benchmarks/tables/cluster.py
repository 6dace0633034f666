"""
`kg build --engine spark` on a cluster of this machine, beside `kg build` without one.

    python benchmarks/tables/cluster.py [--sizes 40000,400000] [--runs 1] [--write PAGE.md]

The cluster is that of the tests: a master and two workers of one core each. Whole processes, each from the start of the
command to its end; the processor time of the executors stands beside that of the command, since they are no children of
it. Outputs are compared by their number of distinct lines.
"""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import mappers
from measure import measured
from page import machine, put_between
from run import made_table, options_of, remove

sys.path.insert(0, str(mappers.ROOT))

from tests.mapping.spark_cluster import Cluster, running

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Took:
    """
    What one run took: seconds by the clock and of the processors, the most memory of a process in MB, bytes.

    `spread` are the bytes of the cells in the work folder, `written` those of the quads, packed.
    """

    rows: int
    engine: str
    quads: int
    wall: float
    processor: float
    workers: float
    peak: float
    table: int
    spread: int
    written: int


def run(size: int, cluster: Cluster | None, folder: Path, seconds: float) -> Took:
    """Raises SystemExit where kg fails."""
    table = made_table(size, [])
    mappers.lay_out_project(table)
    out = folder / ("quads" if cluster else "quads.nq.gz")
    work = folder / "work"
    work.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "kg", "-C", str(mappers.PROJECT), "build", "--out", str(out)]
    if cluster:
        command += ["--engine", "spark", "--master", cluster.master, "--work", str(work)]
    before = _processor(cluster)
    report = mappers.WORK / "reports" / "cluster.stdout"
    done = measured(command, report, seconds, mappers.ROOT)
    if done.code:
        raise SystemExit(report.with_suffix(".stderr").read_text(encoding="utf-8"))
    parts = sorted(out.glob("part-*")) if out.is_dir() else [out]
    quads = sum(_lines(part) for part in parts)
    took = Took(
        *(size, "Spark, two workers" if cluster else "DuckDB", quads, done.wall, done.processor),
        *(_processor(cluster) - before, done.peak, table.stat().st_size),
        *(sum(file.stat().st_size for file in work.rglob("*.parquet")), sum(part.stat().st_size for part in parts)),
    )
    print(took, flush=True)
    for path in (out, *work.glob("*")):
        remove(path)
    return took


def _processor(cluster: Cluster | None) -> float:
    """Seconds of the processors that the workers took so far; executors that have ended are in what their worker took."""
    total = 0
    for worker in cluster.workers if cluster else ():
        fields = Path(f"/proc/{worker.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        total += sum(map(int, fields[11:15]))
    return total / _TICKS


def _lines(part: Path) -> int:
    with gzip.open(part, "rb") as lines:
        return sum(piece.count(b"\n") for piece in iter(lambda: lines.read(1 << 20), b""))


def table_of(done: list[Took]) -> str:
    """The runs as Markdown."""
    heads = "rows | engine | quads | seconds | µs a row | processor: command, s | workers, s | peak, MB"
    lines = [f"| {heads} |", "|--:|---|--:|--:|--:|--:|--:|--:|"]
    for took in done:
        workers = f"{took.workers:.1f}" if took.workers else "–"
        lines.append(
            f"| {took.rows:,} | {took.engine} | {took.quads:,} | {took.wall:.1f} | {took.wall / took.rows * 1e6:.0f}"
            f" | {took.processor:.1f} | {workers} | {took.peak:,.0f} |"
        )
    largest = max(done, key=lambda took: (took.rows, took.spread))
    sizes = ", ".join(
        f"{what} {size / largest.rows:,.0f}"
        for what, size in (
            ("the table", largest.table),
            ("its cells as Parquet", largest.spread),
            ("quads, packed with gzip,", largest.written),
        )
    )
    return "\n".join([*lines, "", f"Bytes a row: {sizes}."])


def main() -> None:
    """Measure, print, write."""
    options = options_of(__doc__, sizes=True)
    (mappers.WORK / "reports").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kg-cluster-") as home, running(Path(home), memory="1500m") as cluster:
        done = []
        for size in options.sizes:
            for where in (cluster, None):
                took = [run(size, where, Path(home), options.seconds) for _ in range(options.runs)]
                done.append(sorted(took, key=lambda one: one.wall)[len(took) // 2])
    text = f"{table_of(done)}\n\n{machine()}; median of {options.runs}."
    print(f"\n{text}")
    if options.write:
        put_between(options.write, "tables cluster", text)


if __name__ == "__main__":
    main()
