"""
Which queries are look-ups: they begin at things that they name, and an index answers them sooner than columns.

Told from the text alone, because to parse it would take longer than the answer.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_PROLOGUE: Final = re.compile(r"\s*(?:PREFIX\s+[^\s:]*:\s*<[^>]*>|BASE\s*<[^>]*>|#[^\n]*\n)", re.IGNORECASE)
_TEXT: Final = re.compile(r"<[^<>\s]*>|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_WORD: Final = re.compile(r"\?\w+|\$\w+|(?<![\w:-])[A-Za-z]+(?=[\s({])")
_ALLOWED: Final = frozenset(("SELECT", "ASK", "WHERE", "GRAPH", "UNION", "LIMIT", "DISTINCT", "A"))
_BRANCH: Final = re.compile(r"[{]\s*(?![{])(?!GRAPH)([^\s{}]+)", re.IGNORECASE)
_IN_GRAPH: Final = re.compile(r"GRAPH\s+(?:<>|[\w-]*:\S+)\s*[{]", re.IGNORECASE)
_NAMED: Final = re.compile(r"\bVALUES\s*[?$]\w+\s*[{]([^{}]*)[}]", re.IGNORECASE)
_LONGEST: Final = 2_000
_MANY: Final = 64
_KEPT: Final = 128
"""Queries that are asked again are told at once: a look-up takes no longer than to go through the text."""


@lru_cache(_KEPT)
def is_look_up(text: str) -> bool:
    """
    Whether each group of a short query begins with a subject, or stands in a graph, that it names, with only patterns.

    >>> is_look_up("SELECT * { <https://example.org/raid> ?key ?value }")
    True
    >>> is_look_up("PREFIX : <urn:> ASK { { :a ?p ?o } UNION { GRAPH ?g { :a ?p ?o } } }")
    True
    >>> is_look_up("PREFIX kg: <urn:kg:> SELECT ?day { <urn:raid> kg:day ?day }")
    True
    >>> is_look_up("SELECT * { GRAPH <urn:claim> { ?subject ?key ?value } }")
    True
    >>> is_look_up("SELECT * { ?event a <urn:Event> }"), is_look_up("SELECT (COUNT(*) AS ?n) { <urn:a> ?p ?o }")
    (False, False)
    """
    if len(text) > _LONGEST:
        return False
    while match := _PROLOGUE.match(text):
        text = text[match.end() :]
    text = _IN_GRAPH.sub("{ <> ", _TEXT.sub("<>", text))
    words = {word.upper() for word in _WORD.findall(text) if word[0] not in "?$"}
    if not words <= _ALLOWED or re.search(r"[*+|^!/]\s*(?:[?<\w])", text.partition("{")[2]):
        return False
    begins = _BRANCH.findall(text)
    return bool(begins) and all(begin == "<>" or re.match(r"[\w-]*:\S", begin) for begin in begins)


def names_many(text: str) -> bool:
    """
    Whether a query names so many things that to compile it takes longer than to look them up.

    >>> names_many("SELECT * { VALUES ?t { <urn:a> <urn:b> } ?t ?p ?o }")
    False
    >>> names_many("SELECT * { VALUES ?t { " + "<urn:a> " * 100 + "} ?t ?p ?o }")
    True
    """
    return any(found[1].count("<") > _MANY for found in _NAMED.finditer(text))
