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
    """`^path`."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """`first/second`."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """`one|other`."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """`path?`, `path*` or `path+`: with `zero` no step will do, with `more` any number will."""

    path: Path
    zero: bool
    more: bool


@dataclass(frozen=True, slots=True)
class Negated:
    """`!(a|^b)`: IRIs that must not be walked, forwards and backwards."""

    forwards: tuple[Term, ...]
    backwards: tuple[Term, ...]


Path: TypeAlias = Term | Var | Inverse | Sequence | Alternative | Repeated | Negated


@dataclass(frozen=True, slots=True)
class Triple:
    """A triple pattern, or a path between two ends."""

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
    """`EXISTS { … }`."""

    pattern: Node


Expression: TypeAlias = Var | Term | Call | Exists


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A set function in capitals; `argument` is None in `COUNT(*)`."""

    name: str
    argument: Expression | None
    distinct: bool = False
    separator: str = " "


# ── Patterns ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Bgp:
    """A basic graph pattern."""

    triples: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """Both."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class LeftJoin:
    """OPTIONAL; the condition sees both sides."""

    left: Node
    right: Node
    condition: Expression | None


@dataclass(frozen=True, slots=True)
class Filter:
    """FILTER."""

    inner: Node
    condition: Expression


@dataclass(frozen=True, slots=True)
class Union:
    """UNION."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Minus:
    """MINUS."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Extend:
    """BIND, and expressions of SELECT."""

    inner: Node
    variable: Var
    expression: Expression


@dataclass(frozen=True, slots=True)
class Values:
    """VALUES; None is UNDEF."""

    variables: tuple[Var, ...]
    rows: tuple[tuple[Term | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """GRAPH."""

    name: End
    inner: Node


@dataclass(frozen=True, slots=True)
class Group:
    """GROUP BY: keys, which are variables of `inner`, and what set functions are called by."""

    inner: Node
    keys: tuple[Var, ...]
    aggregates: tuple[tuple[Var, Aggregate], ...]


@dataclass(frozen=True, slots=True)
class Project:
    """A sub-SELECT, or the SELECT itself."""

    inner: Node
    variables: tuple[Var, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    """DISTINCT."""

    inner: Node


@dataclass(frozen=True, slots=True)
class OrderBy:
    """ORDER BY: expressions, and whether the order is descending."""

    inner: Node
    conditions: tuple[tuple[Expression, bool], ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """OFFSET and LIMIT."""

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
    """A query: `form` is SELECT, ASK or CONSTRUCT; `template` is that of the last."""

    form: str
    pattern: Node
    variables: tuple[Var, ...]
    template: tuple[Triple, ...] = ()


def has_exists(expression: Expression) -> bool:
    """Whether there is an EXISTS in an expression."""
    match expression:
        case Exists():
            return True
        case Call(_, arguments):
            return any(map(has_exists, arguments))
    return False


def variables_of(part: object) -> frozenset[str]:
    """The names of all variables in an expression or pattern, those that a sub-SELECT hides left out."""
    match part:
        case Var(name):
            return frozenset((name,))
        case Project(_, variables):
            return frozenset(one.name for one in variables)
        case tuple():
            return frozenset().union(*map(variables_of, part))
        case None | str() | int():
            return frozenset()
        case _:
            return frozenset().union(*(variables_of(getattr(part, name)) for name in getattr(part, "__slots__", ())))


def terms_of(part: object) -> frozenset[str]:
    """The N-Triples texts of all terms in a query, a pattern or an expression."""
    match part:
        case Term(text):
            return frozenset((text,))
        case tuple():
            return frozenset().union(*map(terms_of, part))
        case None | str() | int():
            return frozenset()
        case _:
            return frozenset().union(*(terms_of(getattr(part, name)) for name in getattr(part, "__slots__", ())))
