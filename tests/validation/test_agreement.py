"""
Both evaluators and pySHACL find the same in graphs and shapes that nobody thought of.

The vocabularies are small, so that things meet: a literal as a focus node, a class that is its own subclass, the same
value node below two focus nodes.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from kg.columns.encode import Columns
from kg.model.terms import XSD
from kg.ontology.vocabulary import PREFIXES
from kg.validation.reference import PySHACL
from kg.validation.results import Result
from kg.validation.sources import ShapesSource
from kg.validation.validate import in_memory, over_columns
from tests.validation.test_w3c import Source

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
LITERALS = [
    Literal("a"), Literal("ab"), Literal("b"), Literal(""), Literal("a\n\"b\""), Literal("𝄞e\u0301"),
    Literal("a", language="en"), Literal("b", language="EN"), Literal("b", language="en-GB"), Literal("a", language="de"),
    *(typed(form, "integer") for form in ("1", "01", "+1", "2", "-1", "5", "18446744073709551616", "18446744073709551617", "x")),
    *(typed(form, "decimal") for form in ("1.0", "0.1", "1", "5.0000000000000000001", ".5")),
    *(typed(form, "double") for form in ("0.1", "1E0", "5e0", "INF", "NaN", "1_0")),
    *(typed(form, "float") for form in ("0.1", "16777217")),
    *(typed(form, "boolean") for form in ("true", "1", "maybe")),
    *(typed(form, "date") for form in ("2024-01-01", "2024-01-01Z", "2024-01-02+14:00", "2023-02-30", "2024-1-1")),
    *(typed(form, "dateTime") for form in
      ("2024-01-01T00:00:00", "2024-01-01T00:00:00Z", "2023-12-31T24:00:00", "2024-01-02T00:00:00.5-05:00", "today")),
    typed("300", "byte"), typed("1", "byte"), typed("1", "nonNegativeInteger"), typed("P1M", "duration"),
    typed("", "anyURI"), Literal("x", datatype=NamedNode(EX + "unit")),
]  # fmt: skip
DATATYPES = [
    *(NamedNode(XSD + name) for name in
      ("string", "integer", "decimal", "double", "float", "boolean", "date", "dateTime", "byte", "anyURI")),
    NamedNode(RDF + "langString"), NamedNode(EX + "unit"),
]  # fmt: skip
PATTERNS = [
    ("^a", ""), ("A", "i"), ("b$", ""), (r"^.$", ""), (r"^.$", "s"), (r"\d", ""), ("(a)b", ""), ("^$", ""), ("x:[ab]", ""),
]  # fmt: skip
KINDS = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")

nodes = st.sampled_from([*THINGS, *BLANKS, *CLASSES])
predicates = st.sampled_from(PREDICATES)
literals = st.sampled_from(LITERALS)
terms = st.one_of(nodes, literals, literals)
links = st.builds(Triple, nodes, predicates, terms)
statements = st.one_of(
    links,
    links,
    links,
    st.builds(Triple, nodes, st.just(TYPE), st.sampled_from(CLASSES)),
    st.builds(Triple, st.sampled_from(CLASSES), st.just(SUBCLASS), st.sampled_from(CLASSES)),
)
graphs = st.lists(statements, min_size=1, max_size=16, unique=True)


class Writer:
    """A shapes graph in the making: shapes never lead back to themselves."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
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

    def path(self, depth: int = 0) -> Term:
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

    def shape(self, depth: int, *, is_property: bool | None = None) -> Term:
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
            self.add(term, sh("severity"), self.draw(st.sampled_from([sh("Info"), sh("Warning"), NamedNode(EX + "Bad")])))
        self.made.append((term, has_path))
        return term

    def target(self, term: Term) -> None:
        kind = self.draw(st.sampled_from(["node", "node", "class", "subjects", "objects", "objects", "implicit"]))
        if kind == "node":
            self.add(term, sh("targetNode"), self.draw(st.one_of(nodes, literals, st.just(NamedNode(EX + "absent")))))
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
        self.add(term, sh(name), self.draw(literals))

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
        self.add(term, sh("in"), self.listed(self.draw(st.lists(terms, max_size=4))))

    def write_equals(self, term: Term, _: int) -> None:
        self.add(term, sh("equals"), self.draw(predicates))

    def write_disjoint(self, term: Term, _: int) -> None:
        self.add(term, sh("disjoint"), self.draw(predicates))

    def write_value(self, term: Term, _: int) -> None:
        self.add(term, sh("hasValue"), self.draw(terms))

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
    "class", "datatype", "kind", "range", "range", "length", "pattern", "languages", "in", "equals", "disjoint", "value",
    "closed",
]  # fmt: skip
BELOW = ["property", "property", "property", "node", "not", "several", "several"]
WITH_PATH = ["count", "count", "unique", "less", "less", "qualified", "qualified"]


@st.composite
def shapes_graphs(draw: Any) -> list[Triple]:
    writer = Writer(draw)
    for _ in range(draw(st.integers(1, 2))):
        top = writer.shape(0)
        for _ in range(draw(st.integers(1, 2))):
            writer.target(top)
    return list(dict.fromkeys(writer.triples))
