"""
What Spark answers is what DuckDB answers: a cluster of two workers, over the same dataset as a folder of Parquet.

The SQL of a question is compiled once for both, so that a difference is one of the translation, or of Spark. Where a
query orders its rows, they come in the same order. `tests/cases/sparql/spark.yaml` lists what is known to differ, each
with its reason; the lists are strict. A question takes Spark a second or more, so a part of them is asked; with
KG_SPARK_ALL=1 it is all of them, which takes an hour.
"""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from pyoxigraph import QuerySolutions

from kg.mapping.engines.spark import SparkEngine, SparkOptions
from kg.pipeline.build import build
from kg.pipeline.export import export
from kg.pipeline.project import Project
from kg.queries.catalogue import load_queries
from kg.queries.parameters import bind
from kg.sparql.algebra import NotCompiled
from kg.sparql.running import ColumnEngine
from kg.sparql.spark.running import SETTINGS, SparkQueries
from kg.stores.generations import Generations
from kg.stores.oxigraph import COLUMNS
from tests.answers import EXAMPLE, QUERIES, ROOT
from tests.mapping.spark_cluster import running
from tests.queries.test_shipped_queries import CASES
from tests.sparql.engines import columns_of
from tests.sparql.test_values import TABLE, Question, stored
from tests.sparql.w3c import cases, rows

pytest.importorskip("pyspark")
pytestmark = [pytest.mark.slow, pytest.mark.integration]

SHIPPED = load_queries([QUERIES])
BENCHMARK = ROOT / "benchmarks" / "sparql"
NOTEBOOK: dict[str, Any] = yaml.safe_load((ROOT / "tests/cases/sparql/notebook.yaml").read_text(encoding="utf-8"))
KNOWN: dict[str, dict[str, str]] = yaml.safe_load((ROOT / "tests/cases/sparql/spark.yaml").read_text(encoding="utf-8"))
ALL = bool(os.environ.get("KG_SPARK_ALL"))
EVERY_QUESTION, EVERY_NOTE, EVERY_CASE = (1, 1, 1) if ALL else (8, 10, 24)
CASES_OF_W3C, COMPILED_OF_W3C = (516, 430) if ALL else (22, 16)
NUMBERED = "who-acted-where"
"""A question whose solutions are numbered."""
EVERY_EXPRESSION, TOGETHER = 12, 12
"""Each kind of value meets so many expressions less; so many expressions are one query."""
# xsd:integer(1e308 / 2): DuckDB gives nothing, and Spark stops.
REFUSED = {"refused: it comes upon a value that cannot be worked on exactly: 5.0E307": 1}


class Both(NamedTuple):
    """One dataset in two forms."""

    here: ColumnEngine
    there: SparkQueries


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    """A session on a cluster of two workers, each a process of its own."""
    # Little is read here: what Spark does for large tables would take most of the time.
    small = {
        "spark.executor.memory": "900m",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.adaptive.enabled": "false",
        # To compile a class for each query takes longer than to run it.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.optimizer.runtime.bloomFilter.enabled": "false",
    }
    with running(tmp_path_factory.mktemp("cluster")) as cluster:
        options = SparkOptions(cluster.master, settings={**small, **SETTINGS})
        with SparkEngine.open(options) as opened:
            yield opened


def on_spark(engine: SparkEngine, folder: Path) -> SparkQueries:
    return SparkQueries(lambda: engine.apart().session, folder)


def exported(project: Path, engine: SparkEngine, folder: Path) -> Both:
    """A project, built with columns, and these exported."""
    settings = project / "kg.toml"
    text = settings.read_text(encoding="utf-8")
    if "columns =" not in text:
        settings.write_text(f'{text}\ncolumns = "always"\n', encoding="utf-8")
    opened = Project.open(project)
    assert build(opened).written
    export(opened, "columns", folder)
    generation = Generations(opened.store).current()
    assert generation is not None
    return Both(ColumnEngine.open(generation / COLUMNS), on_spark(engine, folder))


def compared(both: Both, text: str) -> str:
    """What came of a question: `same`, or why there is nothing to compare, or how the answers differ."""
    try:
        here = rows(both.here.answer(both.here.compiled(text)))
    except NotCompiled:
        return "not compiled"
    try:
        there = rows(both.there.answer(both.there.compiled(text)))
    except NotCompiled as error:
        return f"refused: {error.message}"
    plain_here, plain_there = ([[(name, _named(cell)) for name, cell in row] for row in one] for one in (here, there))
    if plain_here == plain_there:
        return "same"
    if sorted(plain_here) == sorted(plain_there):
        return "in another order" if _is_ordered(text) else "same"
    return f"{there} is not {here}"


def _is_ordered(text: str) -> bool:
    """Whether the rows of a query have an order, and not those of a part of it alone."""
    return "}" not in text.upper().rpartition("ORDER BY")[2] and "ORDER BY" in text.upper()


def _check(found: dict[str, str], *, of: int, at_least: int, known: str) -> None:
    """What is compiled is the same, but for what is known; so many were asked, and so many are compiled."""
    differing = {name: why for name, why in found.items() if why not in {"same", "not compiled"}}
    expected = KNOWN[known].keys() & found.keys()
    assert differing.keys() == expected, {name: differing.get(name, "same") for name in differing.keys() ^ expected}
    assert len(found) == of
    assert sum(why == "same" for why in found.values()) >= at_least


def _named(cell: str) -> str:
    return "_:" if cell.startswith("_:") else cell


# ── Questions of an analyst ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_questions_of_the_benchmark(engine: SparkEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, str(BENCHMARK)])
    war = importlib.import_module("war")
    war.lay_out(tmp_path / "war", 400)
    both = exported(tmp_path / "war", engine, tmp_path / "columns")
    questions = sorted((BENCHMARK / "questions").glob("*.rq"))
    assert len(questions) == 15
    found = {path.stem: compared(both, path.read_text(encoding="utf-8")) for path in questions}
    assert set(found.values()) == {"same"}, found


@pytest.fixture(scope="module")
def example(engine: SparkEngine, tmp_path_factory: pytest.TempPathFactory) -> Both:
    root = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, root / "example", ignore=shutil.ignore_patterns(".kg", "build"))
    return exported(root / "example", engine, root / "columns")


def test_the_shipped_questions(example: Both) -> None:
    """On the example, each with the parameters of its first case there, or without any."""
    asked = {case.query: case.given for case in reversed(CASES) if case.on == "example"}
    found: dict[str, str] = {}
    for name in {*list(SHIPPED)[::EVERY_QUESTION], NUMBERED}:
        given = {key: value if isinstance(value, list) else [value] for key, value in asked.get(name, {}).items()}
        found[name] = compared(example, bind(SHIPPED[name], given, Project.open(EXAMPLE).settings.base))
    assert len(SHIPPED) == 33
    _check(found, of=len(found), at_least=33 if ALL else 5, known="shipped")


def test_the_notebook(example: Both) -> None:
    chosen = list(NOTEBOOK["questions"].items())[::EVERY_NOTE]
    found = {name: compared(example, f"{NOTEBOOK['prefix']}{text}") for name, text in chosen}
    _check(found, of=54 if ALL else 6, at_least=len(chosen), known="notebook")


# ── Cases of the standard ───────────────────────────────────────────────────────────────────────────────────────────


def test_cases_of_the_w3c(engine: SparkEngine, conformance: Path, tmp_path: Path) -> None:
    found: dict[str, str] = {}
    tried = [case for suite in ("sparql10", "sparql11") for case in cases(conformance / "w3c" / suite)][::EVERY_CASE]
    datasets: dict[tuple[Path, ...], Both] = {}
    for case in tried:
        files = (*case.data, Path(), *case.graphs)
        if files not in datasets:
            folder = tmp_path / str(len(datasets))
            folder.mkdir()
            datasets[files] = in_both(case.quads(), folder, engine)
        found[case.name] = compared(datasets[files], case.text())
    _check(found, of=CASES_OF_W3C, at_least=COMPILED_OF_W3C, known="w3c")


def in_both(quads: Sequence[object], folder: Path, engine: SparkEngine) -> Both:
    from kg.columns.parquet import write_folder

    here = columns_of(quads, folder)  # type: ignore[arg-type]
    (folder / "columns").mkdir()
    write_folder(here.db, folder / "columns")
    return Both(here, on_spark(engine, folder / "columns"))


def test_functions_over_values(engine: SparkEngine, tmp_path: Path) -> None:
    both = in_both(stored(), tmp_path, engine)
    counted: Counter[str] = Counter()
    for place, kind in enumerate(TABLE["literals"]):
        # Each kind meets others of the expressions.
        chosen = TABLE["expressions"][place % EVERY_EXPRESSION :: EVERY_EXPRESSION]
        possible = [one for one in chosen if _answered(both.here, one, kind)]
        for together in (possible[at : at + TOGETHER] for at in range(0, len(possible), TOGETHER)):
            text = _question(together, kind)
            counted["expressions"] += len(together)
            counted[compared(both, text)] += 1
        counted["not compiled"] += len(chosen) - len(possible)
    expressions, without = counted["expressions"], counted["not compiled"]
    assert counted == {"same": 16, **REFUSED, "expressions": expressions, "not compiled": without}
    assert expressions + without == 152
    assert expressions >= 112


def test_rows_come_in_the_order_of_their_terms(engine: SparkEngine, tmp_path: Path) -> None:
    both = in_both(stored(), tmp_path, engine)
    places = " ".join(
        f"<urn:i/{kind}>" for kind in ("iri", "integer", "double", "dateTime", "boolean", "string", "text")
    )
    ordered = "{{ VALUES ?p {{ {} }} ?s ?p ?x }} ORDER BY {}(?x) ?s".format
    for way in ("ASC", "DESC"):
        assert compared(both, f"SELECT ?x ?s {ordered(places, way)}") == "same"


def _answered(engine: ColumnEngine, expression: str, kind: str) -> bool:
    try:
        answer = engine.answer(engine.compiled(Question(expression, (kind,)).text()))
    except NotCompiled:
        return False
    assert isinstance(answer, QuerySolutions)
    return True


def _question(expressions: Sequence[str], kind: str) -> str:
    answers = " ".join(f"({one} AS ?a{number})" for number, one in enumerate(expressions))
    return f"{TABLE['prefix']} SELECT ?sx {answers} {{ ?sx <urn:i/{kind}> ?x }}"
