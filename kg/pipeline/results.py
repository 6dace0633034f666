"""Results of shapes as findings."""

from __future__ import annotations

from collections.abc import Mapping

from kg.model.findings import Finding
from kg.model.positions import Position
from kg.ontology.reader import local_name
from kg.validation.results import Result, Statistic


def name_of(result: Result) -> str:
    """The name of the shape that was broken, or where it has none, of the constraint component."""
    return local_name(result.shape) or local_name(result.component[1:-1])


def by_name(statistics: Mapping[str, Statistic]) -> dict[str, Statistic]:
    """Statistics by the names that findings have as their codes."""
    return {local_name(shape): statistic for shape, statistic in statistics.items()}


def finding_of(
    result: Result, position: Position, base: str = "", hint: str = "", related: tuple[tuple[str, Position], ...] = ()
) -> Finding:
    """The finding that a result is, at its place; `base` is left out of messages."""
    name = name_of(result)
    return Finding(
        code=name,
        severity=result.severity,
        message=(result.message.replace(base, "") if base else result.message) or f"{name} is broken",
        position=position,
        hint=hint,
        related=related,
        focus=result.focus,
        path=result.path,
        value=result.value,
        component=result.component[1:-1],
        shape=result.shape,
        details=result.details,
    )
