"""Builds with columns: they say the same as the store beside them, whatever has been changed."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from pyoxigraph import QuerySolutions

from kg import Project, Wanted, ask, build, export
from kg.model.errors import UsageError
from kg.pipeline.columns import wanted
from kg.pipeline.stores import options_of, store_of
from kg.queries.catalogue import Query, load_queries
from kg.stores.columnar import ColumnarStore
from kg.stores.oxigraph import COLUMNS
from tests.queries.test_rows_on_the_example import given

ROOT = Path(__file__).parents[2]
SHIPPED = load_queries([ROOT / "queries"])
VIEWS = 6
KG = (sys.executable, "-m", "kg")
ALL = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(!isBlank(?s) && !isBlank(?o)) }"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("columns") / "project"
    shutil.copytree(ROOT / "examples/operation-1027", root, ignore=shutil.ignore_patterns(".kg"))
    with (root / "kg.toml").open("a") as file:
        file.write('columns = "always"\n')
    found = Project.open(root)
    assert build(found).written
    return found


def test_views_are_the_same_from_columns_as_from_the_store(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "project"
    shutil.copytree(project.root, other, ignore=shutil.ignore_patterns(".kg"))
    settings = (other / "kg.toml").read_text(encoding="utf-8")
    (other / "kg.toml").write_text(settings.replace('columns = "always"', 'columns = "never"'), encoding="utf-8")
    without = Project.open(other)
    assert build(without).written
    names = sorted(path.stem for path in (ROOT / "views").glob("*.yaml"))
    assert len(names) == VIEWS
    for name in names:
        written = [io.BytesIO(), io.BytesIO()]
        for one, output in zip((project, without), written, strict=True):
            export(one, "gexf", output, wanted=Wanted(view=name))
        assert written[0].getvalue() == written[1].getvalue(), name
        assert b"<edge " in written[0].getvalue()


def test_rows_of_columns_are_a_file_that_no_python_has_seen(project: Project, tmp_path: Path) -> None:
    """Whole numbers, truth values, texts and what has no value; doubles are written by another way."""
    query = "SELECT (COUNT(*) AS ?n) (MIN(STR(?s)) AS ?text) (COUNT(*) > 0 AS ?yes) (?none AS ?empty) { ?s ?p ?o }"
    with store_of(project, options_of(project, "columns")) as store:
        rows = store.rows_file(query, tmp_path / "rows")
        other = store.rows_file("SELECT (1e0 * COUNT(*) AS ?n) { ?s ?p ?o }", tmp_path / "other")
    assert (rows.path.name, rows.names) == ("rows.parquet", ("n", "text", "yes", "empty"))
    (found,) = duckdb.read_parquet(str(rows.path)).fetchall()
    assert found[0].isdigit()
    assert found[1].startswith('"http')
    assert found[2:] == ("true", None)
    assert other.path.name == "other.tsv"
    with pytest.raises(UsageError, match="only a SELECT"), store_of(project) as store:
        store.rows_file("ASK { ?s ?p ?o }", tmp_path / "ask")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("alone")
    (root / "facts").mkdir()
    (root / "kg.toml").write_text('base = "https://example.org/"\ncolumns = "only"\n')
    (root / "facts" / "one.yaml").write_text(
        "document: {id: one, type: NewsArticle, issued: 2023-11-09}\n"
        "claims: [{id: arakan-army, type: ArmedGroup, name: Arakan Army, quote: Arakan Army}]\n"
    )
    (root / "q.rq").write_text("SELECT (RAND() AS ?r) { ?s ?p ?o }")
    (root / "no.rq").write_text("SELECT {")
    assert build(Project.open(root)).written
    return root


def rows(project: Project, query: Query, engine: str) -> tuple[str, list[list[str]]]:
    """The engine that answered, and the rows in their order."""
    with ask(project, query, given(query), options_of(project, engine)) as asked:
        assert isinstance(asked.store, ColumnarStore)
        assert isinstance(asked.answer, QuerySolutions)
        names = [variable.value for variable in asked.answer.variables]
        return asked.store.told.engine, [[str(row[name]) for name in names] for row in asked.answer]


def same_everywhere(project: Project) -> int:
    query = Query("all", ALL)
    engine, mine = rows(project, query, "columns")
    assert engine == "columns"
    assert sorted(mine) == sorted(rows(project, query, "oxigraph")[1])
    return len(mine)


def test_columns_hold_what_the_store_holds_before_and_after_changes(project: Project) -> None:
    before = same_everywhere(project)
    assert before > 5_000
    changed = min((project.root / "facts").glob("*.yaml"))
    text = changed.read_text(encoding="utf-8")
    try:
        changed.unlink()
        assert not build(project).written  # others refer to it: the old build answers
        assert same_everywhere(project) == before
    finally:
        changed.write_text(text, encoding="utf-8")
    (project.root / "facts" / "more.yaml").write_text(
        "document: {id: more, type: NewsArticle, issued: 2023-11-09}\n"
        "claims: [{id: new-front, type: ArmedGroup, name: A new front, quote: a new front}]\n"
    )
    assert build(project).read == 1
    assert same_everywhere(project) > before
    (project.root / "facts" / "more.yaml").unlink()
    assert build(project).written
    assert same_everywhere(project) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_questions_have_the_same_answers(project: Project, name: str) -> None:
    _, mine = rows(project, SHIPPED[name], "auto")
    assert mine == rows(project, SHIPPED[name], "oxigraph")[1]


def test_a_build_of_columns_alone_answers_the_same(project: Project, tmp_path: Path) -> None:
    root = tmp_path / "alone"
    shutil.copytree(project.root, root, ignore=shutil.ignore_patterns(".kg"))
    settings = (root / "kg.toml").read_text(encoding="utf-8")
    (root / "kg.toml").write_text(settings.replace('columns = "always"', 'columns = "only"'), encoding="utf-8")
    alone = Project.open(root)
    assert build(alone).written
    assert not list(root.rglob("store"))
    assert rows(alone, Query("all", ALL), "auto")[0] == "columns"
    assert sorted(rows(alone, Query("all", ALL), "auto")[1]) == sorted(rows(project, Query("all", ALL), "oxigraph")[1])
    with store_of(alone) as mine, store_of(project) as theirs:
        assert mine.counts() == theirs.counts()
    look_up = "SELECT ?p ?o { <https://example.org/operation-1027/arakan-army> ?p ?o }"
    engine, found = rows(alone, Query("one", look_up), "auto")
    assert engine == "columns"
    assert sorted(found) == sorted(rows(project, Query("one", look_up), "columns")[1])

    (root / "facts" / "more.yaml").write_text(
        "document: {id: more, type: NewsArticle, issued: 2023-11-09}\n"
        "claims: [{id: new-front, type: ArmedGroup, name: A new front, quote: a new front}]\n"
    )
    assert build(alone).written
    assert len(rows(alone, Query("all", ALL), "auto")[1]) > len(rows(project, Query("all", ALL), "oxigraph")[1])


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["query", "--engine", "oxigraph", "q.rq"], "this build keeps columns alone"),
        (["query", "q.rq"], "columns cannot answer this"),
        (["query", "no.rq"], "is no SPARQL"),
        (["why", "arakan-army"], "this build keeps columns alone"),
        (["stats"], "this build keeps columns alone"),
    ],
)
def test_what_needs_the_store_says_so(alone: Path, command: list[str], said: str) -> None:
    done = subprocess.run([*KG, *command], cwd=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    if "SPARQL" not in said:
        assert 'write columns = "always" into kg.toml, and build again' in done.stderr


def test_small_builds_have_no_columns_and_large_ones_have(project: Project) -> None:
    auto = Project.open(project.root, {"columns": "auto"})
    assert not wanted(auto, 5_000, 0)
    assert wanted(auto, 0, 40_000)
    assert not wanted(Project.open(project.root, {"columns": "never"}), 10_000_000, 0)


def test_what_names_many_things_is_looked_up(project: Project) -> None:
    named = " ".join(f"<urn:t{number}>" for number in range(65))
    query = Query("many", f"SELECT * {{ VALUES ?t {{ {named} }} ?t ?p ?o }}")
    assert rows(project, query, "auto") == ("oxigraph", [])
    assert rows(project, query, "columns") == ("columns", [])


def test_ctrl_c_stops_a_query_and_leaves_nothing(project: Project, tmp_path: Path) -> None:
    (tmp_path / "long.rq").write_text(
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) < STR(?f) && STR(?f) < STR(?i)) }"
    )
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "kg",
            "-C",
            str(project.root),
            "query",
            str(tmp_path / "long.rq"),
            "--engine",
            "columns",
        ],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while not list(temporary.glob("kg-query-*")):  # there as soon as the columns are opened
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    time.sleep(1)
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=30)
    assert (process.returncode, printed.strip()) == (130, "stopped")
    assert list(temporary.iterdir()) == []


def test_a_build_without_columns_answers(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "kg.toml").write_text('base = "https://example.org/"\n')
    (tmp_path / "facts" / "a.yaml").write_text("document: {id: a, type: NewsArticle, issued: 2023-11-09}\n")
    project = Project.open(tmp_path)
    assert build(project).written
    assert not list(tmp_path.rglob(COLUMNS))
    assert rows(project, Query("all", ALL), "auto")[0] == "oxigraph"
    with pytest.raises(UsageError, match="no columns"):
        rows(project, Query("all", ALL), "columns")
