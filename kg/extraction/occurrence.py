"""One event as the cascade understands it, before it is written as an entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from kg.extraction.attribution import Attribution
from kg.extraction.dates import When
from kg.extraction.effects import Harm
from kg.extraction.entities import Entity
from kg.extraction.phrase import Noun
from kg.extraction.proposal import Span
from kg.extraction.site import Site
from kg.extraction.triggers import Trigger


@dataclass(frozen=True, slots=True)
class Role:
    """Who or what stands under a key; `reason` where that is inferred."""

    key: str
    entity: Entity
    reason: str = ""
    support: Span | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One harm, with its victims found."""

    harm: Harm
    victims: tuple[Entity, ...]


@dataclass(slots=True)
class Occurrence:
    """
    One event, or what is told not to have happened (`polarity`).

    `again` is the event of which it is a second telling, `again_reason` why that is thought.

    `harms` are those that the sentence itself tells; later ones are claims of their own, about its id.
    """

    id: str
    cls: str
    trigger: Trigger
    sentence: int
    quote: Span
    polarity: str = ""
    roles: list[Role] = field(default_factory=list)
    site: Site = field(default_factory=Site)
    when: list[When] = field(default_factory=list)
    day: str = ""
    day_reason: str = ""
    harms: list[Told] = field(default_factory=list)
    attribution: Attribution | None = None
    tools: list[tuple[str, str]] = field(default_factory=list)
    strikes: Noun | None = None
    coordinated: bool = False
    relations: list[tuple[str, Entity]] = field(default_factory=list)
    agent_stated: bool = True
    confidence: float = 0.8
    again: Occurrence | None = None
    again_reason: str = ""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """
    Who did what was told before: a claim about the event's id.

    `attribution` is the voice of those who claim it or who blame them; None where the text itself says so.
    """

    about: Occurrence
    roles: tuple[Role, ...]
    quote: Span
    attribution: Attribution | None
    relations: tuple[tuple[str, Entity], ...] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """A harm told apart from its event: a claim about the event's id."""

    about: Occurrence
    told: Told
    sentence: int
    quote: Span
    attribution: Attribution | None
    reason: str = ""


ToldOf: TypeAlias = Occurrence | Later | Responsibility
"""What a sentence tells of."""
