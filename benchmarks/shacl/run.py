"""
`kg check` beside other SHACL validators: whole processes, report written, answers compared before times are shown.

    python benchmarks/shacl/run.py [--sizes 10000,100000] [--broken 0.1,0.9] [--only kg,shifty] [--write PAGE.md]
    python benchmarks/shacl/run.py --data FILE.nt --shapes SHAPES.ttl

Each peer stands in an environment of its own in ~/.cache/conflict-kg-benchmarks or $KG_BENCH_HOME, made on the first
run in its newest version; `--update` makes them anew. Tools run in turn (A B C, A B C, …), and medians are shown.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import generate
from measure import Run, measured
from page import machine, put_between
from peers import HOME, ROOT, TOOLS, NotThere, Place, Tool, newest_java
from reports import Answer, difference, prefixes_of

SHAPES = Path(__file__).resolve().parent / "shapes.ttl"
NOTHING = f"<{generate.EX}Shelling> {generate.SUBCLASS} <{generate.EX}Event> .\n"
JUDGES = ("pyshacl", "topbraid", "jena", "kg")
Standing = tuple[Tool, Place]


@dataclass(frozen=True, slots=True)
class Task:
    """One graph to validate; `expected` is None where nobody knows what must be found."""

    title: str
    data: Path
    shapes: Path
    expected: Counter[generate.Found] | None
    seconds: float


@dataclass(slots=True)
class Row:
    """What one tool did with one task. `failed` says what went wrong, `wrong` how its answer differs."""

    tool: Tool
    place: Place
    runs: list[Run] = field(default_factory=list)
    results: int = 0
    failed: str = ""
    wrong: str = ""

    @property
    def report(self) -> Path:
        return HOME / "reports" / f"{self.tool.name}.report"

    @property
    def wall(self) -> float:
        return statistics.median(run.wall for run in self.runs)

    @property
    def peak(self) -> float:
        return statistics.median(run.peak for run in self.runs)


# ── Running ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def standing(names: Iterable[str], *, update: bool) -> list[Standing]:
    """The tools of these names that can run here; says of each other one why not."""
    found = []
    for tool in (tool for tool in TOOLS if tool.name in names):
        if update and hasattr(tool.environment, "name"):
            shutil.rmtree(HOME / tool.environment.name, ignore_errors=True)
        try:
            found.append((tool, tool.environment.set_up(HOME)))
            print(f"{tool.name:18}{found[-1][1].version}")
        except NotThere as error:
            print(f"{tool.name:18}left out: {error}")
    return found


SLOW = 30.0
"""Seconds: a tool that takes longer is run once, for its rank is plain."""


def compete(task: Task, tools: Sequence[Standing], runs: int) -> list[Row]:
    """All tools on one task, in turn; answers are compared after the first turn. Who failed is not asked again."""
    print(f"\n{task.title}")
    rows = [Row(tool, place) for tool, place in tools]
    answers = {}
    for row in rows:
        _run(row, task)
        if row.runs:
            answers[row.tool.name] = row.tool.read(row.report, prefixes_of(task.shapes))
    _judge(rows, answers, task.expected)
    for _ in range(runs - 1):
        for row in rows:
            if not row.failed and row.wall < SLOW:
                _run(row, task)
    return rows


def _run(row: Row, task: Task) -> None:
    run = measured(row.tool.line(row.place, task.data, task.shapes), row.report, task.seconds, ROOT)
    row.failed = _failure(run, row.report, task.seconds)
    if not row.failed:
        row.runs.append(run)
    print(f"  {row.tool.name:18}{row.failed or f'{run.wall:8.2f} s {run.peak:8.0f} MB'}", flush=True)


def _judge(rows: list[Row], answers: dict[str, Answer], expected: Counter[generate.Found] | None) -> None:
    """Where nobody knows what must be found, another tool than ours is the measure, if one is there."""
    if expected is None:
        judge = next((name for name in JUDGES if name in answers), None)
        expected = answers[judge].results if judge else Counter()
        print(f"  answers are compared with those of {judge}")
    for row in rows:
        if answer := answers.get(row.tool.name):
            row.results, row.wrong = answer.results.total(), difference(expected, answer)
            print(f"  {row.tool.name:18}{row.results:,} results{row.wrong and f', differs: {row.wrong}'}", flush=True)


def _failure(run: Run, report: Path, seconds: float) -> str:
    if run.code is None:
        return f"more than {seconds:.0f} s"
    if run.code > 1 or run.code < 0 or (run.code == 1 and not report.stat().st_size):
        last = report.with_suffix(".stderr").read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        return f"failed with {run.code}: {' '.join(last)[:160]}"
    return ""


# ── Showing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def table(task: Task, rows: list[Row], start: dict[str, float]) -> str:
    """One task as Markdown, the fastest first; who differs is marked, and is never the unit of the ratios."""
    done = sorted((row for row in rows if row.runs and not row.failed), key=lambda row: row.wall)
    right = [row for row in done if not row.wrong]
    unit = next((row for row in right if row.tool.name == "kg"), right[0] if right else None)
    lines = [
        f"**{task.title}**" + (f": {task.expected.total():,} results" if task.expected is not None else ""),
        "",
        f"| tool | seconds | × {unit.tool.name if unit else '?'} | start, seconds | peak, MB | answer |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for row in done:
        ratio = f"{row.wall / unit.wall:,.1f}" if unit else "–"
        begin = f"{start[row.tool.name]:.2f}" if row.tool.name in start else "–"
        answer = f"differs: {row.wrong}" if row.wrong else "right" if task.expected else f"{row.results:,} results"
        seconds = f"{row.wall:.2f}{' ≠' if row.wrong else ''}"
        lines.append(f"| {row.tool.title} | {seconds} | {ratio} | {begin} | {row.peak:,.0f} | {answer} |")
    lines += [f"| {row.tool.title} | {row.failed} | – | – | – | – |" for row in rows if row.failed]
    return "\n".join(lines)


def foot(tools: Sequence[Standing], runs: int) -> str:
    """When, on what and with which versions."""
    versions = ", ".join(dict.fromkeys(f"{tool.title.partition(',')[0]} {place.version}" for tool, place in tools))
    how = f"median of {runs}, of what takes more than {SLOW:.0f} s a single run"
    return f"{machine()}, Java {newest_java()[0]}; {how}. {versions}."


# ── The command ─────────────────────────────────────────────────────────────────────────────────────────────────────


def tasks(options: argparse.Namespace, broken: float) -> Iterable[Task]:
    """The graphs to validate with this share of broken events; each is written when it is its turn."""
    for size in options.sizes:
        path = HOME / "data" / "events.nt"
        expected = generate.write_events(path, size, broken, options.seed)
        yield Task(f"{size:,} triples, {broken:.0%} of events broken", path, SHAPES, expected, options.seconds)


def start_up(tools: Sequence[Standing], options: argparse.Namespace) -> dict[str, float]:
    """Seconds that each tool needs for a graph of one triple."""
    path = HOME / "data" / "nothing.nt"
    path.write_text(NOTHING, encoding="utf-8")
    rows = compete(Task("one triple", path, options.shapes or SHAPES, Counter(), 60), tools, max(3, options.runs))
    return {row.tool.name: row.wall for row in rows if row.runs}


def main() -> None:
    """Read the options, run, print, write."""
    options = _options()
    for name in ("data", "reports"):
        (HOME / name).mkdir(parents=True, exist_ok=True)
    tools = standing(options.only, update=options.update)
    start = start_up(tools, options)
    if options.data:
        task = Task(options.data.name, options.data.resolve(), options.shapes.resolve(), None, options.seconds)
        print("\n" + table(task, compete(task, tools, options.runs), start))
        return
    for broken in options.broken:
        tables = [table(task, compete(task, tools, options.runs), start) for task in tasks(options, broken)]
        text = "\n\n".join([*tables, foot(tools, options.runs)])
        print(f"\n{text}")
        if options.write:
            put_between(options.write, f"shacl {broken:g}", text)


def _options() -> argparse.Namespace:
    names = [tool.name for tool in TOOLS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=_list(int), default=[10_000, 100_000, 1_000_000], metavar="N,…")
    parser.add_argument("--broken", type=_list(float), default=[0.1], metavar="SHARE,…", help="of the events")
    parser.add_argument("--seed", type=int, default=generate.SEED)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=600, help="time-out of one run")
    parser.add_argument("--only", type=_list(str), default=names, metavar="NAME,…", help=f"of {', '.join(names)}")
    parser.add_argument("--data", type=Path, help="an N-Triples file of your own, with --shapes")
    parser.add_argument("--shapes", type=Path, help="a Turtle file; only with --data")
    parser.add_argument("--write", type=Path, metavar="PAGE.md", help="put the tables between the page's marks")
    parser.add_argument("--update", action="store_true", help="make the environments anew")
    options = parser.parse_args()
    if bool(options.data) != bool(options.shapes):
        parser.error("--data and --shapes go together")
    if unknown := set(options.only) - set(names):
        parser.error(f"no such tool: {', '.join(sorted(unknown))}")
    return options


def _list(kind: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    return lambda text: [kind(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
