"""What libyaml complains about, in the words of somebody who writes keys and values."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from yaml import MarkedYAMLError

_QUOTE_IT = "put the whole text in quotes"
_ALIGN = "entries that belong together begin in the same column; use spaces, two for each step"
_TABS = "use spaces instead of tabs; most editors can replace them all"

_STRANGE_INDENTATION = re.compile("[ ]*([^\\S \t\n]|[\u200b-\u200f\u2060\ufeff])")
# `key:value`, also behind a dash. A web address is no key.
_NO_BLANK_AFTER_COLON = re.compile(r"[ ]*(?:- +)*[\w.-]+:(?!//)[^ \t\n]")
_KEY_ALONE = re.compile(r"[ ]*(?:- +)*[^\s:#]+:(?:\s|$)")
# libyaml looks for the colon of a key no further than this.
_LONGEST_KEY = 1024


class Wording(NamedTuple):
    """A message with its place, counted from 1, and what to do."""

    message: str
    hint: str
    line: int
    column: int


class _Place(NamedTuple):
    """A place as libyaml counts it, from 0."""

    lines: list[str]
    line: int
    column: int

    @property
    def text(self) -> str:
        """The line, empty behind the last one."""
        return self.lines[self.line] if self.line < len(self.lines) else ""

    @property
    def before(self) -> str:
        """What stands in the line before the place, without blanks at its end."""
        return self.text[: self.column].rstrip()

    @property
    def character(self) -> str:
        return self.text[self.column : self.column + 1]

    def line_above(self) -> _Place:
        """The beginning of the nearest line above that holds something but a comment."""
        number = self.line - 1
        while number > 0 and not self.lines[number].split("#")[0].strip():
            number -= 1
        text = self.lines[number]
        return _Place(self.lines, number, len(text) - len(text.lstrip()))

    def says(self, message: str, hint: str) -> Wording:
        return Wording(message, hint, self.line + 1, self.column + 1)


def explain(error: MarkedYAMLError, lines: list[str], last_quoted: tuple[int, int] | None) -> Wording:
    """
    Word an error of libyaml for an analyst.

    Args:
        error: What libyaml raised.
        lines: The lines of the file, without their ends.
        last_quoted: First and last line, from 1, of the last quoted text that runs over several lines: an error in
            its last line comes from a quote that is missing where it begins.
    """
    mark = error.problem_mark or error.context_mark
    at = _Place(lines, mark.line, mark.column) if mark else _Place(lines, 0, 0)
    opened = _Place(lines, error.context_mark.line, error.context_mark.column) if error.context_mark else at
    if strange := _STRANGE_INDENTATION.match(at.text):
        return at._replace(column=strange.start(1)).says(
            f"an invisible character (U+{ord(strange[1]):04X}) stands at the beginning of this line",
            "delete the blanks before the text and type them anew",
        )
    if last_quoted and last_quoted[1] == at.line + 1:
        return _quote_ends_late(at, last_quoted[0])
    complaint = f"{error.context}: {error.problem}"
    for words, wording in _WORDINGS:
        if words in complaint:
            return wording(at, opened)
    return at.says(f"this cannot be read as YAML ({error.problem})", "compare it with the entries above")


def _quote_ends_late(at: _Place, begin: int) -> Wording:
    return at.says(
        f"the quoted text that begins in line {begin} ends only here",
        f"is its closing quote missing in line {begin}?",
    )


def _tab(at: _Place, _opened: _Place) -> Wording:
    return at.says("a tab stands where only spaces may stand", _TABS)


def _no_token(at: _Place, opened: _Place) -> Wording:
    if at.character == "\t":
        return _tab(at, opened)
    return at.says(f"a text must not begin with '{at.character}'", _QUOTE_IT)


def _no_colon(_at: _Place, opened: _Place) -> Wording:
    """`opened` is where the key begins; where libyaml gave up is often the next line."""
    if _NO_BLANK_AFTER_COLON.match(opened.text):
        return opened.says("a blank is missing after the colon", "write 'key: value'")
    if len(opened.text) > _LONGEST_KEY:
        return opened.says(
            f"no colon ends the key within {_LONGEST_KEY:,} characters",
            "is this a long text? then write its key before it, and indent its further lines",
        )
    return opened.says(
        "this line has no 'key:'", "write 'key: value'; if it continues the text above, indent it further than its key"
    )


def _colon_not_allowed(at: _Place, opened: _Place) -> Wording:
    above = at.line_above()
    if _KEY_ALONE.match(at.before):
        return at.says("a text must not hold a colon before a blank", _QUOTE_IT)
    if not _KEY_ALONE.match(above.text):
        return _no_colon(above, above)
    return _indentation(at._replace(column=len(at.text) - len(at.text.lstrip())), opened)


def _indentation(at: _Place, _opened: _Place) -> Wording:
    return at.says("the indentation of this line fits no line above it", _ALIGN)


def _no_key(at: _Place, opened: _Place) -> Wording:
    """Something stands where a key should: text after a closing quote or bracket, or a line that is out of line."""
    before = at.before.lstrip("- ")
    if not before:
        return _line_without_place(at, opened)
    if before.endswith(("'", '"')):
        return at.says(
            "the text goes on after its closing quote",
            "put the whole text in quotes; a quote within it is doubled ('') in single quotes and written \\\" in "
            "double ones",
        )
    if before.endswith(("]", "}")):
        return at.says("the text goes on after a closing bracket", f"a text that begins with '[' or '{{': {_QUOTE_IT}")
    if "*" in before:
        return at._replace(column=at.text.index("*")).says("a text must not begin with '*'", _QUOTE_IT)
    return at.says("a key is expected here", "write 'key: value'")


def _line_without_place(at: _Place, opened: _Place) -> Wording:
    if at.character == ":":
        return at.says("a key is missing before the colon", "write 'key: value'")
    if at.text.startswith("- ", at.column) and at.column <= opened.column:
        return at.says("a list begins here without a key", "write the key of the list in a line above, with a colon")
    return _indentation(at, opened)


def _not_closed(at: _Place, opened: _Place) -> Wording:
    bracket = opened.character
    closing = {"[": "]", "{": "}"}.get(bracket, "")
    return opened.says(
        f"no '{closing}' or ',' where it is expected for this '{bracket}' (line {at.line + 1}, column {at.column + 1})",
        f"close it with '{closing}'; in a text that begins with '{bracket}', {_QUOTE_IT}",
    )


def _no_content(at: _Place, _opened: _Place) -> Wording:
    if not at.character:
        return at.says("the file ends within a list in brackets", "close it with ']' or '}'")
    return at.says(
        f"nothing stands before this '{at.character}'",
        f"take it away, or, if it is text, {_QUOTE_IT}",
    )


def _quote_not_closed(_at: _Place, opened: _Place) -> Wording:
    return opened.says("the quote that opens here is never closed", f"close it with {opened.character}")


def _bad_escape(at: _Place, _opened: _Place) -> Wording:
    return at.says(
        "a backslash in double quotes begins a code that does not exist",
        "write two backslashes for one, or use single quotes",
    )


def _star_or_ampersand(_at: _Place, opened: _Place) -> Wording:
    return opened.says(f"a text must not begin with '{opened.character}'", _QUOTE_IT)


def _percent(at: _Place, opened: _Place) -> Wording:
    if not at.text.startswith("%"):
        return _second_document(at, opened)
    return at._replace(column=0).says("a line that begins with '%' is no key with a value", _QUOTE_IT)


def _second_document(at: _Place, _opened: _Place) -> Wording:
    return at.says("a line with '...' or '%' above ended the text of this file", "delete that line")


def _block_header(_at: _Place, opened: _Place) -> Wording:
    return opened.says(
        f"the text after '{opened.character}' begins in the next line",
        f"begin a new, indented line after '{opened.character}'; in a text that begins with it, {_QUOTE_IT}",
    )


def _dash(at: _Place, _opened: _Place) -> Wording:
    return at.says(
        "a list begins in a line of its own", f"begin a new line before '-'; in a text that begins with it, {_QUOTE_IT}"
    )


def _tag(_at: _Place, opened: _Place) -> Wording:
    return opened.says("a text must not begin with '!'", _QUOTE_IT)


def _question_mark(at: _Place, _opened: _Place) -> Wording:
    return at.says("a text must not begin with '? '", _QUOTE_IT)


# The first whose words occur in "context: problem" speaks.
_WORDINGS: tuple[tuple[str, Callable[[_Place, _Place], Wording]], ...] = (
    ("found a tab character", _tab),
    ("cannot start any token", _no_token),
    ("could not find expected ':'", _no_colon),
    ("mapping values are not allowed", _colon_not_allowed),
    ("block sequence entries are not allowed", _dash),
    ("mapping keys are not allowed", _question_mark),
    ("did not find expected key", _no_key),
    ("did not find expected '-' indicator", _indentation),
    ("did not find expected ',' or", _not_closed),
    ("did not find expected node content", _no_content),
    ("quoted scalar: found unexpected", _quote_not_closed),
    ("while parsing a quoted scalar", _bad_escape),
    ("scanning an alias", _star_or_ampersand),
    ("scanning an anchor", _star_or_ampersand),
    ("scanning a directive", _percent),
    ("incompatible YAML document", _percent),
    ("expected <document start>", _percent),
    ("scanning a block scalar", _block_header),
    ("undefined tag handle", _tag),
    ("a tag", _tag),
)
