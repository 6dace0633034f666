"""
The text of a query → the algebra that is compiled, through rdflib's parser.

Spec: https://www.w3.org/TR/sparql11-query/#sparqlQuery (18.2)
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from kg.sparql import algebra as a
from kg.sparql.algebra import NotCompiled
from kg.sparql.contents import variables_of
from kg.sparql.expressions_reading import expression_of
from kg.sparql.terms_reading import end_of, term_of, triple_of

_PARSING: Final = Lock()
_FORMS: Final = {"SelectQuery": "SELECT", "AskQuery": "ASK", "ConstructQuery": "CONSTRUCT"}
_SET_FUNCTIONS: Final = {"GroupConcat": "GROUP_CONCAT"}
_KEY: Final = a.Var(f"{a.HIDDEN}key")
"""Of a group whose key is an expression without a name."""


def read_query(text: str) -> a.Query:
    """
    The algebra of a query.

    Raises:
        NotCompiled: rdflib cannot read it, or it asks for what is not compiled. It may be no SPARQL at all.

    Spec: https://www.w3.org/TR/sparql11-query/#sparqlQuery (18.2)
    """
    parsed = _parsed(text)
    algebra = parsed.algebra
    if algebra.name not in _FORMS:
        raise NotCompiled(f"{algebra.name} is not compiled")
    if dict(algebra).get("datasetClause"):
        raise NotCompiled("FROM and FROM NAMED are not compiled")
    pattern = _node(algebra.p)
    template = tuple(triple_of(triple) for triple in dict(algebra).get("template") or ()) or _short_template(pattern)
    variables = tuple(a.Var(str(one)) for one in dict(algebra).get("PV") or ())
    return a.Query(_FORMS[algebra.name], pattern, variables, template)


def _short_template(pattern: a.Node) -> tuple[a.Triple, ...]:
    """
    That of CONSTRUCT WHERE: the pattern itself.

    Spec: https://www.w3.org/TR/sparql11-query/#constructWhere (16.2.4)
    """
    match pattern:
        case a.Slice(inner) | a.OrderBy(inner) | a.Project(inner):
            return _short_template(inner)
        case a.Bgp(triples):
            return triples
    return ()


def _parsed(text: str) -> Any:
    from rdflib.plugins.sparql.algebra import translateQuery
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        with _as_written():
            return translateQuery(parseQuery(text))
    except RecursionError:
        raise NotCompiled("the query is nested too deeply") from None
    except Exception as error:  # rdflib raises what it likes
        raise NotCompiled(f"rdflib cannot read it: {error}") from error


@contextmanager
def _as_written() -> Iterator[None]:
    """
    Literals keep their lexical form; rdflib would write `01` as `1`.

    Of one like `"abc"^^xsd:integer` it would print a traceback as a warning.
    """
    import rdflib

    told = logging.getLogger("rdflib.term")
    with _PARSING:
        before, level = rdflib.NORMALIZE_LITERALS, told.level
        rdflib.NORMALIZE_LITERALS = False
        told.setLevel(logging.ERROR)
        try:
            yield
        finally:
            rdflib.NORMALIZE_LITERALS = before
            told.setLevel(level)


# ── Patterns ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _node(node: Any) -> a.Node:
    """
    A pattern, or what stands around one.

    Spec: https://www.w3.org/TR/sparql11-query/#convertGraphPattern (18.2.2)
    """
    match node.name:
        case "BGP":
            return a.Bgp(tuple(triple_of(triple) for triple in node.triples or ()))
        case "Join":
            return _joined(_node(node.p1), _node(node.p2))
        case "LeftJoin":
            always = getattr(node.expr, "name", "") == "TrueFilter"
            read = None if always else expression_of(node.expr, pattern_of)
            return a.LeftJoin(_node(node.p1), _node(node.p2), read)
        case "Filter":
            return a.Filter(_node(node.p), expression_of(node.expr, pattern_of))
        case "Union":
            return a.Union(_node(node.p1), _node(node.p2))
        case "Minus":
            return a.Minus(_node(node.p1), _node(node.p2))
        case "Extend":
            name = _KEY if node["var"] is None else a.Var(str(node["var"]))
            return a.Extend(_node(node.p), name, expression_of(node.expr, pattern_of))
        case "Graph":
            return a.Graph(end_of(node.term), _node(node.p))
    return _modified(node)


def _modified(node: Any) -> a.Node:
    """
    What stands around patterns: VALUES, groups, and modifiers of solutions.

    Spec: https://www.w3.org/TR/sparql11-query/#convertGroupAggSelectExpressions (18.2.4),
    https://www.w3.org/TR/sparql11-query/#convertSolMod (18.2.5)
    """
    match node.name:
        case "ToMultiSet":
            return _node(node.p)
        case "values":
            return _values(node.res or [])
        case "AggregateJoin":
            return _group(node)
        case "Project":
            return a.Project(_node(node.p), tuple(a.Var(str(one)) for one in node.PV))
        case "Distinct" | "Reduced":
            # REDUCED may take away what it likes of what is there twice.
            return _distinct(_node(node.p)) if node.name == "Distinct" else _node(node.p)
        case "OrderBy":
            conditions = tuple((expression_of(one.expr, pattern_of), one.order == "DESC") for one in node.expr)
            return a.OrderBy(_node(node.p), conditions)
        case "Slice":
            length = None if node.length is None else int(node.length)
            return a.Slice(_node(node.p), int(node.start or 0), length)
    raise NotCompiled(f"{node.name} is not compiled")


def pattern_of(node: Any) -> a.Node:
    """The pattern of an EXISTS, which rdflib leaves as it was parsed in some places."""
    if node.name != "GroupGraphPatternSub":
        return _node(node)
    from rdflib.plugins.sparql.algebra import translateGroupGraphPattern

    try:
        with _as_written():
            return _node(translateGroupGraphPattern(node))
    except NotCompiled:
        raise
    except Exception as error:  # rdflib raises what it likes
        raise NotCompiled(f"rdflib cannot read a pattern of EXISTS: {error}") from error


def _joined(left: a.Node, right: a.Node) -> a.Node:
    """
    Two basic graph patterns beside each other are one: blank nodes are not shared between them.

    Spec: https://www.w3.org/TR/sparql11-query/#sparqlSimplification (18.2.2.8)
    """
    if isinstance(left, a.Bgp) and isinstance(right, a.Bgp):
        return a.Bgp(left.triples + right.triples)
    if isinstance(right, a.Bgp) and not right.triples:
        return left
    return right if isinstance(left, a.Bgp) and not left.triples else a.Join(left, right)


def _values(rows: list[Mapping[Any, Any]]) -> a.Values:
    names = list(dict.fromkeys(name for row in rows for name in row))
    read = tuple(
        tuple(None if row.get(name, "UNDEF") == "UNDEF" else term_of(row[name]) for name in names) for row in rows
    )
    return a.Values(tuple(a.Var(str(name)) for name in names), read)


def _group(node: Any) -> a.Group:
    """
    Grouping; of a query level without GROUP BY but with set functions too.

    Spec: https://www.w3.org/TR/sparql11-query/#sparqlGroupAggregate (18.2.4.1)
    """
    keys = [_KEY if key is None else a.Var(str(key)) for key in node.p.expr or ()]
    if keys.count(_KEY) > 1:
        raise NotCompiled("two keys of a group without a name are not compiled")
    return a.Group(_node(node.p.p), tuple(keys), tuple((a.Var(str(one.res)), _aggregate(one)) for one in node.A))


def _aggregate(node: Any) -> a.Aggregate:
    name = node.name.removeprefix("Aggregate_")
    argument = None if node["vars"] == "*" else expression_of(node["vars"], pattern_of)
    separator = dict(node).get("separator")
    function = _SET_FUNCTIONS.get(name, name.upper())
    return a.Aggregate(function, argument, bool(node.distinct), " " if separator is None else str(separator))


def _distinct(node: a.Node) -> a.Node:
    """Where the order is by what is selected, that of the distinct rows is the same: a sort is cheaper there."""
    match node:
        case a.Project(a.OrderBy(inner, conditions), variables):
            if variables_of(tuple(one for one, _ in conditions)) <= {one.name for one in variables}:
                return a.OrderBy(a.Distinct(a.Project(inner, variables)), conditions)
    return a.Distinct(node)
