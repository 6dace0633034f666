"""
What a query reads: its triple patterns, each with a walk that leads to it from what is pre-bound.

A pattern is reached through others only where each solution that counts has to satisfy these too. So groups hand on to
those inside them what they bind, but hear nothing from them; and OPTIONAL and EXISTS, which ask whether there is any
solution at all, only know of what is bound beside them for certain.

Spec: https://www.w3.org/TR/sparql11-query/#variableScope (18.2.1),
https://www.w3.org/TR/sparql11-query/#sparqlAlgebra (18.5)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from kg.validation.shapes.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence
from kg.validation.walks import ANY, Read, Seen, Walk, along, can_be_walked, may_stay, once


class Pattern(NamedTuple):
    """A triple pattern: its ends are `<iri>`, `?name`, `_:name`, or for literals a text that begins in another way."""

    subject: str
    path: Path
    value: str


def in_query(text: str, bound: Mapping[str, Walk]) -> Iterator[Seen]:
    """
    The triple patterns of a query over the data graph, each seen from its ends along the shortest walks.

    `bound` has the walks to pre-bound variables, written `?name`. A query that rdflib cannot read may read anything.
    """
    try:
        query = _parsed(text)
    except Exception:  # noqa: BLE001 -- rdflib raises what it likes
        yield once(Read("", anywhere=True))
        return
    yield from _Query(bound).inside(query, bound)


class _Query:
    def __init__(self, bound: Mapping[str, Walk]) -> None:
        self.bound = bound

    def inside(self, node: object, known: Mapping[str, Walk]) -> Iterator[Seen]:
        """What the groups below a node see; `known` are the walks to terms that hold in these."""
        name = getattr(node, "name", "")
        if name == "GroupGraphPatternSub" and isinstance(node, Mapping):
            yield from self._group(dict(node).get("part", ()), known)
        elif isinstance(node, Mapping):
            # A sub-SELECT is on its own: it may hide variables, and count and cut off what it finds.
            for value in node.values():
                yield from self.inside(value, self.bound if name == "SubSelect" else known)
        elif not isinstance(node, str) and isinstance(node, Iterable):
            for one in node:
                yield from self.inside(one, known)

    def _group(self, parts: Collection[Mapping[str, object]], known: Mapping[str, Walk]) -> Iterator[Seen]:
        choices = dict(choice for part in parts if (choice := _choice(part)) is not None)
        by_part = [(part, [_chosen(one, choices) for one in _patterns(part)]) for part in parts]
        own = [pattern for _, patterns in by_part for pattern in patterns]
        steps = _reached(own, known)
        for pattern in own:
            yield from self._pattern(pattern, steps)
        before: list[Pattern] = []
        for part, patterns in by_part:
            before += patterns
            match part.name:  # type: ignore[attr-defined]
                case "TriplesBlock" | "GraphGraphPattern":  # the one graph with a name is that of the shapes
                    pass
                case "GroupOrUnionGraphPattern":
                    yield from self.inside(part, steps)
                case "Filter":
                    yield from self.inside(part, self._certain(steps, own))
                case _:
                    yield from self.inside(part, self._certain(steps, before))

    def _certain(self, steps: Mapping[str, Walk], patterns: Iterable[Pattern]) -> Mapping[str, Walk]:
        ends = {end for pattern in patterns for end in (pattern.subject, pattern.value)}
        return {term: walk for term, walk in steps.items() if term in ends} | dict(self.bound)

    def _pattern(self, pattern: Pattern, steps: Mapping[str, Walk]) -> Iterator[Seen]:
        subject, path, value = pattern
        ends = [(steps[end], way) for end, way in ((subject, path), (value, Inverse(path))) if end in steps]
        if not ends:
            # A path without a step leads from each node of the graph to itself.
            reads = along(ANY if may_stay(path) else path, ())
            yield frozenset({frozenset(Read(one.predicate, anywhere=True) for one in reads)})
            return
        yield frozenset(along(way, walk) for walk, way in ends)
        if may_stay(path) and not {subject, value} & self.bound.keys():
            for walk in (walk for walk, _ in ends if _may_all_stay(walk)):
                yield from (once(Read("", walk)), once(Read("", walk, backwards=True)))


def _may_all_stay(walk: Walk) -> bool:
    return all(isinstance(step, str) or may_stay(step) for step in walk)


def _reached(patterns: Iterable[Pattern], known: Mapping[str, Walk]) -> dict[str, Walk]:
    """
    The walks to all terms that patterns connect with a known one.

    Constants connect only what nothing else does: a walk through a class leads to all its instances.
    """
    beside: dict[str, list[tuple[str, Path]]] = {}
    for subject, path, value in patterns:
        if can_be_walked((path,)):
            beside.setdefault(subject, []).append((value, path))
            beside.setdefault(value, []).append((subject, Inverse(path)))
    steps = dict(known)
    for through_constants in (False, True):
        waiting = deque(steps)
        while waiting:
            current = waiting.popleft()
            for other, path in beside.get(current, ()):
                if other not in steps and (through_constants or other[0] in "?_"):
                    # Literals may be written in another way in the data.
                    steps[other] = (*steps[current], path, *([other] if other[0] == "<" else []))
                    waiting.append(other)
    return steps


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _parsed(text: str) -> object:
    from functools import partial

    from rdflib.plugins.sparql.algebra import translatePath, translatePName, translatePrologue, traverse
    from rdflib.plugins.sparql.parser import parseQuery

    prologue, query = parseQuery(text)
    names = partial(translatePName, prologue=translatePrologue(prologue, None, None))
    return traverse(traverse(query, visitPost=names), visitPost=translatePath)


def _choice(part: Mapping[str, object]) -> tuple[str, Path] | None:
    """The variable of `FILTER(?p IN (<a>, <b>))`, and the path that it is as a predicate."""
    from rdflib import URIRef, Variable

    test = _alone(part["expr"]) if part.name == "Filter" else None  # type: ignore[attr-defined]
    if getattr(test, "name", "") != "RelationalExpression" or test["op"] != "IN":  # type: ignore[index]
        return None
    name, terms = _alone(test["expr"]), [_alone(one) for one in test["other"]]  # type: ignore[index]
    if not isinstance(name, Variable) or len(terms) < 2 or not all(isinstance(term, URIRef) for term in terms):
        return None
    return f"?{name}", Alternative(tuple(map(_path, terms)))


def _alone(expression: object) -> object:
    """What an expression of many levels is, where all of them hold but one operand."""
    while isinstance(expression, Mapping) and list(expression) == ["expr"]:
        expression = expression["expr"]
    return expression


def _chosen(pattern: tuple[str, Path | str, str], choices: Mapping[str, Path]) -> Pattern:
    """The pattern; a variable predicate is whatever a filter leaves."""
    subject, path, value = pattern
    return Pattern(subject, choices.get(path, ANY) if isinstance(path, str) else path, value)


def _patterns(part: Mapping[str, object]) -> Iterator[tuple[str, Path | str, str]]:
    from rdflib import Variable

    if part.name != "TriplesBlock":  # type: ignore[attr-defined]
        return
    for row in part["triples"]:  # type: ignore[attr-defined]
        terms = list(row)
        for subject, predicate, value in zip(terms[::3], terms[1::3], terms[2::3], strict=True):
            named = isinstance(predicate, Variable)
            yield _term(subject), _term(predicate) if named else _path(predicate), _term(value)


def _term(node: object) -> str:
    from rdflib import BNode, URIRef, Variable

    match node:
        case Variable():
            return f"?{node}"
        case BNode():
            return f"_:{node}"
        case URIRef():
            return f"<{node}>"
        case _:
            return repr(node)


def _path(node: object) -> Path:
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    match node:
        case URIRef():
            return Predicate(f"<{node}>")
        case InvPath():
            return Inverse(_path(node.arg))
        case SequencePath():
            return Sequence(tuple(map(_path, node.args)))
        case AlternativePath():
            return Alternative(tuple(map(_path, node.args)))
        case MulPath():
            return Repeated(_path(node.path), int(node.mod == "+"), once=node.mod == "?")
        case _:  # `!`, which may follow triples either way
            return Alternative((ANY, Inverse(ANY)))
