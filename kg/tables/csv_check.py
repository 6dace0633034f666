"""
Whether a CSV file is so plain that DuckDB, which reads it on all processors, reads the rows that `csv_rows` does.

DuckDB itself refuses rows that are too short or too long and quotes that do not match. This pass over the bytes, at a
third of a gigabyte a second, looks for what it lets pass, also in columns that nobody asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

DELIMITERS: Final = ",;\t|"
"""Separators of tables that are taken for plain."""

_MOST_LINE = 8 * 1024 * 1024
_BLOCK = 1 << 17  # small blocks stay in the processor's cache
_PLAIN = bytes(range(32, 127)) + b"\t\n\r"
# What `str.strip` drops and what no table may hold, beyond ASCII; U+0085 is a blank and no control character.
_BLANKS = "\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_ODD = re.compile(f"[{_BLANKS}\x00-\x84\x86-\x9f\ufffe\uffff]")
_BLANK = re.compile(f"[{_BLANKS}]")
# A line of separators, quotes and the bytes that blanks are made of; its line feed, a fixed first byte, is found fast.
_BLANK_LINE = re.compile(rb'\n[ \t,;|"\r\x80-\x8a\x9a\x9f\xa0\xa8\xa9\xaf\xc2\xe1-\xe3]*+\n')
_FIRST_BLANK_LINE = re.compile(_BLANK_LINE.pattern.removeprefix(rb"\n"))


class Shape(NamedTuple):
    """
    What must be mended in the cells of a plain file.

    `blanks` are those that may stand around a cell, beyond space and line feed; a tab where it separates cells only if
    there are quotes. `maybe_blank` says that a record may have nothing but blank cells.
    """

    blanks: str
    maybe_blank: bool


def shape(path: Path, delimiter: str) -> Shape | None:
    """The shape of a file, or None where it is not plain."""
    if delimiter not in DELIMITERS:
        return None
    blanks: set[str] = set()
    maybe_blank = False
    line_end = b""
    with path.open("rb") as file, path.open("rb") as again:
        is_inside = _Quotes(again)
        for start, block in _blocks(file):
            found = _odd_blanks(block)
            own = _line_end(block, delimiter, line_end, partial(is_inside.at, start))
            if found is None or own is None or (line_end and own and own != line_end):
                return None
            blanks |= found | _ascii_blanks(block, delimiter)
            line_end = line_end or own
            maybe_blank = maybe_blank or _has_blank_line(block)
    return Shape("".join(sorted(blanks)), maybe_blank)


class _Quotes:
    """Whether a place in a file is inside quotes, where any line end may stand. Few files have to be asked that."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._inside = False

    def at(self, place: int) -> bool:
        """Asked of places in their order."""
        while piece := self._file.read(min(place - self._file.tell(), _BLOCK)):
            self._inside ^= piece.count(b'"') % 2 == 1
        return self._inside


def _has_blank_line(block: bytes) -> bool:
    whole = block if block.endswith(b"\n") else block + b"\n"
    return bool(_FIRST_BLANK_LINE.match(whole) or _BLANK_LINE.search(whole))


def _ascii_blanks(block: bytes, delimiter: str) -> set[str]:
    has_tab = b"\t" in block and (delimiter != "\t" or b'"' in block)
    return ({"\r"} if b"\r" in block else set()) | ({"\t"} if has_tab else set())


def _odd_blanks(block: bytes) -> set[str] | None:
    """The blanks beyond ASCII in some lines; None if there are control characters or bytes that are no UTF-8."""
    others = block.translate(None, _PLAIN)
    if not others:
        return set()
    try:
        block.decode()  # characters may be torn apart in a way that `others` does not show
        found = set(_ODD.findall(others.decode()))
    except UnicodeDecodeError:
        return None
    return found if all(_BLANK.match(character) for character in found) else None


def _line_end(block: bytes, delimiter: str, expected: bytes, begins_inside: Callable[[], bool]) -> bytes | None:
    """How some lines end, empty where none does; None if in different ways, but for those in quotes."""
    if b"\r" not in block and expected != b"\r\n":
        return b"\n" if b"\n" in block else b""
    if b"\r" in block and block.count(b"\r\n") == block.count(b"\n") == block.count(b"\r"):
        return b"\r\n"
    inside = begins_inside()
    outer = block.split(b'"')[inside::2]
    # With what is in quotes left out, one quote stands for the two around it.
    outside = b'"' * inside + b'"'.join(outer) + b'"' * (inside ^ (block.count(b'"') % 2 == 1))
    if _bad_quotes(delimiter).search(outside):
        return None
    lines, returns = outside.count(b"\n"), outside.count(b"\r")
    if not returns:
        return b"\n" if lines else b""
    return b"\r\n" if outside.count(b"\r\n") == lines == returns else None


def _bad_quotes(delimiter: str) -> re.Pattern[bytes]:
    """Finds a cell that begins before its quotes, or goes on after them: what is in quotes cannot be told then."""
    separator = re.escape(delimiter.encode())
    return re.compile(rb'"(?:(?<=[^\n"' + separator + rb']")|(?![\r\n"' + separator + rb"]|\Z))")


def _blocks(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The file in blocks of whole lines, each with where it starts, without a byte order mark."""
    start = 0
    if file.read(3) == b"\xef\xbb\xbf":
        start = 3
    file.seek(start)
    while block := file.read(_BLOCK):
        rest = file.readline(_MOST_LINE)
        # Of a line that is too long not all is read: not plain, for DuckDB's buffers end somewhere.
        yield start, block + rest if len(rest) < _MOST_LINE else b"\0"
        start = file.tell()
