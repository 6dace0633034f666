"""
The relations that validation is made of: what to compute, not how.

A plan is a tree of these values. `Nodes` are sets of terms, `Pairs` are sets of (focus node, value node), `Rows` are
bags of results. Engines evaluate them: `kg.validation.memory` over dictionaries, `kg.validation.columnar` as SQL over
columns, `kg.validation.remote` as SPARQL. Equal relations are one object, so an engine evaluates each once.
"""

from __future__ import annotations

from typing import TypeAlias

from kg.model.values import Value
from kg.validation.shapes.conditions import Condition
from kg.validation.shapes.constraints import Sparql
from kg.validation.shapes.paths import Path

# ── Sets of nodes ───────────────────────────────────────────────────────────────────────────────────────────────────


class Listed(Value):
    """These terms."""

    terms: tuple[str, ...]


class Instances(Value):
    """
    The instances of a class: of it and of what is declared a subclass of it in the data.

    Spec: https://www.w3.org/TR/shacl/#dfn-shacl-instance
    """

    of: str


class SubjectsOf(Value):
    """Whatever has the predicate."""

    predicate: str


class ObjectsOf(Value):
    """Whatever is an object of the predicate."""

    predicate: str


class AnyOf(Value):
    """What is in any of the sets."""

    sets: tuple[Nodes, ...]


class Common(Value):
    """What is in all of the sets; at least one."""

    sets: tuple[Nodes, ...]


class Without(Value):
    """What is in the first set and not in the second."""

    nodes: Nodes
    other: Nodes


class NotInExactlyOne(Value):
    """The nodes that are outside of none or of several of the sets; the sets hold what fails."""

    nodes: Nodes
    failing: tuple[Nodes, ...]


class FocusNodes(Value):
    """The focus nodes that have a pair or a row."""

    of: Pairs | Rows


class ValueNodes(Value):
    """The value nodes of the pairs."""

    of: Pairs


class Fewer(Value):
    """The nodes with fewer values than `count`."""

    nodes: Nodes
    pairs: Pairs
    count: int


class More(Value):
    """The focus nodes with more values than `count`."""

    pairs: Pairs
    count: int


# ── Sets of pairs of focus node and value node ──────────────────────────────────────────────────────────────────────


class Itself(Value):
    """Each node with itself: the value node of a node shape."""

    nodes: Nodes


class Reached(Value):
    """Each node with what the path leads to from it."""

    nodes: Nodes
    path: Path


class Kept(Value):
    """The pairs whose value node is in the set."""

    pairs: Pairs
    nodes: Nodes


class Dropped(Value):
    """The pairs whose value node is not in the set."""

    pairs: Pairs
    nodes: Nodes


class Failing(Value):
    """The pairs whose value node does not satisfy the condition."""

    pairs: Pairs
    condition: Condition


class InBoth(Value):
    """The pairs that are in both."""

    pairs: Pairs
    other: Pairs


class InOneOnly(Value):
    """The pairs that are in one of the two and not in the other."""

    pairs: Pairs
    other: Pairs


class Ways(Value):
    """The inner pairs, each as often as outer pairs lead to its focus node; the only pairs that may repeat."""

    outer: Pairs
    inner: Pairs


# ── Bags of results ─────────────────────────────────────────────────────────────────────────────────────────────────


class NotLess(Value):
    """(focus, value) once for each object that the value node is not less than, or cannot be compared with."""

    pairs: Pairs
    other: Pairs
    or_equal: bool


class SameLanguage(Value):
    """(focus) once for each language tag that several of its value nodes have."""

    pairs: Pairs


class Unexpected(Value):
    """(focus, predicate, object) for each triple of a value node with a predicate that is none of these."""

    pairs: Pairs
    predicates: tuple[str, ...]


class Solutions(Value):
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

AnyPairs = (Itself, Reached, Kept, Dropped, Failing, InBoth, InOneOnly, Ways)
"""The classes of `Pairs`, for telling them from the others."""
