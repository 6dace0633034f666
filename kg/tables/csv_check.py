"""
Whether a CSV file is so plain that every reader reads it the same way.

DuckDB reads tables on all processors; where quotes, line ends or bytes are odd it guesses, or silently reads other cells
than `csv_rows`. This pass over the bytes, at some hundreds of megabytes a second, finds out beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

DELIMITERS: Final = ",;\t|"
"""Separators of tables that are taken for plain."""

_MOST_LINE = 8 * 1024 * 1024
_BLOCK = 1 << 20
_PLAIN = bytes(range(32, 127)) + b"\t\n\r"
# What `str.strip` drops and what no table may hold, beyond ASCII; U+0085 is a blank and no control character.
_BLANKS = "\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_ODD = re.compile(f"[{_BLANKS}\x00-\x84\x86-\x9f\ufffe\uffff]")
_BLANK = re.compile(f"[{_BLANKS}]")
_EMPTY_LINE = re.compile(rb"(?m:^)\r?\n")
_MAYBE_BLANK = re.compile(rb'\n[ \t,;|"\r]*+(?=\n)')


class Shape(NamedTuple):
    """
    A plain file: how many records it has, its empty lines left out, and what must be mended in its cells.

    `blanks` are those beyond ASCII that occur; `maybe_blank` says that a record may have nothing but blank cells.
    """

    records: int
    blanks: str
    maybe_blank: bool


def shape(path: Path, delimiter: str) -> Shape | None:
    """The shape of a file, or None where it is not plain."""
    if delimiter not in DELIMITERS:
        return None
    check = _Check(delimiter)
    with path.open("rb") as file:
        for block in _blocks(file):
            if block is None or not check.take(block):
                return None
    return check.shape()


class _Check:
    def __init__(self, delimiter: str) -> None:
        separator = re.escape(delimiter.encode())
        # With what is in quotes left out: a cell that goes on after its quotes, or one that begins before them.
        self._bad_quotes = re.compile(rb'"(?![' + separator + rb'\r\n"]|\Z)').search
        self._begins = delimiter.encode() + b"\n"
        self._inside = False
        self._records = 0
        self._blanks: set[str] = set()
        self._maybe_blank = False
        self._line_end = b""

    def take(self, block: bytes) -> bool:
        """Whether these whole lines, which follow those before, are plain."""
        return self._take_characters(block) and self._take_quotes(block)

    def shape(self) -> Shape | None:
        """What was found; None where a quote is still open."""
        if self._inside:
            return None
        blanks = "".join(sorted(self._blanks))
        return Shape(self._records, blanks, self._maybe_blank)

    def _take_characters(self, block: bytes) -> bool:
        others = block.translate(None, _PLAIN)
        if not others:
            return True
        try:
            block.decode()  # characters may be torn apart in a way that `others` does not show
            text = others.decode()
        except UnicodeDecodeError:
            return False
        for odd in _ODD.findall(text) if _ODD.search(text) else ():
            if not _BLANK.match(odd):
                return False
            self._blanks.add(odd)
            self._maybe_blank = True
        return True

    def _take_quotes(self, block: bytes) -> bool:
        if b'"' not in block:
            return self._inside or self._take_lines(block)
        parts = block.split(b'"')
        outer = parts[1::2] if self._inside else parts[::2]
        # With what is in quotes left out, one quote stands for the two around it.
        outside = b'"' * self._inside + b'"'.join(outer)
        self._inside ^= len(parts) % 2 == 0
        before_quotes = outer if self._inside else outer[:-1]
        if any(part and part[-1] not in self._begins for part in before_quotes):
            return False
        return self._bad_quotes(outside) is None and self._take_lines(outside)

    def _take_lines(self, outside: bytes) -> bool:
        """Count records by the line ends that stand outside of quotes; one kind of line end only."""
        lines = outside.count(b"\n")
        if b"\r" in outside:
            if outside.count(b"\r\n") != lines or outside.count(b"\r") != lines:
                return False
        line_end = b"\r\n" if b"\r" in outside else b"\n"
        if lines:
            if self._line_end not in {b"", line_end}:
                return False
            self._line_end = line_end
        if not self._inside and not outside.endswith(b"\n"):
            lines += 1  # the last line of a file may lack its end
        if b"\n\n" in outside or b"\n\r\n" in outside or outside.startswith((b"\n", b"\r\n")):
            lines -= len(_EMPTY_LINE.findall(outside))
        self._records += lines
        self._maybe_blank = self._maybe_blank or _MAYBE_BLANK.search(b"\n" + outside + b"\n") is not None
        return True


def _blocks(file: BinaryIO) -> Iterator[bytes | None]:
    """The file in blocks of whole lines, without a byte order mark; None in place of a line that is very long."""
    rest = b""
    is_first = True
    while chunk := file.read(_BLOCK):
        rest += chunk
        if end := rest.rfind(b"\n") + 1:
            yield rest[:end].removeprefix(b"\xef\xbb\xbf") if is_first else rest[:end]
            rest, is_first = rest[end:], False
        elif len(rest) > _MOST_LINE:
            yield None
    if rest:
        yield rest.removeprefix(b"\xef\xbb\xbf") if is_first else rest
