"""What the cells of a column look like: unique, days in which format, numbers, lists, a few codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Final

from kg.mapping.iris import is_id, suggested_id
from kg.tables import Table

ROWS: Final = 10_000
"""How many rows are looked at: enough for the codes of a year, read in a second."""

_MOST_CODES: Final = 60
_ENOUGH: Final = 0.8
"""The share of cells that must fit what a column is taken for; the build names the others one by one."""

_ISO = "%Y-%m-%d"
# In the order of who writes them most, the day before the month; where both orders fit, the mapping says so.
_ORDERS: Final = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%Y{0}%m{0}%d", "%d{0}%m{0}%y", "%m{0}%d{0}%y")
_DAYS: Final = (
    _ISO,
    *(order.format(mark) for mark in "/.-" for order in _ORDERS),
    *("%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%B-%Y", "%B %d, %Y", "%b %d, %Y", "%d-%b-%y", "%d %b. %Y", "%Y%m%d"),
)
_CLOCKS: Final = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", "T%H:%M")
_SPELLED = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([, .'\u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*")
_LISTED: Final = (";", "|")


@dataclass(frozen=True)
class Column:
    """
    A column and its cells in the first rows.

    `name` is what the table calls it, `called` what the mapping does: the same, but where braces or blanks forbid it.
    """

    name: str
    called: str
    cells: tuple[str, ...]

    @cached_property
    def filled(self) -> tuple[str, ...]:
        """The cells that are not empty."""
        return tuple(cell for cell in self.cells if cell)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The different texts, in the order in which they first come."""
        return tuple(dict.fromkeys(self.filled))

    @cached_property
    def is_unique(self) -> bool:
        """Whether every row has a text of its own here, as an id too."""
        return "" not in self.ids and len(set(self.ids)) == len(self.cells)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """What the cells become as ids; empty where nothing of one remains."""
        return tuple(map(suggested_id, self.cells))

    @property
    def are_ids(self) -> bool:
        """Whether the cells can be ids as they are."""
        return all(map(is_id, self.filled))

    @property
    def are_codes(self) -> bool:
        """Whether so few texts come so often that they are listed."""
        return 0 < len(self.codes) <= _MOST_CODES

    @property
    def separator(self) -> str:
        """What separates the items of a list in some cells; empty where none does."""
        return next((mark for mark in _LISTED if any(mark in cell for cell in self.filled)), "")

    def are(self, fits: re.Pattern[str]) -> bool:
        """Whether there are cells, and nearly all are of a pattern."""
        return _share(tuple(bool(fits.fullmatch(cell)) for cell in self.filled)) >= _ENOUGH

    @property
    def are_numbers(self) -> bool:
        """Whether nearly all cells are numbers with a point."""
        return self.are(_NUMBER)

    def are_degrees(self, most: float) -> bool:
        """Whether the numbers lie between this and its opposite."""
        numbers = [float(cell) for cell in self.filled if _NUMBER.fullmatch(cell)]
        return self.are_numbers and all(-most <= number <= most for number in numbers)

    @cached_property
    def thousands(self) -> str:
        """The mark between digits of large numbers; empty where there is none."""
        found = (_GROUPED.fullmatch(cell) for cell in self.filled)
        return next((match[1] for match in found if match), "")

    @property
    def are_spelled_times(self) -> bool:
        """Whether nearly all cells are years, months or days as ISO 8601 writes them."""
        return self.are(_SPELLED)

    @cached_property
    def day_formats(self) -> tuple[str, ...] | None:
        """How its days are written, the commonest first; `%Y-%m-%d` alone where plainly so. None for no days."""
        left = self.codes
        found: list[str] = []
        while left:
            form, fitting = _best_format(left)
            if not fitting or len(found) == 4:
                break
            found.append(form)
            left = tuple(cell for cell in left if cell not in fitting)
        fit = 1 - len(left) / len(self.codes) if self.codes else 0
        return tuple(found) if found and fit >= _ENOUGH else None

    @property
    def is_day_or_month_first(self) -> bool:
        """Whether all days can be read with the month first as well as with the day first."""
        forms = self.day_formats or ()
        swapped = [form.replace("%d", "%_").replace("%m", "%d").replace("%_", "%m") for form in forms[:1]]
        numeric = [form for form in swapped if "%B" not in form and "%b" not in form and not form.startswith("%Y")]
        return any(_share(tuple(_fits(cell, form) for cell in self.codes)) == 1 for form in numeric)


def columns_of(table: Table, rows: int = ROWS) -> tuple[Column, ...]:
    """The columns of a table with their cells in the first rows."""
    found = [row for _, row in islice(table.rows(), rows)]
    cells: Sequence[tuple[str, ...]] = list(zip(*found, strict=True)) or [() for _ in table.columns]
    called = list(called_in_mapping(table.columns))
    return tuple(map(Column, table.columns, called, cells))


def called_in_mapping(names: Sequence[str]) -> Iterator[str]:
    """What a mapping calls the columns: their names, where those can stand in a hole."""
    for number, name in enumerate(names, 1):
        plain = re.sub(r"[{}|\s]+", " ", name).strip()
        yield name if plain == name else f"{plain or 'column'} ({number})"


def _best_format(cells: Sequence[str]) -> tuple[str, set[str]]:
    """The format that fits most, the first of those."""
    best: tuple[str, set[str]] = ("", set())
    for form in (f"{day}{clock}" for clock in _CLOCKS for day in _DAYS):
        if not any(_fits(cell, form) for cell in cells[:50]):
            continue
        fitting = {cell for cell in cells if _fits(cell, form)}
        if len(fitting) > len(best[1]):
            best = (form, fitting)
        if len(fitting) == len(cells):
            break
    return best


def _fits(cell: str, form: str) -> bool:
    try:
        found = datetime.strptime(cell, form)  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return False
    # "3" is no year and 20231103 no day of a month; strptime is generous.
    return found.year >= 1000 and (form != "%Y%m%d" or len(cell) == 8)


def _share(fits: tuple[bool, ...]) -> float:
    return sum(fits) / len(fits) if fits else 0
