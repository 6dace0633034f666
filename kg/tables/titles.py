"""Where the header of a table stands, when titles stand above it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from kg.model.records import Scalar

MOST_ROWS: Final = 30
"""How many rows are looked at."""

_NEARLY: Final = 0.8
"""The share of the widest row that a header fills at least."""


def header_line(rows: Iterable[Sequence[Scalar]]) -> int:
    """
    The line of the row that seems to name the columns; 1 where that is the first row, or where none is sure to.

    A title fills at most half of what the rows below it do. A header has no number and no name twice.

    >>> text = ["Incidents 2024||", "", "No|Day|Town", "1|2024-05-01|Merrow"]
    >>> cells = [[Scalar(cell, line, 1) for cell in row.split("|")] for line, row in enumerate(text, 1)]
    >>> header_line(cells), header_line(cells[3:])
    (3, 1)
    """
    filled = [[cell for cell in row if cell.text] for row in islice(rows, MOST_ROWS)]
    widest = max(map(len, filled), default=0)
    if not filled or len(filled[0]) * 2 > widest:
        return 1
    header = next(row for row in filled if len(row) >= widest * _NEARLY)
    names = [cell.text for cell in header]
    is_header = len(set(names)) == len(names) and not any(name[0].isdigit() for name in names)
    return header[0].line if is_header else 1
