"""
The relations that validation is made of: what to compute, not how.

A plan is a tree of these values. `Nodes` are sets of terms, `Pairs` are sets of (focus node, value node), `Rows` are
bags of results. Engines evaluate them: `kg.validation.memory` over dictionaries, `kg.validation.columnar` as SQL over
columns, `kg.validation.remote` as SPARQL. Equal relations are equal values, so an engine evaluates each once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from kg.validation.conditions import Condition
from kg.validation.constraints import Sparql
from kg.validation.paths import Path

# ── Sets of nodes ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Listed:
    """These terms."""

    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Instances:
    """
    The instances of a class: of it and of what is declared a subclass of it in the data.

    Spec: https://www.w3.org/TR/shacl/#dfn-shacl-instance
    """

    of: str


@dataclass(frozen=True, slots=True)
class SubjectsOf:
    """Whatever has the predicate."""

    predicate: str


@dataclass(frozen=True, slots=True)
class ObjectsOf:
    """Whatever is an object of the predicate."""

    predicate: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What is in any of the sets."""

    sets: tuple[Nodes, ...]


@dataclass(frozen=True, slots=True)
class Common:
    """What is in all of the sets; at least one."""

    sets: tuple[Nodes, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """What is in the first set and not in the second."""

    nodes: Nodes
    other: Nodes


@dataclass(frozen=True, slots=True)
class NotInExactlyOne:
    """The nodes that are outside of none or of several of the sets; the sets hold what fails."""

    nodes: Nodes
    failing: tuple[Nodes, ...]


@dataclass(frozen=True, slots=True)
class FocusNodes:
    """The focus nodes that have a pair or a row."""

    of: Pairs | Rows


@dataclass(frozen=True, slots=True)
class ValueNodes:
    """The value nodes of the pairs."""

    of: Pairs


@dataclass(frozen=True, slots=True)
class Fewer:
    """The nodes with fewer values than `count`."""

    nodes: Nodes
    pairs: Pairs
    count: int


@dataclass(frozen=True, slots=True)
class More:
    """The focus nodes with more values than `count`."""

    pairs: Pairs
    count: int


# ── Sets of pairs of focus node and value node ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Itself:
    """Each node with itself: the value node of a node shape."""

    nodes: Nodes


@dataclass(frozen=True, slots=True)
class Reached:
    """Each node with what the path leads to from it."""

    nodes: Nodes
    path: Path


@dataclass(frozen=True, slots=True)
class Kept:
    """The pairs whose value node is in the set."""

    pairs: Pairs
    nodes: Nodes


@dataclass(frozen=True, slots=True)
class Dropped:
    """The pairs whose value node is not in the set."""

    pairs: Pairs
    nodes: Nodes


@dataclass(frozen=True, slots=True)
class Failing:
    """The pairs whose value node does not satisfy the condition."""

    pairs: Pairs
    condition: Condition


@dataclass(frozen=True, slots=True)
class InBoth:
    """The pairs that are in both."""

    pairs: Pairs
    other: Pairs


@dataclass(frozen=True, slots=True)
class InOneOnly:
    """The pairs that are in one of the two and not in the other."""

    pairs: Pairs
    other: Pairs


@dataclass(frozen=True, slots=True)
class Ways:
    """The inner pairs, each as often as outer pairs lead to its focus node; the only pairs that may repeat."""

    outer: Pairs
    inner: Pairs


# ── Bags of results ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class NotLess:
    """(focus, value) once for each object that the value node is not less than, or cannot be compared with."""

    pairs: Pairs
    other: Pairs
    or_equal: bool


@dataclass(frozen=True, slots=True)
class SameLanguage:
    """(focus) once for each language tag that several of its value nodes have."""

    pairs: Pairs


@dataclass(frozen=True, slots=True)
class Unexpected:
    """(focus, predicate, object) for each triple of a value node with a predicate that is none of these."""

    pairs: Pairs
    predicates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Solutions:
    """What a query finds wrong: each solution a row; `path` is the path of the property shape, if any."""

    nodes: Nodes
    pairs: Pairs
    sparql: Sparql
    shape: str
    severity: str


Nodes: TypeAlias = (
    Listed
    | Instances
    | SubjectsOf
    | ObjectsOf
    | AnyOf
    | Common
    | Without
    | NotInExactlyOne
    | FocusNodes
    | ValueNodes
    | Fewer
    | More
)
Pairs: TypeAlias = Itself | Reached | Kept | Dropped | Failing | InBoth | InOneOnly | Ways
Rows: TypeAlias = NotLess | SameLanguage | Unexpected | Solutions
