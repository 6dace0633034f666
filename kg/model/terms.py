"""RDF terms as the whole program uses them: pyoxigraph's, or their N-Triples texts; both keep lexical forms."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple | DefaultGraph

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
STRING: Final = XSD + "string"
LANGUAGE_STRING: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


def text_of(term: Term | None) -> str:
    """
    An IRI's address, a literal's lexical form; the N-Triples text of whatever has neither. Empty where there is none.

    >>> text_of(Literal("20")), text_of(NamedNode("https://example.org/a")), text_of(None)
    ('20', 'https://example.org/a', '')
    """
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


class Parts(NamedTuple):
    """
    What a term is made of. `kind` is `iri`, `blank` or `literal`; the first two have no `datatype` and `language`.

    Spec: https://www.w3.org/TR/rdf11-concepts/#section-Graph-Literal
    """

    kind: str
    lexical: str
    datatype: str = ""
    language: str = ""


def parts_of(text: str) -> Parts:
    r"""
    Take the canonical N-Triples text of a term apart; `lexical` is an IRI's address, a blank node's label.

    >>> parts_of('"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>').lexical
    '1.50'
    >>> parts_of(r'"a \"hill\""@en')[1:4:2]
    ('a "hill"', 'en')
    >>> parts_of("<https://example.org/a>"), parts_of("_:b0").kind
    (Parts(kind='iri', lexical='https://example.org/a', datatype='', language=''), 'blank')
    """
    if text[0] == "<":
        return Parts("iri", text[1:-1])
    if text[0] == "_":
        return Parts("blank", text[2:])
    end = text.rindex('"')
    lexical = text[1:end] if "\\" not in text else term_of(text).value
    if end == len(text) - 1:
        return Parts("literal", lexical, STRING)
    if text[end + 1] == "@":
        return Parts("literal", lexical, LANGUAGE_STRING, text[end + 2 :])
    return Parts("literal", lexical, text[end + 4 : -1])


def term_of(text: str) -> NamedNode | BlankNode | Literal:
    """
    The term that an N-Triples text means.

    >>> term_of('"low"^^<http://www.w3.org/2001/XMLSchema#string>') == Literal("low")
    True

    Raises:
        SyntaxError: The text is no term.
    """
    if text.startswith("<") and "\\" not in text:
        return NamedNode(text[1:-1])
    if text.startswith("_:"):
        return BlankNode(text[2:])
    quad: Quad = next(iter(parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES)))
    match quad.object:
        case NamedNode() | BlankNode() | Literal():
            return quad.object
        case _:
            raise SyntaxError(f"no RDF 1.1 term: {text}")
