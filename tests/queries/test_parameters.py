"""Parameters are bound as terms: no value can become SPARQL."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from kg.model.errors import UsageError
from kg.queries.catalogue import Parameter, Query
from kg.queries.parameters import bind

BASE = "https://example.org/"
ECHO = "SELECT ?out { VALUES ?_x { UNDEF } VALUES ?_n { 7 } BIND(?_x AS ?out) }"


def query(kind: str, *, required: bool = False) -> Query:
    return Query("echo", ECHO, parameters=(Parameter("x", kind, required=required), Parameter("n", "integer")))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was_given(text: str) -> None:
    (row,) = Store().query(bind(query("string"), {"x": [text]}, BASE))  # type: ignore[misc]
    assert row["out"].value == text


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("iri", ["kawlin"], [BASE + "kawlin"]),
        ("iri", ["https://other.org/a", "b"], ["https://other.org/a", BASE + "b"]),
        ("integer", ["-7"], ["-7"]),
        ("date", ["2023-11-03"], ["2023-11-03"]),
        ("langString", ["Kawlin@my"], ["Kawlin"]),
        ("boolean", ["true"], ["true"]),
    ],
)
def test_values_of_each_type(kind: str, given: list[str], expected: list[str]) -> None:
    rows = Store().query(bind(query(kind), {"x": given}, BASE))
    assert [row["out"].value for row in rows] == expected  # type: ignore[union-attr]


def test_what_is_not_given_keeps_its_default() -> None:
    assert bind(query("iri"), {}, BASE) == ECHO


@pytest.mark.parametrize(
    ("kind", "given", "says"),
    [
        ("integer", {"x": ["seven"]}, "'seven' is no integer"),
        ("date", {"x": ["2023-13-01"]}, "'2023-13-01' is no date"),
        ("iri", {"x": ["a> <b"]}, "cannot be an id"),
        ("string", {"y": ["z"]}, "no parameter 'y'"),
    ],
)
def test_mistakes_are_said(kind: str, given: dict[str, list[str]], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        bind(query(kind), given, BASE)


def test_a_required_parameter_is_asked_for() -> None:
    with pytest.raises(UsageError, match="needs the parameter 'x'"):
        bind(query("iri", required=True), {}, BASE)
