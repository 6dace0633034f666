r"""
`sh:pattern`: the regular expressions of XPath, for Python's `re` and for RE2.

The reading is that of `fn:matches`, with sets of characters written out, so that both engines mean the same:
`\d` is every decimal digit of Unicode, `\w` all but punctuation, separators and control characters, `.` neither
newline nor carriage return, `$` only the very end, and the flag `i` knows the case variants of Unicode.

What Python's `re` reads and XPath does not is read as there, since shapes are written for engines that do: look-around,
named groups, atomic groups, possessive quantifiers, `\b`, `\B`, `\A`, `\Z`, `\x41`, `\u0041`, `(?i)`, and `{`, `}`
and `]` that stand for themselves.

Spec: https://www.w3.org/TR/shacl/#PatternConstraintComponent, https://www.w3.org/TR/sparql11-query/#func-regex,
https://www.w3.org/TR/xpath-functions-31/#regex-syntax
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from kg.validation.literals.xpath_regex import NotInRe2Error, Piece, translated

_FLAGS: Final = "imsxq"
_RE2_REPEATS: Final = 1_000  # the product of nested counts: https://github.com/google/re2/wiki/Syntax
_RE2_RANGES: Final = 20_000  # a larger programme may pass RE2's bound on memory


@lru_cache(maxsize=1024)
def compiled(pattern: str, flags: str = "") -> Callable[[str], bool]:
    r"""
    A function that says whether a text holds a match of the pattern; `flags` are those of `sh:flags`.

    >>> compiled(r"^\d{4}$")("2023"), compiled(r"^\d{4}$")("2023\n"), compiled("joh", "i")("John")
    (True, False, True)

    Raises:
        ValueError: Neither XPath nor Python's `re` can read the pattern; the message says which character and why.
    """
    text = _translated(pattern, flags, re2=False).text
    try:
        search = re.compile(text, re.DOTALL).search
    except (re.error, OverflowError, RecursionError) as error:
        # `re` counts in the translated text, so its position would mislead.
        raise ValueError(f"pattern: {getattr(error, 'msg', error)}") from error
    return lambda value: search(value) is not None


@lru_cache(maxsize=1024)
def re2(pattern: str, flags: str = "") -> str | None:
    r"""
    An RE2 pattern that matches in the same texts, for `regexp_matches` of DuckDB; None where that is not certain.

    >>> re2("^[a-c]+$"), re2(r"(?<=a)b"), re2("jo", "i")
    ('\\A[a-c]+\\z', None, '[Jj][Oo]')

    Raises:
        ValueError: As `compiled`.
    """
    compiled(pattern, flags)
    try:
        piece = _translated(pattern, flags, re2=True)
    except NotInRe2Error:
        return None
    return piece.text if piece.ranges <= _RE2_RANGES and piece.repeats <= _RE2_REPEATS else None


def _translated(pattern: str, flags: str, *, re2: bool) -> Piece:
    for flag in flags:
        if flag not in _FLAGS:
            raise ValueError(f"flag {flag!r}: the flags are i, m, s, x and q")
    try:
        return translated(pattern, flags, re2=re2)
    except RecursionError:
        raise ValueError("pattern: groups stand too deep in each other") from None
