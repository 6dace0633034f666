"""What functions are given, and what several of them need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from kg.sparql.values import Let, Value


@dataclass(frozen=True, slots=True)
class Context:
    """What functions are given beside values: a way to keep a computed column, and the moment of the query."""

    let: Let
    now: str


Function: TypeAlias = Callable[[Context, Sequence[Value]], Value]


def only(types: frozenset[str], value: Value, sql: str) -> str:
    """The SQL where the value has one of the types, else NULL."""
    if value.types <= types:
        return sql
    return f"CASE WHEN {value.is_type(types)} THEN {sql} END"
