"""From the way a term is written in a file to its canonical N-Triples text, which is what pyoxigraph prints."""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import Quad, RdfFormat, parse

from kg.model.terms import XSD

IRI: Final = r"<[^<>\r\n]*>"
"""Wider than the specification: the file has been parsed already, maybe leniently."""

NAME_CHARACTERS: Final = r"-A-Za-z0-9_\x80-\U0010ffff"
"""Of labels and prefixed names, besides `.`, which never comes last; wider than the specification too."""

BLANK: Final = rf"_:[{NAME_CHARACTERS}]++(?:\.++[{NAME_CHARACTERS}]++)*+"
SHORT_STRING: Final = r'"[^"\\\r\n]*+(?:\\.[^"\\\r\n]*+)*+"'
LANGUAGE: Final = r"@[A-Za-z][-A-Za-z0-9]*+"

_STRING_TYPE: Final = f"<{XSD}string>"
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_NAMED: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_TO_ESCAPE: Final = re.compile('["\\\\\x00-\x1f\x7f\ufffe\uffff]')
_NOT_CANONICAL: Final = re.compile("[\\\\\x00-\x1f\x7f\ufffe\uffff]")
_ESCAPED: Final = {'"': '\\"', "\\": "\\\\"} | {value: f"\\{letter}" for letter, value in _NAMED.items()}
_ABSOLUTE: Final = re.compile(r"<[A-Za-z][-+.A-Za-z0-9]*:")


def unescaped(text: str) -> str:
    r"""
    What a text with the escapes of strings, IRIs or local names means.

    >>> unescaped(r"\u00e9\U0001F600\t\'\~")
    "é😀\t'~"
    """
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    hexadecimal = found[1] or found[2]
    return chr(int(hexadecimal, 16)) if hexadecimal else _NAMED.get(found[3], found[3])


def quoted(token: str) -> str:
    r"""
    A string token, in any of its four kinds of quotes, as N-Triples writes it.

    >>> quoted("'''it's \"so\"\n'''"), quoted('"a\\u00e9"')
    ('"it\'s \\"so\\"\\n"', '"aé"')
    """
    if token[0] == '"' and not token.startswith('"""') and not _NOT_CANONICAL.search(token):
        return token
    width = 3 if len(token) >= 6 and token[:3] in {'"""', "'''"} else 1
    return f'"{_TO_ESCAPE.sub(_escaped, unescaped(token[width:-width]))}"'


def _escaped(found: re.Match[str]) -> str:
    return _ESCAPED.get(found[0]) or f"\\u{ord(found[0]):04X}"


def typed(string: str, datatype: str) -> str:
    """
    A literal with a datatype, both N-Triples texts; `xsd:string` is not written.

    >>> typed('"a"', "<http://www.w3.org/2001/XMLSchema#string>"), typed('"a"', "<urn:t>")
    ('"a"', '"a"^^<urn:t>')
    """
    return string if datatype == _STRING_TYPE else f"{string}^^{datatype}"


def resolved(token: str, base: str) -> str:
    """
    An IRI token, absolute or relative to `base`, as N-Triples writes it; with no base it stays as it is.

    >>> resolved("<../c>", "http://example.org/a/b/"), resolved("<urn:a/../b>", "http://example.org/")
    ('<http://example.org/a/c>', '<urn:a/../b>')
    """
    if not base or _ABSOLUTE.match(token):
        return unescaped(token)
    # By pyoxigraph itself: implementations of RFC 3986 differ in dots and empty segments.
    line = f"{token} <urn:p> <urn:o> ."
    quad: Quad = next(iter(parse(line, format=RdfFormat.TURTLE, base_iri=base, lenient=True)))
    return str(quad.subject)
