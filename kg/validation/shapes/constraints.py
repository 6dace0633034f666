"""
The typed plan of a shapes graph: shapes, their targets and their constraints, as values.

Terms are N-Triples texts. Each constraint knows the IRI of its component.

Spec: https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from kg.model.values import Value
from kg.ontology.vocabulary import PREFIXES
from kg.validation.shapes.conditions import Condition
from kg.validation.shapes.paths import Path
from kg.validation.sparql.prebinding import Prepared

SHACL = PREFIXES["sh"]


def component(name: str) -> str:
    """The text of a constraint component's IRI."""
    return f"<{SHACL}{name}ConstraintComponent>"


# ── What a value node must be, one value at a time ──────────────────────────────────────────────────────────────────


class PerValue(Value):
    """Each value node satisfies a condition that looks at nothing but the term."""

    component: str
    condition: Condition


class IsInstance(Value):
    """Each value node is an instance of the class (`sh:class`)."""

    component: ClassVar[str] = component("Class")
    of: str


class IsOneOf(Value):
    """Each value node is one of the terms (`sh:in`)."""

    component: ClassVar[str] = component("In")
    terms: tuple[str, ...]


# ── What the set of value nodes must be ─────────────────────────────────────────────────────────────────────────────


class AtLeast(Value):
    """There are at least so many value nodes (`sh:minCount`)."""

    component: ClassVar[str] = component("MinCount")
    count: int


class AtMost(Value):
    """There are at most so many value nodes (`sh:maxCount`)."""

    component: ClassVar[str] = component("MaxCount")
    count: int


class HasValue(Value):
    """The term is among the value nodes (`sh:hasValue`)."""

    component: ClassVar[str] = component("HasValue")
    term: str


class UniqueLanguages(Value):
    """No two value nodes have the same language tag (`sh:uniqueLang`)."""

    component: ClassVar[str] = component("UniqueLang")


class Equals(Value):
    """The value nodes are the objects of the predicate (`sh:equals`)."""

    component: ClassVar[str] = component("Equals")
    predicate: str


class Disjoint(Value):
    """No value node is an object of the predicate (`sh:disjoint`)."""

    component: ClassVar[str] = component("Disjoint")
    predicate: str


class Less(Value):
    """Each value node is less than each object of the predicate, or equal (`sh:lessThan`, `sh:lessThanOrEquals`)."""

    component: str
    predicate: str
    or_equal: bool


class Closed(Value):
    """Value nodes have no other predicates than these (`sh:closed`)."""

    component: ClassVar[str] = component("Closed")
    predicates: tuple[str, ...]


# ── What other shapes say ───────────────────────────────────────────────────────────────────────────────────────────


class Conforms(Value):
    """Each value node conforms to the shape (`sh:node`)."""

    component: ClassVar[str] = component("Node")
    shape: str


class ConformsNot(Value):
    """No value node conforms to the shape (`sh:not`)."""

    component: ClassVar[str] = component("Not")
    shape: str


class ConformsToAll(Value):
    """Each value node conforms to all the shapes (`sh:and`)."""

    component: ClassVar[str] = component("And")
    shapes: tuple[str, ...]


class ConformsToAny(Value):
    """Each value node conforms to at least one of the shapes (`sh:or`)."""

    component: ClassVar[str] = component("Or")
    shapes: tuple[str, ...]


class ConformsToOne(Value):
    """Each value node conforms to exactly one of the shapes (`sh:xone`)."""

    component: ClassVar[str] = component("Xone")
    shapes: tuple[str, ...]


class HasProperty(Value):
    """Each value node is a focus node of the property shape (`sh:property`); its results are that shape's."""

    component: ClassVar[str] = component("Property")
    shape: str


class Qualified(Value):
    """
    So many value nodes conform to the shape (`sh:qualifiedValueShape`) and to none of its siblings.

    `least` and `most` are None where the shape does not say.
    """

    component: str
    shape: str
    least: int | None
    most: int | None
    siblings: tuple[str, ...]


# ── What a query says ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, eq=False)
class Sparql:
    """
    A SELECT whose solutions are results, or a validator whose solutions are failing value nodes.

    `source` is the node of the `sh:sparql` constraint, empty for validators of a component; `constants` are the
    pre-bound parameters, as pairs of variable and term.
    """

    component: str
    query: Prepared
    source: str
    messages: tuple[str, ...]
    constants: tuple[tuple[str, str], ...] = ()
    per_value: bool = False


Constraint: TypeAlias = (
    PerValue
    | IsInstance
    | IsOneOf
    | AtLeast
    | AtMost
    | HasValue
    | UniqueLanguages
    | Equals
    | Disjoint
    | Less
    | Closed
    | Conforms
    | ConformsNot
    | ConformsToAll
    | ConformsToAny
    | ConformsToOne
    | HasProperty
    | Qualified
    | Sparql
)


# ── Shapes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Target(Value):
    """Where focus nodes come from: `kind` is `node`, `class`, `subjects` or `objects`, `term` what it names."""

    kind: str
    term: str


class Shape(Value):
    """
    A node shape (`path` is None) or a property shape.

    `severity` is the text of an IRI, `messages` of literals; `order` is the place of the shape in its file.
    """

    term: str
    path: Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: str
    messages: tuple[str, ...]
    deactivated: bool


@dataclass(frozen=True, slots=True)
class Shapes:
    """
    A shapes graph as a plan.

    `foreign` holds the top shapes that only the reference engine can evaluate, each with the reason; `named` gives the
    nearest named shape of each shape.
    """

    by_term: dict[str, Shape]
    foreign: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)

    def with_targets(self) -> list[Shape]:
        """The shapes that have targets and are not foreign, in the order of the file."""
        return [s for s in self.by_term.values() if s.targets and not s.deactivated and s.term not in self.foreign]
