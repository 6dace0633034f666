"""What of the graph is exported, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from kg.exports.losses import Loss
from kg.model.errors import UsageError
from kg.ontology.model import nearest

Files = tuple[BinaryIO, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What of the graph is written, as far as the format has a choice.

    `merge` and `ontology` are for RDF, `tables` and `given` (parameters) for tables, `view` and `given` for networks,
    `thing` for a dossier.
    """

    merge: bool = False
    ontology: bool = False
    tables: tuple[str, ...] = ()
    given: Mapping[str, Sequence[str]] = field(default_factory=dict)
    view: str = "actors-and-events"
    thing: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: a count with its noun, and what the format could not hold."""

    count: int
    noun: str
    losses: tuple[Loss, ...] = ()


def check_given(wanted: Wanted, known: Sequence[str]) -> None:
    """
    Parameters are those of one of the queries at least.

    Raises:
        UsageError: One is not.
    """
    for name in wanted.given:
        if name not in known:
            taken = f"it takes: {', '.join(dict.fromkeys(known))}" if known else "it takes none"
            raise UsageError(f"there is no parameter '{name}'", nearest(name, iter(known)) or taken)
