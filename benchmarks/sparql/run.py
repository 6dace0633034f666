"""
An analyst's questions of a made-up war: columns, the embedded Oxigraph and Virtuoso, warm, answers compared first.

    python benchmarks/sparql/run.py [--rows 180000] [--runs 3] [--seconds 120] [--engines columns,virtuoso,oxigraph]
                                    [--questions alliance,count] [--keep] [--write PAGE.md]

With `--project FOLDER --folder queries --mark "queries engines"` it asks the shipped queries of another project, built
with columns, instead.

180,000 rows are 8.4 million triples in the default graph. `--keep` takes the build and the loaded Virtuoso of the run
before. A time ends when the last row is read. `columns` is what `kg query` asks: look-ups go to Oxigraph there.
Virtuoso holds the default graph alone, and is not asked for named ones.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "shacl"))

import virtuoso  # noqa: E402 -- of the folder
import war  # noqa: E402
from page import machine, put_between  # noqa: E402
from peers import HOME, ROOT  # noqa: E402

WORK = HOME / "sparql"
SLOW = 10.0
"""Seconds from which the driver asks once only."""
ENGINES = ("columns", "virtuoso", "oxigraph")
LOOK_UPS = "look-up"
"""How questions begin that `columns` sends to Oxigraph."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The median time of one question and how many rows came, or why there is none, and what it is more than."""

    seconds: float | None
    rows: int = 0
    why: str = ""
    least: float = 0.0


def ask(engine: str, where: str, question: Path, options: argparse.Namespace) -> Asked:
    """One question in a process of its own, which is ended when the time is over."""
    out = WORK / "rows" / f"{question.stem}.{engine}"
    command = [
        sys.executable,
        str(HERE / "drivers" / "ask.py"),
        engine,
        where,
        str(question),
        str(options.runs),
        str(out),
    ]
    try:
        limit = options.seconds + SLOW * options.runs
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return Asked(None, why=f"> {options.seconds:.0f} s", least=options.seconds)
    if done.returncode:
        return Asked(None, why=done.stderr.strip().splitlines()[-1][:80])
    told = json.loads(done.stdout)
    return Asked(statistics.median(told["seconds"]), told["rows"])


def compared(question: Path, asked: dict[str, Asked]) -> None:
    """Raises SystemExit where two engines gave other rows."""
    answered = [engine for engine, one in asked.items() if one.seconds is not None]
    files = [WORK / "rows" / f"{question.stem}.{engine}" for engine in answered]
    for first, other in pairwise(files):
        if first.read_bytes() != other.read_bytes():
            raise SystemExit(f"{question.stem}: {first.name} and {other.name} in {first.parent} differ")


def table(done: dict[str, dict[str, Asked]]) -> str:
    """The times, and ratios to columns."""
    engines = list(dict.fromkeys(engine for asked in done.values() for engine in asked))
    lines = ["| question | rows | " + " | ".join(f"{engine}, s" for engine in engines) + " |"]
    lines.append("|---|--:|" + "--:|" * len(engines))
    for question, asked in done.items():
        rows = max(one.rows for one in asked.values())
        told = [asked.get(engine, Asked(None, why="–")) for engine in engines]
        cells = [f"{one.seconds:.4f}" if one.seconds is not None else one.why for one in told]
        lines.append(f"| {question} | {rows:,} | " + " | ".join(cells) + " |")
    for engine in engines[1:]:
        ratios = [
            (asked[engine].seconds or asked[engine].least) / asked[engines[0]].seconds
            for question, asked in done.items()
            if engine in asked and asked[engines[0]].seconds and not question.startswith(LOOK_UPS)
        ]
        if ratios:
            mean = math.exp(statistics.fmean(map(math.log, ratios)))
            cut = " at least" if any(asked[engine].least for asked in done.values() if engine in asked) else ""
            of = f"the geometric mean of {len(ratios)} questions without the look-ups"
            told = f"{engine} takes{cut} {mean:.1f} times as long as columns: {of}"
            lines += ["", f"{told}, from {min(ratios):.2f} to {max(ratios):.0f}."]
    return "\n".join(lines)


def main() -> None:
    """Build, load, ask, compare, print, write."""
    options = _options()
    (WORK / "rows").mkdir(parents=True, exist_ok=True)
    project = options.project or WORK / f"war-{options.rows}"
    if not options.project and (not options.keep or not project.exists()):
        war.lay_out(project, options.rows)
        subprocess.run([sys.executable, "-m", "kg", "-C", str(project), "build", "--fresh"], check=True, cwd=ROOT)
    build = project / ".kg" / (project / ".kg" / "current").read_text(encoding="utf-8").strip()
    places = {engine: str(build) for engine in options.engines}
    questions = [one for one in sorted(options.folder.rglob("*.rq")) if options.questions in {"", one.stem}]
    done: dict[str, dict[str, Asked]] = {}
    with ExitStack() as stack:
        if "virtuoso" in places:
            if shutil.which("virtuoso-t") is None:
                raise SystemExit("Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin")
            loaded = WORK / f"virtuoso-{options.rows}"
            if not options.keep or not loaded.exists():
                print(f"Virtuoso loaded in {virtuoso.load(build, loaded):.0f} s", flush=True)
            places["virtuoso"], _ = stack.enter_context(virtuoso.serving(loaded))
        for question in questions:
            named = "GRAPH" in question.read_text(encoding="utf-8")
            done[question.stem] = {
                engine: ask(engine, where, question, options)
                for engine, where in places.items()
                if not (named and engine == "virtuoso")
            }
            compared(question, done[question.stem])
            told = ((engine, one.why or f"{one.seconds:.3f} s") for engine, one in done[question.stem].items())
            print(f"  {question.stem:20}", *(f"{engine} {text:12}" for engine, text in told), flush=True)
    text = f"{table(done)}\n\n{machine()}; median of {options.runs}."
    print(f"\n{text}")
    if options.write:
        put_between(options.write, options.mark, text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=180_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--engines", type=lambda text: text.split(","), default=list(ENGINES))
    parser.add_argument("--questions", default="")
    parser.add_argument("--project", type=Path)
    parser.add_argument("--folder", type=Path, default=HERE / "questions")
    parser.add_argument("--mark", default="sparql questions")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--write", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
