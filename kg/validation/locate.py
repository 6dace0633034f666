"""Where in the facts a validation result belongs: the value, else the key, else the entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from kg.model.positions import Position
from kg.validation.results import Result


class SourceMap(Protocol):
    """Where statements were written; terms are N-Triples texts, an empty one stands for any."""

    def places(self, subject: str, predicate: str = "", value: str = "") -> Sequence[tuple[Position, Position]]:
        """Places of the values and of their keys, in the order of the files."""
        ...

    def introduced(self, iri: str) -> Position | None:
        """Where a thing is introduced."""
        ...


class Located(NamedTuple):
    """A place and the rule that found it (`value`, `key`, `entry`, `nothing`), and the other thing's place, if any."""

    position: Position
    rule: str
    other: Position | None = None


def locate(result: Result, source_map: SourceMap) -> Located:
    """
    Find the place in a facts file that a result complains about.

    Tries the exact statement, then focus node and path, then where the focus node is introduced, then anything said of
    it. `other` is where the value is introduced, if it is a thing and not where the result is.
    """
    position, rule = _place(result, source_map)
    is_other = result.value.startswith("<") and result.value != result.focus
    other = source_map.introduced(result.value[1:-1]) if is_other else None
    return Located(position, rule, other if other != position else None)


def _place(result: Result, source_map: SourceMap) -> tuple[Position, str]:
    if result.predicate and result.value:
        exact = source_map.places(result.focus, result.predicate, result.value)
        if exact:
            return exact[0][0], "value"
    if result.predicate:
        under = source_map.places(result.focus, result.predicate)
        if under:
            return under[-1][1], "key"
    introduced = source_map.introduced(result.focus[1:-1]) if result.focus.startswith("<") else None
    if introduced is not None:
        return introduced, "entry"
    anything = source_map.places(result.focus)
    if anything:
        return anything[0][1], "entry"
    return Position("", 0, 0), "nothing"
