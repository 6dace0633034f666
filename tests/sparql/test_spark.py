"""
What Spark answers is what DuckDB answers: a cluster of two workers, over the same dataset as a folder of Parquet.

The SQL of a question is compiled once for both, so that a difference is one of the translation, or of Spark.
"""

from __future__ import annotations

import importlib
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
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
EVERY_QUESTION, EVERY_CASE, EVERY_EXPRESSION, TOGETHER = 4, 24, 12, 12
# xsd:integer(1e308 / 2): DuckDB gives nothing, and Spark stops.
REFUSED = {"refused: it comes upon a value that cannot be worked on exactly: 5.0E307": 1}
"""Of the W3C's cases and of the expressions over values so many are one question; so many expressions are one query."""


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


def compared(both: Both, text: str, *, in_order: bool = False) -> str:
    """What came of a question: `same`, or why there is nothing to compare; raises where the answers differ."""
    try:
        compiled = both.here.compiled(text)
        here = rows(both.here.answer(compiled))
    except NotCompiled:
        return "not compiled"
    try:
        there = rows(both.there.answer(both.there.compiled(text)))
    except NotCompiled as error:
        return f"refused: {error.message}"
    plain_here, plain_there = ([[(name, _named(cell)) for name, cell in row] for row in one] for one in (here, there))
    if not in_order:
        plain_here, plain_there = sorted(plain_here), sorted(plain_there)
    assert plain_there == plain_here, text
    return "same"


def _check(found: dict[str, str], *, of: int, at_least: int) -> None:
    """Nothing that is compiled is refused, and so many are."""
    assert {name: why for name, why in found.items() if why not in {"same", "not compiled"}} == {}
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


def test_the_shipped_questions_on_the_example(engine: SparkEngine, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "example", ignore=shutil.ignore_patterns(".kg", "build"))
    both = exported(tmp_path / "example", engine, tmp_path / "columns")
    base = Project.open(EXAMPLE).settings.base
    asked = {case.query: case.given for case in reversed(CASES) if case.on == "example"}
    found: dict[str, str] = {}
    for name, given in sorted(asked.items())[::EVERY_QUESTION]:
        values = {key: value if isinstance(value, list) else [value] for key, value in given.items()}
        text = bind(SHIPPED[name], values, base)
        found[name] = compared(both, text)
    # EXISTS within the condition of an OPTIONAL numbers the solutions before it.
    assert "numbered once" in found.pop("who-acted-where")
    _check(found, of=6, at_least=6)


# ── Cases of the standard ───────────────────────────────────────────────────────────────────────────────────────────


def test_cases_of_the_w3c(engine: SparkEngine, conformance: Path, tmp_path: Path) -> None:
    found: dict[str, str] = {}
    tried = [case for suite in ("sparql10", "sparql11") for case in cases(conformance / "w3c" / suite)]
    for number, case in enumerate(tried[::EVERY_CASE]):
        folder = tmp_path / str(number)
        folder.mkdir()
        both = in_both(case.quads(), folder, engine)
        found[case.name] = compared(both, case.text())
        both.here.close()
    _check(found, of=22, at_least=19)


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
    assert counted == {"same": 15, **REFUSED, "expressions": expressions, "not compiled": without}
    assert expressions + without == 143
    assert expressions >= 112


def test_rows_come_in_the_order_of_their_terms(engine: SparkEngine, tmp_path: Path) -> None:
    both = in_both(stored(), tmp_path, engine)
    places = " ".join(
        f"<urn:i/{kind}>" for kind in ("iri", "integer", "double", "dateTime", "boolean", "string", "text")
    )
    ordered = "{{ VALUES ?p {{ {} }} ?s ?p ?x }} ORDER BY {}(?x) ?s".format
    for way in ("ASC", "DESC"):
        assert compared(both, f"SELECT ?x ?s {ordered(places, way)}", in_order=True) == "same"


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
