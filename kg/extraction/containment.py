"""Which place lies in which, as the registry knows it and as a report tells it; and how large places are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extraction.entities import Entity
from kg.extraction.knowledge import Knowledge
from kg.extraction.phrase import Link, Noun, Phrase
from kg.ontology import vocabulary as v


@dataclass(frozen=True)
class Containment:
    """Answers and learns by one language's `places.yaml`."""

    knowledge: Knowledge

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {entry["class"]: number for number, entry in enumerate(self.knowledge.section("places", "kinds"))}

    @cached_property
    def _containment(self) -> frozenset[str]:
        return self.knowledge.words("places", "lies_in")

    def rank(self, entity: Entity) -> float:
        """How large a place is: 0 is a village, larger is larger."""
        kinds = self._ranks
        if entity.cls == self.knowledge.cls(v.COUNTRY):
            return float(len(kinds))
        if entity.cls == self.knowledge.section("places", "kinds")[-1]["class"]:
            return 1.5
        return float(kinds.get(entity.cls, 3))

    def is_area(self, entity: Entity) -> bool:
        """Whether it is a stretch of land, such as mountains or a river, as large as it may be."""
        return entity.cls == str(self.knowledge.section("places", "kinds")[-1]["class"])

    def is_quarter(self, entity: Entity) -> bool:
        """Whether it is a part of a town."""
        return self.knowledge.is_kind(entity.cls, (self.knowledge.cls(v.RESIDENTIAL_AREA),))

    def learn(self, phrases: Sequence[Phrase]) -> None:
        """Take from a sentence what lies in what: "Sagaing's Kawlin town", "Kawlin, Sagaing", "a village in Kawlin"."""
        for at, phrase in enumerate(phrases):
            if not isinstance(phrase, Noun):
                continue
            inner = self.place_of(phrase)
            for outer in phrase.modifiers:
                if inner is not None and self.is_place(outer) and outer is not inner:
                    self._put_within(inner, outer)
            if inner is None or at + 2 >= len(phrases):
                continue
            link, following = phrases[at + 1], phrases[at + 2]
            if isinstance(link, Link) and isinstance(following, Noun) and link.low in self._containment:
                outer_place = self.place_of(following)
                if outer_place is not None:
                    self._put_within(inner, outer_place)

    def _put_within(self, inner: Entity, outer: Entity) -> None:
        fits = inner.known is None and inner != outer and self.rank(outer) > self.rank(inner)
        if fits and outer not in inner.places and not self.in_(outer, inner):
            inner.places.append(outer)

    def in_(self, inner: Entity, outer: Entity) -> bool:
        """Whether a place lies in another, through however many others."""
        seen: set[str] = set()
        waiting = [inner]
        while waiting:
            one = waiting.pop()
            if one.id in seen:
                continue
            seen.add(one.id)
            if one == outer and one is not inner:
                return True
            waiting.extend(one.places)
        return False

    def speaks_against(self, inner: Entity, outer: Entity) -> bool:
        """Whether a place is known to lie in another one as large as that, or as large a one it is not known to be."""
        seen: set[str] = set()
        waiting = [*inner.places]
        while waiting:
            one = waiting.pop()
            if one.id not in seen:
                seen.add(one.id)
                waiting.extend(one.places)
                if one != outer and self.rank(one) >= self.rank(outer):
                    return True
        return False

    def one_place(self, one: Entity, other: Entity) -> bool:
        """Whether two places may be one: the same, or one within the other."""
        return one == other or self.in_(one, other) or self.in_(other, one)

    def is_place(self, entity: Entity) -> bool:
        """Whether it is a place, no facility."""
        return self.knowledge.is_kind(entity.cls, self.knowledge.places)

    def place_of(self, noun: Noun) -> Entity | None:
        """The place that a noun phrase names."""
        return noun.name if noun.name is not None and self.is_place(noun.name) else None
