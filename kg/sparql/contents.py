"""
What is in a pattern or expression: its variables and terms, and whether it has an EXISTS.

Spec: https://www.w3.org/TR/sparql11-query/#variableScope (18.2.1)
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.sparql import algebra as a


def has_exists(expression: a.Expression) -> bool:
    """Whether there is an EXISTS in an expression."""
    match expression:
        case a.Exists():
            return True
        case a.Call(_, arguments):
            return any(map(has_exists, arguments))
    return False


def variables_of(part: object) -> frozenset[str]:
    """The names of all variables in an expression or pattern, those that a sub-SELECT hides left out."""
    match part:
        case a.Var(name):
            return frozenset((name,))
        case a.Project(_, variables):
            return frozenset(one.name for one in variables)
    return frozenset[str]().union(*map(variables_of, _inside(part)))


def terms_of(part: object) -> frozenset[str]:
    """The N-Triples texts of all terms in a query, a pattern or an expression."""
    if isinstance(part, a.Term):
        return frozenset((part.text,))
    return frozenset[str]().union(*map(terms_of, _inside(part)))


def _inside(part: object) -> Iterable[object]:
    """What a value of the algebra consists of; nothing, for texts and numbers."""
    return part if isinstance(part, tuple) else [getattr(part, name) for name in getattr(part, "__slots__", ())]
