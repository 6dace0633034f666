"""
The algebra that is compiled: what a query means, in values of our own that are named as the standard names them.

Its ToList and ToMultiSet are left out: solutions are the same rows, in an order or in none. Reduced may do nothing.

Spec: https://www.w3.org/TR/sparql11-query/#sparqlQuery (18.2),
https://www.w3.org/TR/sparql11-query/#sparqlAlgebra (18.5)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from kg.model.errors import KgError


class NotCompiled(KgError):
    """A query, or a part of it, that is not compiled to SQL; another engine has to answer. The message says why."""


HIDDEN: Final = "."
"""How names of variables begin that no query can name."""

BLANK: Final = "_:"
"""How names of variables begin that are blank nodes of a pattern."""


# ── Terms and paths ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Var:
    """A variable; blank nodes of patterns are variables whose names begin with `BLANK`."""

    name: str


@dataclass(frozen=True, slots=True)
class Term:
    """An IRI or a literal, as its canonical N-Triples text."""

    text: str


End: TypeAlias = Var | Term


@dataclass(frozen=True, slots=True)
class Inverse:
    """
    `^path`.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_evalPP_inverse
    """

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """
    `first/second`.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_evalPP_sequence
    """

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """
    `one|other`.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_evalPP_alternative
    """

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """
    `path?`, `path*` or `path+`: with `zero` no step will do, with `more` any number will.

    Spec: https://www.w3.org/TR/sparql11-query/#sparqlTranslatePathExpressions (18.2.2.3)
    """

    path: Path
    zero: bool
    more: bool


@dataclass(frozen=True, slots=True)
class Negated:
    """
    `!(a|^b)`: IRIs that must not be walked, forwards and backwards.

    Spec: https://www.w3.org/TR/sparql11-query/#eval_negatedPropertySet
    """

    forwards: tuple[Term, ...]
    backwards: tuple[Term, ...]


Path: TypeAlias = Term | Var | Inverse | Sequence | Alternative | Repeated | Negated


@dataclass(frozen=True, slots=True)
class Triple:
    """
    A triple pattern, or a path between two ends.

    Spec: https://www.w3.org/TR/sparql11-query/#sparqlPropertyPaths (18.1.7)
    """

    subject: End
    path: Path
    value: End


# ── Expressions ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function, by its name in capitals (`=`, `+`, `SUBSTR`), or by its IRI."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """
    `EXISTS { … }`.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_exists
    """

    pattern: Node


Expression: TypeAlias = Var | Term | Call | Exists


@dataclass(frozen=True, slots=True)
class Aggregate:
    """
    A set function in capitals; `argument` is None in `COUNT(*)`.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algAggregation
    """

    name: str
    argument: Expression | None
    distinct: bool = False
    separator: str = " "


# ── Patterns ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Bgp:
    """
    A basic graph pattern.

    Spec: https://www.w3.org/TR/sparql11-query/#sparqlBasicGraphPatterns (18.1.6)
    """

    triples: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """
    Two patterns in one group.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algJoin
    """

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class LeftJoin:
    """
    OPTIONAL; the condition sees both sides.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algLeftJoin
    """

    left: Node
    right: Node
    condition: Expression | None


@dataclass(frozen=True, slots=True)
class Filter:
    """
    FILTER.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algFilter
    """

    inner: Node
    condition: Expression


@dataclass(frozen=True, slots=True)
class Union:
    """
    UNION.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algUnion
    """

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Minus:
    """
    MINUS.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algMinus
    """

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Extend:
    """
    BIND, and expressions of SELECT.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_extend
    """

    inner: Node
    variable: Var
    expression: Expression


@dataclass(frozen=True, slots=True)
class Values:
    """
    VALUES; None is UNDEF.

    Spec: https://www.w3.org/TR/sparql11-query/#inline-data (10.2)
    """

    variables: tuple[Var, ...]
    rows: tuple[tuple[Term | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """
    GRAPH.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_evalGraph
    """

    name: End
    inner: Node


@dataclass(frozen=True, slots=True)
class Group:
    """
    GROUP BY: keys, which are variables of `inner`, and what set functions are called by.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algGroup
    """

    inner: Node
    keys: tuple[Var, ...]
    aggregates: tuple[tuple[Var, Aggregate], ...]


@dataclass(frozen=True, slots=True)
class Project:
    """
    A sub-SELECT, or the SELECT itself.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algProjection
    """

    inner: Node
    variables: tuple[Var, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    """
    DISTINCT.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algDistinct
    """

    inner: Node


@dataclass(frozen=True, slots=True)
class OrderBy:
    """
    ORDER BY: expressions, and whether the order is descending.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algOrdered
    """

    inner: Node
    conditions: tuple[tuple[Expression, bool], ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """
    OFFSET and LIMIT.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algSlice
    """

    inner: Node
    start: int
    length: int | None


Node: TypeAlias = (
    Bgp
    | Join
    | LeftJoin
    | Filter
    | Union
    | Minus
    | Extend
    | Values
    | Graph
    | Group
    | Project
    | Distinct
    | OrderBy
    | Slice
)


@dataclass(frozen=True, slots=True)
class Query:
    """
    A query: `form` is SELECT, ASK or CONSTRUCT; `template` is that of the last.

    Spec: https://www.w3.org/TR/sparql11-query/#QueryForms (16)
    """

    form: str
    pattern: Node
    variables: tuple[Var, ...]
    template: tuple[Triple, ...] = ()
