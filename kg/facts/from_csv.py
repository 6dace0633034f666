"""
CSV and TSV → records.

The standard library's reader knows the line of a row and nothing of columns; an editor needs the place of a cell.

Spec: https://www.rfc-editor.org/rfc/rfc4180
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from kg.facts import tables
from kg.facts.decoding import decode
from kg.facts.reporting import Report, Stop, Unclosed, count
from kg.model.records import Limits, Mapping, Reading, Scalar, Sheet

# Blanks before a quote belong to nothing: people write `a, "b"`.
_OPENING = re.compile(r' *+"')
_QUOTED = re.compile(r'"([^"]*+(?:""[^"]*+)*+)"')
_HEADER = re.compile(r"\S[^\n]*")
# What a spreadsheet can hold; a row with more is a file whose rows do not end.
_MOST_COLUMNS = 16_384
# Excel's own way to name the separator, in a first line that it does not show.
_SEPARATOR_LINE = re.compile(r"sep=([^\n])(?:\n|$)")


def read(raw: bytes, name: str, limits: Limits) -> Reading:
    """
    The records of a CSV file: one sheet whose `claims` are its rows.

    Cells are separated by commas; by semicolons or tabs if the header has some and no comma.
    """
    return _read(raw, name, limits, "")


def read_tsv(raw: bytes, name: str, limits: Limits) -> Reading:
    """The records of a file whose cells are separated by tabs."""
    return _read(raw, name, limits, "\t")


def _read(raw: bytes, name: str, limits: Limits, delimiter: str) -> Reading:
    report = Report(name)
    try:
        root = _read_text(decode(raw, report), delimiter, report, limits)
    except Stop:
        return Reading((), report.findings())
    sheets = (Sheet(name, root, tabular=True),) if root else ()
    return Reading(sheets, report.findings())


def _read_text(text: str, delimiter: str, report: Report, limits: Limits) -> Mapping | None:
    delimiter, start = dialect(text, delimiter)
    if not text[start:].strip():
        report.empty("the table holds nothing")
    rows = Cells(text, delimiter, report, start)
    root = tables.claims(rows, report, limits, even=True)
    if root is None and not report.findings():
        report.empty("the table has no row, or only a header")
    return root


def dialect(text: str, delimiter: str = "") -> tuple[str, int]:
    r"""
    What separates the cells of a table, and the offset at which it begins; the text holds its header.

    >>> dialect("Date;Place\n"), dialect("sep=|\nDate|Place\n")
    ((';', 0), ('|', 6))
    """
    start = 0
    if found := _SEPARATOR_LINE.match(text):
        delimiter, start = found[1], found.end()
    return delimiter or _delimiter(text, start), start


def _delimiter(text: str, start: int) -> str:
    """What separates the names in the header, the first line that is not blank; what stands in quotes is not asked."""
    found = _HEADER.search(text, start)
    header = _QUOTED.sub("", found[0]) if found else ""
    if "," in header:
        return ","
    return max(",;\t", key=header.count)


class Cells:
    """
    The rows of a table, each a list of cells with the place where they begin.

    Blank around a cell is dropped, as in YAML. Stops with `syntax-error` where quotes do not match, and with
    `too-large` at a row that no spreadsheet could hold.

    Args:
        text: The file's text, its lines ended by a line feed.
        delimiter: One character.
        report: Where faults go.
        start: The offset at which the table begins, the beginning of a line.
        line: The number of the line that the text begins with.
    """

    quoted: ClassVar = _QUOTED
    """What a cell in quotes is, and all that belongs to it."""

    def __init__(self, text: str, delimiter: str, report: Report, start: int = 0, line: int = 1) -> None:
        self._text = text
        self._delimiter = delimiter
        self._plain = re.compile(f"[^{re.escape(delimiter)}\n]*+")
        self._report = report
        self._at = start
        self._line = text.count("\n", 0, start) + line

    @property
    def at(self) -> int:
        """The offset at which the next row begins."""
        return self._at

    @property
    def line(self) -> int:
        """The line at which the next row begins."""
        return self._line

    def __iter__(self) -> Iterator[list[Scalar]]:
        text, delimiter = self._text, self._delimiter
        while self._at < len(text):
            start, end = self._at, text.find("\n", self._at)
            end = end if end >= 0 else len(text)
            if text.count(delimiter, start, end) >= _MOST_COLUMNS:
                message = f"this row has more than {count(_MOST_COLUMNS, 'cell')}"
                self._report.stop("too-large", message, self._line, 1, hint="does every row end with a new line?")
            if text.find('"', start, end) >= 0:
                row = self._row_with_quotes()
            else:
                row = _plain_row(text[start:end].split(delimiter), self._line)
                self._at = end + 1
            self._line += 1
            yield row

    def _row_with_quotes(self) -> list[Scalar]:
        """A row in which a cell has quotes, and so perhaps several lines; moves to the next one."""
        text, at = self._text, self._at
        line_start = at
        row: list[Scalar] = []
        while True:
            opening = _OPENING.match(text, at)
            at = opening.end() - 1 if opening else at
            column = at - line_start + 1
            if opening:
                found = self.quoted.match(text, at)
                if found is None:
                    self._add("the quote that opens here is never closed", column)
                    raise Unclosed
                row.append(Scalar(found[1].replace('""', '"').strip(), self._line, column))
                at = found.end()
                if lines := found[1].count("\n"):
                    self._line += lines
                    line_start = text.rfind("\n", 0, at) + 1
            elif found := self._plain.match(text, at):
                cell = found[0].strip()
                row.append(Scalar(cell, self._line, column + found[0].find(cell)))
                at = found.end()
            after = text[at : at + 1]
            if after in {"\n", ""}:
                self._at = at + 1
                return row
            if after != self._delimiter:
                self._add("the cell goes on after its closing quote", at - line_start + 1)
                raise Stop
            at += 1

    def _add(self, message: str, column: int) -> None:
        hint = 'put quotes (") around the whole cell; a quote within it is doubled ("")'
        self._report.add("syntax-error", message, self._line, column, hint=hint)


def _plain_row(texts: list[str], line: int) -> list[Scalar]:
    row = []
    column = 1
    for raw in texts:
        text = raw.strip()
        row.append(Scalar(text, line, column if len(text) == len(raw) else column + raw.find(text)))
        column += len(raw) + 1
    return row
