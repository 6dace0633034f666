r"""
Regular expressions of RE2 as Java has them, as far as the compiler writes them.

Java's `$` also stands before a last line feed, and its `.`, `^` and `$` know more ends of lines than RE2's.

Spec: https://github.com/google/re2/wiki/Syntax,
https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/regex/Pattern.html
"""

from __future__ import annotations

import re
from typing import Final

_FLAGS: Final = re.compile(r"\(\?([ism]+)\)")
_START: Final = {False: r"\A", True: r"(?:\A|(?<=\n))"}
_END: Final = {False: r"\z", True: r"(?:\z|(?=\n))"}


def in_java(pattern: str) -> str:
    r"""
    A pattern for Java that finds what RE2 finds.

    >>> print(in_java("^[a-z^$]+$"))
    (?d)\A[a-z^$]+\z
    >>> print(in_java("(?im)^a.b$"))
    (?diu)(?:\A|(?<=\n))a.b(?:\z|(?=\n))
    """
    given = _FLAGS.match(pattern)
    flags = given[1] if given else ""
    lines = "m" in flags
    # `u`: RE2 takes upper and lower case of all letters for the same, Java of ASCII's alone.
    kept = "d" + ("iu" if "i" in flags else "") + ("s" if "s" in flags else "")
    return f"(?{kept})" + "".join(_parts(pattern[given.end() if given else 0 :], lines=lines))


def whole_in_java(pattern: str) -> str:
    r"""
    A pattern that takes a text from its beginning to its end.

    >>> print(whole_in_java("a|b"))
    (?d)\A(?:a|b)\z
    """
    java = in_java(pattern)
    end = java.index(")") + 1
    return rf"{java[:end]}\A(?:{java[end:]})\z"


def _parts(pattern: str, *, lines: bool) -> list[str]:
    found: list[str] = []
    inside = False
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            found.append(pattern[at : at + 2])
            at += 2
            continue
        if not inside and letter in "^$":
            letter = _START[lines] if letter == "^" else _END[lines]
        elif letter == "[" and not inside:
            inside = True
            # What stands first in a class, after a `^`, is a letter even if it is `]`.
            first = re.match(r"\[\^?\]?", pattern[at:])
            assert first is not None  # noqa: S101 # it begins with [
            letter = first.group().replace("]", r"\]")
            at += len(first.group()) - 1
        elif letter == "[":
            letter = r"\["
        elif letter == "]":
            inside = False
        found.append(letter)
        at += 1
    return found


def replacement_in_java(text: str) -> str:
    r"""
    What is put in place of what was found: RE2's `\1` is Java's `$1`.

    >>> print(replacement_in_java(r"<\1>"))
    <$1>
    """
    return re.sub(r"\\([0-9])", r"$\1", text)
