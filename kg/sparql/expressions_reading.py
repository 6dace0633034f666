"""
Expressions of rdflib's algebra → ours.

Spec: https://www.w3.org/TR/sparql11-query/#expressions (17),
https://www.w3.org/TR/sparql11-query/#sparqlCollectFilters (18.2.2.2)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kg.sparql import algebra as a
from kg.sparql.algebra import NotCompiled
from kg.sparql.terms_reading import end_of

_ARGUMENTS: Final = ("arg", "arg1", "arg2", "arg3", "text", "pattern", "replacement", "flags", "start", "length")
"""Where rdflib keeps the arguments of functions, in their order."""

_UNARY: Final = {"UnaryNot": "!", "UnaryMinus": "NEGATE", "UnaryPlus": "PLUS"}

_NIL: Final = a.Term("<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>")
"""What rdflib reads `()` as."""


def expression_of(node: Any, pattern_of: Callable[[Any], a.Node]) -> a.Expression:
    """
    An expression; `pattern_of` reads what stands in EXISTS.

    Raises:
        NotCompiled: It has a part that is not known.
    """
    name = getattr(node, "name", None)
    if name is None or isinstance(node, str):
        return end_of(node)
    if name == "Builtin_EXISTS":
        return a.Exists(pattern_of(node.graph))
    if name == "Builtin_NOTEXISTS":
        return a.Call("!", (a.Exists(pattern_of(node.graph)),))
    return _called(name, node, lambda part: expression_of(part, pattern_of))


def _called(name: str, node: Any, of: Callable[[Any], a.Expression]) -> a.Expression:
    """An operator or function; `of` reads its arguments."""
    match name:
        case "ConditionalOrExpression" | "ConditionalAndExpression":
            return a.Call("||" if "Or" in name else "&&", (of(node.expr), *map(of, node.other)))
        case "RelationalExpression":
            return _relation(node, of)
        case "AdditiveExpression" | "MultiplicativeExpression":
            return _chain(node, of)
        case "UnaryNot" | "UnaryMinus" | "UnaryPlus":
            return a.Call(_UNARY[name], (of(node.expr),))
        case "Function":
            return a.Call(f"<{node.iri}>", tuple(map(of, node.expr)))
    if name.startswith("Builtin_"):
        return a.Call(name.removeprefix("Builtin_").upper(), _arguments(node, of))
    raise NotCompiled(f"{name} is not compiled")


def _chain(node: Any, of: Callable[[Any], a.Expression]) -> a.Expression:
    """Sums and products, from the left to the right."""
    found = of(node.expr)
    for operator, other in zip(node.op, node.other, strict=True):
        found = a.Call(str(operator), (found, of(other)))
    return found


def _relation(node: Any, of: Callable[[Any], a.Expression]) -> a.Expression:
    """
    A comparison, IN, or NOT IN, which is the opposite of IN.

    Spec: https://www.w3.org/TR/sparql11-query/#func-not-in (17.4.1.10)
    """
    operator = " ".join(str(node.op).upper().split())
    if operator in {"IN", "NOT IN"}:
        # rdflib has the empty list as an IRI.
        others = node.other if isinstance(node.other, list) else []
        listed = a.Call("IN", (of(node.expr), *map(of, others)))
        return listed if operator == "IN" else a.Call("!", (listed,))
    return a.Call(operator, (of(node.expr), of(node.other)))


def _arguments(node: Any, of: Callable[[Any], a.Expression]) -> tuple[a.Expression, ...]:
    found: list[a.Expression] = []
    for name in _ARGUMENTS:
        given = dict(node).get(name)
        if given is not None:
            found += map(of, given) if isinstance(given, list) else [of(given)]
    if _NIL in found:
        raise NotCompiled("a function without arguments, or of the empty list, is not compiled")
    return tuple(found)
