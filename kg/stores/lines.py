"""
N-Quads line by line, and what a graph holds as a number of quads and a digest.

The digest of a graph is the sum of its quads' digests: no order matters, and what is added or removed can be added or
subtracted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import IO, NamedTuple

from pyoxigraph import BlankNode, NamedNode, Quad

from kg.model.errors import Bug
from kg.model.terms import Term
from kg.stores.protocol import Lines

_LINE = re.compile(
    rb'(<[^<>\s]*> <[^<>\s]*> (?:<[^<>\s]*>|"[^"\\]*(?:\\.[^"\\]*)*"(?:@[A-Za-z0-9-]+|\^\^<[^<>\s]*>)?))'
    rb" (<[^<>\s]*>) ?\.\s*"
)
_SKOLEM = "https://w3id.org/.well-known/genid/conflict-kg/"
_MODULUS = 1 << 128


class Line(NamedTuple):
    """A quad as N-Triples texts: subject, predicate and object in one, and the graph, both in UTF-8."""

    triple: bytes
    graph: bytes


class Held(NamedTuple):
    """What a graph holds: how many quads, and the sum of their digests."""

    size: int
    digest: int

    def __str__(self) -> str:
        return f"{self.size} {self.digest:032x}"

    def plus(self, other: Held) -> Held:
        """Both together; of graphs that share no quad."""
        return Held(self.size + other.size, (self.digest + other.digest) % _MODULUS)

    def minus(self, other: Held) -> Held:
        """Without what the other holds."""
        return Held(self.size - other.size, (self.digest - other.digest) % _MODULUS)


NOTHING = Held(0, 0)
UNKNOWN = Held(-1, 0)
"""Of a graph that is half-written."""


def held_of(text: str) -> Held:
    """
    Read what `str` writes.

    >>> held_of(str(Held(12, 255)))
    Held(size=12, digest=255)
    """
    count, _, digest = text.partition(" ")
    try:
        return Held(int(count), int(digest, 16))
    except ValueError:
        return UNKNOWN


def lines_of(quads: Iterable[Quad]) -> Iterator[bytes]:
    """
    Quads as lines, blank nodes as IRIs that say so: the ontology has some, and each would be new at every load.

    Spec: https://www.w3.org/TR/rdf11-concepts/#section-skolemization
    """
    for quad in quads:
        terms = (_named(term) for term in quad)
        yield (" ".join(map(str, terms)) + " .\n").encode()


def _named(term: Term) -> Term:
    return NamedNode(_SKOLEM + term.value) if isinstance(term, BlankNode) else term


def line_of(raw: bytes) -> Line:
    r"""
    Take a line of N-Quads apart.

    >>> line_of(rb'<urn:a> <urn:b> "a \"hill\" . "@en <urn:g> .')
    Line(triple=b'<urn:a> <urn:b> "a \\"hill\\" . "@en', graph=b'<urn:g>')

    Raises:
        Bug: It is none, has a blank node, or no graph.
    """
    match = _LINE.fullmatch(raw)
    if match is None:
        raise Bug(f"no quad of IRIs and literals in a named graph: {raw[:200].decode(errors='replace')}")
    return Line(match[1], match[2])


def tally(lines: Lines) -> dict[bytes, Held]:
    """What each graph holds, by its N-Triples text."""
    counts: dict[bytes, int] = {}
    sums: dict[bytes, int] = {}
    for raw in lines:
        triple, graph = line_of(raw)
        counts[graph] = counts.get(graph, 0) + 1
        sums[graph] = sums.get(graph, 0) + _digest(triple)
    return {graph: Held(count, sums[graph] % _MODULUS) for graph, count in counts.items()}


def whole(held: Iterable[tuple[bytes, Held]]) -> str:
    """One digest of all graphs and what they hold; in hexadecimal."""
    total = sum(_digest(graph + str(what).encode()) for graph, what in held)
    return f"{total % _MODULUS:032x}"


def lines_in(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file, from its beginning."""
    file.seek(0)
    return iter(file)


def _digest(text: bytes) -> int:
    return int.from_bytes(blake2b(text, digest_size=16).digest())
