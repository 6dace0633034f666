"""
Tables that expressions need beside a relation: look-ups of terms, and computed columns that may need each other.

What needs nothing of the same level stands in one table together; see `kg.sparql.nesting`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from kg.sparql.nesting import lateral
from kg.sparql.relation import Names

_ALIAS: Final = re.compile(r"\b[lx][0-9]+\b(?=[.])")
_COLUMN: Final = re.compile(r'[a-z][0-9]+[.](?:[a-z]+[0-9]*|"[^"]*")')


@dataclass(slots=True)
class _Level:
    tables: list[str] = field(default_factory=list)
    computed: list[str] = field(default_factory=list)
    alias: str = ""


class Levels:
    """
    Tables in the order in which they may see each other.

    >>> levels = Levels(Names())
    >>> first, second = levels.let("1 + 1"), levels.let("2 + 2")
    >>> _ = levels.let(f"{first} * {second}")
    >>> levels.told()
    ['LATERAL (SELECT 1 + 1 AS v1, 2 + 2 AS v2) l1', 'LATERAL (SELECT l1.v1 * l1.v2 AS v1) l2']
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._levels: list[_Level] = []
        self._of: dict[str, int] = {}

    def add(self, alias: str, table: str, needs: str) -> None:
        """A table under an alias; the SQL `needs` is what it is joined on."""
        number = self._after(needs)
        self._level(number).tables.append(table)
        self._of[alias] = number

    def let(self, sql: str) -> str:
        """The name of a computed column; of what is a column already, that."""
        if _COLUMN.fullmatch(sql):
            return sql
        number = self._after(sql)
        level = self._level(number)
        if not level.alias:
            level.alias = self._names.alias("l")
            self._of[level.alias] = number
        level.computed.append(sql)
        return f"{level.alias}.v{len(level.computed)}"

    def told(self) -> list[str]:
        """The tables."""
        found: list[str] = []
        for level in self._levels:
            found += level.tables
            if level.computed:
                columns = ", ".join(f"{sql} AS v{number}" for number, sql in enumerate(level.computed, 1))
                found.append(lateral(columns, level.alias))
        return found

    def _after(self, sql: str) -> int:
        """The first level that sees all that the SQL speaks of; what is no table of these is seen by each."""
        return max((self._of[one] + 1 for one in _ALIAS.findall(sql) if one in self._of), default=0)

    def _level(self, number: int) -> _Level:
        while len(self._levels) <= number:
            self._levels.append(_Level())
        return self._levels[number]
