"""Oxigraph with an end: answers are those of the store itself, or there is an error in time; no process is left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, Store

from kg.model.errors import EnvironmentFault
from kg.model.terms import XSD
from kg.sparql.limits import Limits
from kg.stores.embedded import EmbeddedStore
from kg.stores.limited import LimitedStore
from kg.stores.protocol import Answer, NotSparql

P = NamedNode("urn:p")
VALUES: list[NamedNode | BlankNode | Literal] = [
    *(Literal(number) for number in range(1000)),
    Literal("1.50", datatype=NamedNode(f"{XSD}decimal")),
    Literal("-INF", datatype=NamedNode(f"{XSD}double")),
    Literal('a "hill"\n\t\\', language="en"),
    Literal("", datatype=NamedNode("urn:dt")),
    NamedNode("urn:thing"),
    BlankNode("b"),
]
ENDLESS = "{ ?a ?p ?x . ?b ?q ?y . ?c ?r ?z FILTER(?x + ?y * ?z = 7) }"
WITHOUT_END = {
    "before the first row": f"SELECT (COUNT(*) AS ?n) {ENDLESS}",
    "while rows come": "SELECT * { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z }",
    "ask": "ASK { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z FILTER(?x + ?y + ?z = -1) }",
    "construct": "CONSTRUCT { ?a ?q ?z } WHERE { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z }",
    "ordered": "SELECT * { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z } ORDER BY ?x",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("limited") / "store"
    store = Store(str(path))
    store.extend(Quad(NamedNode(f"urn:s{number}"), P, value) for number, value in enumerate(VALUES))
    store.flush()
    return path


@pytest.fixture
def limited(folder: Path) -> Iterator[LimitedStore]:
    store = LimitedStore(folder, Limits(seconds=60))
    yield store
    store.close()


def content(answer: Answer) -> object:
    """An answer, read to its end."""
    if isinstance(answer, QueryBoolean):
        return bool(answer)
    if isinstance(answer, QuerySolutions):
        names = [variable.value for variable in answer.variables]
        return names, [[str(row[name]) for name in names] for row in answer]
    return sorted(map(str, answer))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?o (?o * 2 AS ?twice) (?none AS ?nothing) { ?s ?p ?o } ORDER BY STR(?s)",
        "SELECT * { ?s ?p 'nothing' }",
        "ASK { ?s ?p 7 }",
        "ASK { ?s ?p 'nothing' }",
        "CONSTRUCT { ?o ?p ?s . ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DESCRIBE <urn:s3>",
    ],
)
def test_answers_are_those_of_the_store(query: str, limited: LimitedStore, folder: Path) -> None:
    assert content(limited.answer(query)) == content(EmbeddedStore(Store.read_only(str(folder))).answer(query))


@pytest.mark.parametrize("query", WITHOUT_END.values(), ids=WITHOUT_END)
def test_what_takes_too_long_is_stopped(query: str, folder: Path) -> None:
    with closing(LimitedStore(folder, Limits(seconds=0.5))) as limited:
        began = time.monotonic()
        with pytest.raises(EnvironmentFault, match=r"takes longer than 0\.5 seconds") as told:
            content(limited.answer(query))
        assert time.monotonic() - began < 5
        assert "--timeout" in told.value.hint
        assert content(limited.answer("ASK { ?s ?p 7 }")) is True  # what comes after it is answered


def test_what_is_no_sparql_is_told_as_the_store_does(limited: LimitedStore) -> None:
    with pytest.raises(NotSparql, match="error at 1:1"):
        limited.answer("SELEKT * {}")
    assert content(limited.answer("ASK { ?s ?p 7 }")) is True


def test_answers_may_be_read_side_by_side_and_left(limited: LimitedStore) -> None:
    numbers = "SELECT ?o { ?s ?p ?o FILTER(isNumeric(?o)) } ORDER BY ?o"
    first, second = limited.answer(numbers), limited.answer(f"{numbers} LIMIT 3")
    assert isinstance(first, QuerySolutions)
    assert isinstance(second, QuerySolutions)
    assert next(first)[0] == next(second)[0]
    assert len(list(second)) == 2
    endless = limited.answer(WITHOUT_END["while rows come"])
    assert isinstance(endless, QuerySolutions)
    assert next(endless)[0] is not None
    del endless  # its process ends with it
    assert len(list(first)) == 1001


def test_a_process_that_breaks_off_is_told(limited: LimitedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.stores.limited_process.__file__", "/dev/null")  # an empty program: it ends at once
    with pytest.raises(EnvironmentFault, match="broke off"):
        limited.answer("ASK { ?s ?p 7 }")
