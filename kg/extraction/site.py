"""The site of an event, and how it is chosen among the places that a sentence names."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.extraction.containment import Containment
from kg.extraction.entities import Entity
from kg.extraction.phrase import Noun
from kg.extraction.proposal import NOWHERE, Span

AT, NEAR, FROM, TOWARD, NONE = "at", "close", "away", "toward", "none"


@dataclass(frozen=True, slots=True)
class Site:
    """
    Where something happened.

    `reason` is empty where the words say it; `support` is where they say it, if outside the quote. `near` says that it
    was not in the place itself. `count` is how many places are meant that are not named.
    """

    places: tuple[Entity, ...] = ()
    near: bool = False
    origin: tuple[Entity, ...] = ()
    destination: tuple[Entity, ...] = ()
    reason: str = ""
    support: Span | None = None
    count: Noun | None = None


@dataclass(slots=True)
class Told:
    """What was told before: the site of the last event, and the places named last, the latest first."""

    site: Site = field(default_factory=Site)
    span: Span | None = None
    sentence: int = -10
    paragraph: int = -10
    begins: int = 0
    """Where the paragraph begins that is being read."""
    named: list[tuple[Entity, Span, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a sentence names, how it stands to the event, and how large it is."""

    relation: str
    entity: Entity
    rank: float
    front: bool = False
    span: Span = NOWHERE


def smallest(
    lies: Containment, at: list[Candidate], near: list[Candidate], front: list[Candidate]
) -> tuple[tuple[Entity, ...], bool]:
    """The smallest places of those that fit together; a larger one that holds a smaller is left out."""
    own = [*at, *near]
    if not own:
        own = front
    elif front:
        least = min(c.rank for c in own)
        finer = [c for c in front if c.rank < least and not lies.is_area(c.entity)]
        own = [*own, *finer]
    if not own:
        return (), False
    exact = [c for c in own if c.relation == AT]
    smallest_near = min((c.rank for c in own if c.relation == NEAR), default=99.0)
    pool = (
        exact
        if exact and min(c.rank for c in exact) <= smallest_near
        else [c for c in own if c.relation == NEAR] or exact
    )
    best = min(c.rank for c in pool)
    kept: dict[str, Entity] = {}
    for candidate in pool:
        holds = any(lies.in_(o.entity, candidate.entity) for o in pool if o.entity != candidate.entity)
        if not holds and candidate.rank <= best + 1:
            kept.setdefault(candidate.entity.id, candidate.entity)
    if len({lies.rank(e) for e in kept.values()}) > 1:
        kept = {i: e for i, e in kept.items() if lies.rank(e) == best} or kept
    return tuple(kept.values())[:6], pool is not exact
