r"""
Reads a regular expression of XPath and writes it for Python's `re`, or for RE2.

Each set of characters is written out as ranges, so that no engine's own idea of `\w` or of case comes in. What RE2 does
not have, or does not have with the same meaning, raises `NotInRe2Error`.

Spec: https://www.w3.org/TR/xpath-functions-31/#regex-syntax
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, NoReturn

from kg.validation.literals.characters import (
    EVERY,
    LAST,
    Ranges,
    block,
    category,
    complement,
    difference,
    escaped,
    union,
    with_case_variants,
    written,
)

_CONTROLS: Final = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "a": 7}
_HEX: Final = {"x": 2, "u": 4, "U": 8}
_NOT_A_LINE_END: Final[Ranges] = complement(((10, 10), (13, 13)))
_QUANTIFIER = re.compile(r"([*+?])|\{(?=[0-9]|,[0-9])([0-9]*)(,?)([0-9]*)\}")
_SIMPLEST: Final = {(0, None): "*", (1, None): "+", (0, 1): "?"}
_SPECIAL_GROUP = re.compile(
    r"\(\?(?:(?P<look>[:=!>]|<[=!])|P<(?P<name>[A-Za-z_]\w*)>|P=(?P<same>[A-Za-z_]\w*)\)"
    r"|(?P<on>[ims]*)(?:-(?P<off>[ims]+))?:)"
)
_LEADING_FLAGS = re.compile(r"\(\?([ims]+)\)")
_COMMENTS = re.compile(r"(?:\(\?#[^)]*\))*")
_GREATEST_COUNT: Final = 2**32 - 2  # of Python's re


class NotInRe2Error(Exception):
    """RE2 does not have this."""


class Piece(NamedTuple):
    """
    A translated part.

    `ranges` counts those of its sets as often as they are repeated, `repeats` is the greatest product of nested counts.
    """

    text: str
    ranges: int = 1
    repeats: int = 1
    is_assertion: bool = False


def translated(pattern: str, flags: str = "", *, re2: bool = False) -> Piece:
    r"""
    The pattern as Python's `re` reads it with DOTALL, or as RE2 does; `flags` may be any of i, m, s, x and q.

    >>> translated("^a.$").text, translated("^a.$", "s", re2=True).text
    ('\\Aa[^\\U0000000a\\U0000000d]\\Z', '\\Aa(?s:.)\\z')

    Raises:
        ValueError: Neither XPath nor Python's `re` can read the pattern.
        NotInRe2Error: RE2 cannot, and was asked for.
    """
    translator = _Translator(pattern, flags, re2=re2)
    return translator.verbatim() if "q" in flags else translator.whole()


def _without_space(pattern: str) -> list[tuple[int, str]]:
    """The pattern's characters and their places, without white space outside of classes, as flag `x` has it."""
    kept: list[tuple[int, str]] = []
    depth = 0
    is_escaped = False
    for at, character in enumerate(pattern):
        if not depth and character in " \t\r\n":
            continue
        if is_escaped:
            is_escaped = False
        elif character == "\\":
            is_escaped = True
        elif character == "[":
            depth += not depth or kept[-1][1] == "-"
        elif character == "]":
            depth -= bool(depth)
        kept.append((at, character))
    return kept


class _Translator:
    """Reads a pattern once, from left to right, and writes it for one of the two engines."""

    def __init__(self, pattern: str, flags: str, *, re2: bool) -> None:
        kept = _without_space(pattern) if "x" in flags else list(enumerate(pattern))
        self.places = [at for at, _ in kept] + [len(pattern)]
        self.text = "".join(character for _, character in kept)
        self.at = 0
        self.flags = frozenset(flags)
        self.re2 = re2
        self.captures = re.search(r"\\[1-9]|\(\?P=", self.text) is not None
        self.opened = 0
        self.closed: set[int] = set()
        self.names: dict[str, int] = {}

    def whole(self) -> Piece:
        match = _LEADING_FLAGS.match(self.text)
        if match is not None:
            self.flags |= set(match[1])
            self.at = match.end()
        piece = self._alternatives()
        if self.at < len(self.text):
            self._fail("there is no ( for this )")
        return piece

    def verbatim(self) -> Piece:
        return _joined([self._literal(ord(character)) for character in self.text])

    # --- reading ---------------------------------------------------------------------------------------------------

    def _fail(self, reason: str, at: int | None = None) -> NoReturn:
        raise ValueError(f"character {self.places[self.at if at is None else at] + 1}: {reason}")

    def _accept(self, text: str) -> bool:
        if not self.text.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def _next(self, missing: str) -> str:
        if self.at >= len(self.text):
            self._fail(missing)
        self.at += 1
        return self.text[self.at - 1]

    def _alternatives(self) -> Piece:
        branches = [self._branch()]
        while self._accept("|"):
            branches.append(self._branch())
        return _joined(branches, "|")

    def _skip_comments(self) -> None:
        self.at = _COMMENTS.match(self.text, self.at).end()  # type: ignore[union-attr] # it matches the empty text

    def _branch(self) -> Piece:
        pieces = []
        self._skip_comments()
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            pieces.append(self._piece())
        return _joined(pieces)

    def _piece(self) -> Piece:
        if _QUANTIFIER.match(self.text, self.at):
            self._fail("there is nothing to repeat")
        atom = self._atom()
        self._skip_comments()
        match = _QUANTIFIER.match(self.text, self.at)
        if match is None:
            return atom
        start, self.at = self.at, match.end()
        sign, low, comma, high = match.groups()
        least = {"*": 0, "?": 0, "+": 1}[sign] if sign else int(low or 0)
        most = {"*": None, "?": 1, "+": None}[sign] if sign else int(high) if high else None if comma else least
        if most is not None and most < least:
            self._fail(f"the greater count comes first in {match[0]}", start)
        if max(least, most or 0) > _GREATEST_COUNT:
            self._fail(f"the count in {match[0]} is too great", start)
        if not atom.text:
            self._manner()
            return atom
        text = f"(?:{atom.text})" if atom.is_assertion else atom.text
        times = max(1, least, most or 0)
        return Piece(
            text + _counted(least, most) + self._manner(), atom.ranges * times, atom.repeats * (1 if sign else times)
        )

    def _manner(self) -> str:
        """Lazy or possessive; which of them cannot matter in RE2, but a possessive quantifier gives nothing back."""
        manner = "?" if self._accept("?") else self._only_python("+") if self._accept("+") else ""
        if _QUANTIFIER.match(self.text, self.at):
            self._fail("a quantifier follows another; put the first into ( )")
        return manner

    def _atom(self) -> Piece:
        start = self.at
        match self._next(""):
            case "(":
                return self._group(start)
            case "[":
                return self._set(self._class(start))
            case ".":
                return self._set(EVERY if "s" in self.flags else _NOT_A_LINE_END)
            case "^":
                return self._start_of_line() if "m" in self.flags else _assertion(r"\A")
            case "$":
                return self._end_of_line() if "m" in self.flags else self._end()
            case "\\":
                return self._escape(start)
            case character:
                return self._literal(ord(character))

    def _group(self, start: int) -> Piece:
        if not self.text.startswith("?", self.at):
            return self._capture("(", "")
        match = _SPECIAL_GROUP.match(self.text, start)
        if match is None:
            self._fail("neither XPath nor Python has a group that begins so; (?:…), (?=…), (?P<name>…) are some", start)
        self.at = match.end()
        if match["name"]:
            return self._capture(f"(?P<{match['name']}>", match["name"])
        if match["same"]:
            return self._reference(self.names.get(match["same"], 0), match["same"], start)
        if match["look"] not in (None, ":"):
            return self._look(match["look"], start)
        before = self.flags
        self.flags = (before | set(match["on"] or "")) - set(match["off"] or "")
        piece = self._grouped("(?:", start)
        self.flags = before
        return piece

    def _look(self, sign: str, start: int) -> Piece:
        piece = self._grouped(self._only_python(f"(?{sign}"), start)
        try:
            re.compile(piece.text, re.DOTALL)
        except re.error as error:
            if "fixed-width" in error.msg:
                self._fail("a look-behind must have one length; * + ? and {2,3} have many", start)
        return piece._replace(is_assertion=sign != ">")

    def _capture(self, opening: str, name: str) -> Piece:
        self.opened += 1
        number = self.opened
        if name in self.names:
            self._fail(f"there are two groups named {name}")
        piece = self._grouped(opening if self.captures else "(?:", self.at - 1)
        self.closed.add(number)
        if name:
            self.names[name] = number
        return piece

    def _grouped(self, opening: str, start: int) -> Piece:
        inside = self._alternatives()
        if not self._accept(")"):
            self._fail("there is no ) for this (", start)
        if opening == "(?:" and not inside.text:
            return inside  # DuckDB 2.0 takes `a(?:)` for equality with "a"
        return inside._replace(text=f"{opening}{inside.text})")

    def _escape(self, start: int) -> Piece:
        letter = self._next(r"nothing follows \ ")
        if letter in "123456789":
            digits = letter
            while self.text[self.at : self.at + 1].isdigit() and int(digits + self.text[self.at]) <= self.opened:
                digits += self._next("")
            return self._reference(int(digits), digits, start)
        match letter:
            case "d" | "D" if not self.re2:
                return Piece("\\" + letter)  # Python's is the same
            case "A":
                return _assertion(r"\A")
            case "Z" | "z":
                return self._end()
            case "b" | "B":
                return _assertion(self._only_python("\\" + letter))
        found = self._escaped(letter, start)
        return self._literal(found) if isinstance(found, int) else self._set(found)

    def _escaped(self, letter: str, start: int) -> int | Ranges:
        """What an escape means inside of a class and outside of it."""
        if letter in "dDsSwWiIcC":
            return escaped(letter)
        if letter in "pP":
            return self._property(start, is_complement=letter == "P")
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter in _HEX:
            digits = self.text[self.at : self.at + _HEX[letter]]
            if not re.fullmatch(f"[0-9A-Fa-f]{{{_HEX[letter]}}}", digits) or int(digits, 16) > LAST:
                self._fail(rf"\{letter} needs {_HEX[letter]} hexadecimal digits of a character", start)
            self.at += len(digits)
            return int(digits, 16)
        if letter.isascii() and letter.isalnum():
            self._fail(rf"\{letter} means nothing", start)
        return ord(letter)

    def _property(self, start: int, *, is_complement: bool) -> Ranges:
        match = re.compile(r"\{([^}]*)\}").match(self.text, self.at)
        if match is None:
            self._fail(r"a category or block in braces must follow, as in \p{Lu} or \p{IsThai}", start)
        self.at = match.end()
        name = match[1]
        try:
            ranges = block(name[2:]) if name.startswith("Is") else category(name)
        except KeyError:
            self._fail(f"Unicode has no category or block {name!r}; blocks are written as IsBasicLatin", start)
        return complement(ranges) if is_complement else ranges

    def _class(self, start: int) -> Ranges:
        """What follows a `[`, up to its `]`."""
        is_complement = self._accept("^")
        literal: list[tuple[int, int]] = []
        sets: list[tuple[int, int]] = []
        taken: Ranges = ()
        first = self.at
        while self.at == first or not self.text.startswith("]", self.at):
            if self.at > first and self._accept("-["):
                taken = self._class(self.at - 1)
                if not self.text.startswith("]", self.at):
                    self._fail("a subtraction stands last in its class")
                break
            item = self._class_item(start)
            if isinstance(item, int):
                literal.append(self._range(item, start))
            else:
                sets += item
        self.at += 1
        ranges = union(literal)
        ranges = union([*(with_case_variants(ranges) if "i" in self.flags else ranges), *sets])
        return difference(complement(ranges) if is_complement else ranges, taken)

    def _range(self, low: int, start: int) -> tuple[int, int]:
        after = self.text[self.at : self.at + 2]
        if after[:1] != "-" or after in ("-", "-]", "-["):
            return low, low
        self.at += 1
        place = self.at
        high = self._class_item(start)
        if not isinstance(high, int):
            self._fail("a range cannot end with a set of characters; write the - last", place)
        if high < low:
            self._fail("the range ends before it begins", place)
        return low, high

    def _class_item(self, start: int) -> int | Ranges:
        place = self.at
        letter = self.text[self.at : self.at + 1] or self._fail("there is no ] for this [", start)
        self.at += 1
        if letter == "[" and self.text.startswith(":", self.at):
            self._fail(r"XPath has no [:classes:]; write \p{L}, \d or \s", place)
        if letter != "\\":
            return ord(letter)
        letter = self._next(r"nothing follows \ ")
        item = self._escaped(letter, place)
        if not isinstance(item, int) and re.match(r"-[^]\[]", self.text[self.at : self.at + 2]):
            self._fail("a range cannot begin with a set of characters; write the - first or last")
        return item

    # --- writing ---------------------------------------------------------------------------------------------------

    def _only_python(self, text: str) -> str:
        if self.re2:
            raise NotInRe2Error
        return text

    def _end(self) -> Piece:
        return _assertion(r"\z" if self.re2 else r"\Z")

    def _start_of_line(self) -> Piece:
        """No line begins after a newline that ends the text."""
        return _assertion(self._only_python(r"(?:\A|(?<=\n)(?!\Z))"))

    def _end_of_line(self) -> Piece:
        return _assertion(self._only_python(r"(?:(?=\n)|(?<!\n)\Z)"))

    def _reference(self, number: int, name: str, start: int) -> Piece:
        """A group that took no part in the match stands for the empty text in XPath; in Python it would fail."""
        if number not in self.closed:
            self._fail(f"no group {name} ends before this", start)
        same = rf"(?i:\{number})" if "i" in self.flags else rf"\{number}"
        return Piece(self._only_python(f"(?({number}){same})"))

    def _literal(self, code: int) -> Piece:
        if "i" in self.flags:
            return self._set(with_case_variants(((code, code),)))
        return Piece(written(((code, code),), re2=self.re2))

    def _set(self, ranges: Ranges) -> Piece:
        return Piece(written(ranges, re2=self.re2), len(ranges))


def _joined(pieces: list[Piece], separator: str = "") -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    texts = separator.join(piece.text for piece in pieces)
    return Piece(texts, sum(piece.ranges for piece in pieces), max([1, *(piece.repeats for piece in pieces)]))


def _assertion(text: str) -> Piece:
    return Piece(text, is_assertion=True)


def _counted(least: int, most: int | None) -> str:
    if (least, most) in _SIMPLEST:
        return _SIMPLEST[least, most]
    return f"{{{least}}}" if least == most else f"{{{least},{'' if most is None else most}}}"
