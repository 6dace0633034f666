"""
`kg build --engine spark` on a cluster of this machine, beside `kg build` without one.

    python benchmarks/tables/cluster.py [--sizes 40000,400000] [--runs 1] [--write PAGE.md]

The cluster is that of the tests: a master and two workers of one core each. Whole processes, each from the start of the
command to its end. The processor time of Spark's driver and of the executors stands beside that of the command, which
does not wait for them. Outputs are compared by their number of lines.
"""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
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
    driver: float
    workers: float
    peak: float
    driver_peak: float
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
    with watched(cluster, work) as driver:
        done = measured(command, report, seconds, mappers.ROOT)
    if done.code:
        raise SystemExit(report.with_suffix(".stderr").read_text(encoding="utf-8"))
    parts = sorted(out.glob("part-*")) if out.is_dir() else [out]
    quads = sum(_lines(part) for part in parts)
    took = Took(
        *(size, "Spark, two workers" if cluster else "DuckDB", quads, done.wall, done.processor),
        *(driver.processor, _processor(cluster) - before, done.peak, driver.peak, table.stat().st_size),
        *(driver.spread, sum(part.stat().st_size for part in parts)),
    )
    print(took, flush=True)
    remove(out)
    return took


@dataclass(slots=True)
class Driver:
    """
    Spark's driver, a process that ends with the command: seconds of the processor and its most memory, in MB.

    `spread` are the most bytes of cells that stood in the work folder.
    """

    processor: float = 0
    peak: float = 0
    spread: int = 0
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def watched(cluster: Cluster | None, work: Path) -> Iterator[Driver]:
    """What the driver of this cluster takes, looked at four times a second until the block ends."""
    driver = Driver()

    def watch(master: bytes) -> None:
        while not driver.over.wait(0.25):
            with suppress(OSError):
                driver.spread = max(driver.spread, sum(file.stat().st_size for file in work.rglob("*.parquet")))
            for process in Path("/proc").glob("[0-9]*"):
                with suppress(OSError, ValueError):
                    command = (process / "cmdline").read_bytes()
                    if b"SparkSubmit" in command and master in command and b"java" in command.split(b"\0")[0]:
                        driver.processor, driver.peak = _seconds(process, 2), _peak(process)

    thread = threading.Thread(target=watch, args=(cluster.master.encode() if cluster else b"",))
    if cluster:
        thread.start()
    try:
        yield driver
    finally:
        driver.over.set()
        if cluster:
            thread.join()


def _seconds(process: Path, fields: int) -> float:
    """Seconds of the processor: of the process (two fields), and of its ended children (four)."""
    found = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, found[11 : 11 + fields])) / _TICKS


def _peak(process: Path) -> float:
    lines = (process / "status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _processor(cluster: Cluster | None) -> float:
    """Seconds of the processors that the workers took so far; executors that have ended are counted with them."""
    return sum(_seconds(Path(f"/proc/{worker.pid}"), 4) for worker in cluster.workers) if cluster else 0.0


def _lines(part: Path) -> int:
    with gzip.open(part, "rb") as lines:
        return sum(piece.count(b"\n") for piece in iter(lambda: lines.read(1 << 20), b""))


def table_of(done: list[Took]) -> str:
    """The runs as Markdown."""
    heads = "rows | engine | quads | seconds | command | driver | workers | peak: command | driver"
    lines = [f"| {heads} |", "|--:|---|--:|--:|--:|--:|--:|--:|--:|"]
    for took in done:
        spark = f"{took.driver:.0f} | {took.workers:.0f}" if took.workers else "– | –"
        peaks = f"{took.peak:,.0f} | {took.driver_peak:,.0f}" if took.workers else f"{took.peak:,.0f} | –"
        run = f"{took.rows:,} | {took.engine} | {took.quads:,} | {took.wall:.0f} | {took.processor:.1f}"
        lines.append(f"| {run} | {spark} | {peaks} |")
    largest = max(done, key=lambda took: (took.rows, took.spread))
    sizes = ", ".join(
        f"{what} {size / largest.rows:,.0f}"
        for what, size in (
            ("the table", largest.table),
            ("its cells as Parquet", largest.spread),
            ("quads, packed with gzip,", largest.written),
        )
    )
    what = "*Seconds* are by the clock; *command*, *driver* and *workers* are seconds of processors, peaks are in MB."
    return "\n".join([*lines, "", what, f"Bytes a row: {sizes}."])


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
