"""
What a shape reads: from which focus nodes a triple can be seen.

Each read is a predicate and the walk from a focus node to the node of the triple that the shape has reached. Walking
it backwards from a triple that has changed gives the focus nodes whose results may have changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from kg.validation.constraints import (
    Closed,
    Disjoint,
    Equals,
    IsInstance,
    Less,
    Shape,
    Shapes,
    Sparql,
)
from kg.validation.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence
from kg.validation.reading import references
from kg.validation.shape_graph import TYPE

Walk = tuple[Path, ...]


class Read(NamedTuple):
    """
    A triple pattern that a shape looks at.

    `walk` leads from the focus node to the triple's subject, or where `backwards` is true, to its object. `predicate`
    is empty where any will do. `anywhere` is true where no walk leads there: the change of such a triple can affect
    every focus node.
    """

    predicate: str
    walk: Walk = ()
    backwards: bool = False
    anywhere: bool = False


def reads(shapes: Shapes, shape: Shape) -> frozenset[Read]:
    """Everything that the results of a shape with targets depend on, its targets included."""
    found: set[Read] = set()
    for target in shape.targets:
        match target.kind:
            case "class":
                found.add(Read(TYPE))
            case "subjects":
                found.add(Read(target.term))
            case "objects":
                found.add(Read(target.term, backwards=True))
    found.update(_of_shape(shapes, shape, ()))
    return frozenset(found)


def _of_shape(shapes: Shapes, shape: Shape, walk: Walk) -> Iterator[Read]:
    if shape.path is not None:
        yield from _of_path(shape.path, walk)
    reached = walk if shape.path is None else (*walk, shape.path)
    for constraint in shape.constraints:
        match constraint:
            case IsInstance():
                yield Read(TYPE, reached)
            case Closed():
                yield Read("", reached)
            case Equals(predicate) | Disjoint(predicate) | Less(_, predicate, _):
                yield Read(predicate, walk)
            case Sparql():
                yield from _of_query(constraint, walk, shape.path)
    for term in references(shape):
        yield from _of_shape(shapes, shapes.by_term[term], reached)


def _of_path(path: Path, walk: Walk) -> Iterator[Read]:
    match path:
        case Predicate(iri):
            yield Read(iri, walk)
        case Inverse(Predicate(iri)):
            yield Read(iri, walk, backwards=True)
        case Inverse(inner):
            # Rare: a path of several steps, walked backwards. Its triples are looked for from anywhere.
            yield from (read._replace(walk=(), anywhere=True) for read in _of_path(inner, ()))
        case Sequence(paths):
            for number, one in enumerate(paths):
                yield from _of_path(one, (*walk, *paths[:number]))
        case Alternative(paths):
            for one in paths:
                yield from _of_path(one, walk)
        case Repeated(inner, _, once):
            yield from _of_path(inner, walk if once else (*walk, Repeated(inner, 0)))


# ── Queries ─────────────────────────────────────────────────────────────────────────────────────────────────────────

Pattern = tuple[str, Path | None, str]


def _of_query(constraint: Sparql, walk: Walk, path: Path | None) -> Iterator[Read]:
    """The patterns of a query, each with the shortest way to it from `$this`."""
    patterns = list(_patterns(constraint.query.text()))
    steps: dict[str, Walk] = {"?this": walk}
    if constraint.per_value:
        steps["?value"] = walk if path is None else (*walk, path)
    _reach(patterns, steps)
    for subject, predicate, value in patterns:
        if predicate is None:
            yield Read("", steps.get(subject, ()), anywhere=subject not in steps)
        elif subject in steps:
            yield from _of_path(predicate, steps[subject])
        elif value in steps:
            yield from _backwards(predicate, steps[value])
        else:
            yield from (read._replace(anywhere=True) for read in _of_path(predicate, ()))


def _backwards(path: Path, walk: Walk) -> Iterator[Read]:
    if isinstance(path, Predicate):
        yield Read(path.iri, walk, backwards=True)
    else:
        yield from (read._replace(walk=(), anywhere=True) for read in _of_path(path, ()))


def _reach(patterns: Iterable[Pattern], steps: dict[str, Walk]) -> None:
    """
    Add to `steps` every term that patterns connect with one in it.

    Constants connect only what nothing else does: a walk through a class leads to all its instances.
    """
    beside: dict[str, list[tuple[str, Path]]] = {}
    for subject, predicate, value in patterns:
        if predicate is not None:
            beside.setdefault(subject, []).append((value, predicate))
            beside.setdefault(value, []).append((subject, Inverse(predicate)))
    for through_constants in (False, True):
        waiting = deque(steps)
        while waiting:
            current = waiting.popleft()
            for other, path in beside.get(current, ()):
                if other not in steps and (through_constants or other.startswith("?")):
                    steps[other] = (*steps[current], path)
                    waiting.append(other)


def _patterns(text: str) -> Iterator[Pattern]:
    """
    The triple patterns of a query: subject, path (None for a variable), object; terms as N-Triples texts or `?name`.

    Variables of the same name are taken for the same, wherever they stand. That is only wrong for a sub-SELECT that
    hides one, so the patterns of a query with a sub-SELECT are given terms that connect with nothing.
    """
    from rdflib.plugins.sparql import prepareQuery
    from rdflib.plugins.sparql.parserutils import CompValue

    algebra = prepareQuery(text).algebra
    several = 0
    waiting: list[object] = [algebra]
    found: list[tuple[object, object, object]] = []
    while waiting:
        current = waiting.pop()
        if isinstance(current, CompValue):
            several += current.name == "SelectQuery" or current.name == "ToMultiSet"
            found.extend(_threes(current["triples"] if "triples" in current.keys() else []))  # noqa: SIM118
            waiting.extend(current.values())
        elif isinstance(current, Mapping):
            waiting.extend(current.values())
        elif isinstance(current, list | tuple | set):
            waiting.extend(current)
    for number, (subject, predicate, value) in enumerate(found):
        apart = several > 1
        yield (
            f" {number}" if apart else _term(subject),
            _path(predicate),
            f" {number}" if apart else _term(value),
        )


def _threes(triples: Iterable[object]) -> Iterator[tuple[object, object, object]]:
    """Triples of a BGP; inside EXISTS they are not translated, and stand in a row, predicates with their objects."""
    for one in triples:
        terms = tuple(one)  # type: ignore[arg-type]
        yield from zip(terms[::3], terms[1::3], terms[2::3], strict=True)


def _term(node: object) -> str:
    from rdflib import BNode, Variable
    from rdflib.term import Identifier

    if isinstance(node, Variable | BNode):
        return f"?{node}"
    assert isinstance(node, Identifier)
    return node.n3()


def _path(node: object) -> Path | None:
    from rdflib import URIRef, Variable
    from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath

    match node:
        case URIRef():
            return Predicate(node.n3())
        case InvPath():
            inner = _path(node.arg)
            return None if inner is None else Inverse(inner)
        case SequencePath() | AlternativePath():
            inner_paths = [_path(one) for one in node.args]
            known = tuple(one for one in inner_paths if one is not None)
            if len(known) < len(inner_paths):
                return None
            return Sequence(known) if isinstance(node, SequencePath) else Alternative(known)
        case MulPath():
            inner = _path(node.path)
            return None if inner is None else Repeated(inner, int(node.mod == "+"), once=node.mod == "?")
        case NegatedPath() | Variable() | _:
            return None
