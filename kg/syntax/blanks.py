"""
Labels for the blank nodes of Turtle and TriG that every parse of a file agrees on.

pyoxigraph keeps the label that a file gives (`_:a`), and draws one at random for `[ ]` and each node of a `( )`.
Two parses are the same but for what was drawn: both emit the quads in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Quad

# A drawn label is a number of 128 bits in hexadecimal that begins with a letter: 31 or 32 digits, hardly ever fewer.
# What we give out belongs to the pattern too: no label that is kept can then be one that is given.
# With a space it is a node of our own parser on its way here.
DRAWN: Final = "_:(?: [0-9]+|anon[0-9]+|[a-f][0-9a-f]{15,31})"
"""A regular expression for labels that the parser draws, and those that stand for them here."""

_GIVEN: Final = re.compile(DRAWN)


class BlankNames(dict[str, str]):
    """
    The N-Triples text of a blank node → that text with a label that does not change from parse to parse.

    To be asked in the order of the quads of *one* file, in each for subject, object and graph name: a label drawn at
    random becomes `anon0`, `anon1` … in the order of the questions; any other label stays. Not for N-Triples and
    N-Quads, where every label is the file's.

    >>> names = BlankNames()
    >>> names["_:e6914250425abd2cf3e36aec1fd74ea0"], names["_:town"], names["_:a41f2af43aafa309c10db5dc30d3a5c8"]
    ('_:anon0', '_:town', '_:anon1')
    >>> names["_:e6914250425abd2cf3e36aec1fd74ea0"]
    '_:anon0'
    """

    __slots__ = ("_given",)

    def __init__(self) -> None:
        super().__init__()
        self._given = 0

    def __missing__(self, text: str) -> str:
        name = text
        if _GIVEN.fullmatch(text):
            name = f"_:anon{self._given}"
            self._given += 1
        self[text] = name
        return name


def stable_blanks(quads: Iterable[Quad]) -> Iterator[Quad]:
    """
    The quads of one Turtle or TriG file, as pyoxigraph emits them, with labels that every parse agrees on.

    Lazy. Where texts will do, `stable_texts` is twice as fast. Triple terms of RDF 1.2 stay as they are.

    >>> from pyoxigraph import RdfFormat, parse
    >>> for quad in stable_blanks(parse("_:a <urn:p> [] . [] <urn:q> _:a .", format=RdfFormat.TURTLE)):
    ...     print(quad.subject, quad.predicate, quad.object)
    _:a <urn:p> _:anon0
    _:anon1 <urn:q> _:a
    """
    names = BlankNames()
    for quad in quads:
        subject, object_, graph = quad.subject, quad.object, quad.graph_name
        # The order of these questions gives the names.
        subject = BlankNode(names[str(subject)][2:]) if isinstance(subject, BlankNode) else subject
        object_ = BlankNode(names[str(object_)][2:]) if isinstance(object_, BlankNode) else object_
        graph = BlankNode(names[str(graph)][2:]) if isinstance(graph, BlankNode) else graph
        yield Quad(subject, quad.predicate, object_, graph)


def stable_texts(quads: Iterable[Quad]) -> Iterator[tuple[str, str, str, str]]:
    """
    As `stable_blanks`, but subject, predicate, object and graph as N-Triples texts; the default graph is empty.

    >>> from pyoxigraph import RdfFormat, parse
    >>> list(stable_texts(parse("[] <urn:p> 'x' .", format=RdfFormat.TURTLE)))
    [('_:anon0', '<urn:p>', '"x"', '')]
    """
    names = BlankNames()
    default = DefaultGraph()
    for term, predicate, value, name in quads:
        subject, object_, graph = str(term), str(value), "" if name == default else str(name)
        if subject[0] == "_":
            subject = names[subject]
        if object_[0] == "_":
            object_ = names[object_]
        if graph[:1] == "_":
            graph = names[graph]
        yield subject, str(predicate), object_, graph
