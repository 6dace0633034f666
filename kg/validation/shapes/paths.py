"""Property paths: from the shapes graph, to SPARQL and back to RDF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from kg.model.values import Value


class Predicate(Value):
    """One step along a predicate, an N-Triples text."""

    iri: str


class Inverse(Value):
    """The path walked backwards."""

    path: Path


class Sequence(Value):
    """One path after the other; at least two."""

    paths: tuple[Path, ...]


class Alternative(Value):
    """Any of the paths; at least two."""

    paths: tuple[Path, ...]


class Repeated(Value):
    """
    The path any number of times: at least `least`, and at most once where `once` is true.

    `*` is (0, False), `+` is (1, False), `?` is (0, True).
    """

    path: Path
    least: int
    once: bool = False


Path: TypeAlias = Predicate | Inverse | Sequence | Alternative | Repeated


def to_sparql(path: Path) -> str:
    """
    The path as SPARQL writes it.

    >>> to_sparql(Sequence((Predicate("<urn:p>"), Repeated(Inverse(Predicate("<urn:q>")), 0))))
    '<urn:p>/(^<urn:q>)*'

    Spec: https://www.w3.org/TR/sparql11-query/#propertypaths
    """
    match path:
        case Predicate(iri):
            return iri
        case Inverse(inner):
            return "^" + _grouped(inner)
        case Sequence(paths):
            return "/".join(_grouped(one) if not isinstance(one, Repeated) else to_sparql(one) for one in paths)
        case Alternative(paths):
            return "|".join(_grouped(one) for one in paths)
        case Repeated(inner, least, once):
            return _grouped(inner) + ("?" if once else "*" if least == 0 else "+")


def _grouped(path: Path) -> str:
    text = to_sparql(path)
    return text if isinstance(path, Predicate) else f"({text})"


def predicates(path: Path) -> Iterator[str]:
    """Every predicate that the path names."""
    match path:
        case Predicate(iri):
            yield iri
        case Inverse(inner) | Repeated(inner):
            yield from predicates(inner)
        case Sequence(paths) | Alternative(paths):
            for one in paths:
                yield from predicates(one)


def inverted(path: Path) -> Path:
    """
    The path that leads back along `path`, with the inversion moved to its predicates.

    >>> inverted(Sequence((Predicate("<urn:p>"), Repeated(Inverse(Predicate("<urn:q>")), 1))))
    Sequence((Repeated(Predicate('<urn:q>'), 1, False), Inverse(Predicate('<urn:p>'))))
    """
    match path:
        case Predicate():
            return Inverse(path)
        case Inverse(inner):
            return inner
        case Sequence(paths):
            return Sequence(tuple(inverted(one) for one in reversed(paths)))
        case Alternative(paths):
            return Alternative(tuple(inverted(one) for one in paths))
        case Repeated(inner, least, once):
            return Repeated(inverted(inner), least, once)
