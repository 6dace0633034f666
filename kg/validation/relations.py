"""
The relations that validation is made of: what to compute, not how.

A plan is a tree of these values. `Nodes` are sets of terms, `Pairs` are sets of (focus node, value node), `Rows` are
bags of results. Engines evaluate them: `kg.validation.memory` over dictionaries, `kg.validation.columnar` as SQL over
columns, `kg.validation.remote` as SPARQL. Equal relations are one object, so an engine evaluates each once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakValueDictionary

from kg.validation.conditions import Condition
from kg.validation.constraints import Sparql
from kg.validation.paths import Path


class _Once(type):
    """
    Gives the relation that was made of the same before, while it lives.

    Relations share their parts, and a value of many parts in many places takes time beyond all bounds to hash and
    to compare: 20 members of `sh:or` took 22 seconds.
    """

    if not TYPE_CHECKING:

        def __call__(cls, *parts: Any) -> Any:
            try:
                relation = _made.get((cls, parts))
            except TypeError:  # what is asked by a query cannot be hashed, and is the same as nothing else
                return super().__call__(*parts)
            if relation is None:
                relation = _made[cls, parts] = super().__call__(*parts)
            return relation


_made: WeakValueDictionary[tuple[type, tuple[Any, ...]], Any] = WeakValueDictionary()


class Relation(metaclass=_Once):
    """
    What all relations are: values, equal where they are the same.

    >>> Listed(("<urn:a>",)) is Listed(("<urn:a>",))
    True
    """

    __slots__ = ("__weakref__",)


# ── Sets of nodes ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, eq=False)
class Listed(Relation):
    """These terms."""

    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Instances(Relation):
    """
    The instances of a class: of it and of what is declared a subclass of it in the data.

    Spec: https://www.w3.org/TR/shacl/#dfn-shacl-instance
    """

    of: str


@dataclass(frozen=True, slots=True, eq=False)
class SubjectsOf(Relation):
    """Whatever has the predicate."""

    predicate: str


@dataclass(frozen=True, slots=True, eq=False)
class ObjectsOf(Relation):
    """Whatever is an object of the predicate."""

    predicate: str


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf(Relation):
    """What is in any of the sets."""

    sets: tuple[Nodes, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Common(Relation):
    """What is in all of the sets; at least one."""

    sets: tuple[Nodes, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Without(Relation):
    """What is in the first set and not in the second."""

    nodes: Nodes
    other: Nodes


@dataclass(frozen=True, slots=True, eq=False)
class NotInExactlyOne(Relation):
    """The nodes that are outside of none or of several of the sets; the sets hold what fails."""

    nodes: Nodes
    failing: tuple[Nodes, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FocusNodes(Relation):
    """The focus nodes that have a pair or a row."""

    of: Pairs | Rows


@dataclass(frozen=True, slots=True, eq=False)
class ValueNodes(Relation):
    """The value nodes of the pairs."""

    of: Pairs


@dataclass(frozen=True, slots=True, eq=False)
class Fewer(Relation):
    """The nodes with fewer values than `count`."""

    nodes: Nodes
    pairs: Pairs
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class More(Relation):
    """The focus nodes with more values than `count`."""

    pairs: Pairs
    count: int


# ── Sets of pairs of focus node and value node ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, eq=False)
class Itself(Relation):
    """Each node with itself: the value node of a node shape."""

    nodes: Nodes


@dataclass(frozen=True, slots=True, eq=False)
class Reached(Relation):
    """Each node with what the path leads to from it."""

    nodes: Nodes
    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class Kept(Relation):
    """The pairs whose value node is in the set."""

    pairs: Pairs
    nodes: Nodes


@dataclass(frozen=True, slots=True, eq=False)
class Dropped(Relation):
    """The pairs whose value node is not in the set."""

    pairs: Pairs
    nodes: Nodes


@dataclass(frozen=True, slots=True, eq=False)
class Failing(Relation):
    """The pairs whose value node does not satisfy the condition."""

    pairs: Pairs
    condition: Condition


@dataclass(frozen=True, slots=True, eq=False)
class InBoth(Relation):
    """The pairs that are in both."""

    pairs: Pairs
    other: Pairs


@dataclass(frozen=True, slots=True, eq=False)
class InOneOnly(Relation):
    """The pairs that are in one of the two and not in the other."""

    pairs: Pairs
    other: Pairs


@dataclass(frozen=True, slots=True, eq=False)
class Ways(Relation):
    """The inner pairs, each as often as outer pairs lead to its focus node; the only pairs that may repeat."""

    outer: Pairs
    inner: Pairs


# ── Bags of results ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, eq=False)
class NotLess(Relation):
    """(focus, value) once for each object that the value node is not less than, or cannot be compared with."""

    pairs: Pairs
    other: Pairs
    or_equal: bool


@dataclass(frozen=True, slots=True, eq=False)
class SameLanguage(Relation):
    """(focus) once for each language tag that several of its value nodes have."""

    pairs: Pairs


@dataclass(frozen=True, slots=True, eq=False)
class Unexpected(Relation):
    """(focus, predicate, object) for each triple of a value node with a predicate that is none of these."""

    pairs: Pairs
    predicates: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Solutions(Relation):
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
