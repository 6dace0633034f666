"""Whether a noun phrase is of a kind that frames name: a class of the ontology or a group of `heads.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from kg.extraction.entities import Entity
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.phrase import Noun
from kg.ontology import vocabulary as v

FIGHTERS, CIVILIANS, SETTLEMENT, AIRCRAFT, WEAPONS, NOTHING, SPEAKERS, EXPLOSIVES = (
    "fighters", "civilians", "settlement", "airborne", "weapons", "nothing", "speakers", "explosives",
)  # fmt: skip


NONE: Final = "none"
"""What a condition asks for where there must be nothing."""
TRANSPORT: Final = "transport"
"""The group of what carries people."""
THINGS: Final = frozenset({AIRCRAFT, WEAPONS, EXPLOSIVES})
"""Groups of what is used and neither acts nor is a place."""
PASSIVE: Final = frozenset({TRANSPORT, "goods"})
"""Groups of what acts on nobody."""


@dataclass(frozen=True)
class Kinds:
    """Answers by the ontology's hierarchy and the groups."""

    knowledge: Knowledge

    @cached_property
    def _groups(self) -> frozenset[str]:
        return frozenset(head.group for head in self.knowledge.heads.values() if head.group)

    def fits(self, noun: Noun, kind: str) -> bool:
        """Whether the noun is of the kind."""
        if kind == SETTLEMENT:
            return noun.group == SETTLEMENT or self.is_place(noun)
        if kind == CIVILIANS and noun.pronoun in self._single:
            return True
        if kind in self._groups:
            return noun.group == kind or (kind == WEAPONS and noun.group in THINGS)
        if kind in self.knowledge.heads:
            words = kind.split()  # a noun of heads.yaml itself: "suicide bomber" for "a suicide car bomber" too
            return noun.words[-1:] == (words[-1],) and set(words) <= set(noun.words)
        if kind == NONE:
            return False
        return self.knowledge.is_kind(noun.cls, (kind,))

    @cached_property
    def _single(self) -> frozenset[str]:
        """Pronouns for one person: "him"."""
        pronouns = self.knowledge.section(WORDS, "pronouns")
        return frozenset(word for word, how in pronouns.items() if how["person"] == "single")

    def any_fits(self, nouns: Iterable[Noun], kinds: Iterable[str]) -> bool:
        """Whether one of the nouns is of one of the kinds."""
        wanted = tuple(kinds)
        return any(self.fits(noun, kind) for noun in nouns for kind in wanted)

    def is_place(self, noun: Noun) -> bool:
        """Whether it is a place, no facility."""
        return self.knowledge.is_kind(noun.cls, self.knowledge.places)

    def is_facility(self, noun: Noun) -> bool:
        """Whether it is a facility."""
        return self.knowledge.is_kind(noun.cls, self.knowledge.facilities)

    def is_actor(self, noun: Noun) -> bool:
        """Whether it can act: an organization, a group, a person."""
        return self.knowledge.is_kind(noun.cls, self.knowledge.actors)

    def is_person(self, noun: Noun) -> bool:
        """Whether it is a single person, by what he is: "a governor"."""
        return self.knowledge.is_kind(noun.cls, (self.knowledge.cls(v.PERSON),))

    def is_organization(self, noun: Noun) -> bool:
        """Whether it is a named body."""
        return self.knowledge.is_kind(noun.cls, self.knowledge.organizations)

    def is_generic(self, entity: Entity) -> bool:
        """Whether it is a description that may stand for somebody named: "rebels", "the attackers"."""
        return entity.known is None and self.knowledge.is_kind(entity.cls, (self.knowledge.cls(v.GENERIC_ACTOR),))

    def are_some_of(self, noun: Noun) -> bool:
        """As in "two of the bombs": some of those that were told of."""
        definite = frozenset(self.knowledge.section(WORDS, "articles")["definite"])
        return noun.quantity is not None and bool(definite & set(noun.text.lower().split()[1:]))
