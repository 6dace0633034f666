"""
Whether a CSV file is so plain that DuckDB, which reads it on all processors, reads the rows that `csv_rows` does.

DuckDB itself refuses rows that are too short or too long and quotes that do not match. This pass over the bytes, at
half a gigabyte a second, looks for what it lets pass, also in columns that nobody asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
# A line of separators, quotes and the bytes that blanks are made of; the first character is found fast.
_BLANK_LINE = re.compile(rb'\n[ \t,;|"\r\x80-\x8a\x9a\x9f\xa0\xa8\xa9\xaf\xc2\xe1-\xe3]*+(?=\n|\Z)')


class Shape(NamedTuple):
    """
    What must be mended in the cells of a plain file.

    `blanks` are the rare ones that occur; `maybe_blank` says that a record may have nothing but blank cells.
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
    inside = False  # quotes, where any line end may stand
    with path.open("rb") as file:
        for block in _blocks(file):
            found = _odd_blanks(block)
            own = _line_end(block, delimiter, line_end, inside=inside)
            inside ^= block.count(b'"') % 2 == 1
            if found is None or own is None or (line_end and own and own != line_end):
                return None
            blanks |= found - {"\xa0"}  # every cell is looked at for the usual ones
            line_end = line_end or own
            maybe_blank = maybe_blank or _BLANK_LINE.search(b"\n" + block.removesuffix(b"\n")) is not None
    return Shape("".join(sorted(blanks)), maybe_blank)


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


def _line_end(block: bytes, delimiter: str, expected: bytes, *, inside: bool) -> bytes | None:
    """How some lines end, empty where none does; None if in different ways, but for those in quotes."""
    if b"\r" not in block and expected != b"\r\n":
        return b"\n" if b"\n" in block else b""
    if b"\r" in block and block.count(b"\r\n") == block.count(b"\n") == block.count(b"\r"):
        return b"\r\n"
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


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """The file in blocks of whole lines, without a byte order mark; a very long line comes in parts."""
    rest = file.read(3).removeprefix(b"\xef\xbb\xbf")
    while chunk := file.read(_BLOCK):
        rest += chunk
        if end := rest.rfind(b"\n") + 1:
            yield rest[:end]
            rest = rest[end:]
        elif len(rest) > _MOST_LINE:
            yield b"\0"  # not plain: DuckDB's buffers end somewhere
            return
    if rest:
        yield rest
