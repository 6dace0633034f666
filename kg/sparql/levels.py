"""
Tables that expressions need beside a relation: look-ups of terms, and computed columns that may need each other.

What needs nothing of the same level stands in one table together; see `kg.sparql.nesting`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.sparql.references import aliases_in, is_column
from kg.sparql.relation import Names
from kg.sparql.sources import Computed, LeftJoined, Source, Table


@dataclass(slots=True)
class _Level:
    tables: list[Table | LeftJoined] = field(default_factory=list)
    computed: list[str] = field(default_factory=list)
    alias: str = ""


class Levels:
    """
    Tables in the order in which they may see each other.

    >>> levels = Levels(Names())
    >>> first, second = levels.let("1 + 1"), levels.let("2 + 2")
    >>> _ = levels.let(f"{first} * {second}")
    >>> levels.sources()
    [Computed(alias='l1', values=('1 + 1', '2 + 2')), Computed(alias='l2', values=('l1.v1 * l1.v2',))]
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._levels: list[_Level] = []
        self._of: dict[str, int] = {}

    def add(self, table: Table | LeftJoined, needs: str) -> None:
        """A table; the SQL `needs` is what it is joined on."""
        number = self._after(needs)
        self._level(number).tables.append(table)
        self._of[table.alias] = number

    def let(self, sql: str) -> str:
        """The name of a computed column; of what is a column already, that."""
        if is_column(sql):
            return sql
        number = self._after(sql)
        level = self._level(number)
        if not level.alias:
            level.alias = self._names.alias("l")
            self._of[level.alias] = number
        level.computed.append(sql)
        return f"{level.alias}.v{len(level.computed)}"

    def sources(self) -> list[Source]:
        """The tables, and the computed columns."""
        found: list[Source] = []
        for level in self._levels:
            found += level.tables
            if level.computed:
                found.append(Computed(level.alias, tuple(level.computed)))
        return found

    def _after(self, sql: str) -> int:
        """The first level that sees all that the SQL speaks of; what is no table of these is seen by each."""
        return max((self._of[one] + 1 for one in aliases_in(sql) if one in self._of), default=0)

    def _level(self, number: int) -> _Level:
        while len(self._levels) <= number:
            self._levels.append(_Level())
        return self._levels[number]
