"""
A table as CSV, the way spreadsheets and data frames read it.

Spec: https://www.rfc-editor.org/rfc/rfc4180
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from kg.exports.rows import Table, cell_of

_MUST_BE_QUOTED = frozenset(',"\r\n')


def write_csv(table: Table, output: BinaryIO) -> int:
    """
    Write a header and a line for each row, in UTF-8 with CRLF; how many rows there were.

    Cells are IRIs and lexical forms as they are. What has no value is an empty cell, an empty text is a quoted one.
    """
    output.write(line_of([column.name for column in table.columns]))
    count = 0
    for row in table.rows:
        output.write(line_of([cell_of(term) for term in row]))
        count += 1
    return count


def line_of(cells: Sequence[str | None]) -> bytes:
    """A line of cells; a lone empty cell is quoted, so that the line is none that readers pass over."""
    line = ",".join(map(quoted, cells))
    return (line if line or len(cells) > 1 else '""').encode() + b"\r\n"


def quoted(cell: str | None) -> str:
    """
    A cell, in quotation marks where it must be.

    Blanks at either end are quoted as well: some readers take them off.

    >>> [quoted(cell) for cell in ("a, b", "plain", None, "")]
    ['"a, b"', 'plain', '', '""']
    """
    if cell is None:
        return ""
    if not cell or cell != cell.strip() or not _MUST_BE_QUOTED.isdisjoint(cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell
