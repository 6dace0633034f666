"""
Where an event happened: the place resolver.

What it weighs, in this order: places after the trigger and in its object; places before the clause and at the front of
the sentence; "the town", "there"; where the target was said to lie; the place of the event told before. The last three
are inferences and say so. The home of a group ("Kawlin PDF") is never a site, and the place of whoever fires is an
origin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg.extraction import tags as t
from kg.extraction.clause import Clause, Prepositional
from kg.extraction.clauses import HARD
from kg.extraction.containment import Containment
from kg.extraction.entities import Entity
from kg.extraction.kinds import CIVILIANS, SETTLEMENT, THINGS, Kinds
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.noun_lists import noun_list
from kg.extraction.phrase import Link, Noun, Phrase, Verb
from kg.extraction.proposal import Span
from kg.extraction.site import AT, FROM, NEAR, NONE, TOWARD, Candidate, Site, Told, smallest
from kg.extraction.triggers import Trigger
from kg.ontology import vocabulary as v


@dataclass(frozen=True)
class PlaceResolver:
    """Resolves sites, by one language's `places.yaml` and the report's entities."""

    knowledge: Knowledge
    kinds: Kinds
    lies: Containment

    @cached_property
    def _relations(self) -> dict[str, str]:
        return dict(self.knowledge.section("places", "relations"))

    @cached_property
    def _again(self) -> frozenset[str]:
        return self.knowledge.words("places", "again")

    @cached_property
    def _here(self) -> frozenset[str]:
        return self.knowledge.words("places", "here")

    @cached_property
    def _genitive(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "genitive")

    # ── Where ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def site(self, trigger: Trigger, clause: Clause | None, phrases: Sequence[Phrase], told: Told) -> Site:
        """Where the event of a trigger happened."""
        candidates = [*self._of_trigger(trigger, clause, phrases)]
        fronted = [*self._fronted(phrases, clause)]
        origin, destination = self._moved(candidates)
        if trigger.frame.befalls and trigger.frame.origin_object and clause is not None and trigger.noun is None:
            candidates += [
                c for p in clause.before if p.low in self._genitive for c in self._of_preposition(p, of_site=True)
            ]
        moved = [*origin, *destination]
        at = [c for c in candidates if c.relation == AT and not any(self.lies.in_(e, c.entity) for e in moved)]
        near = [c for c in candidates if c.relation == NEAR]
        front = [c for c in fronted if c.relation in (AT, NEAR)]
        if trigger.frame.ranged and clause is not None and self._fires_from(clause):
            fired_from = [c.entity for p in clause.before for c in self._of_preposition(p)]
            origin, front = origin or tuple(fired_from[:1]), [c for c in front if c.entity not in fired_from]
        chosen, is_near = smallest(self.lies, at, near, front)
        count = self._unlisted(trigger, clause)
        if chosen:
            return Site(chosen, is_near, origin, destination, count=count)
        again = self._spoken_of_again(trigger, clause, phrases, told)
        if again:
            return Site(again.places, again.near, origin, destination, again.reason, again.support, count)
        return Site(origin=origin, destination=destination, count=count)

    def _fires_from(self, clause: Clause) -> bool:
        """Whether the subject stands somewhere and fires: "a base in Wuntho", "artillery at Meiktila"."""
        return any(self.kinds.is_facility(n) or n.group in THINGS for n in clause.subject)

    def shared(self, clauses: Sequence[Clause], trigger: Trigger, phrases: Sequence[Phrase]) -> Site:
        """As in "searched a house in Mandalay and arrested two men": where the clause before it says it was."""
        number, noun = trigger.clause, trigger.noun
        if number < 0 or (noun is None and any(self._said_in(clauses[number], phrases))):
            return Site()
        source = clauses[number].subject_of if noun is None else number
        while source >= 0:
            if trigger.frame.ranged and self._sends(clauses[source]):
                return Site()
            found = [*self._said_in(clauses[source], phrases)]
            at, near = ([c for c in found if c.relation == relation] for relation in (AT, NEAR))
            chosen, is_near = smallest(self.lies, at, near, [])
            if chosen:
                return Site(chosen, is_near, reason="the same is said to have acted there in the same sentence")
            source = clauses[source].subject_of
        return self._said_after(clauses, trigger, phrases)

    def _said_after(self, clauses: Sequence[Clause], trigger: Trigger, phrases: Sequence[Phrase]) -> Site:
        """As in "Shelling killed five and wounded 14 in Halden": where the clause joined to it says it was."""
        if trigger.noun is not None and all(n is not trigger.noun for n in clauses[trigger.clause].subject):
            return Site()
        for clause in clauses[trigger.clause + 1 :]:
            if clause.subject_of != trigger.clause:
                break
            at = [c for c in self._of_prepositions(clause.after, phrases) if c.relation == AT]
            chosen, _ = smallest(self.lies, at, [], [])
            if chosen:
                return Site(chosen, reason="the same is said to have done harm there in the same sentence")
        return Site()

    def _sends(self, clause: Clause) -> bool:
        """As in "shells fired from the base at Halden": where they came from, and not where they fell."""
        things = bool(clause.subject) and all(n.group in THINGS for n in clause.subject)
        return things and any(self._relations.get(p.low) == FROM for p in clause.after)

    def _said_in(self, clause: Clause, phrases: Sequence[Phrase]) -> Iterator[Candidate]:
        yield from self._of_prepositions(clause.after, phrases)
        for noun in clause.objects:
            yield from self._of_object(noun, phrases)

    def finer(self, site: Site, other: Site) -> bool:
        """Whether the places of a site are smaller than those of another."""
        return bool(site.places and other.places) and self.lies.rank(site.places[0]) < self.lies.rank(other.places[0])

    def inferred(self, told: Told, sentence: int, target: Entity | None) -> Site:
        """Where it happened as far as only what was told before lets one conclude it."""
        if target is not None and target.places:
            return Site((target.places[0],), reason="that is where its target was said to lie", support=target.first)
        if told.site.places and sentence - told.sentence <= 3 and told.span is not None:
            return Site(
                told.site.places, told.site.near, reason="it is told right after what happened there", support=told.span
            )
        return Site()

    def _of_trigger(self, trigger: Trigger, clause: Clause | None, phrases: Sequence[Phrase]) -> Iterator[Candidate]:
        prepositions = {p.at: p for p in trigger.prepositions}
        if (clause is not None and trigger.noun is None) or (
            clause is not None and any(n is trigger.noun for n in (*clause.objects, *clause.subject))
        ):
            prepositions.update({p.at: p for p in clause.after})
        yield from self._of_prepositions([prepositions[at] for at in sorted(prepositions)], phrases)
        for noun in trigger.object:
            if trigger.frame.ranged and noun.name is not None and not (noun.name.cls or noun.cls or noun.group):
                noun.name.cls = self.knowledge.cls(v.PLACE)  # "jets struck Little Ford"
            yield from self._of_object(noun, phrases)
        if trigger.noun is not None:
            yield from (Candidate(AT, e, self.lies.rank(e)) for e in trigger.noun.modifiers if self._is_small_place(e))

    def _of_prepositions(self, prepositions: Sequence[Prepositional], phrases: Sequence[Phrase]) -> Iterator[Candidate]:
        """The places of prepositions in order; "of" goes on what stands before it: "to the town of Kale"."""
        before: Prepositional | None = None
        for one in prepositions:
            noun = phrases[one.at - 1] if one.at else None
            if one.low in self._genitive and isinstance(noun, Noun):
                if self.kinds.is_person(noun) and noun.group != CIVILIANS and not self._are_small(one):
                    continue  # "the governor of Kachin State": his office, and no site
                governed = before is not None and any(n is noun for n in before.nouns)
                if governed and before is not None and self._is_site(noun):
                    yield from self._of_preposition(replace(one, low=before.low), of_site=True)
                    continue
            if before is not None and self._goes_with(before, one, noun):
                one = replace(one, low=before.low)  # noqa: PLW2901 (as if it stood there)
            before = one
            yield from self._of_preposition(one)

    def _goes_with(self, before: Prepositional, one: Prepositional, noun: object) -> bool:
        """As in "fire from a base at Halden": where that stands from where they fire."""
        away = self._relations.get(before.low) == FROM and self._relations.get(one.low) == AT
        return away and any(n is noun and (self.kinds.is_facility(n) or self.kinds.is_actor(n)) for n in before.nouns)

    def _are_small(self, preposition: Prepositional) -> bool:
        """As in "the head of Oakfield village": where he lives."""
        places = [place for n in preposition.nouns if (place := self.lies.place_of(n)) is not None]
        return bool(places) and all(self.lies.rank(place) <= 1 for place in places)

    def _is_site(self, noun: Noun) -> bool:
        return noun.group == SETTLEMENT or self.kinds.is_place(noun) or self.kinds.is_facility(noun)

    def _of_preposition(
        self, preposition: Prepositional, *, front: bool = False, of_site: bool = False
    ) -> Iterator[Candidate]:
        relation = self._relations.get(preposition.low, NONE)
        for noun in preposition.nouns:
            entity = self.lies.place_of(noun)
            if (
                entity is None
                and noun.name is not None
                and noun.name.cls == ""
                and relation != NONE
                and (preposition.low not in self._genitive or relation == NEAR or of_site)
            ):
                noun.name.cls = self.knowledge.cls(v.PLACE)
                entity = noun.name
            if entity is not None:
                yield Candidate(relation, entity, self.lies.rank(entity), front, noun.span)
            elif self.kinds.is_facility(noun) or noun.group == SETTLEMENT or self.kinds.is_place(noun):
                self._take_for_places(noun, relation)
                yield from (
                    Candidate(relation, e, self.lies.rank(e), front, noun.span)
                    for e in noun.modifiers
                    if self.lies.is_place(e)
                )

    def _take_for_places(self, noun: Noun, relation: str) -> None:
        """As in "from the Abu Shouk camp": a name before a facility, if unknown, is that of a place."""
        for entity in noun.modifiers:
            if entity.cls == "" and relation != NONE and not entity.name.isupper():
                entity.cls = self.knowledge.cls(v.PLACE)

    def _of_object(self, noun: Noun, phrases: Sequence[Phrase]) -> Iterator[Candidate]:
        """The object itself, where it is a place; the place in its name; and where it is said to stand."""
        entity = self.lies.place_of(noun)
        if entity is not None:
            yield Candidate(AT, entity, self.lies.rank(entity), span=noun.span)
        elif self.kinds.is_facility(noun) or self.kinds.is_place(noun):
            for place in noun.modifiers:
                if self.lies.is_place(place) and place.cls != self.knowledge.cls(v.COUNTRY):
                    yield Candidate(AT, place, self.lies.rank(place), span=noun.span)
        elif noun.group == CIVILIANS:
            yield from (
                Candidate(AT, e, self.lies.rank(e), span=noun.span) for e in noun.modifiers if self._is_small_place(e)
            )
        at = next((i for i, p in enumerate(phrases) if p is noun), -1)
        while at >= 0 and at + 2 < len(phrases):
            link, following = phrases[at + 1], phrases[at + 2]
            if not (isinstance(link, Link) and link.kind == t.PREPOSITION and isinstance(following, Noun)):
                break
            of_site = at >= 0 and phrases[at] is noun and self._is_site(noun)
            yield from self._of_preposition(Prepositional(link.low, [following], at + 1), of_site=of_site)
            at += 2

    def _is_small_place(self, entity: Entity) -> bool:
        return self.lies.is_place(entity) and entity.cls != self.knowledge.cls(v.COUNTRY)

    def _fronted(self, phrases: Sequence[Phrase], clause: Clause | None) -> Iterator[Candidate]:
        """Places at the front of the sentence, and before the verb of the clause."""
        if clause is not None:
            for preposition in clause.before:
                if self._belongs_to_subject(preposition, clause):
                    continue
                yield from self._of_preposition(preposition, front=True)
            yield from self._of_antecedent(phrases, clause)
        at = self._front(phrases, clause)
        while at + 1 < len(phrases):
            link, following = phrases[at], phrases[at + 1]
            if isinstance(link, Link) and link.kind == t.PREPOSITION and isinstance(following, Noun):
                nouns, at = noun_list(phrases, at + 1, len(phrases))
                yield from self._of_preposition(Prepositional(link.low, nouns, at), front=True)
            elif isinstance(link, Noun) and not (link.cls or link.group or link.name) and self._directs(link):
                at += 1  # "Farther west, in Halden, …"
            elif isinstance(link, (Verb, Noun)):
                return
            else:
                at += 1

    def _front(self, phrases: Sequence[Phrase], clause: Clause | None) -> int:
        """Where the half of a sentence begins that a clause stands in, if a place stands there: "…; in Halden, …"."""
        for at in range(clause.start - 1 if clause is not None else 0, 0, -1):
            link, following = phrases[at], phrases[at + 1] if at + 1 < len(phrases) else None
            if isinstance(link, Link) and (link.low in HARD or link.kind == t.SUBORDINATOR):
                opened = isinstance(following, Link) and following.kind == t.PREPOSITION
                return at + 1 if opened else 0
        return 0

    def _directs(self, noun: Noun) -> bool:
        return noun.words[-1] in self.knowledge.words("places", "directions")

    def _of_antecedent(self, phrases: Sequence[Phrase], clause: Clause) -> Iterator[Candidate]:
        """As in "in Halden, where fighting continues": the place that a clause speaks of."""
        if clause.joined_by not in self.knowledge.words("places", "where"):
            return
        before = next((p for p in reversed(phrases[: max(0, clause.start - 1)]) if not isinstance(p, Link)), None)
        if isinstance(before, Noun) and before.name is not None and not before.name.cls:
            before.name.cls = self.knowledge.cls(v.PLACE)
        entity = self.lies.place_of(before) if isinstance(before, Noun) else None
        if entity is not None:
            yield Candidate(AT, entity, self.lies.rank(entity), front=True)

    def fronted(self, phrases: Sequence[Phrase]) -> Site:
        """The places at the front of a sentence: "In Halden, …"."""
        front = [c for c in self._fronted(phrases, None) if c.relation in (AT, NEAR)]
        return Site(*smallest(self.lies, [], [], front))

    def said_in(self, clause: Clause, phrases: Sequence[Phrase]) -> Site:
        """Where a clause says that what it tells of happened."""
        if any(n.name is not None and not n.name.cls for n in clause.objects):
            return Site()  # a name of which nobody knows what it is
        found = [*self._said_in(clause, phrases)]
        places, near = smallest(
            self.lies, [c for c in found if c.relation == AT], [c for c in found if c.relation == NEAR], []
        )
        inner = [c.entity for c in found if c.relation == FROM and any(self.lies.in_(c.entity, p) for p in places)]
        inner = inner or [c.entity for c in found if c.relation in (FROM, TOWARD) and not places]
        return Site(tuple(inner[:1]) or places, near)  # "withdrew from Halden in Orrin District"

    def standing(self, clause: Clause, phrases: Sequence[Phrase]) -> Site:
        """Where the subject of a clause stands: "the outpost at Halden"."""
        found = [c for noun in clause.subject for c in self._of_object(noun, phrases)]
        return Site(*smallest(self.lies, [c for c in found if c.relation == AT], [], []))

    def _belongs_to_subject(self, preposition: Prepositional, clause: Clause) -> bool:
        """As in "A base in Wuntho shelled …": the place is that of the subject."""
        return (
            bool(clause.subject)
            and clause.subject[0].first < preposition.nouns[0].first
            and (preposition.low in self._genitive or self._relations.get(preposition.low) == FROM)
        )

    def _moved(self, candidates: list[Candidate]) -> tuple[tuple[Entity, ...], tuple[Entity, ...]]:
        origin = tuple(c.entity for c in candidates if c.relation == FROM)
        destination = tuple(c.entity for c in candidates if c.relation == TOWARD)
        return origin[:1], destination[:1]

    def _unlisted(self, trigger: Trigger, clause: Clause | None) -> Noun | None:
        """As in "in four townships": places that are counted and not named."""
        after: list[Prepositional] = [*trigger.prepositions, *(clause.after if clause else ())]
        for preposition in after:
            for noun in preposition.nouns:
                counted = bool(noun.group == SETTLEMENT and noun.quantity is not None and noun.name is None)
                if counted and self._relations.get(preposition.low) == AT:
                    return noun
        return None

    # ── "the town" ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _spoken_of_again(
        self, trigger: Trigger, clause: Clause | None, phrases: Sequence[Phrase], told: Told
    ) -> Site | None:
        nouns = [
            *trigger.object,
            *(n for p in (*trigger.prepositions, *(clause.after if clause else ())) for n in p.nouns),
        ]
        fronted = [p for p in phrases[:4] if isinstance(p, Noun)]
        for one in (*nouns, *fronted):
            noun = self._owned_by(one)
            words = " ".join(noun.words)
            if words in self._again and not _is_named(noun, phrases):
                found = self._last_of(noun, told, phrases)
                if found:
                    entity, span = found
                    reason = f"“{noun.text}” is taken to be {entity.name}, the last one that was named"
                    return Site((entity,), reason=reason, support=span)
        here = any(n.pronoun in self._here for n in nouns) or any(
            isinstance(p, Link) and p.low in self._here for p in phrases
        )
        if here and told.named:
            entity, span, _ = told.named[0]
            return Site(
                (entity,), reason=f"“there” is taken to be {entity.name}, the last place that was named", support=span
            )
        return None

    def _owned_by(self, noun: Noun) -> Noun:
        """As in "the town's hospital": the town."""
        at = next((i for i, word in enumerate(noun.words) if word == "'s"), 0)
        head = self.knowledge.heads.get(noun.words[at - 1]) if at else None
        return replace(noun, words=noun.words[:at], cls=head.cls, group=head.group) if head is not None else noun

    def _last_of(self, noun: Noun, told: Told, phrases: Sequence[Phrase]) -> tuple[Entity, Span] | None:
        """The place named last that a noun can stand for: of its class, else a settlement of any kind."""
        plain = {self.knowledge.cls(v.TOWN), self.knowledge.cls(v.PLACE), ""}
        before = [p for p in phrases if isinstance(p, Noun) and p.first < noun.first]
        for one in before:
            if one.name is not None and not (one.name.cls or one.cls) and noun.group == SETTLEMENT:
                one.name.cls = noun.cls  # "households of Little Ford left the village"
        here = [(place, p.span, 0) for p in reversed(before) if (place := self.lies.place_of(p)) is not None]
        near = [one for one in told.named[:12] if one[1].start >= told.begins]
        last = [(place, told.span, 0) for place in told.site.places[:1] if told.span is not None]
        named = [*here, *near, *last, *told.named[:12]]
        for entity, span, _ in named:
            if entity.cls == noun.cls or (noun.cls in plain and entity.cls in plain):
                return entity, span
        for entity, span, _ in named:
            if self.lies.rank(entity) <= 4:
                return entity, span
        return None


def _is_named(noun: Noun, phrases: Sequence[Phrase]) -> bool:
    """As in "the town of Little Ford": its name follows."""
    after = next((p for p in phrases if p.first == noun.last), None)
    return isinstance(after, Link) and after.genitive
