"""
The shipped queries on the worked example: the rows they give, and the same rows without the merge.

`tests/cases/answers/NAME.csv` holds the rows as `kg query NAME --format csv` gives them; `KG_WRITE_CASES=1` writes them
anew: read the difference against the reports.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, QueryResultsFormat, QuerySolutions, Store

from kg import Project, build, opened
from kg.pipeline.query import run
from kg.queries.catalogue import Query, load_queries
from kg.queries.parameters import bind

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests/cases/answers"
QUERIES = load_queries([ROOT / "queries"])
# What a query must be given to answer at all.
GIVEN: dict[str, dict[str, list[str]]] = {
    "events-in-place": {"place": ["kawlin-township"]},
    "what-changed": {
        "earlier": ["irrawaddy-2023-11-03"],
        "later": ["irrawaddy-2023-11-06"],
        "place": ["kawlin-township"],
    },
    "what-rests-on-document": {"document": ["irrawaddy-2023-11-03"]},
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("example") / "project"
    shutil.copytree(ROOT / "examples/operation-1027", root, ignore=shutil.ignore_patterns(".kg"))
    found = Project.open(root)
    assert build(found).written
    return found


@pytest.fixture(scope="module")
def without_merge(project: Project) -> Store:
    """Claim and document graphs alone, for a reading whose default graph is the union of all graphs."""
    store = Store()
    with opened(project) as built:
        store.extend(quad for quad in built if quad.graph_name != DefaultGraph())
    return store


def given(query: Query) -> dict[str, list[str]]:
    known = {parameter.name for parameter in query.parameters}
    return {name: values for name, values in GIVEN.get(query.name, {}).items() if name in known}


@pytest.mark.parametrize("name", QUERIES)
def test_the_rows_on_the_worked_example(project: Project, without_merge: Store, name: str) -> None:
    query = QUERIES[name]
    text = bind(query, given(query), project.settings.base)
    with opened(project) as store:
        rows = as_csv(store.query(text))
    expected = CASES / f"{name}.csv"
    if os.environ.get("KG_WRITE_CASES"):
        expected.write_bytes(rows)
    assert rows == expected.read_bytes()
    union = without_merge.query(text, use_default_graph_as_union=True)
    assert sorted(as_csv(union).splitlines()) == sorted(rows.splitlines())


def as_csv(answer: object) -> bytes:
    assert isinstance(answer, QuerySolutions)
    return answer.serialize(format=QueryResultsFormat.CSV) or b""


@pytest.mark.parametrize("name", [name for name, query in QUERIES.items() if query.parameters])
def test_every_parameter_can_be_given(project: Project, name: str) -> None:
    """A value that nothing in the example has leaves a query that runs."""
    values = {"iri": "nowhere", "date": "1999-01-01", "integer": "3", "boolean": "true", "decimal": "1.5"}
    query = QUERIES[name]
    for parameter in query.parameters:
        value = values.get(parameter.type, "nothing")
        with opened(project) as store:
            list(store.query(bind(query, {**given(query), parameter.name: [value]}, project.settings.base)))


def test_every_case_belongs_to_a_query() -> None:
    assert {path.stem for path in CASES.glob("*.csv")} == set(QUERIES)


DISAGREEING = """
document: {id: report, type: NewsArticle, issued: 2024-05-14}
claims:
  - {id: army, type: StateForce, name: Army, quote: the army}
  - {id: front, type: ArmedGroup, name: Front, quote: the front}
  - {id: clash, type: ArmedClash, attacker: front, place: unknown, day: 2024-05-13, quote: they fought}
  - {about: clash, speaker: front, verification: couldNotVerify, quote: twelve, killed: {victim: army, count: 12}}
  - {about: clash, speaker: army, quote: two, killed: {victim: army, count: 2}}
"""


def test_what_the_example_has_nothing_of(tmp_path: Path) -> None:
    """Figures that differ, and a claim that the publisher could not verify."""
    (tmp_path / "facts").mkdir()
    (tmp_path / "kg.toml").write_text('base = "https://example.org/"\n')
    (tmp_path / "facts/report.yaml").write_text(DISAGREEING)
    project = Project.open(tmp_path)
    assert build(project).written
    with opened(project) as store:
        figures = [row["difference"].value for row in run(store, QUERIES["figures-that-differ"].text)]  # type: ignore[union-attr]
        claims = [row["words"].value for row in run(store, QUERIES["unverified-claims"].text)]  # type: ignore[union-attr]
    assert [abs(int(difference)) for difference in figures] == [10]
    assert claims == ["twelve"]
