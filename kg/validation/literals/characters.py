r"""
Sets of characters, as regular expressions name them: categories, blocks, `\w` and its kin, case variants.

A set is a sorted tuple of ranges of code points, both ends included. What is assigned, and to which category, is as
Python's `unicodedata` says.

Spec: https://www.w3.org/TR/xmlschema11-2/#regexs
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from kg.validation.literals.forms import NAME, NAME_START

Ranges: TypeAlias = tuple[tuple[int, int], ...]

LAST: Final = 0x10FFFF
EVERY: Final[Ranges] = ((0, LAST),)
SPACE: Final[Ranges] = ((9, 10), (13, 13), (32, 32))
# Planes 4 to 13 and most of 14 are empty, 15 and 16 are private; to ask for each character of them takes a while.
_ASSIGNED: Final = (range(0x40000), range(0xE0000, 0xE1000))
_REST: Final = (
    (0x40000, 0xDFFFF, "Cn"),
    (0xE1000, 0xEFFFF, "Cn"),
    (0xF0000, 0xFFFFD, "Co"),
    (0xFFFFE, 0xFFFFF, "Cn"),
    (0x100000, 0x10FFFD, "Co"),
    (0x10FFFE, LAST, "Cn"),
)
# Names of Unicode 3.1, which XML Schema 1.0 lists: https://www.w3.org/TR/xmlschema-2/#regexs
_FORMER_BLOCKS: Final = {
    "CombiningMarksforSymbols": "CombiningDiacriticalMarksforSymbols",
    "CyrillicSupplementary": "CyrillicSupplement",
    "Greek": "GreekandCoptic",
    "PrivateUse": "PrivateUseArea",
}


def union(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """
    One set of ranges in any order, which may overlap.

    >>> union([(5, 9), (1, 3), (4, 4)])
    ((1, 9),)
    """
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: Ranges) -> Ranges:
    """
    All other characters.

    >>> complement(((0, 9), (20, LAST)))
    ((10, 19),)
    """
    starts = [0, *[high + 1 for _, high in ranges]]
    ends = [*[low - 1 for low, _ in ranges], LAST]
    return tuple((low, high) for low, high in zip(starts, ends, strict=True) if low <= high)


def difference(ranges: Ranges, taken: Ranges) -> Ranges:
    """
    The characters of one set that are not in the other.

    >>> difference(((0, 9),), ((3, 4),))
    ((0, 2), (5, 9))
    """
    return complement(union([*complement(ranges), *taken]))


@lru_cache
def escaped(letter: str) -> Ranges:
    r"""
    What `\d`, `\D`, `\s`, `\S`, `\w`, `\W`, `\i`, `\I`, `\c` and `\C` mean.

    >>> escaped("s")
    ((9, 10), (13, 13), (32, 32))

    Spec: https://www.w3.org/TR/xmlschema11-2/#regexs
    """
    match letter:
        case "s":
            return SPACE
        case "d":
            return category("Nd")
        case "w":
            return complement(union([*category("P"), *category("Z"), *category("C")]))
        case "i":
            return _listed(NAME_START)
        case "c":
            return _listed(NAME)
        case _:
            return complement(escaped(letter.lower()))


def _listed(text: str) -> Ranges:
    """Of the inside of a simple character class."""
    text = text.replace("\\", "")
    return union((ord(low), ord(high or low)) for low, high in re.findall(r"(.)(?:-(.))?", text))


@lru_cache
def category(name: str) -> Ranges:
    """
    The characters of a general category such as `Lu`, or of a group of them such as `L`.

    >>> category("Zs")[0], category("Zl")
    ((32, 32), ((8232, 8232),))

    Raises:
        KeyError: There is no such category.
    """
    categories = _categories()
    if len(name) == 1 and name in "LMNPZSC":
        return union(part for key, ranges in categories.items() if key[0] == name for part in ranges)
    return categories[name]


@lru_cache(maxsize=1)
def _categories() -> dict[str, Ranges]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for codes in _ASSIGNED:
        names = [*map(unicodedata.category, map(chr, codes)), ""]
        start = 0
        for end in range(1, len(names)):
            if names[end] != names[start]:
                found[names[start]].append((codes[start], codes[end - 1]))
                start = end
    for low, high, name in _REST:
        found[name].append((low, high))
    return {name: union(ranges) for name, ranges in found.items()}


def block(name: str) -> Ranges:
    r"""
    The characters of a block, whose name has no spaces, as `\p{IsBasicLatin}` has it.

    >>> block("BasicLatin"), block("Greek")
    (((0, 127),), ((880, 1023),))

    Raises:
        KeyError: There is no such block.

    Spec: https://www.w3.org/TR/xmlschema11-2/#regexs
    """
    return (_blocks()[_FORMER_BLOCKS.get(name, name)],)


@lru_cache(maxsize=1)
def _blocks() -> dict[str, tuple[int, int]]:
    lines = Path(__file__).with_name("blocks.txt").read_text(encoding="utf-8").splitlines()
    found = {}
    for line in lines:
        if not line.startswith("#"):
            ends, _, name = line.partition("; ")
            low, _, high = ends.partition("..")
            found[name.replace(" ", "")] = (int(low, 16), int(high, 16))
    return found


def with_case_variants(ranges: Ranges) -> Ranges:
    """
    The set and all case variants of its characters: those with the same lower or the same upper case.

    >>> [chr(low) for low, _ in with_case_variants(((ord("k"), ord("k")),))] == ["K", "k", "\u212a"]
    True

    Spec: https://www.w3.org/TR/xpath-functions-31/#flags
    """
    variants = _case_variants()
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return variants.get(ranges[0][0], ranges)
    more = (part for low, high in ranges for code in _within(low, high) for part in variants[code])
    return union([*ranges, *more])


def _within(low: int, high: int) -> Iterable[int]:
    variants = _case_variants()
    if high - low < len(variants):
        return [code for code in range(low, high + 1) if code in variants]
    return [code for code in variants if low <= code <= high]


@lru_cache(maxsize=1)
def _case_variants() -> dict[int, Ranges]:
    """Of each character that has variants: it and they."""
    lower: dict[str, set[int]] = defaultdict(set)
    upper: dict[str, set[int]] = defaultdict(set)
    cased = set()
    for code in range(0x20000):  # no later plane has letters with case
        character = chr(code)
        low, up = character.lower(), character.upper()
        if low != character or up != character:
            lower[low].add(code)
            upper[up].add(code)
            cased.add(code)
    return {
        code: union((other, other) for other in lower[chr(code).lower()] | upper[chr(code).upper()]) for code in cased
    }


def written(ranges: Ranges, *, re2: bool) -> str:
    r"""
    The set as a regular expression of one character, for Python's `re` with DOTALL or for RE2.

    >>> written(((45, 45), (97, 99)), re2=True), written(EVERY, re2=False)
    ('[\\-a-c]', '.')
    """
    if ranges == EVERY:
        return "(?s:.)" if re2 else "."
    if not ranges:
        return r"[^\x{0}-\x{10ffff}]" if re2 else "(?!)"
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return _character(ranges[0][0], re2=re2)
    is_complement = ranges[0][0] == 0 and ranges[-1][1] == LAST
    spans = complement(ranges) if is_complement else ranges
    return f"[{'^' * is_complement}{''.join(_span(low, high, re2=re2) for low, high in spans)}]"


def _span(low: int, high: int, *, re2: bool) -> str:
    first = _character(low, re2=re2)
    return first if low == high else first + "-" * (high - low > 1) + _character(high, re2=re2)


def _character(code: int, *, re2: bool) -> str:
    character = chr(code)
    if character.isascii() and character.isprintable():
        return "\\" + character if character in r"\.^$*+?{}[]|()-&~#" else character
    return f"\\x{{{code:x}}}" if re2 else f"\\U{code:08x}"
