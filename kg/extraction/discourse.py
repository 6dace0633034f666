"""Readings of sentences → events: who did what to whom, where and when, with what was told before in mind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from kg.extraction.dates import When
from kg.extraction.effects import Effects, Harm
from kg.extraction.entities import Entities, Entity, slug
from kg.extraction.frame import Condition
from kg.extraction.kinds import AIRCRAFT, WEAPONS, Kinds
from kg.extraction.knowledge import Knowledge
from kg.extraction.occurrence import Later, Occurrence, Told
from kg.extraction.phrases import Noun
from kg.extraction.places import PlaceResolver, Site
from kg.extraction.places import Told as PlacesTold
from kg.extraction.polarity import Polarity
from kg.extraction.proposal import Span
from kg.extraction.roles import Roles
from kg.extraction.sentence_reading import Reader, Reading, hedged, times_of
from kg.extraction.speech import Attribution
from kg.extraction.things import Things
from kg.extraction.triggers import Trigger

_STALE = timedelta(days=45)
"""A day further back than this is background, and no later sentence takes it over."""


@dataclass
class Discourse:
    """Reads one report from its first sentence to its last; keeps who acted, where and when."""

    reader: Reader
    entities: Entities
    things: Things
    issued: date | None
    places: PlaceResolver = field(init=False)
    polarity: Polarity = field(init=False)
    effects: Effects = field(init=False)
    roles: Roles = field(init=False)
    told: PlacesTold = field(default_factory=PlacesTold)
    day: date | None = None
    day_told: str = ""
    last: Occurrence | None = None
    last_paragraph: int = -1

    def __post_init__(self) -> None:
        knowledge, kinds = self.reader.knowledge, self.reader.kinds
        self.places = PlaceResolver(knowledge, kinds, self.entities)
        self.polarity = Polarity(knowledge)
        self.effects = Effects(knowledge, kinds)
        self.roles = Roles(knowledge, kinds, self.things)
        self._speech = knowledge.words("cues", "speech", "verbs")
        self._hedges = knowledge.words("cues", "speech", "hedges")

    @property
    def _knowledge(self) -> Knowledge:
        return self.reader.knowledge

    @property
    def _kinds(self) -> Kinds:
        return self.reader.kinds

    # ── A sentence ──────────────────────────────────────────────────────────────────────────────────────────────────

    def events(self, reading: Reading) -> Iterator[Occurrence | Later]:
        """The events of a sentence, and the harm that it adds to earlier ones."""
        self.places.learn(reading.phrases)
        made: dict[int, Occurrence] = {}
        for trigger in reading.triggers:
            if self._stands_alone(reading, trigger):
                made[id(trigger)] = self._occurrence(reading, trigger)
        laters = list(self._harms(reading, made))
        for trigger in reading.triggers:
            if id(trigger) in made:
                yield made[id(trigger)]
        yield from laters
        self._note(reading, list(made.values()))

    def _stands_alone(self, reading: Reading, trigger: Trigger) -> bool:
        frame = trigger.frame
        if trigger.reference or frame.effect_only:
            return False
        if trigger.noun is None and any(n.event for n in trigger.subject):
            return False  # "an air strike hit a school": the noun tells it
        if trigger.noun is not None and self._told_by_verb(reading, trigger):
            return False
        if frame.effect_first and trigger.noun is None:
            return self._host_trigger(reading, trigger) is None and self._is_own_event(reading, trigger)
        return True

    def _told_by_verb(self, reading: Reading, trigger: Trigger) -> bool:
        """Whether a noun is part of a verb that tells the event itself: "repelled an attack"."""
        for other in reading.triggers:
            if (
                other.noun is None
                and other.clause == trigger.clause
                and trigger.clause >= 0
                and not other.frame.effect_only
            ):
                clause = reading.clauses[other.clause]
                if any(n is trigger.noun for n in clause.objects):
                    return True
                inside = any(n is trigger.noun for p in clause.after for n in p.nouns)
                if inside and not other.frame.effect_first and not trigger.object and not trigger.subject:
                    return True
        return False

    def _is_own_event(self, reading: Reading, trigger: Trigger) -> bool:
        """A killing with somebody who does it, or one that nothing told before can be the frame of."""
        who_did = [
            n
            for n in trigger.subject
            if self._kinds.is_actor(n) or n.pronoun or n.name or n.group in (AIRCRAFT, WEAPONS)
        ]
        if who_did:
            return True
        near = self.last is not None and reading.number - self.last.sentence <= 2
        own_place = (
            any(True for p in reading.clauses[trigger.clause].after if p.low == "in") if trigger.clause >= 0 else False
        )
        return not near or (own_place and self.last is not None and self.last_paragraph != reading.sentence.paragraph)

    # ── One event ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _occurrence(self, reading: Reading, trigger: Trigger) -> Occurrence:
        trigger = self._with_verb_object(reading, trigger)
        clause = reading.clauses[trigger.clause] if trigger.clause >= 0 else None
        attribution = reading.attribution(trigger.span.start)
        site = self.places.site(trigger, clause, reading.phrases, self.told)
        cls = self._class(trigger)
        made = Occurrence("", cls, trigger, reading.number, reading.sentence.span, site=site, attribution=attribution)
        made.polarity = self._polarity_of(reading, trigger, attribution)
        self.roles.fill(reading, trigger, made)
        if not made.site.places:
            target = next((r.entity for r in made.roles if r.entity.places), None)
            inferred = self.places.inferred(self.told, reading.number, target)
            made.site = _merged(made.site, inferred)
        self._fill_time(reading, trigger, made)
        self._fill_words(trigger, made)
        made.confidence = self._confidence(reading, trigger, made)
        made.id = self._id(made)
        return made

    def _with_verb_object(self, reading: Reading, trigger: Trigger) -> Trigger:
        """As in "An air strike hit a school": what the verb hits is what the noun hits."""
        if trigger.noun is None or trigger.clause < 0 or trigger.object:
            return trigger
        for other in reading.triggers:
            same = (
                other.noun is None and other.clause == trigger.clause and any(n is trigger.noun for n in other.subject)
            )
            if same and not (other.frame.effect_first and other.object and self._kinds.is_actor(other.object[0])):
                return replace(trigger, object=tuple(n for n in other.object if not n.event))
        return trigger

    def _class(self, trigger: Trigger) -> str:
        for condition in trigger.frame.when:
            if self._holds(condition, trigger):
                return condition.cls
        return trigger.frame.cls

    def _holds(self, condition: Condition, trigger: Trigger) -> bool:
        for kind, nouns in (
            (condition.subject, trigger.subject),
            (condition.object, trigger.object),
            (condition.tool, trigger.tools),
        ):
            if kind and not self._kinds.any_fits(nouns, (kind,)):
                return False
        return True

    def _polarity_of(self, reading: Reading, trigger: Trigger, attribution: Attribution | None) -> str:
        tokens, clauses = reading.sentence.tokens, reading.clauses
        found = ""
        if trigger.noun is not None:
            found = self.polarity.of_noun(tokens, trigger.noun)
            if not found and trigger.clause >= 0:
                found = self.polarity.under(tokens, clauses, trigger.clause)
        elif trigger.clause >= 0:
            found = self.polarity.of_clause(tokens, clauses, trigger.clause)
        if not found and attribution is not None and attribution.denies:
            found = self.polarity.denial
        return found

    # ── When, in which way ──────────────────────────────────────────────────────────────────────────────────────────

    def _fill_time(self, reading: Reading, trigger: Trigger, made: Occurrence) -> None:
        made.when = times_of(reading, trigger, self._speech)
        dated = next((w for w in made.when if w.is_day), None)
        if dated is not None and dated.first is not None:
            made.day, made.day_reason = dated.first.isoformat(), dated.reason
        elif not any(w.first for w in made.when) and self.day is not None:
            made.day = self.day.isoformat()
            made.day_reason = f"it is told among what happened on {made.day}"

    def _fill_words(self, trigger: Trigger, made: Occurrence) -> None:
        noun = trigger.noun
        together = self._knowledge.words("light", "together")
        if noun is not None:
            made.coordinated = any(word in together for word in noun.words)
            if noun.quantity is not None and not noun.quantity.none:
                made.strikes = noun

    def _confidence(self, reading: Reading, trigger: Trigger, made: Occurrence) -> float:
        sure = 0.9 if trigger.noun is None or "light" in trigger.rule else 0.7
        sure -= 0.1 * bool(made.polarity) + 0.25 * reading.sentence.heading
        sure -= 0.05 * sum(bool(reason) for reason in (made.site.reason, made.day_reason))
        sure -= 0.05 * any(r.reason for r in made.roles) + 0.1 * (not made.roles)
        sure -= 0.15 * hedged(reading, trigger, self._hedges)
        return round(max(0.1, sure), 2)

    def _id(self, made: Occurrence) -> str:
        words = made.trigger.noun.head if made.trigger.noun else made.trigger.frame.name
        place = made.site.places[0] if made.site.places else None
        wanted = slug(f"{words} {place.name if place else ''} {made.day}")
        free = self.entities.free_id(wanted)
        self.entities.keep(free)
        return free

    # ── Harm ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _harms(self, reading: Reading, made: dict[int, Occurrence]) -> Iterator[Later]:
        seen: set[tuple[str, Span]] = set()
        for trigger in reading.triggers:
            for harm in self.effects.of_trigger(trigger):
                if (harm.key, harm.span) not in seen:
                    seen.add((harm.key, harm.span))
                    yield from self._placed(reading, made, harm, trigger)
        for number in range(len(reading.clauses)):
            for harm in self.effects.of_clause(reading.sentence.tokens, reading.clauses, number):
                if not any(harm.span == span for _, span in seen):
                    seen.add((harm.key, harm.span))
                    yield from self._placed(reading, made, harm, None)

    def _placed(
        self, reading: Reading, made: dict[int, Occurrence], harm: Harm, trigger: Trigger | None
    ) -> Iterator[Later]:
        """Put a harm to its event: one of this sentence, or the one told last."""
        told = Told(harm, tuple(e for n in harm.victims if (e := self._victim(n)) is not None))
        own = made.get(id(trigger)) if trigger is not None else None
        host = own or self._host(reading, made, harm.clause, trigger)
        if host is not None:
            if not host.polarity or host is own:
                host.harms.append(told)
            return
        negative = trigger is not None and self.polarity.of_clause(
            reading.sentence.tokens, reading.clauses, harm.clause
        )
        if self.last is None or self.last.polarity or (negative and not harm.none):
            return
        if reading.number - self.last.sentence <= 3:
            reason = "it is told right after that"
            yield Later(
                self.last, told, reading.number, reading.sentence.span, reading.attribution(harm.span.start), reason
            )

    def _host(
        self, reading: Reading, made: dict[int, Occurrence], clause: int, trigger: Trigger | None
    ) -> Occurrence | None:
        found = self._host_trigger(reading, trigger, clause)
        if found is not None and id(found) in made:
            return made[id(found)]
        if found is not None and found.reference:
            return None
        others = list(made.values())
        return others[0] if len(others) == 1 and trigger is None else None

    def _host_trigger(self, reading: Reading, trigger: Trigger | None, clause: int = -1) -> Trigger | None:
        """The trigger of the same sentence whose event did a harm; None where there is none."""
        number = trigger.clause if trigger is not None else clause
        if number < 0:
            return None
        own = reading.clauses[number]
        others = [o for o in reading.triggers if o is not trigger and not o.frame.effect_only]
        inside = [*own.subject, *own.objects, *(n for p in own.after for n in p.nouns)]
        for other in others:
            if other.noun is not None and any(n is other.noun for n in inside):
                return other
        hosts = [o for o in others if not o.frame.effect_first and o.clause >= 0]
        source = own.subject_of
        while source >= 0:
            joined = next((o for o in hosts if o.clause == source), None)
            if joined is not None:
                return joined
            noun = next(
                (o for o in others if o.noun is not None and any(n is o.noun for n in reading.clauses[source].subject)),
                None,
            )
            if noun is not None:
                return noun
            source = reading.clauses[source].subject_of
        for other in hosts:
            after = reading.clauses[other.clause]
            if other.clause == number + 1 and after.joined_by in self._times_words:
                return other
        return None

    @property
    def _times_words(self) -> frozenset[str]:
        return self._knowledge.words("light", "frame_words")

    def _victim(self, noun: Noun) -> Entity | None:
        if noun.group in (AIRCRAFT, WEAPONS) or self.effects.is_harm_noun(noun):
            return None
        if self._kinds.is_actor(noun):
            return self.things.actor(noun, agent=False)
        if self._kinds.is_facility(noun):
            return self.things.facility(noun, ())
        return None

    # ── What later sentences lean on ────────────────────────────────────────────────────────────────────────────────

    def _note(self, reading: Reading, made: list[Occurrence]) -> None:
        for mention in reversed(reading.mentions):
            if self._knowledge.is_kind(mention.entity.cls, self._knowledge.places):
                tokens = reading.sentence.tokens
                span = Span(tokens[mention.first].start, tokens[mention.last - 1].end)
                self.told.named.insert(0, (mention.entity, span, reading.number))
        del self.told.named[24:]
        for one in made:
            if one.site.places and not one.polarity:
                self.told.site, self.told.span, self.told.sentence = one.site, reading.sentence.span, reading.number
            if not one.polarity:
                self.last, self.last_paragraph = one, reading.sentence.paragraph
        day = next((w.first for w in self._news(made) if w.is_day), None)
        if day is not None:
            self.day = day

    def _news(self, made: list[Occurrence]) -> Iterator[When]:
        for one in made:
            for when in one.when:
                if (
                    when.first is not None
                    and (self.issued is None or when.first >= self.issued - _STALE)
                    and not one.polarity
                ):
                    yield when


def _merged(site: Site, inferred: Site) -> Site:
    """What was inferred, with what the words say of from where and to where."""
    return replace(inferred, origin=site.origin, destination=site.destination, count=site.count)
