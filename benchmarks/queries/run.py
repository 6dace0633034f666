"""
What the shipped queries take on a store that is built: seconds of `kg query`, and of the query alone when it is warm.

    python benchmarks/queries/run.py PROJECT [--write PAGE] [--before FOLDER] [--runs N] [--only NAME ...]

PROJECT is a folder with a kg.toml whose store is built, with columns if these are to be asked. `--before` is a folder
with other texts of the same queries: their rows are compared with ours before a time is shown. So are those of
by-hand/, which ask the same of UCDP's rows without parameters and without what these rows never have. Queries are warm
but for `kg query`: the least of N runs after a first one. All seconds are of the processor, so that other work on the
machine counts little.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import QueryResultsFormat, QuerySolutions

from kg import Project, opened
from kg.pipeline.query import run
from kg.pipeline.stores import store_of
from kg.queries.catalogue import Query, load_queries, load_query
from kg.queries.parameters import bind
from kg.stores.columnar import ColumnarStore
from kg.stores.protocol import Answer

ROOT = Path(__file__).resolve().parents[2]
BY_HAND = Path(__file__).resolve().parent / "by-hand"
Ask = Callable[[str], Answer]
BEGIN, END = "<!-- queries -->", "<!-- /queries -->"
# What a query must be given to answer at all, by the type of its parameter's class.
GIVEN = {"Location": "myanmar", "Document": "ucdp-ged"}


@dataclass(frozen=True, slots=True)
class Line:
    """One query: seconds, and how many rows; None where that was not measured."""

    name: str
    rows: int
    process: float
    columns: float | None
    warm: float
    before: float | None
    by_hand: float | None


def given(query: Query) -> dict[str, list[str]]:
    """Its required parameters."""
    return {each.name: [GIVEN[each.cls]] for each in query.parameters if each.required}


def rows_of(ask: Ask, text: str) -> list[str]:
    """Lines of CSV, sorted."""
    answer = ask(text)
    assert isinstance(answer, QuerySolutions)
    return sorted((answer.serialize(format=QueryResultsFormat.CSV) or b"").decode().splitlines()[1:])


def warm(ask: Ask, text: str, expected: list[str], runs: int) -> float:
    """
    The least of some runs.

    Raises:
        SystemExit: The rows are others than those expected.
    """
    taken = []
    for _ in range(runs):
        began = time.process_time()
        found = rows_of(ask, text)
        taken.append(time.process_time() - began)
        if found != expected:
            raise SystemExit(f"other rows, {len(found)} instead of {len(expected)}, of:\n{text}")
    return min(taken)


def whole(project: Project, query: Query) -> float:
    """Seconds of `kg query`, from the start of the process to its end."""
    asked = [f"--param={name}={value}" for name, values in given(query).items() for value in values]
    command = [sys.executable, "-m", "kg", "query", query.name, *asked, "--format", "csv"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=project.root, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def lines(project: Project, queries: Mapping[str, Query], before: Path | None, runs: int) -> Iterator[Line]:
    """One after the other; rows are compared before anything is said of time."""
    with opened(project) as store, store_of(project) as either:

        def ask(text: str) -> Answer:
            return run(store, text)

        def by_columns(text: str, expected: list[str]) -> float | None:
            """None where Oxigraph answers `kg query` too."""
            either.answer(text)
            told = either.told.engine if isinstance(either, ColumnarStore) else ""
            return warm(either.answer, text, expected, runs) if told == "columns" else None

        for name, query in queries.items():
            text = bind(query, given(query), project.settings.base)
            expected = rows_of(ask, text)
            others = [(before / f"{name}.rq") if before else None, BY_HAND / f"{name}.rq"]
            times = [
                warm(ask, bind(load_query(path), given(load_query(path)), project.settings.base), expected, runs)
                if path and path.exists()
                else None
                for path in others
            ]
            seconds = whole(project, query), by_columns(text, expected), warm(ask, text, expected, runs)
            line = Line(name, len(expected), *seconds, *times)
            print(line, file=sys.stderr, flush=True)
            yield line


def page(found: list[Line]) -> str:
    """A table of Markdown."""
    heads = ("query", "rows", "`kg query`, s", "columns, s", "Oxigraph, s", "before, s", "by hand, s")
    out = [f"| {' | '.join(heads)} |", f"|---|{'--:|' * (len(heads) - 1)}"]
    for line in found:
        seconds = (line.process, line.columns, line.warm, line.before, line.by_hand)
        shown = [f"{each:.2f}" if each is not None else "" for each in seconds]
        out.append(f"| {line.name} | {line.rows:,} | {' | '.join(shown)} |")
    return "\n".join(out)


def main() -> None:
    """Measure, print, and with `--write` put the table into the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("project", type=Path)
    options.add_argument("--write", type=Path)
    options.add_argument("--before", type=Path)
    options.add_argument("--runs", type=int, default=2)
    options.add_argument("--only", nargs="*", default=[])
    chosen = options.parse_args()
    queries = load_queries([ROOT / "queries"])
    wanted = {name: query for name, query in queries.items() if not chosen.only or name in chosen.only}
    table = page(list(lines(Project.open(chosen.project.resolve()), wanted, chosen.before, chosen.runs)))
    print(table)
    if chosen.write:
        text = chosen.write.read_text(encoding="utf-8")
        head, tail = text[: text.index(BEGIN)], text[text.index(END) :]
        chosen.write.write_text(f"{head}{BEGIN}\n\n{table}\n\n{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
