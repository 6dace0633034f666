"""Where something stands in a file of facts."""

from __future__ import annotations

from typing import NamedTuple


class Position(NamedTuple):
    """
    A place in a file, as an editor shows it.

    `file` is relative to the project folder, with forward slashes; `line` and `column` count from 1, in
    Unicode code points, and are 0 where the whole file is meant. In a workbook `sheet` is the sheet's name,
    `line` the row and `column` the column.

    >>> str(Position("facts/a.yaml", 41, 14))
    'facts/a.yaml:41:14'
    >>> str(Position("facts/a.xlsx", 7, 28, "Events"))
    'facts/a.xlsx:Events!AB7'
    >>> str(Position("facts/a.yaml", 0, 0))
    'facts/a.yaml'
    """

    file: str
    line: int
    column: int
    sheet: str = ""

    def __str__(self) -> str:
        if not self.line:
            return self.file
        if self.sheet:
            return f"{self.file}:{self.sheet}!{column_letters(self.column)}{self.line}"
        return f"{self.file}:{self.line}:{self.column}"


def column_letters(column: int) -> str:
    """
    The letters a spreadsheet heads its column with; columns count from 1.

    >>> [column_letters(n) for n in (1, 26, 27, 703)]
    ['A', 'Z', 'AA', 'AAA']
    """
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
