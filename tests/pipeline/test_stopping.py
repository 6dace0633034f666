"""
A query that would run for hours ends when time is over, and within a second of Ctrl-C, whichever engine answers.

Nothing is left behind: no file in part, no folder, no process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg.model.errors import EnvironmentFault
from kg.pipeline.stores import options_of
from kg.queries.catalogue import Query
from tests.pipeline.conftest import MakeProject

COUNTED = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z . ?d ?s ?u FILTER(STRLEN(?x) = STRLEN(?u) * 99) }"
LISTED = "SELECT ?x ?y ?z ?u { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z . ?d ?s ?u }"
QUERIES = {"counted.rq": COUNTED, "listed.rq": LISTED}
LIMITED = ("--engine", "oxigraph", "--timeout", "600")
STOPPED = [
    (("--engine", "oxigraph"), signal.SIGINT),
    (("--engine", "oxigraph"), signal.SIGTERM),
    (LIMITED, signal.SIGINT),
    (("--engine", "columns"), signal.SIGINT),
    (("--engine", "columns", "--timeout", "600"), signal.SIGTERM),
]


@pytest.fixture
def project(make_project: MakeProject) -> kg.Project:
    """A small project, with both forms of the dataset; of four unconnected patterns even that has a billion rows."""
    made = make_project({f"queries/{name}": text for name, text in QUERIES.items()})
    made = kg.Project.open(made.root, {"columns": "always"})
    kg.build(made)
    return made


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "tmp"
    folder.mkdir()
    yield folder
    assert list(folder.iterdir()) == []


def started(project: kg.Project, temporary: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "TMPDIR": str(temporary), "XDG_CACHE_HOME": str(temporary.parent / "cache")}
    command = [sys.executable, "-m", "kg", "-C", str(project.root), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def children_of(process: int) -> list[int]:
    return [int(number) for number in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def uses_processor(process: int) -> bool:
    """Whether a process, with those that it started, is past its beginning: it has used a second of a processor."""
    ticks = 0
    for one in (process, *children_of(process)):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks > os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("engine", ["oxigraph", "columns"])
@pytest.mark.parametrize("query", QUERIES)
def test_time_is_over(query: str, engine: str, project: kg.Project, temporary: Path) -> None:
    output = project.root / "answer.csv"
    arguments = ("query", f"{project.root}/queries/{query}", "--engine", engine, "-f", "csv", "-o", str(output))
    process = started(project, temporary, *arguments, "--timeout", "0.5")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 3, told
    assert told.splitlines() == [
        "kg: the query takes longer than 0.5 seconds, and was stopped",
        "  hint: ask for less, or give it more time: --timeout, or `query-timeout` in kg.toml",
    ]
    assert not list(project.root.glob("*answer*"))


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see what a process does")
@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(
    ("options", "sent"), STOPPED, ids=[f"{' '.join(options)} {sent.name}" for options, sent in STOPPED]
)
def test_ctrl_c(
    query: str, options: tuple[str, ...], sent: signal.Signals, project: kg.Project, temporary: Path
) -> None:
    output = project.root / "answer.csv"
    arguments = ("query", f"{project.root}/queries/{query}", "-f", "csv", "-o", str(output), *options)
    process = started(project, temporary, *arguments)
    while not uses_processor(process.pid):
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    children = children_of(process.pid)
    began = time.monotonic()
    process.send_signal(sent)
    printed, told = process.communicate(timeout=60)
    assert time.monotonic() - began < 3  # a second, on a quiet machine
    assert (process.returncode, printed, told.strip()) == (130, "", "stopped")
    assert not list(project.root.glob("*answer*"))
    assert bool(children) == (options == LIMITED)
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_an_export_with_a_limit(project: kg.Project, temporary: Path) -> None:
    output = project.root / "answer.csv"
    arguments = ("export", "csv", "--table", f"{project.root}/queries/listed.rq", "-o", str(output))
    process = started(project, temporary, "--set", "query-timeout=0.5", *arguments)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 3, told
    assert told.startswith("kg: the query takes longer than 0.5 seconds")
    assert not list(project.root.glob("*answer*"))


@pytest.mark.parametrize("engine", ["oxigraph", "columns"])
def test_from_python(engine: str, project: kg.Project) -> None:
    options = options_of(project, engine, timeout=0.5)
    with pytest.raises(EnvironmentFault, match="takes longer"), kg.ask(project, Query("q", COUNTED), {}, options):
        pass
    with kg.ask(project, Query("q", LISTED), {}, options) as asked, pytest.raises(EnvironmentFault, match="longer"):
        sum(1 for _ in asked.answer)
    with kg.ask(project, Query("q", "ASK { ?a ?p ?x }"), {}, options) as asked:
        assert asked.answer
