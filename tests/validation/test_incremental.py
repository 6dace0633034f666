"""After changes the results are those of a full validation, whatever the shapes and the changes are."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from kg.validation.incremental import Incremental, Statement
from kg.validation.results import Result
from kg.validation.shapes.sources import ShapesSource
from kg.validation.validate import in_memory
from tests.validation.test_agreement import (
    CLASSES,
    EX,
    LITERALS,
    PREDICATES,
    TEXTS,
    THINGS,
    TYPE,
    Writer,
    graphs,
    sh,
    turtle,
    typed,
)

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
PREFIXES = f"PREFIX : <{EX}> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
WRITTEN = [
    *TEXTS,
    *(typed(form, "integer") for form in ("1", "01", "+1", "2")),
    typed("1", "byte"),
    typed("1.0", "decimal"),
]
PATHS = [
    ":p", ":p", ":q", ":r", "a", "rdf:type", "^:p", ":p/:q", ":p|^:q", ":p*", "(:p|:q)+", ":r?", "!:p", "!(:p|^:q)",
    "^(:p/:q)", ":p/!:q", ":q/:p*", "?any",
]  # fmt: skip
TERMS = ["$this", "$this", "?x", "?x", "?y", "?z", "?value", ":a", ":b", ":C", ":D", '"a"', "1"]
CONDITIONS = ["?x = ?y", "?value != $this", "BOUND(?y)", "STR(?x) < STR($this)", "?x = :a", "!BOUND(?z) || ?z = ?x"]


class Query:
    """A query in the making: groups in groups, up to so many triple patterns."""

    def __init__(self, draw: Any, patterns: int, bound: str) -> None:
        self.draw = draw
        self.bound = bound
        self.left = patterns
        self.fresh = 0

    def pattern(self) -> str:
        self.left -= 1
        subject = self.draw(st.sampled_from([term for term in TERMS if term[0] not in '"1']))
        return f"{subject} {self.draw(st.sampled_from(PATHS))} {self.draw(st.sampled_from(TERMS))} ."

    def group(self, depth: int = 0) -> str:
        parts = [self.pattern()] if self.draw(st.integers(0, 4)) else []
        for _ in range(self.draw(st.integers(0 if depth else 1, 3))):
            parts += [self.part(depth)] if self.left > 0 else []
        return " ".join(parts)

    def part(self, depth: int) -> str:
        kind = self.draw(st.sampled_from(["pattern", "pattern", "filter", "bind", *(INSIDE if depth < 2 else ())]))
        match kind:
            case "pattern":
                return self.pattern()
            case "filter":
                return f"FILTER({self.draw(st.sampled_from(CONDITIONS))})"
            case "bind":
                self.fresh += 1
                return f"BIND($this AS ?new{self.fresh}) ?new{self.fresh} :q ?z ."
            case "union":
                return f"{{ {self.group(depth + 1)} }} UNION {{ {self.group(depth + 1)} }}"
            case "or":
                return f"FILTER(?x = :a || NOT EXISTS {{ {self.group(depth + 1)} }})"
            case "select":
                self.fresh += 1
                names, count, group = f"{self.bound} ?x", f"(COUNT(*) AS ?new{self.fresh})", self.group(depth + 1)
                return f"{{ SELECT {names} {count} {{ {group} }} GROUP BY {names} }}"
            case "graph":
                return "GRAPH $shapesGraph { :a :p ?x }"
            case _:
                return f"{kind} {{ {self.group(depth + 1)} }}"


INSIDE = [
    "FILTER EXISTS",
    "FILTER NOT EXISTS",
    "FILTER NOT EXISTS",
    "OPTIONAL",
    "OPTIONAL",
    "",
    "union",
    "or",
    "select",
    "graph",
]


@st.composite
def queries(draw: Any, kind: str) -> str:
    query = Query(draw, draw(st.integers(1, 4)), "$this $value $y" if kind == "ASK" else "$this")
    group = query.group()
    if kind == "ASK":
        return f"{PREFIXES} ASK {{ {group} }}"
    if draw(st.integers(0, 3)):
        return f"{PREFIXES} SELECT DISTINCT $this ?x ?value {{ {group} }}"
    return f"{PREFIXES} SELECT $this (COUNT(?x) AS ?number) {{ {group} }} GROUP BY $this"


@st.composite
def shapes_graphs(draw: Any, literals: Sequence[Literal], *, with_queries: bool) -> list[Triple]:
    writer = Writer(draw, literals)
    for _ in range(draw(st.integers(1, 2))):
        top = writer.shape(0)
        for _ in range(draw(st.integers(1, 2))):
            writer.target(top)
    if with_queries:
        _add_queries(draw, writer)
    return list(dict.fromkeys(writer.triples))


def _add_queries(draw: Any, writer: Writer) -> None:
    for shape, _ in writer.made[:3]:
        node = writer.blank()
        writer.add(shape, sh("sparql"), node)
        writer.add(node, sh("message"), Literal("{?value}, {?x} and {?number}"))
        writer.add(node, sh("select"), Literal(draw(queries("SELECT"))))
    writer.add(NamedNode(EX + "a"), PREDICATES[0], NamedNode(EX + "c"))  # for GRAPH $shapesGraph
    asks, parameter, validator = NamedNode(EX + "Asks"), writer.blank(), writer.blank()
    writer.add(asks, TYPE, sh("ConstraintComponent"))
    writer.add(asks, sh("parameter"), parameter)
    writer.add(parameter, sh("path"), NamedNode(EX + "y"))
    writer.add(asks, sh("validator"), validator)
    writer.add(validator, sh("ask"), Literal(draw(queries("ASK"))))
    for shape, _ in writer.made[:2]:
        writer.add(shape, NamedNode(EX + "y"), draw(st.sampled_from([*THINGS, *CLASSES, *WRITTEN])))


class Change:
    """Triples to take out, some of which are there, and to add."""

    def __init__(self, draw: Any, data: list[Triple], others: list[Triple]) -> None:
        some = st.lists(st.sampled_from([*data, *others]), max_size=3)
        self.removed: list[Triple] = draw(some)
        self.added: list[Triple] = draw(some)


@st.composite
def histories(
    draw: Any, literals: Sequence[Literal], *, with_queries: bool
) -> tuple[list[Triple], list[Triple], list[Change]]:
    data, others = draw(graphs(literals)), draw(graphs(literals))
    shapes = draw(shapes_graphs(literals, with_queries=with_queries))
    if with_queries:
        data, others = data[:14], others[:14]
    return data, shapes, [Change(draw, data, others) for _ in range(draw(st.integers(1, 4)))]


# ── What is compared ────────────────────────────────────────────────────────────────────────────────────────────────


def texts(triples: Iterable[Triple]) -> list[Statement]:
    return [(str(t.subject), str(t.predicate), str(t.object)) for t in triples]


def without_places(results: Iterable[Result]) -> Counter[Result]:
    return Counter(result._replace(place=0, part="") for result in results)


def fresh(data: Iterable[Triple], shapes: ShapesSource) -> Counter[Result]:
    return without_places(in_memory(list(data), shapes).results())


def unchanged(one: Counter[Result], other: Counter[Result]) -> None:
    assert (one - other, other - one) == (Counter(), Counter())


def follow(data: list[Triple], shapes: list[Triple], changes: list[Change]) -> None:
    source = ShapesSource.of_triples(shapes)
    note(f"{turtle(data)}\n{turtle(shapes)}")
    now = dict.fromkeys(data)
    followed = Incremental(texts(data), source)
    before = fresh(now, source)
    unchanged(without_places(followed.results.elements()), before)
    for change in changes:
        note(f"- {turtle(change.removed)}\n+ {turtle(change.added)}")
        told = followed.update(texts(change.removed), texts(change.added))
        now = {t: None for t in now if t not in change.removed} | dict.fromkeys(change.added)
        after = fresh(now, source)
        unchanged(without_places(followed.results.elements()), after)
        unchanged(without_places(told.gone), before - after)
        unchanged(without_places(told.new), after - before)
        before = after


@pytest.fixture(autouse=True)
def _rdflib_is_quiet() -> Iterator[None]:
    """It logs a traceback for each ill-formed literal."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


core = histories(LITERALS, with_queries=False)
sparql = histories(WRITTEN, with_queries=True)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(core)
def test_core(history: tuple[list[Triple], list[Triple], list[Change]]) -> None:
    follow(*history)


@settings(max_examples=100, suppress_health_check=SLOW)
@given(sparql)
def test_queries(history: tuple[list[Triple], list[Triple], list[Change]]) -> None:
    follow(*history)
