"""Each of the thirty questions is a query that says what it does, and gives the answer that the facts bear."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pyoxigraph import QuerySolutions, Store

from kg.ontology import load_ontology
from kg.queries.catalogue import PARAMETER_TYPES, Query, load_queries
from tests.answers import QUERIES, REPORT_ALONE, ROOT, ask, of_example, of_facts, read_cases, table, without_merge

SHIPPED = load_queries([QUERIES])
CLASSES = load_ontology([ROOT / "ontology"]).classes.keys()
FOLDER = ROOT / "tests" / "cases" / "queries"
QUESTIONS = {str(number) for number in range(1, 31)} - {"2"} | {"2a", "2b"}


class Case(NamedTuple):
    """What a query is asked, of which facts, and its answer."""

    query: str
    name: str
    on: str
    facts: str
    given: dict[str, Any]
    rows: str


def cases() -> list[Case]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        file = read_cases(path)
        for case in file["cases"]:
            assert case.keys() <= {"name", "on", "given", "because", "rows"}, f"{path}: {case['name']}"
            facts = file.get("facts", "") if case["on"] == "facts" else ""
            found.append(Case(path.stem, case["name"], case["on"], facts, case.get("given", {}), case["rows"]))
    return found


CASES = cases()


# ── The files ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_question_has_its_query() -> None:
    assert {query.question for query in SHIPPED.values()} == QUESTIONS
    assert len(SHIPPED) >= len(QUESTIONS) == 31


def test_every_query_has_its_cases() -> None:
    assert {case.query for case in CASES} == SHIPPED.keys()
    assert {case.on for case in CASES} == {"example", "report", "facts"}
    assert len(CASES) >= 80


@pytest.mark.parametrize("query", SHIPPED.values(), ids=SHIPPED)
def test_a_header_is_complete(query: Query) -> None:
    assert query.summary
    assert query.description
    assert query.columns
    assert query.tags
    assert all(column.description for column in query.columns)
    assert all(parameter.description for parameter in query.parameters)
    assert {parameter.type for parameter in query.parameters} <= set(PARAMETER_TYPES)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", query.name)
    assert {parameter.cls for parameter in query.parameters if parameter.cls} <= CLASSES


@pytest.mark.parametrize("query", SHIPPED.values(), ids=SHIPPED)
def test_a_header_names_the_parameters_of_the_text(query: Query) -> None:
    declared = re.findall(r"VALUES \?_(\w+) \{ ([^{}]+) \}", query.text)
    assert {parameter.name for parameter in query.parameters} == {name for name, _ in declared}
    assert {name for name, _ in declared} == set(re.findall(r"\?_(\w+)", query.text))
    assert len(set(declared)) == len(query.parameters), "one default for each parameter, wherever it stands"
    assert all((parameter.name, "UNDEF") in declared for parameter in query.parameters if parameter.required)


@pytest.mark.parametrize("query", SHIPPED.values(), ids=SHIPPED)
def test_a_header_names_the_columns_of_the_answer(query: Query) -> None:
    answer = Store().query(query.text)
    assert isinstance(answer, QuerySolutions)
    assert [variable.value for variable in answer.variables] == [column.name for column in query.columns]
    assert all(re.fullmatch(r"[a-z][a-zA-Z0-9]*", column.name) for column in query.columns)


@pytest.mark.parametrize("query", SHIPPED.values(), ids=SHIPPED)
def test_an_answer_has_an_order(query: Query) -> None:
    assert re.search(r"\nORDER BY .+\n?\Z", query.text)


@pytest.mark.parametrize("query", SHIPPED.values(), ids=SHIPPED)
def test_a_parameter_is_bound_where_it_is_used(query: Query) -> None:
    assert unbound(query.text) == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { VALUES ?_x { 1 } { ?s ?p ?o FILTER(?o = ?_x) } UNION { ?s ?q ?o } }",
        "SELECT * { VALUES ?_x { 1 } { SELECT ?s { ?s ?p ?o FILTER(?o = ?_x) } } }",
        "SELECT * { { VALUES ?_x { 1 } } ?s ?p ?o FILTER NOT EXISTS { ?s ?q ?_x } }",
    ],
)
def test_a_parameter_that_is_bound_elsewhere_is_found(text: str) -> None:
    assert unbound(text) == ["x"]
    assert unbound(text.replace("FILTER", "VALUES ?_x { 1 } FILTER")) == []


def unbound(text: str) -> list[str]:
    """
    Parameters in a group that does not bind them: there they have no value, whatever the groups around it say.

    Spec: https://www.w3.org/TR/sparql11-query/#variableScope
    """
    text = re.sub(r"^#.*|(?<=\s)#.*", "", text, flags=re.MULTILINE)
    text = re.sub(r"<[^<>\s]*>|\"[^\"]*\"", "", text)
    found: list[str] = []
    groups: list[tuple[bool, set[str], set[str]]] = [(False, set(), set())]
    before = ""
    for token in re.finditer(r"VALUES\s+\?_(\w+)\s*\{[^{}]*\}|\?_(\w+)|[{}]|\w+|\S", text):
        _, bound, used = groups[-1]
        if token[1]:
            bound.add(token[1])
        elif token[2]:
            used.add(token[2])
        elif token[0] == "{":
            groups.append((before == "EXISTS", set(), set()))  # what stands in EXISTS sees the values around it
        elif token[0] == "}":
            inherits, bound, used = groups.pop()
            if inherits:
                groups[-1][2].update(used - bound)
            else:
                found.extend(sorted(used - bound))
        before = token[0]
    return found


# ── The answers ─────────────────────────────────────────────────────────────────────────────────────────────────────

Stores = Callable[[Case], tuple[Store, Store]]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """Builds what a case is asked of, once: with the merge, and without it."""
    register = (FOLDER / "common" / "register.yaml").read_text(encoding="utf-8")
    made: dict[tuple[str, str], tuple[Store, Store]] = {}

    def make(case: Case) -> tuple[Store, Store]:
        if (case.on, case.facts) not in made:
            root: Path = tmp_path_factory.mktemp(case.on) / "project"
            match case.on:
                case "example":
                    store = of_example(root)
                case "report":
                    store = of_example(root, REPORT_ALONE)
                case _:
                    store = of_facts(root, case.facts, [register])
            made[case.on, case.facts] = (store, without_merge(store))
        return made[case.on, case.facts]

    return make


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.query}: {case.name}")
def test_answers(stores: Stores, case: Case) -> None:
    merged, union = stores(case)
    query, expected = SHIPPED[case.query], table(case.rows)
    answer = ask(merged, query, case.given)
    assert str(answer.only(expected.columns)) == str(expected)
    assert len(set(answer.rows)) == len(answer.rows), "a row stands twice"
    assert str(ask(union, query, case.given, as_union=True)) == str(answer), (
        "other than where all graphs are the default"
    )
