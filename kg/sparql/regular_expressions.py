r"""
Regular expressions of XPath as RE2 has them, as far as both mean the same.

What differs is translated where that is plain (`\d` is any decimal digit, `\s` four characters), and refused where not.

Spec: https://www.w3.org/TR/sparql11-query/#func-regex (17.4.3.14),
https://www.w3.org/TR/sparql11-query/#func-replace (17.4.3.15), https://www.w3.org/TR/xpath-functions/#regex-syntax,
https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from kg.columns import terms as t
from kg.model.terms import parts_of
from kg.sparql.algebra import NotCompiled
from kg.sparql.values import Constant, Value

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SAFE: Final = frozenset("nrt\\|.?*+(){}[]^$-")
_COUNTED: Final = re.compile(r"[{][0-9]+(,[0-9]*)?[}]")
_FROM_MANY: Final = re.compile(r"\\[ds]-[^\]]")
_SPACE: Final = " \\t\\n\\r"


def _written(value: Value, what: str) -> str:
    if not isinstance(value, Constant) or value.types != {t.STRING}:
        raise NotCompiled(f"{what} that is computed is not compiled")
    return parts_of(value.written).lexical


def pattern_of(pattern: Value, flags: Value | None = None, *, for_replacing: bool = False) -> str:
    """
    The pattern for RE2, with its flags in front.

    Raises:
        NotCompiled: It is no constant, or may mean something else to RE2.

    Spec: https://www.w3.org/TR/xpath-functions/#flags
    """
    text = _written(pattern, "a regular expression")
    given = _written(flags, "a flag") if flags is not None else ""
    if not set(given) <= set("ism"):
        raise NotCompiled(f"the flags '{given}' of a regular expression are not compiled")
    found = translated(text)
    if for_replacing and _matches_nothing(text):
        raise NotCompiled("REPLACE of what may be empty is not compiled")
    return f"(?{given}){found}" if given else found


def _matches_nothing(text: str) -> bool:
    try:
        return re.search(text, "") is not None
    except re.error:
        return True


def replacement_of(value: Value) -> str:
    r"""
    What RE2 is to put in place: `$1` is `\1` there.

    Raises:
        NotCompiled: It is no constant, or names a group of two digits.

    Spec: https://www.w3.org/TR/xpath-functions/#func-replace
    """
    text = _written(value, "a replacement")
    if "\\" in text or re.search(r"\$([0-9]{2}|[^0-9]|$)", text):
        raise NotCompiled("a replacement with \\ or $ beside a number is not compiled")
    return re.sub(r"\$([0-9])", r"\\\1", text)


def translated(text: str) -> str:
    r"""
    A pattern of XPath for RE2.

    >>> print(translated(r"^\d+\s[a-z]$"))
    ^\p{Nd}+[ \t\n\r][a-z]$
    """
    found: list[str] = []
    inside = False
    at = 0
    while at < len(text):
        piece, width = _piece(text, at, inside=inside)
        if piece in {"[", "]"}:
            inside = piece == "["
        found.append(piece)
        at += width
    return _checked("".join(found))


def _piece(text: str, at: int, *, inside: bool) -> tuple[str, int]:
    """What a letter, escape or count becomes, and how many letters it takes; `inside` a class of characters or not."""
    letter, following = text[at], text[at + 1 : at + 3]
    if letter == "\\":
        if inside and _FROM_MANY.match(text, at):
            raise NotCompiled("a range from many characters is not compiled")
        return _escape(following[:1], inside=inside), 2
    if inside and letter == "[":
        raise NotCompiled("a class of characters within another is not compiled")
    if inside and letter + following[:1] == "&&":
        raise NotCompiled("&& in a class of characters is not compiled")
    if not inside and letter in "{}":
        counted = _count(text, at)
        return counted, len(counted)
    if letter == "(" and following[:1] == "?" and following != "?:":
        raise NotCompiled("a group that begins with ? is not compiled")
    return letter, 1


def _count(text: str, at: int) -> str:
    counted = _COUNTED.match(text, at)
    if counted is None:
        raise NotCompiled("a { or } that is no count is not compiled")
    return counted.group()


def _escape(letter: str, *, inside: bool) -> str:
    if letter == "d":
        return "\\p{Nd}"
    if letter == "s":
        return _SPACE if inside else f"[{_SPACE}]"
    if letter not in _SAFE or not letter:
        raise NotCompiled(f"\\{letter} in a regular expression is not compiled")
    return "\\" + letter


def _checked(pattern: str) -> str:
    """RE2 itself says whether it can read it."""
    import duckdb

    try:
        _re2().cursor().execute("SELECT regexp_matches('', $1)", [pattern])
    except duckdb.Error as error:
        raise NotCompiled(f"RE2 cannot read the regular expression: {error}") from error
    return pattern


@cache
def _re2() -> DuckDBPyConnection:
    """One for all patterns: to open it takes longer than to ask."""
    import duckdb

    return duckdb.connect()
