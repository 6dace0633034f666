"""RDF terms as the whole program uses them: pyoxigraph's, which keep lexical forms."""

from __future__ import annotations

from typing import TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Triple

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple | DefaultGraph


def text_of(term: Term) -> str:
    """
    An IRI's address, a literal's lexical form; the N-Triples text of whatever has neither.

    >>> text_of(Literal("20")), text_of(NamedNode("https://example.org/a"))
    ('20', 'https://example.org/a')
    """
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
