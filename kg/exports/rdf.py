"""RDF files: N-Quads and TriG with every claim graph, Turtle; the same bytes for the same graph."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import BinaryIO

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from kg.ontology.vocabulary import PREFIXES

FORMATS = {
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "turtle": RdfFormat.TURTLE,
}
_WITH_PREFIX_LINES = frozenset({"trig", "turtle"})
HOLDS_GRAPHS = frozenset({"nquads", "trig"})
"""The formats that keep claims apart; the others hold one graph."""


def write_rdf(quads: Iterable[Quad], form: str, output: BinaryIO, base: str) -> None:
    """
    Write quads in one of `FORMATS`, sorted by graph and term.

    Turtle has no graphs: it gets each statement once. The base becomes the empty prefix where the format has prefixes.
    """
    ordered: list[Quad] | list[Triple]
    if form in HOLDS_GRAPHS:
        ordered = sorted(quads, key=_order)
    else:
        ordered = sorted({Triple(q.subject, q.predicate, q.object) for q in quads}, key=str)
    if form not in _WITH_PREFIX_LINES:
        serialize(ordered, output, FORMATS[form])
        return
    content = serialize(ordered, format=FORMATS[form], prefixes={"": base, **PREFIXES}) or b""
    # The serializer writes prefixes in an order that differs from run to run.
    lines = content.split(b"\n")
    head = sum(1 for _ in takewhile(lambda line: line.startswith(b"@prefix"), lines))
    output.write(b"\n".join([*sorted(lines[:head]), *lines[head:]]))


def _order(quad: Quad) -> tuple[str, str, str, str]:
    return str(quad.graph_name), str(quad.subject), str(quad.predicate), str(quad.object)
