"""
JSON → records, with positions. The standard library's parser gives none, and turns numbers into floats.

Numbers stay as written (`1.50`, `1e3`), true and false become text, null becomes empty text.

Spec: https://www.rfc-editor.org/rfc/rfc8259
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs
from typing import NoReturn

from kg.facts.decoding import code_point, decode, place, without_control
from kg.facts.reporting import Report, Stop
from kg.facts.tree import Tree, shortened
from kg.model.records import Limits, Mapping, Reading, Sheet

# (text, offset behind the opening quote) → (the string, offset behind the closing quote)
_scan_string: Callable[[str, int], tuple[str, int]] = scanstring

_BLANK = re.compile(r"[ \t\n]*+")
_ATOM = re.compile(r"(?:-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)(?![\w.+-])")
_BARE_WORD = re.compile(r"[^\s,:{}\[\]\"]{1,60}")


class _Next(Enum):
    """What may stand at this point of the text; the value is how a message calls it."""

    VALUE = "a value"
    VALUE_OR_END = "a value or ']'"
    KEY = "a key in double quotes"
    KEY_OR_END = "a key in double quotes or '}'"
    COLON = "':' after the key"
    COMMA_OR_END = "','"
    NOTHING = "the end of the file"


_VALUES = (_Next.VALUE, _Next.VALUE_OR_END)
_KEYS = (_Next.KEY, _Next.KEY_OR_END)


def read(raw: bytes, name: str, limits: Limits) -> Reading:
    """
    The records of a JSON file.

    What cannot be read at all (syntax, encoding, size) gives no sheet and one finding; a duplicate key gives a
    finding and a sheet with the first of the two.
    """
    report = Report(name)
    try:
        root = _Scanner(decode(raw, report), report, limits).read()
    except Stop:
        return Reading((), report.findings())
    return Reading((Sheet(name, root),), report.findings())


class _Scanner:
    """Walks through the text token by token; a line ends only between tokens, so counting them there is enough."""

    def __init__(self, text: str, report: Report, limits: Limits) -> None:
        self._text = text
        self._report = report
        self._tree = Tree(report, limits)
        self._at = 0
        self._line = 1
        self._line_start = 0
        self._next = _Next.VALUE

    def read(self) -> Mapping:
        """The mapping that the file holds."""
        text = self._text
        while True:
            self._skip_blank()
            if self._at == len(text):
                break
            character = text[self._at]
            if character == '"':
                self._string()
            elif character in "{[":
                self._open(character)
            elif character in "}]":
                self._close(character)
            elif character == ":" and self._next is _Next.COLON:
                self._at += 1
                self._next = _Next.VALUE
            elif character == "," and self._next is _Next.COMMA_OR_END:
                self._at += 1
                self._next = _Next.KEY if self._tree.in_mapping else _Next.VALUE
            else:
                self._atom()
        if self._tree.depth or self._next is not _Next.NOTHING:
            self._ends_early()
        return self._tree.root()

    @property
    def _column(self) -> int:
        return self._at - self._line_start + 1

    def _skip_blank(self) -> None:
        text, start = self._text, self._at
        found = _BLANK.match(text, start)
        end = self._at = found.end() if found else start
        if end > start and (lines := text.count("\n", start, end)):
            self._line += lines
            self._line_start = text.rfind("\n", start, end) + 1

    def _after_value(self) -> None:
        self._next = _Next.COMMA_OR_END if self._tree.depth else _Next.NOTHING

    def _string(self) -> None:
        if self._next not in _VALUES and self._next not in _KEYS:
            self._unexpected()
        try:
            text, end = _scan_string(self._text, self._at + 1)
        except JSONDecodeError as error:
            self._bad_string(error)
        text, character = without_control(text)
        if character:
            self._report.add(
                "invalid-encoding",
                f"this text holds a control character or half a character ({code_point(character)})",
                self._line,
                self._column,
                hint="take the backslash and what belongs to it out of the text",
            )
        self._tree.scalar(text, self._line, self._column)
        self._at = end
        if self._next in _KEYS:
            self._next = _Next.COLON
        else:
            self._after_value()

    def _open(self, bracket: str) -> None:
        if self._next not in _VALUES:
            self._unexpected()
        self._tree.open(self._line, self._column, mapping=bracket == "{")
        self._at += 1
        self._next = _Next.KEY_OR_END if bracket == "{" else _Next.VALUE_OR_END

    def _close(self, bracket: str) -> None:
        empty = self._next is (_Next.KEY_OR_END if bracket == "}" else _Next.VALUE_OR_END)
        full = self._next is _Next.COMMA_OR_END and self._tree.in_mapping == (bracket == "}")
        if not empty and not full:
            self._unexpected()
        self._tree.close()
        self._at += 1
        self._after_value()

    def _atom(self) -> None:
        found = _ATOM.match(self._text, self._at)
        if found is None or self._next not in _VALUES:
            self._unexpected()
        text = found[0]
        self._tree.scalar("" if text == "null" else text, self._line, self._column)
        self._at = found.end()
        self._after_value()

    def _unexpected(self) -> NoReturn:
        """Stop: what stands here cannot stand here."""
        text, at = self._text, self._at
        word = _BARE_WORD.match(text, at)
        found = shortened(word[0] if word else text[at])
        hint = "a comma separates the values of a list and the entries of an object, a colon a key from its value"
        if text[at] in "}]" and text[:at].rstrip(" \t\n").endswith(","):
            hint = "take the comma before it away"
        elif text.startswith(("//", "/*", "#"), at):
            hint = "JSON has no comments: remove it, or write the facts as YAML"
        elif text[at] == "'":
            hint = "JSON has double quotes only"
        elif word and self._next in _VALUES + _KEYS:
            hint = f'put it in double quotes: "{found}"'
        expected = self._expected()
        message = f"'{found}' stands where {expected} is expected"
        self._report.stop("syntax-error", message, self._line, self._column, hint=hint)

    def _expected(self) -> str:
        if self._next is _Next.COMMA_OR_END:
            return "',' or '}'" if self._tree.in_mapping else "',' or ']'"
        return str(self._next.value)

    def _bad_string(self, error: JSONDecodeError) -> NoReturn:
        """Stop: a text that has no end, or a code in it that does not exist."""
        if error.msg.startswith("Unterminated"):
            message, hint, at = "the quote that opens here is never closed", 'close it with "', self._at
        elif error.msg.startswith("Invalid control"):
            message, at = "a text runs over the end of its line, or holds a tab", error.pos
            hint = 'close it with ", or write \\n for a new line and \\t for a tab'
        else:
            message, at = "a backslash begins a code that does not exist", error.pos
            hint = "write two backslashes for one"
        line, column = place(self._text, at)
        self._report.stop("syntax-error", message, line, column, hint=hint)

    def _ends_early(self) -> NoReturn:
        """Stop: the text ends and something is still open, or there is no text."""
        if not self._text.strip():
            self._report.empty("the file holds nothing")
        message = f"the file ends where {self._expected()} is expected"
        self._report.stop("syntax-error", message, self._line, self._column, hint="is the end of the file missing?")
