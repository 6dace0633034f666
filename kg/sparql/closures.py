"""
Closures of paths, each computed once for all queries of an engine.

In a query a closure is a recursive table, whose size DuckDB guesses, often a thousand times too high: then it joins in
a bad order. As a table that is there its size is known, and the next query need not walk again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_MOST: Final = 32
"""Closures that are kept; a process that asks after ever other graphs would have no end of them."""

_OF_ONE_QUERY: Final = re.compile(r"\b(?:closure|nodes|c)[0-9]*\b")
"""Names that only one query knows: other closures, and parts of a sequence."""


@dataclass(frozen=True, slots=True)
class Closure:
    """The tables of a closure, as they stand in a query: `name` with its `columns`, made of `steps`."""

    name: str
    columns: str
    steps: str

    @property
    def edges(self) -> str:
        """The table of its steps."""
        return f"{self.name}_step AS MATERIALIZED (SELECT DISTINCT {self.columns} FROM ({self.steps}))"

    @property
    def pairs(self) -> str:
        """The table of all pairs, made of that."""
        same = " AND e.g = {0}.g" if "g" in self.columns else ""
        g = ", {0}.g" if "g" in self.columns else ""
        return (
            f"{{0}}({self.columns}) AS (SELECT {self.columns} FROM {{0}}_step UNION "
            f"SELECT {{0}}.a, e.b{g} FROM {{0}} JOIN {{0}}_step e ON e.a = {{0}}.b{same})"
        ).format(self.name)

    @property
    def stands_alone(self) -> bool:
        """Whether its steps are told by the dataset alone."""
        return _OF_ONE_QUERY.search(self.steps) is None


class Closures:
    """Tables of closures in a schema that can be written to."""

    def __init__(self, schema: str) -> None:
        self._schema = schema
        self._tables: dict[str, str] = {}
        self._made: set[str] = set()

    def kept(self, sql: str, closures: tuple[Closure, ...]) -> tuple[dict[str, str], str]:
        """Tables that are not there yet with what makes them, and the SQL of a query that reads from them."""
        before = {}
        for one in filter(lambda closure: closure.stands_alone, closures):
            if one.steps not in self._tables and len(self._tables) == _MOST:
                continue
            table = self._tables.setdefault(one.steps, f"{self._schema}.kept_closure_{len(self._tables)}")
            if table not in self._made:
                whole = f"WITH RECURSIVE {one.edges}, {one.pairs} SELECT {one.columns} FROM {one.name}"
                before[table] = f"CREATE TABLE IF NOT EXISTS {table} AS {whole}"
            there = f"{one.name}({one.columns}) AS NOT MATERIALIZED (SELECT {one.columns} FROM {table})"
            sql = sql.replace(f"{one.edges}, {one.pairs}", there)
        return before, sql

    def are_made(self, tables: Iterable[str]) -> None:
        """These are there now; what a query that was stopped did not come to is made for the next."""
        self._made.update(tables)
