"""What of the graph is exported, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from kg.exports.losses import Loss
from kg.model.errors import UsageError
from kg.ontology.model import nearest

Files = tuple[BinaryIO, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What of the graph is written, as far as the format has a choice.

    `merge` and `ontology` are for RDF, `tables` and `given` (parameters) for tables, `thing` is for a dossier.

    The others are for networks. `view` is a name, or a file. `where` are conditions such as `day >= 2023-10-27`, all of
    which hold. `as_of` is a day: what was told by then, in documents issued until that day. `min_sources` is from how
    many sources an edge must be told. `claimed_by` is an actor (who says it, or for whom it is said) or a document, by
    id. `measures` are names of `kg.exports.measures.MEASURES`.
    """

    merge: bool = False
    ontology: bool = False
    tables: tuple[str, ...] = ()
    given: Mapping[str, Sequence[str]] = field(default_factory=dict)
    view: str = "actors-and-events"
    thing: str = ""
    where: tuple[str, ...] = ()
    as_of: str = ""
    min_sources: int = 0
    claimed_by: str = ""
    measures: tuple[str, ...] = ()

    @property
    def is_of_claims(self) -> bool:
        """Whether only some claims count."""
        return bool(self.as_of or self.claimed_by)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: a count with its noun, what the format could not hold, and what was not done as asked."""

    count: int
    noun: str
    losses: tuple[Loss, ...] = ()
    notes: tuple[str, ...] = ()


class Counted(NamedTuple):
    """What a writer wrote: how much of what, and what it did not do as asked."""

    amount: int
    noun: str
    notes: tuple[str, ...] = ()


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
