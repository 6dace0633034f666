"""Quotes and the text they are taken from: found exactly, found but for typography, found twice, or not there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

_SINGLE = dict.fromkeys(map(ord, "‘’‚‛′ʼ`´"), "'")
_DOUBLE = dict.fromkeys(map(ord, "“”„‟″«»"), '"')
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_SPACES = dict.fromkeys(map(ord, "\t\n\r\f\v\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"), " ")
_FOLDS = {**_SINGLE, **_DOUBLE, **_DASHES, **_SPACES}


_MOST_PLACES = 1_000
"""Nobody counts further."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a quote stands: code points from 0, the end excluded; `folded` where only the typography differs."""

    start: int
    end: int
    folded: bool = False


@dataclass(frozen=True, slots=True)
class NotFound:
    """A quote that is not there, or not as often as asked for: `places` is how often, `nearest` the likest passage."""

    places: int
    nearest: str = ""


def find_quote(text: str, quote: str, occurrence: int | None = None) -> Found | NotFound:
    """
    Find a quote in a text; of two places one must be picked by `occurrence`, from 1.

    >>> find_quote("He said: “no”.", "He said")
    Found(start=0, end=7, folded=False)
    >>> find_quote("He said: “no”.", 'said: "no"')
    Found(start=3, end=13, folded=True)
    >>> find_quote("a b a", "a"), find_quote("a b a", "a", 2)
    (NotFound(places=2, nearest=''), Found(start=4, end=5, folded=False))
    """
    most = max(_MOST_PLACES, occurrence or 0)
    exact = [(at, at + len(quote)) for at in _starts(text, quote, most)]
    if exact:
        return _pick(exact, occurrence, folded=False)
    folded, offsets = _folded(text)
    wanted = _folded(quote)[0].strip()
    loose = [(offsets[at], offsets[at + len(wanted)]) for at in _starts(folded, wanted, most)] if wanted else []
    if loose:
        return _pick(loose, occurrence, folded=True)
    return NotFound(0, _nearest(text, quote))


def _starts(text: str, quote: str, most: int) -> list[int]:
    found: list[int] = []
    at = text.find(quote)
    while at >= 0 and len(found) < most:
        found.append(at)
        at = text.find(quote, at + 1)
    return found


def _pick(places: list[tuple[int, int]], occurrence: int | None, *, folded: bool) -> Found | NotFound:
    if occurrence is None and len(places) == 1:
        return Found(*places[0], folded)
    if occurrence is not None and 1 <= occurrence <= len(places):
        return Found(*places[occurrence - 1], folded)
    return NotFound(len(places))


@lru_cache(maxsize=8)
def _folded(text: str) -> tuple[str, tuple[int, ...]]:
    """The text with plain quotes, dashes and single spaces, and the place in the original of each character."""
    plain = text.translate(_FOLDS)
    characters: list[str] = []
    offsets: list[int] = []
    for at, character in enumerate(plain):
        if character == " " and characters and characters[-1] == " ":
            continue
        characters.append(character)
        offsets.append(at)
    return "".join(characters), (*offsets, len(text))


def _nearest(text: str, quote: str) -> str:
    """The passage around the longest stretch that text and quote share; empty where that is too short to help."""
    if len(quote) > 2_000 or len(text) > 200_000:
        return ""
    matcher = SequenceMatcher(None, text, quote, autojunk=False)
    shared = matcher.find_longest_match()
    if shared.size < max(8, len(quote) // 4):
        return ""
    start = max(0, shared.a - shared.b)
    end = start + len(quote)
    while end < len(text) and not text[end].isspace():
        end += 1
    return re.sub(r"\s+", " ", text[start:end]).strip()
