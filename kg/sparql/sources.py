"""What a SELECT takes its rows from: the items of its FROM, each of which may speak of those before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or a query in brackets, under an alias; `columns` are names that it gives to its columns."""

    sql: str
    alias: str
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        names = f"({', '.join(self.columns)})" if self.columns else ""
        return f"{self.sql} {self.alias}{names}" if self.sql != self.alias else self.sql

    def texts(self) -> tuple[str, ...]:
        """The SQL in which it may speak of others."""
        return (self.sql,)

    def changed(self, change: Callable[[str], str]) -> Table:
        """The same with other SQL."""
        return Table(change(self.sql), self.alias, self.columns)


@dataclass(frozen=True, slots=True)
class LeftJoined:
    """A table whose columns are NULL beside rows of which no row of it meets the condition."""

    table: Table
    on: str

    @property
    def alias(self) -> str:
        """That of the table."""
        return self.table.alias

    def __str__(self) -> str:
        return f"LEFT JOIN {self.table} ON {self.on}"

    def texts(self) -> tuple[str, ...]:
        """The SQL in which it may speak of others."""
        return (*self.table.texts(), self.on)

    def changed(self, change: Callable[[str], str]) -> LeftJoined:
        """The same with other SQL."""
        return LeftJoined(self.table.changed(change), change(self.on))


@dataclass(frozen=True, slots=True)
class Computed:
    """A level of computed columns: `v1`, `v2` and so on, of each row of what stands before it."""

    alias: str
    values: tuple[str, ...]

    def cells(self) -> str:
        """The columns as a SELECT names them; see `kg.sparql.nesting` for where it stands."""
        return ", ".join(f"{sql} AS v{number}" for number, sql in enumerate(self.values, 1))

    def texts(self) -> tuple[str, ...]:
        """The SQL in which it may speak of others."""
        return self.values

    def changed(self, change: Callable[[str], str]) -> Computed:
        """The same with other SQL."""
        return Computed(self.alias, tuple(map(change, self.values)))


Source: TypeAlias = Table | LeftJoined | Computed
