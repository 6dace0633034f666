"""Sums and remarks at the end of a table, which are no rows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from kg.pipeline.first_mapping.cells import ROWS, Column

_MOST: Final = 20
_FEWEST_COLUMNS: Final = 3
"""Of a narrower table nobody can tell a sum from a row with a gap."""


class Ending(NamedTuple):
    """How many rows at the end are none, and a column that all others fill and these leave empty."""

    rows: int
    by: Column

    @property
    def said(self) -> str:
        """What a user is told of it."""
        last = "the last row looks" if self.rows == 1 else f"the last {self.rows} rows look"
        return f"{last} like sums or remarks"


def ending_of(columns: Sequence[Column]) -> Ending | None:
    """
    The sums and remarks at the end: rows that fill half as many cells as others do, or fewer.

    None where there are none, where the end was not looked at, or where no column tells them apart.

    >>> rows = [("1", "2023-05-01", "Oak", "2"), ("2", "2023-05-02", "Ash", "3")]
    >>> rows += [("Total", "", "", "5"), ("By us", "", "", "")]
    >>> names = ("no", "day", "place", "dead")
    >>> found = ending_of([Column(name, name, cells) for name, cells in zip(names, zip(*rows))])
    >>> found.rows, found.by.name
    (2, 'day')
    """
    filled = [sum(map(bool, cells)) for cells in zip(*(column.cells for column in columns), strict=True)]
    usual = sorted(filled)[len(filled) * 3 // 4] if filled else 0
    if len(filled) >= ROWS or usual < _FEWEST_COLUMNS:
        return None
    bound = usual / 2
    odd = next((at for at, number in enumerate(reversed(filled)) if number > bound), 0)
    if not 0 < odd <= min(_MOST, len(filled) // 2):
        return None
    end = len(filled) - odd
    telling = [column for column in columns if all(column.cells[:end]) and not any(column.cells[end:])]
    days = [column for column in telling if column.day_formats is not None]
    return Ending(odd, (days or telling)[0]) if telling else None


def without(columns: Sequence[Column], ending: Ending | None) -> tuple[Column, ...]:
    """The columns with the cells of rows alone."""
    if ending is None:
        return tuple(columns)
    return tuple(replace(column, cells=column.cells[: len(column.cells) - ending.rows]) for column in columns)
