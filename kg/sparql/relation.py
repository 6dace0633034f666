"""
A sequence of solutions as SQL: tables that are joined, conditions, and a column for each variable.

Spec: https://www.w3.org/TR/sparql11-query/#sparqlSolutions (18.1.8)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kg.sparql.nesting import selected
from kg.sparql.sources import Source, Table
from kg.sparql.values import ANY, ID


@dataclass(frozen=True, slots=True)
class Column:
    """
    Where a variable is found: SQL over the tables, the form it is held in, and what it may be.

    `form` is `id`, `text`, or a type: see `kg.sparql.values`. `certain` tells that it always has a value.
    """

    sql: str
    form: str = ID
    types: frozenset[str] = ANY
    certain: bool = True


@dataclass(frozen=True, slots=True)
class SortKey:
    """What solutions are sorted by; where it is NULL, it is less than all else."""

    sql: str
    descending: bool = False

    def __str__(self) -> str:
        return f"{self.sql} {'DESC NULLS LAST' if self.descending else 'ASC NULLS FIRST'}"


def order_by(keys: Iterable[SortKey]) -> str:
    """ORDER BY, or nothing."""
    told = ", ".join(map(str, keys))
    return f" ORDER BY {told}" if told else ""


@dataclass(frozen=True, slots=True)
class Relation:
    """
    Solutions. `rows` are aliases of the dictionary that stand for a term already, by the SQL of its number.

    `order` is what they are sorted by, as far as someone asks for them in order.
    """

    sources: tuple[Source, ...] = ()
    conditions: tuple[str, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)
    order: tuple[SortKey, ...] = ()

    def where(self, conditions: Iterable[str]) -> Relation:
        """The solutions that meet more conditions."""
        return replace(self, conditions=(*self.conditions, *(one for one in conditions if one != "true")))

    def beside(self, other: Relation) -> Relation:
        """Every solution with every other; the columns of both."""
        return Relation(
            (*self.sources, *other.sources),
            (*self.conditions, *other.conditions),
            {**other.columns, **self.columns},
            {**self.rows, **other.rows},
            (*self.order, *other.order),
        )

    def select(self, cells: str, tail: str = "") -> str:
        """The SELECT of some cells; `tail` is what follows WHERE."""
        return selected(cells, self.sources, self.conditions, tail)

    def with_columns(self, columns: Mapping[str, Column]) -> Relation:
        """The same solutions with other columns."""
        return replace(self, columns=dict(columns))


EMPTY = Relation()
"""One solution without variables."""


class Names:
    """Aliases of tables, and names of columns, which SQL does not tell apart by upper and lower case."""

    def __init__(self) -> None:
        self._count = 0
        self._columns: dict[str, str] = {}
        self._taken: set[str] = set()

    def alias(self, letter: str) -> str:
        """A new alias."""
        self._count += 1
        return f"{letter}{self._count}"

    def column(self, variable: str) -> str:
        """The name of a variable's column, quoted."""
        if variable not in self._columns:
            name = variable.replace('"', "")
            while name.lower() in self._taken:
                name += "_"
            self._taken.add(name.lower())
            self._columns[variable] = f'"{name}"'
        return self._columns[variable]

    def select(self, relation: Relation, *, distinct: bool = False, tail: str = "") -> str:
        """The SQL of a relation, its columns named after the variables; `tail` is what follows WHERE."""
        columns = ", ".join(f"{column.sql} AS {self.column(name)}" for name, column in relation.columns.items())
        return relation.select(f"{'DISTINCT ' if distinct else ''}{columns or '1 AS nothing'}", tail)

    def closed(self, sql: str, columns: Mapping[str, Column]) -> Relation:
        """A query as one table; its columns are named after the variables."""
        alias = self.alias("q")
        return Relation((Table(f"({sql})", alias),), (), self.within(alias, columns))

    def within(self, table: str, columns: Mapping[str, Column]) -> dict[str, Column]:
        """The columns of a table that are named after the variables."""
        return {name: replace(column, sql=f"{table}.{self.column(name)}") for name, column in columns.items()}

    def close(self, relation: Relation) -> Relation:
        """A relation as one table; its order is lost."""
        return self.closed(self.select(relation), relation.columns)
