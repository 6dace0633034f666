"""
The rows of CSV files of any size, one after the other: the reference for what a table holds.

The cells are those of `kg.facts.from_csv.Cells`. A file of facts with a fault is not read; here one bad row of millions
is reported and left out, and the next one is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, ClassVar, Final, NamedTuple

from kg.facts.decoding import CONTROL, SAVE_AS_UTF8, code_point, place
from kg.facts.from_csv import Cells, dialect
from kg.facts.reporting import Report, Stop, Unclosed, count
from kg.model.records import Scalar

MOST_CHARACTERS: Final = 10 * 1024 * 1024
"""In one cell."""

_MOST_RECORD: Final = 32 * 1024 * 1024  # characters of a row, and bytes of a line: one long cell, and room beside it
_BLOCK: Final = 1 << 20
_SAVE_OR_NAME: Final = f"{SAVE_AS_UTF8}; or name its `encoding` in the mapping, such as cp1252"


class TableCells(Cells):
    """Cells of a table that others wrote: blanks may follow the quotes around a cell, as DuckDB has it."""

    quoted: ClassVar = re.compile(r'"([^"]*+(?:""[^"]*+)*+)" *+')


class Row(NamedTuple):
    """A row that holds something, and the line at which it begins."""

    cells: list[Scalar]
    line: int


class _Block(NamedTuple):
    """Whole lines of a file; or, with `overlong`, in place of a line that is too long to be read."""

    text: str
    overlong: bool = False


def separator(path: Path, delimiter: str) -> str:
    """What separates the cells of a file; `delimiter` is what the user says, or nothing."""
    with path.open("rb") as file:
        first = next(_blocks(file), _Block(""))
    return dialect(first.text, delimiter)[0]


def only_header(path: Path, line: int) -> bool:
    """Whether nothing stands before this line but empty lines, and perhaps a first one that names the separator."""
    with path.open("rb") as file:
        before = list(islice(file, line - 1))
    return not b"".join(before[before[0].startswith(b"sep=") :]).strip(b"\r\n")


def rows(path: Path, delimiter: str, report: Report) -> Iterator[Row]:
    """
    The rows of a CSV file that are not blank, the header among them; needs memory for its longest row.

    Reports and leaves out rows with bytes that are no UTF-8, with control characters, with quotes that do not match,
    and rows or cells that are too large.

    Args:
        path: The file: UTF-8, or what should be.
        delimiter: One character, or nothing: then the header decides.
        report: Where faults go.
    """
    with path.open("rb") as file:
        window = _Window(report)
        for number, block in enumerate(_blocks(file)):
            if number == 0:
                window.delimiter, start = dialect(block.text, delimiter)
                window.line += block.text.count("\n", 0, start)
                block = block._replace(text=block.text[start:])  # noqa: PLW2901  a first line that is no row
            yield from window.take(block)
        yield from window.end()


class _Window:
    """The text between the last row that was read and the end of the last block."""

    def __init__(self, report: Report) -> None:
        self.line = 1
        self.delimiter = ","
        self._report = report
        self._text = ""

    def take(self, block: _Block) -> Iterator[Row]:
        """The rows that end in this block."""
        if block.overlong:
            yield from self.end()
            message = f"this line has more than {count(_MOST_RECORD, 'byte')}"
            self._report.add("too-large", message, self.line, 1, hint="does every row end with a new line?")
            self.line += 1
            return
        self._text += block.text
        yield from self._read(last=False)

    def end(self) -> Iterator[Row]:
        """The rows that are left where no more text comes."""
        yield from self._read(last=True)

    def _read(self, *, last: bool) -> Iterator[Row]:
        faulty = CONTROL.search(self._text) is not None
        while self._text:
            attempt = Report(self._report.file)
            cells = TableCells(self._text, self.delimiter, attempt, line=self.line)
            at, line = 0, self.line
            try:
                for row in cells:
                    if not (faulty and self._is_faulty(self._text[at : cells.at], line)) and self._is_row(row):
                        yield Row(row, line)
                    at, line = cells.at, cells.line
                self._move(at, line)
            except Unclosed:
                self._move(at, line)
                if not last and len(self._text) < _MOST_RECORD:
                    return
                self._skip(attempt)
            except Stop:
                self._move(at, line)
                self._skip(attempt)

    def _move(self, at: int, line: int) -> None:
        self._text = self._text[at:]
        self.line = line

    def _skip(self, attempt: Report) -> None:
        """Leave out the line with which a row begins that cannot be read: the next line may well begin another."""
        for found in attempt.findings():
            at = found.position
            begins = () if at.line == self.line else (("the row begins here", self._report.at(self.line, 1)),)
            self._report.add(found.code, found.message, at.line, at.column, hint=found.hint, related=begins)
        end = self._text.find("\n") + 1
        self._is_faulty(self._text[: end or None], self.line)
        self._move(end or len(self._text), self.line + 1)

    def _is_row(self, row: list[Scalar]) -> bool:
        filled = False
        for cell in row:
            if cell.text:
                filled = True
                if len(cell.text) > MOST_CHARACTERS:
                    message = f"this cell has more than {count(MOST_CHARACTERS, 'character')}"
                    hint = "shorten it, or keep long texts in files of their own"
                    self._report.add("too-large", message, cell.line, cell.column, hint=hint)
                    return False
        return filled

    def _is_faulty(self, raw: str, line: int) -> bool:
        found = CONTROL.search(raw)
        if found is None:
            return False
        lines, column = place(raw, found.start())
        report_character(self._report, found[0], line + lines - 1, column)
        return True


def report_character(report: Report, character: str, line: int, column: int) -> None:
    """Report a control character, or a byte that is no UTF-8, which Python calls U+DC80 to U+DCFF."""
    if "\udc80" <= character <= "\udcff":
        message, hint = f"the byte {ord(character) - 0xDC00:#04x} is no UTF-8", _SAVE_OR_NAME
    else:
        message = f"a control character ({code_point(character)}) stands here"
        hint = "delete it; it does not show in most editors. If there are many, the file is not a text file"
    report.add("invalid-encoding", message, line, column, hint=hint)


def _blocks(file: BinaryIO) -> Iterator[_Block]:
    """
    The text of a file in blocks of whole lines, ended by a line feed alone, without a byte order mark.

    A byte that is no UTF-8 becomes half a character (PEP 383), which no text has otherwise.
    """
    rest = b""
    is_first = True
    while chunk := file.read(_BLOCK):
        rest += chunk
        # A carriage return at the very end may be half of a line end.
        end = max(rest.rfind(b"\n"), rest.rfind(b"\r", 0, len(rest) - 1)) + 1
        if end:
            yield _Block(_text(rest[:end], is_first=is_first))
            rest, is_first = rest[end:], False
        elif len(rest) > _MOST_RECORD:
            rest, is_first = _after_line(file), False
            yield _Block("", overlong=True)
    if rest:
        yield _Block(_text(rest, is_first=is_first))


def _after_line(file: BinaryIO) -> bytes:
    """Read on to the end of a line; what was read beyond it."""
    while chunk := file.read(_BLOCK):
        if end := chunk.find(b"\n") + 1:
            return chunk[end:]
    return b""


def _text(raw: bytes, *, is_first: bool) -> str:
    text = (raw.removeprefix(b"\xef\xbb\xbf") if is_first else raw).decode("utf-8", "surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
