"""Noun phrases → the things of the report: who, what facility, which weapon; "they" and "it" → whom they stand for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kg.extraction.entities import Entities, Entity
from kg.extraction.kinds import CIVILIANS, FIGHTERS, NOTHING, SETTLEMENT, THINGS, Kinds
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.phrase import Noun
from kg.extraction.proposal import Span
from kg.ontology import vocabulary as v


@dataclass(frozen=True, slots=True)
class Referent:
    """What a noun phrase stands for, and where that is told if not in the sentence; `reason` where it is inferred."""

    entity: Entity
    reason: str = ""
    support: Span | None = None


@dataclass(slots=True)
class Actors:
    """Who acted last: what "they" and "it" may stand for. The latest first."""

    recent: list[tuple[Entity, Span, bool]] = field(default_factory=list)

    def note(self, entity: Entity, span: Span, *, plural: bool) -> None:
        """Somebody acts here."""
        self.recent.insert(0, (entity, span, plural))
        del self.recent[8:]

    def last(self, *, plural: bool | None = None) -> tuple[Entity, Span] | None:
        """Whoever acted last; of the number asked for."""
        return next(((e, s) for e, s, many in self.recent if plural is None or many == plural), None)


class Things:
    """Finds or makes the entity of a noun phrase. One per report: it remembers what was named."""

    def __init__(self, knowledge: Knowledge, kinds: Kinds, entities: Entities) -> None:
        self.knowledge = knowledge
        self.kinds = kinds
        self.entities = entities
        self._facilities: deque[Entity] = deque(maxlen=40)
        self._vehicles: deque[Entity] = deque(maxlen=20)
        self._heard: list[tuple[Entity, Span]] = []
        self._unnamed: dict[Span, Entity] = {}
        self._heard_since = 0
        self.issuer: Referent | None = None

    @cached_property
    def _common(self) -> dict[str, Entity]:
        """Words such as "junta" → the one organization of the registry that they stand for, if there is one."""
        found: dict[str, Entity] = {}
        for word, classes in self.knowledge.section("names", "common").items():
            fitting = [
                known
                for known in self.entities.registry.known.values()
                if self.knowledge.is_kind(known.cls, classes)
                and any(word in name.lower().split() or word == name.lower() for name in known.names)
            ]
            if len(fitting) == 1:
                found[word] = self.entities.of_known(fitting[0])
        return found

    def only(self, cls: str) -> Entity | None:
        """The one organization of the registry that is of a class; None where there are more, or none."""
        fitting = [known for known in self.entities.registry.known.values() if known.cls == cls]
        return self.entities.of_known(fitting[0]) if len(fitting) == 1 else None

    def hear(self, mentions: Iterable[tuple[Entity, Span]]) -> None:
        """Take note of the organizations that a sentence names, for "the group" in later ones."""
        self._heard_since += 1
        classes = self._again[0]
        never = self.knowledge.section("names", "again", "never")
        kind = self.knowledge.is_kind
        named = [(e, span) for e, span in mentions if kind(e.cls, classes) and not kind(e.cls, never)]
        self._heard = [*reversed(named), *self._heard][:8]

    def issued_by(self, entity: Entity, span: Span) -> None:
        """Take note of the first organization that stands in a heading: the text may be its own."""
        self.issuer = self.issuer or Referent(entity, f"the text stands under the name of {entity.name}", span)

    def forget(self) -> None:
        """Begin to read the report anew."""
        self._heard = []

    @cached_property
    def _again(self) -> tuple[tuple[str, ...], frozenset[str]]:
        again = self.knowledge.section("names", "again")
        return tuple(again["classes"]), frozenset(again["nouns"])

    def common(self, noun: Noun) -> Entity | None:
        """The one organization that a plain noun such as "the army" can mean, if there is one."""
        return self._common.get(noun.head) if noun.name is None and len(noun.words) <= 2 else None

    def referent(self, noun: Noun, *, agent: bool) -> Referent | None:
        """
        Whoever a noun phrase stands for, and why where its words do not name it; None where it is nobody.

        "The group" is whoever was named last; "the junta" the one organization of the registry that can be meant.
        """
        again = self.again(noun)
        if again is not None:
            return again
        entity_of = self.actor(noun, agent=agent)
        return Referent(entity_of, self._why(noun, entity_of)) if entity_of is not None else None

    def again(self, noun: Noun) -> Referent | None:
        """The organization named last, where a noun phrase is "the group" or the like; else None."""
        words = " ".join(noun.words[1 + (noun.words[1:2] == ("same",)) :])
        if noun.article != "definite" or words not in self._again[1] or noun.modifiers or not self._heard:
            return None
        entity, span = self._heard[0]
        return Referent(entity, f"“{noun.text}” is taken to be {entity.name}, the last one that was named", span)

    def _why(self, noun: Noun, entity: Entity) -> str:
        known = entity.known
        if known is None or any(name.lower() in noun.text.lower() for name in (*known.names, *entity.also)):
            return ""
        if noun.name is entity:
            return ""
        return f"“{self.label(noun)}” is taken to be {entity.name}, the only one known that can be called so"

    # ── Who ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def actor(self, noun: Noun, *, agent: bool) -> Entity | None:
        """
        Whoever a noun phrase stands for; None where it is nobody.

        An `agent` that is named with its men ("RSF fighters") is the organization; as a victim they are persons.
        """
        entity = noun.name
        if entity is not None and self.knowledge.is_kind(entity.cls, self.knowledge.actors):
            return entity
        if entity is not None and entity.cls == self.knowledge.cls(v.COUNTRY):
            return self.state(entity)
        if entity is not None and entity.cls == "" and self.kinds.is_actor(noun):
            entity.cls = noun.cls if noun.cls != self.knowledge.cls(v.PERSON_GROUP) else self.knowledge.cls(v.PERSON)
            return entity
        if entity is not None and entity.cls == "" and agent:
            entity.cls = self.knowledge.cls(v.ORGANIZATION)
            return entity
        if entity is not None and self.kinds.is_place(noun):
            return None
        if not self.kinds.is_actor(noun):
            return self.owner(noun) if agent else None
        owner = next((e for e in noun.modifiers if self.knowledge.is_kind(e.cls, self.knowledge.organizations)), None)
        if agent and owner is not None and noun.bare and not noun.quantity:
            return owner
        return self._group(noun, owner)

    def name_alike(self, speakers: Sequence[Entity], others: Sequence[Noun]) -> None:
        """As in "councillor Oro Tam and Mara Venn said": the second is a person too."""
        if speakers and speakers[0].cls == self.knowledge.cls(v.PERSON):
            for entity in (n.name for n in others if n.name is not None and n.name.cls == ""):
                entity.cls = speakers[0].cls

    def state(self, country: Entity) -> Entity:
        """The state of a country as one who acts: "Russia launched …"."""
        for known in self.entities.registry.known.values():
            named = any(
                name == country.name or name.split()[0] in self._adjectives(country.name) for name in known.names
            )
            if named and self.knowledge.is_kind(known.cls, self._state_classes):
                return self.entities.of_known(known)
        name = country.name
        made = self.entities.by_name(f"{name} (state)")
        if made is None:
            made = self.entities.named(f"{name} (state)", self.knowledge.cls(v.AUTHORITY))
            made.name, made.first = name, country.first
        return made

    @property
    def _state_classes(self) -> tuple[str, ...]:
        return tuple(self.knowledge.section("names", "force_words"))

    def _adjectives(self, country: str) -> frozenset[str]:
        """The name of a country and the adjectives that are made of it."""
        adjectives = self.knowledge.section("names", "nationalities")
        return frozenset({country, *(word for word, land in adjectives.items() if land == country)})

    def owner(self, noun: Noun) -> Entity | None:
        """Whose it is: "junta bases", "a Russian drone", "an RSF position"."""
        for entity in noun.modifiers:
            if self.knowledge.is_kind(entity.cls, self.knowledge.actors):
                return entity
            if entity.cls == self.knowledge.cls(v.COUNTRY):
                return self.state(entity)
        return self._owner_in_words(noun)

    def why_owner(self, noun: Noun, owner: Entity) -> str:
        """Why something is taken to be somebody's; empty where its words name the owner."""
        return self._why(noun, owner)

    def _owner_in_words(self, noun: Noun) -> Entity | None:
        head = len(noun.head.split()) if noun.head and noun.group not in THINGS else 1  # "army helicopters"
        words = [w for w in noun.words[: len(noun.words) - head] if w not in {"[", "]"}]
        for size in range(min(4, len(words)), 0, -1):
            for at in range(len(words) - size + 1):
                phrase = " ".join(words[at : at + size])
                known = self.knowledge.heads.get(phrase)
                if noun.group in THINGS and phrase in self._arms_of:
                    return self._named_group(phrase, self.knowledge.cls(v.GENERIC_ACTOR), noun)
                if known and known.group == FIGHTERS and (not known.bare or size > 1 or phrase in self._sides):
                    return self._named_group(phrase, known.cls, noun)
        return None

    @cached_property
    def _arms_of(self) -> frozenset[str]:
        """Plain words for those whose arms something is: "government artillery"."""
        return self.knowledge.words("names", "arms_of")

    @cached_property
    def _sides(self) -> frozenset[str]:
        """Plain words for a side: "rebel positions", "insurgent camp"."""
        return self.knowledge.words("names", "side_words")

    def _named_group(self, phrase: str, cls: str, noun: Noun) -> Entity:
        common = self._common.get(phrase)
        if common is not None:
            return common
        entity = self.entities.named(phrase, cls)
        entity.group = FIGHTERS
        at = noun.text.lower().find(phrase)
        if entity.first is None and at >= 0:
            entity.first = Span(noun.span.start + at, noun.span.start + at + len(phrase))
        return entity

    def _group(self, noun: Noun, owner: Entity | None) -> Entity:
        words = self.label(noun)
        common = self._common.get(words.lower())
        if common is not None:
            return common
        person = noun.cls == self.knowledge.cls(v.PERSON) or (noun.group == CIVILIANS and self._is_one(noun))
        if noun.group == CIVILIANS or person:
            cls = self.knowledge.cls(v.PERSON if person else v.PERSON_GROUP)
            entity = self._unnamed.get(noun.span) or self.entities.unnamed(words, cls)
            self._unnamed[noun.span] = entity  # attacked and killed: one, though asked for twice
            entity.name = noun.text if person else words
            entity.first = noun.span
        else:
            entity = self.entities.named(
                words[:1].lower() + words[1:]
                if words[:1].isupper() and noun.name is None and not noun.modifiers and not _is_name(words)
                else words,
                noun.cls,
            )
        entity.group = noun.group
        entity.first = entity.first or noun.span
        entity.owner = entity.owner or owner or (self._owner_in_words(noun) if noun.bare else None)
        if entity.owner == entity:
            entity.owner = None
        return entity

    def _is_one(self, noun: Noun) -> bool:
        if noun.quantity is not None:
            return noun.quantity.value.lower() in self._single
        return noun.words[0] in self.knowledge.words(WORDS, "one")

    @cached_property
    def _single(self) -> frozenset[str]:
        """Numbers that say that there is one."""
        return self.knowledge.words(WORDS, "counting", "single")

    def label(self, noun: Noun) -> str:
        """The words of a noun phrase without article and number: "junta troops"."""
        start = noun.span.start
        text = noun.text
        if noun.quantity is not None and noun.quantity.span.start >= start:
            text = text[noun.quantity.span.end - start :].strip() or text
        words = text.split()
        articles = self._articles
        while len(words) > 1 and words[0].lower() in articles:
            words = words[1:]
        return " ".join(words)

    @cached_property
    def _articles(self) -> frozenset[str]:
        groups = self.knowledge.section(WORDS, "articles")
        return frozenset(word.lower() for kind in groups for word in groups[kind]) | self.knowledge.words(
            WORDS, "after_numbers"
        )

    # ── What ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def facility(self, noun: Noun, places: Iterable[Entity]) -> Entity:
        """A facility or an unnamed place: the one named before where "the" says so, else a new one."""
        group = self._is_group(noun)
        cls = self.knowledge.cls(v.FACILITY_GROUP) if group and self.kinds.is_facility(noun) else noun.cls
        if noun.article == "definite" and not noun.modifiers and not noun.quantity and not self._is_owned(noun):
            apart = cls in self.knowledge.section("names", "told_apart")
            for entity in reversed(self._facilities):
                if (entity.cls == cls and not apart) or entity.name.split()[-1:] == [noun.words[-1]]:
                    return entity
        words = self.label(noun)
        known = self.entities.registry.by_name.get(tuple(words.lower().split()))
        if known:
            return self.entities.of_known(known[0])
        if noun.modifiers and not group:
            entity = self.entities.named(words, cls)
        else:
            entity = self.entities.unnamed(words, cls)
            entity.name = words
        entity.first = entity.first or noun.span
        entity.owner = self.owner(noun)
        entity.group = noun.group
        entity.extra.setdefault("consists", noun.cls if group and self.kinds.is_facility(noun) else "")
        entity.extra.setdefault("noun", noun)
        entity.places = entity.places or list(places)
        self._heard_since = 0
        if entity not in self._facilities:
            self._facilities.append(entity)
        return entity

    def vehicle(self, noun: Noun) -> Entity | None:
        """A vehicle: the one named before where "the" says so, else a new one; None for what is none."""
        if noun.words[-1] not in self._vehicle_words:
            return None
        before = self._unnamed.get(noun.span)
        if noun.article == "definite" and not noun.quantity and before is None:
            before = next((e for e in reversed(self._vehicles) if e.name.split()[-1] == noun.words[-1]), None)
        entity = before or self.entities.unnamed(self.label(noun), self.knowledge.cls(v.VEHICLE))
        entity.name, entity.first = entity.name or self.label(noun), entity.first or noun.span
        entity.owner = entity.owner or self.owner(noun)
        self._unnamed[noun.span] = entity
        self._vehicles.append(entity)
        return entity

    @cached_property
    def _vehicle_words(self) -> frozenset[str]:
        return self.knowledge.with_plurals("light", "vehicles")

    def _is_owned(self, noun: Noun) -> bool:
        return noun.words[0] in self.knowledge.section(WORDS, "possessives")

    def last_named(self) -> tuple[Entity, Span] | None:
        """The organization that was named last."""
        return self._heard[0] if self._heard else None

    def last_facility(self) -> Entity | None:
        """The facility that was spoken of last, in this sentence or the one before."""
        return self._facilities[-1] if self._facilities and self._heard_since <= 1 else None

    def _is_group(self, noun: Noun) -> bool:
        one = noun.head.lower()
        plural = one not in self.knowledge.singular
        return plural or bool(noun.quantity and noun.quantity.value.lower() not in self._single)

    def target(self, noun: Noun, places: Iterable[Entity]) -> Entity | None:
        """What is attacked or taken: a place, a facility, an actor; None for what is none of these."""
        if noun.group == NOTHING and noun.name is None:
            return None
        if noun.name is not None and self.kinds.is_place(noun):
            return noun.name
        if noun.name is not None and noun.cls == "":
            noun.name.cls = self.knowledge.cls(v.PLACE)
            return noun.name
        if self.kinds.is_facility(noun) or (self.kinds.is_place(noun) and noun.group != SETTLEMENT):
            return self.facility(noun, places)
        if self.kinds.is_place(noun):
            return self.facility(noun, places) if noun.article != "definite" else None
        return self.actor(noun, agent=False)


def _is_name(words: str) -> bool:
    first = words.split(maxsplit=1)[0]
    return first.isupper() or any(c.isupper() for c in first[1:]) or any(w[:1].isupper() for w in words.split()[1:])
