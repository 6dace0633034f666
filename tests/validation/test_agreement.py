"""
Both evaluators and pySHACL find the same in graphs and shapes that nobody thought of.

The vocabularies are small, so that things meet: a literal as a focus node, a class that is its own subclass, the same
value node below two focus nodes.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from kg.model.terms import XSD
from kg.ontology.vocabulary import PREFIXES
from kg.validation.reference import PySHACL
from kg.validation.results import Result
from kg.validation.shapes.sources import ShapesSource
from kg.validation.validate import in_memory
from tests.validation.engines import engine

EX = "urn:x:"
RDF, RDFS, SH = PREFIXES["rdf"], PREFIXES["rdfs"], PREFIXES["sh"]
TYPE, SUBCLASS = NamedNode(RDF + "type"), NamedNode(RDFS + "subClassOf")
FIRST, REST, NIL = NamedNode(RDF + "first"), NamedNode(RDF + "rest"), NamedNode(RDF + "nil")

Term = NamedNode | BlankNode | Literal
Found = tuple[str, str, str, str, str, str]


def sh(name: str) -> NamedNode:
    return NamedNode(SH + name)


def typed(lexical: str, name: str) -> Literal:
    return Literal(lexical, datatype=NamedNode(XSD + name))


THINGS = [NamedNode(EX + name) for name in "abcd"]
BLANKS = [BlankNode("d0"), BlankNode("d1")]
CLASSES = [NamedNode(EX + name) for name in ("C", "D", "E")]
PREDICATES = [NamedNode(EX + name) for name in "pqr"]
TEXTS = [
    Literal("a"), Literal("ab"), Literal("b"), Literal(""), Literal('a\n"b"'), Literal("𝄞e\u0301"),
]  # fmt: skip
TAGGED = [
    Literal("a", language="en"), Literal("b", language="EN"), Literal("b", language="en-GB"),
    Literal("a", language="de"),
]  # fmt: skip
NUMBERS = [
    *(typed(form, "integer") for form in ("1", "01", "+1", "2", "-1", "5", "18446744073709551616",
                                                "18446744073709551617")),
    *(typed(form, "decimal") for form in ("1.0", "0.1", "1", "5.0000000000000000001", ".5")),
    *(typed(form, "double") for form in ("0.1", "1E0", "5e0", "INF", "NaN")),
    *(typed(form, "float") for form in ("0.1", "16777217")),
    typed("1", "byte"), typed("1", "nonNegativeInteger"),
]  # fmt: skip
DAYS = [*(typed(form, "date") for form in ("2024-01-01", "2024-01-02", "1999-12-31"))]
MOMENTS = [
    *(
        typed(form, "dateTime")
        for form in ("2024-01-01T00:00:00Z", "2024-01-02T00:00:00.5-05:00", "1999-12-31T23:59:59Z")
    ),
]
ODD = [
    *(typed(form, "integer") for form in ("x", "1.5")), typed("1_0", "double"), typed("300", "byte"),
    *(typed(form, "boolean") for form in ("true", "1", "maybe")),
    *(typed(form, "date") for form in ("2024-01-01Z", "2024-01-02+14:00", "2023-02-30", "2024-1-1")),
    *(typed(form, "dateTime") for form in ("2024-01-01T00:00:00", "2023-12-31T24:00:00", "today")),
    typed("P1M", "duration"), typed("", "anyURI"), Literal("x", datatype=NamedNode(EX + "unit")),
]  # fmt: skip
LITERALS = [*TEXTS, *TAGGED, *NUMBERS, *DAYS, *MOMENTS, *ODD]
DATATYPES = [
    *(NamedNode(XSD + name) for name in
      ("string", "integer", "decimal", "double", "float", "boolean", "date", "dateTime", "byte", "anyURI")),
    NamedNode(RDF + "langString"), NamedNode(EX + "unit"),
]  # fmt: skip
PATTERNS = [
    ("^a", ""), ("A", "i"), ("b$", ""), (r"^.$", ""), (r"^.$", "s"), (r"\d", ""), ("(a)b", ""), ("^$", ""),
    ("x:[ab]", ""),
]  # fmt: skip
KINDS = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")

nodes = st.sampled_from([*THINGS, *BLANKS, *CLASSES])
predicates = st.sampled_from(PREDICATES)


def graphs(literals: Sequence[Literal]) -> st.SearchStrategy[list[Triple]]:
    terms = st.one_of(nodes, st.sampled_from(literals), st.sampled_from(literals))
    links = st.builds(Triple, nodes, predicates, terms)
    classes = st.sampled_from(CLASSES)
    types = st.builds(Triple, nodes, st.just(TYPE), classes)
    below = st.builds(Triple, classes, st.just(SUBCLASS), classes)
    return st.lists(st.one_of(links, links, links, types, below), min_size=4, max_size=24, unique=True)


class Writer:
    """A shapes graph in the making: shapes never lead back to themselves."""

    def __init__(self, draw: Any, literals: Sequence[Literal]) -> None:
        self.draw = draw
        self.literals = st.sampled_from(literals)
        self.terms = st.one_of(nodes, self.literals, self.literals)
        self.triples: list[Triple] = []
        self.made: list[tuple[Term, bool]] = []
        self._numbers = count()

    def add(self, subject: Any, predicate: NamedNode, value: Term) -> None:
        self.triples.append(Triple(subject, predicate, value))

    def blank(self) -> BlankNode:
        return BlankNode(f"s{next(self._numbers)}")

    def chance(self, of: int) -> bool:
        return bool(self.draw(st.integers(1, of)) == of)

    def listed(self, members: Sequence[Term]) -> Term:
        head: Term = NIL
        for member in reversed(members):
            node = self.blank()
            self.add(node, FIRST, member)
            self.add(node, REST, head)
            head = node
        return head

    def path(self, depth: int = 0) -> Any:
        kind = self.draw(st.integers(0, 9)) if depth < 3 else 0
        if kind <= 4:
            return self.draw(predicates)
        if kind == 5:
            return self.listed([self.path(depth + 1) for _ in range(self.draw(st.integers(2, 3)))])
        node = self.blank()
        if kind == 6:
            members = [self.path(depth + 1) for _ in range(self.draw(st.integers(2, 3)))]
            self.add(node, sh("alternativePath"), self.listed(members))
            return node
        names = ("inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
        name = "inversePath" if kind == 7 else self.draw(st.sampled_from(names))
        self.add(node, sh(name), self.path(depth + 1))
        return node

    def shape(self, depth: int, *, is_property: bool | None = None) -> Any:
        """A shape of constraints, and of shapes below it; sometimes one that is there already."""
        known = [term for term, of_property in self.made if is_property in (None, of_property)]
        if known and depth and self.chance(4):
            return self.draw(st.sampled_from(known))
        has_path = self.chance(2) if is_property is None else is_property
        term: Term = self.blank() if depth and not self.chance(4) else NamedNode(f"{EX}shape{next(self._numbers)}")
        self.add(term, TYPE, sh("PropertyShape" if has_path else "NodeShape"))
        if has_path:
            self.add(term, sh("path"), self.path())
        names = [*ANYWHERE, *(BELOW if depth < 3 else ()), *(WITH_PATH if has_path else ())]
        for name in self.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)):
            getattr(self, f"write_{name}")(term, depth)
        if self.chance(12):
            self.add(term, sh("deactivated"), typed(self.draw(st.sampled_from(["true", "false"])), "boolean"))
        if self.chance(6):
            self.add(
                term, sh("severity"), self.draw(st.sampled_from([sh("Info"), sh("Warning"), NamedNode(EX + "Bad")]))
            )
        self.made.append((term, has_path))
        return term

    def target(self, term: Term) -> None:
        kind = self.draw(st.sampled_from(["node", "node", "class", "subjects", "objects", "objects", "implicit"]))
        if kind == "node":
            self.add(term, sh("targetNode"), self.draw(st.one_of(self.terms, st.just(NamedNode(EX + "absent")))))
        elif kind == "class":
            self.add(term, sh("targetClass"), self.draw(st.sampled_from(CLASSES)))
        elif kind == "implicit":
            of = NamedNode(EX + "Meta")
            self.add(of, SUBCLASS, NamedNode(RDFS + "Class"))
            self.add(term, TYPE, self.draw(st.sampled_from([of, NamedNode(RDFS + "Class")])))
        else:
            self.add(term, sh("targetSubjectsOf" if kind == "subjects" else "targetObjectsOf"), self.draw(predicates))

    # ── Constraints, by name ────────────────────────────────────────────────────────────────────────────────────────

    def write_class(self, term: Term, _: int) -> None:
        self.add(term, sh("class"), self.draw(st.sampled_from(CLASSES)))

    def write_datatype(self, term: Term, _: int) -> None:
        self.add(term, sh("datatype"), self.draw(st.sampled_from(DATATYPES)))

    def write_kind(self, term: Term, _: int) -> None:
        self.add(term, sh("nodeKind"), sh(self.draw(st.sampled_from(KINDS))))

    def write_range(self, term: Term, _: int) -> None:
        name = self.draw(st.sampled_from(["minInclusive", "minExclusive", "maxInclusive", "maxExclusive"]))
        self.add(term, sh(name), self.draw(self.literals))

    def write_length(self, term: Term, _: int) -> None:
        name = self.draw(st.sampled_from(["minLength", "maxLength"]))
        self.add(term, sh(name), typed(str(self.draw(st.integers(0, 8))), "integer"))

    def write_pattern(self, term: Term, _: int) -> None:
        pattern, flags = self.draw(st.sampled_from(PATTERNS))
        self.add(term, sh("pattern"), Literal(pattern))
        if flags:
            self.add(term, sh("flags"), Literal(flags))

    def write_languages(self, term: Term, _: int) -> None:
        tags = self.draw(st.lists(st.sampled_from(["en", "EN", "de", "en-GB"]), max_size=2))
        self.add(term, sh("languageIn"), self.listed([Literal(tag) for tag in tags]))

    def write_in(self, term: Term, _: int) -> None:
        self.add(term, sh("in"), self.listed(self.draw(st.lists(self.terms, max_size=4))))

    def write_equals(self, term: Term, _: int) -> None:
        self.add(term, sh("equals"), self.draw(predicates))

    def write_disjoint(self, term: Term, _: int) -> None:
        self.add(term, sh("disjoint"), self.draw(predicates))

    def write_value(self, term: Term, _: int) -> None:
        self.add(term, sh("hasValue"), self.draw(self.terms))

    def write_closed(self, term: Term, depth: int) -> None:
        self.add(term, sh("closed"), typed("true", "boolean"))
        for _ in range(self.draw(st.integers(0, 2))):
            self.write_property(term, depth + 2)
        if self.chance(2):
            ignored = self.draw(st.lists(st.sampled_from([TYPE, *PREDICATES]), max_size=2, unique=True))
            self.add(term, sh("ignoredProperties"), self.listed(ignored))

    def write_property(self, term: Term, depth: int) -> None:
        self.add(term, sh("property"), self.shape(depth + 1, is_property=True))

    def write_node(self, term: Term, depth: int) -> None:
        self.add(term, sh("node"), self.shape(depth + 1, is_property=False))

    def write_not(self, term: Term, depth: int) -> None:
        self.add(term, sh("not"), self.shape(depth + 1))

    def write_several(self, term: Term, depth: int) -> None:
        members = [self.shape(depth + 1) for _ in range(self.draw(st.integers(1, 3)))]
        self.add(term, sh(self.draw(st.sampled_from(["and", "or", "xone"]))), self.listed(members))

    def write_count(self, term: Term, _: int) -> None:
        name = self.draw(st.sampled_from(["minCount", "maxCount"]))
        self.add(term, sh(name), typed(str(self.draw(st.integers(0, 3))), "integer"))

    def write_unique(self, term: Term, _: int) -> None:
        self.add(term, sh("uniqueLang"), typed("true", "boolean"))

    def write_less(self, term: Term, _: int) -> None:
        self.add(term, sh(self.draw(st.sampled_from(["lessThan", "lessThanOrEquals"]))), self.draw(predicates))

    def write_qualified(self, term: Term, depth: int) -> None:
        self.add(term, sh("qualifiedValueShape"), self.shape(depth + 1))
        self.add(term, sh("qualifiedMinCount"), typed(str(self.draw(st.integers(0, 2))), "integer"))
        if self.chance(2):
            self.add(term, sh("qualifiedMaxCount"), typed(str(self.draw(st.integers(0, 2))), "integer"))
        if self.chance(2):
            self.add(term, sh("qualifiedValueShapesDisjoint"), typed("true", "boolean"))


ANYWHERE = [
    "class", "datatype", "kind", "range", "range", "length", "pattern", "languages", "in", "equals", "disjoint",
    "value", "closed",
]  # fmt: skip
BELOW = ["property", "property", "property", "node", "not", "several", "several"]
WITH_PATH = ["count", "count", "unique", "less", "less", "qualified", "qualified"]


@st.composite
def shapes_graphs(draw: Any, literals: Sequence[Literal]) -> list[Triple]:
    writer = Writer(draw, literals)
    for _ in range(draw(st.integers(1, 3))):
        top = writer.shape(0)
        for _ in range(draw(st.integers(1, 3))):
            writer.target(top)
    return list(dict.fromkeys(writer.triples))


def examples(*pools: Sequence[Literal]) -> st.SearchStrategy[tuple[list[Triple], list[Triple]]]:
    """Data and shapes whose literals are all of one of the pools."""
    return st.sampled_from(pools).flatmap(lambda pool: st.tuples(graphs(pool), shapes_graphs(pool)))


# ── What is compared ────────────────────────────────────────────────────────────────────────────────────────────────


def found(results: Iterable[Result]) -> Counter[Found]:
    return Counter(
        (r.focus, r.predicate, r.value, r.component, r.origin.source, r.origin.severity_iri) for r in results
    )


def by_memory(triples: list[Triple], shapes: list[Triple]) -> Counter[Found]:
    return found(in_memory(triples, ShapesSource.of_triples(shapes)).results())


def by_columns(triples: list[Triple], shapes: list[Triple]) -> Counter[Found]:
    with engine("columns", triples, ShapesSource.of_triples(shapes)) as made:
        return found(made.results())


def by_pyshacl(triples: list[Triple], shapes: list[Triple]) -> Counter[Found]:
    return found(PySHACL().validate(triples, ShapesSource.of_triples(shapes)))


def turtle(triples: list[Triple]) -> str:
    prefixes = {"": EX, "sh": SH, "rdf": RDF, "rdfs": RDFS, "xsd": XSD}
    return (serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def compared(ours: Counter[Found], theirs: Counter[Found], triples: list[Triple], shapes: list[Triple]) -> None:
    if ours != theirs:
        note(f"{turtle(triples)}\n{turtle(shapes)}")
    assert (ours - theirs, theirs - ours) == (Counter(), Counter())


# ── Where pySHACL is not followed ───────────────────────────────────────────────────────────────────────────────────


def of(shapes: list[Triple], *names: str) -> list[Triple]:
    return [triple for triple in shapes if triple.predicate in {sh(name) for name in names}]


RANGES = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
LESS = ("lessThan", "lessThanOrEquals")


def targets_a_blank_node_that_is_not_there(triples: list[Triple], shapes: list[Triple]) -> bool:
    """
    pySHACL stops with a LookupError; a focus node need not be in the data.

    Spec: https://www.w3.org/TR/shacl/#targetNode
    """
    there = {term for triple in triples for term in (triple.subject, triple.object)}
    return any(isinstance(t.object, BlankNode) and t.object not in there for t in of(shapes, "targetNode"))


def asks_no_length_of_a_blank_node(triples: list[Triple], shapes: list[Triple]) -> bool:
    """
    pySHACL lets blank nodes pass `sh:minLength 0`; they fail whatever the length.

    Spec: https://www.w3.org/TR/shacl/#MinLengthConstraintComponent
    """
    has_blank = any(isinstance(term, BlankNode) for triple in triples for term in (triple.subject, triple.object))
    return has_blank and any(triple.object == typed("0", "integer") for triple in of(shapes, "minLength"))


def compares_nodes(triples: list[Triple], shapes: list[Triple]) -> bool:
    """
    pySHACL orders IRIs, and stops at blank nodes; `<` of SPARQL orders neither, which is a result.

    Spec: https://www.w3.org/TR/shacl/#LessThanConstraintComponent
    """
    path = {triple.subject: triple.object for triple in of(shapes, "path")}
    has_thing = {(t.subject, t.predicate) for t in triples if not isinstance(t.object, Literal)}
    return any(
        path.get(triple.subject) not in PREDICATES
        or any(predicate in (path[triple.subject], triple.object) for _, predicate in has_thing)
        for triple in of(shapes, *LESS)
    )


def compares_what_has_no_order(triples: list[Triple], shapes: list[Triple]) -> bool:
    """
    pySHACL orders texts with languages, and passes or stops at values that `<` of SPARQL has no answer for.

    Spec: https://www.w3.org/TR/sparql11-query/#OperatorMapping, https://www.w3.org/TR/shacl/#MinInclusiveConstraintComponent
    """
    if not of(shapes, *RANGES, *LESS):
        return False
    literals = {t.object for t in (*triples, *of(shapes, *RANGES, "targetNode")) if isinstance(t.object, Literal)}
    ordered = (TEXTS, NUMBERS, DAYS, MOMENTS)
    return not any(literals <= set(kind) for kind in ordered) or any(one.value in {"INF", "NaN"} for one in literals)


def compares_decimals_with_floats(triples: list[Triple], shapes: list[Triple]) -> bool:
    """
    pySHACL compares them exactly; `<` of SPARQL promotes the decimal, so that 0.1 is 0.1.

    Spec: https://www.w3.org/TR/xpath-31/#promotion
    """
    if not of(shapes, *RANGES, *LESS):
        return False
    literals = [t.object for t in (*triples, *of(shapes, *RANGES, "targetNode")) if isinstance(t.object, Literal)]
    kinds = {literal.datatype.value.removeprefix(XSD) for literal in literals}
    return "decimal" in kinds and not kinds.isdisjoint({"double", "float"})


def inverts_more_than_a_predicate(_: list[Triple], shapes: list[Triple]) -> bool:
    """
    pySHACL inverts the steps of a sequence and leaves their order; `^(a/b)` is `^b/^a`.

    Spec: https://www.w3.org/TR/sparql11-query/#sparqlTranslatePathExpressions
    """
    return any(not isinstance(triple.object, NamedNode) for triple in of(shapes, "inversePath"))


DIFFERENCES = (
    inverts_more_than_a_predicate,
    targets_a_blank_node_that_is_not_there,
    asks_no_length_of_a_blank_node,
    compares_nodes,
    compares_what_has_no_order,
    compares_decimals_with_floats,
)


def differs(triples: list[Triple], shapes: list[Triple]) -> bool:
    return any(known(triples, shapes) for known in DIFFERENCES)


# ── Tests ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def both_evaluators(example: tuple[list[Triple], list[Triple]]) -> None:
    compared(by_memory(*example), by_columns(*example), *example)


@pytest.fixture(autouse=True)
def _rdflib_is_quiet() -> Iterator[None]:
    """It logs a traceback for each ill-formed literal."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def pyshacl_too(example: tuple[list[Triple], list[Triple]]) -> None:
    assume(not differs(*example))
    compared(by_memory(*example), by_pyshacl(*example), *example)


SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
any_literals = examples(LITERALS)
ordered_literals = examples(TEXTS, NUMBERS, DAYS, MOMENTS, LITERALS)


@settings(max_examples=60, suppress_health_check=SLOW, derandomize=True)
@given(any_literals)
def test_both_evaluators_find_the_same(example: tuple[list[Triple], list[Triple]]) -> None:
    both_evaluators(example)


@settings(max_examples=200, suppress_health_check=SLOW, derandomize=True)
@given(ordered_literals)
def test_pyshacl_finds_the_same(example: tuple[list[Triple], list[Triple]]) -> None:
    pyshacl_too(example)


@pytest.mark.slow
@settings(max_examples=250, suppress_health_check=SLOW, derandomize=True)
@given(any_literals)
def test_both_evaluators_find_the_same_in_many(example: tuple[list[Triple], list[Triple]]) -> None:
    both_evaluators(example)


@pytest.mark.slow
@settings(max_examples=1_000, suppress_health_check=SLOW, derandomize=True)
@given(ordered_literals)
def test_pyshacl_finds_the_same_in_many(example: tuple[list[Triple], list[Triple]]) -> None:
    pyshacl_too(example)
