"""Walks from a focus node through the data, and what is read at their ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple, TypeAlias, TypeVar

from kg.validation.shapes.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence, inverted, predicates
from kg.validation.triple_index import NONE, TripleIndex

Walk: TypeAlias = tuple[Path | str, ...]
"""Paths one after the other; a text is the term that the walk has come to there."""

ANY = Predicate("")
"""A step along whatever predicate: it can be read, but no walk leads along it."""


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


Seen: TypeAlias = frozenset[frozenset[Read]]
"""
Triples that a shape looks at, from one side or several.

Each side has reads for all of them. Whoever cannot see a triple from one of the sides does not see it.
"""


def once(read: Read) -> Seen:
    """What is seen from one side, by one read."""
    return frozenset({frozenset({read})})


def along(path: Path, walk: Walk) -> frozenset[Read]:
    """
    What is read by following a path from the end of a walk.

    >>> sorted(along(Sequence((Predicate("<urn:p>"), Inverse(Predicate("<urn:q>")))), ()))[1]
    Read(predicate='<urn:q>', walk=(Predicate('<urn:p>'),), backwards=True, anywhere=False)
    """
    reads = _along(path, walk)
    return frozenset(one if can_be_walked(one.walk) else Read(one.predicate, anywhere=True) for one in reads)


def _along(path: Path, walk: Walk) -> Iterator[Read]:
    match path:
        case Predicate(iri):
            yield Read(iri, walk)
        case Inverse(Predicate(iri)):
            yield Read(iri, walk, backwards=True)
        case Inverse(inner):
            yield from _along(inverted(inner), walk)
        case Sequence(paths):
            for number, one in enumerate(paths):
                yield from _along(one, (*walk, *paths[:number]))
        case Alternative(paths):
            for one in paths:
                yield from _along(one, walk)
        case Repeated(inner, _, once):
            yield from _along(inner, walk if once else (*walk, Repeated(inner, 0)))


def can_be_walked(walk: Walk) -> bool:
    """Whether each step says which predicate it follows."""
    return not any(iri == ANY.iri for step in walk if not isinstance(step, str) for iri in predicates(step))


def may_stay(path: Path) -> bool:
    """
    Whether a path can lead from a node to itself without a triple.

    >>> may_stay(Repeated(Predicate("<urn:p>"), 0)), may_stay(Inverse(Predicate("<urn:p>")))
    (True, False)
    """
    match path:
        case Predicate():
            return False
        case Inverse(inner):
            return may_stay(inner)
        case Sequence(paths):
            return all(map(may_stay, paths))
        case Alternative(paths):
            return any(map(may_stay, paths))
        case Repeated(inner, least):
            return least == 0 or may_stay(inner)


# ── Going ───────────────────────────────────────────────────────────────────────────────────────────────────────────


_Nodes = TypeVar("_Nodes", bound=Collection[str])


class TooManyError(Exception):
    """A walk has come to more nodes than wanted."""


def beginnings(index: TripleIndex, node: str, walk: Walk, most: int) -> Collection[str]:
    """
    Where a walk that ends at the node can have begun.

    >>> data = TripleIndex([("<urn:a>", "<urn:p>", "<urn:b>"), ("<urn:b>", "<urn:p>", "<urn:c>")])
    >>> sorted(beginnings(data, "<urn:c>", (Repeated(Predicate("<urn:p>"), 1),), 10))
    ['<urn:a>', '<urn:b>']

    Raises:
        TooManyError: The walk has come to more than `most` nodes.
    """
    reached: Collection[str] = (node,)
    for step in reversed(walk):
        if isinstance(step, str):
            reached = (step,) if step in reached else ()
        elif reached:
            reached = _ends(index, reached, inverted(step), most)
    return reached


def _ends(index: TripleIndex, nodes: Collection[str], path: Path, most: int) -> set[str]:
    found: set[str] = set()
    match path:
        case Predicate(iri) | Inverse(Predicate(iri)):
            beside = index.out.get(iri, {}) if isinstance(path, Predicate) else index.into(iri)
            for node in nodes:
                found.update(_few(beside.get(node, NONE), most))
                _few(found, most)
        case Inverse(inner):
            return _ends(index, nodes, inverted(inner), most)
        case Alternative(paths):
            found = found.union(*(_ends(index, nodes, one, most) for one in paths))
        case Sequence(paths):
            found = set(nodes)
            for one in paths:
                found = _ends(index, found, one, most)
        case Repeated(inner, least, once):
            new = _ends(index, nodes, inner, most)
            found = new.union(nodes) if least == 0 else new
            while new and not once:
                new = _ends(index, new, inner, most) - found
                found = _few(found | new, most)
    return _few(found, most)


def _few(nodes: _Nodes, most: int) -> _Nodes:
    if len(nodes) > most:
        raise TooManyError
    return nodes
