"""Which triggers of a sentence are events of their own, and which belong to another or tell of none."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extraction import tags as t
from kg.extraction.clauses import Clause
from kg.extraction.containment import Containment
from kg.extraction.effects import left_so
from kg.extraction.hosts import host_trigger
from kg.extraction.kinds import THINGS, Kinds
from kg.extraction.knowledge import Knowledge
from kg.extraction.occurrence import Occurrence
from kg.extraction.phrases import Noun
from kg.extraction.responsibility import Claims
from kg.extraction.sentence_reading import Reading, times_of
from kg.extraction.triggers import Trigger, object_keys

_NEAR = 2
"""Sentences: a figure without an event of its own belongs to one that was told no further back."""


@dataclass(frozen=True, slots=True)
class Before:
    """The event told last, and in which paragraph."""

    last: Occurrence | None
    paragraph: int

    def near(self, reading: Reading) -> bool:
        """Whether it was told right before a sentence."""
        return self.last is not None and reading.number - self.last.sentence <= _NEAR


@dataclass(frozen=True)
class Standing:
    """Tells events from what only describes, counts or repeats, by the frames and the words of `cues.yaml`."""

    knowledge: Knowledge
    kinds: Kinds
    claims: Claims
    lies: Containment

    def alone(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """Whether a trigger tells of an event of its own."""
        if reading.retracts or trigger.reference or trigger.frame.effect_only or self._is_background(reading, trigger):
            return False
        if trigger.noun is not None:
            return not self._noun_belongs(reading, trigger)
        return not (self._verb_belongs(reading, trigger) or self._is_figure(reading, trigger, before))

    def _noun_belongs(self, reading: Reading, trigger: Trigger) -> bool:
        if trigger.clause >= 0 and self.claims.speaks_of_claim(reading, trigger.clause):
            return True
        return self._told_by_verb(reading, trigger)

    def _verb_belongs(self, reading: Reading, trigger: Trigger) -> bool:
        """Whether what a verb tells is told by another trigger of its sentence."""
        if any(n.event for n in trigger.subject):
            return True  # "an air strike hit a school": the noun tells it
        if trigger.frame.does and self._is_participial(reading, trigger):
            return host_trigger(reading, trigger, -1, self._times_words) is not None
        bare = trigger.passive and not trigger.subject and bool(trigger.object)
        if bare and not trigger.frame.does and all(n.pronoun for n in trigger.object):
            return True  # "fired at a helicopter; it was hit"
        return (
            self._is_state(reading, trigger)
            or self._of_the_fought_off(reading, trigger)
            or self._spells_out(reading, trigger)
        )

    def _spells_out(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "mounted an assault on the capital, storming a school": the same deed, in other words."""
        if not (trigger.frame.deadly and self._is_participial(reading, trigger)):
            return False
        source = reading.clauses[trigger.clause].subject_of
        same = (trigger.frame.name, *trigger.frame.speaks_of)
        return any(o is not trigger and o.clause == source and o.frame.name in same for o in reading.triggers)

    def _is_figure(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """Whether it is no more than a figure or a victim of an event."""
        if self._is_toll(reading, trigger, before):
            return True
        if not trigger.frame.effect_first:
            return False
        hosted = host_trigger(reading, trigger, -1, self._times_words) is not None
        return hosted or not self._is_own(reading, trigger, before)

    @property
    def _times_words(self) -> frozenset[str]:
        return self.knowledge.words("light", "frame_words")

    # ── Background ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_background(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "often carries out such attacks" and "has been fighting for six decades": no event."""
        if trigger.clause < 0:
            return False
        clause = reading.clauses[trigger.clause]
        near = reading.sentence.tokens[max(0, clause.verb.first - 2) : clause.verb.last + 1]
        if any(k.low in self.knowledge.words("cues", "habitual") for k in near):
            return True
        ages = self.knowledge.with_plurals("cues", "ages")
        words = self.knowledge.words("cues", "age_words")
        return any(p.low in words and n.words[-1] in ages for p in clause.after for n in p.nouns)

    # ── Figures ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_toll(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """As in "seven others were captured", told right after a fight: a figure of that, and no event of its own."""
        people = [n for n in trigger.object if n.quantity is not None and not self._no_person(n)]
        bare = trigger.passive and not trigger.subject and bool(trigger.frame.does)
        if not (bare and people and len(people) == len(trigger.object) and before.near(reading)):
            return False
        placed = any(n.name is not None for p in trigger.prepositions for n in p.nouns)
        return not placed and not times_of(reading, trigger, self.knowledge)

    def _no_person(self, noun: Noun) -> bool:
        return self.kinds.is_place(noun) or self.kinds.is_facility(noun) or noun.group in THINGS

    def _is_state(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "left 40 people injured" and "four men who were wounded": what they are, and nothing that happens."""
        clause = reading.clauses[trigger.clause]
        if not trigger.frame.effect_first:
            return False
        before = trigger.clause - 1
        leaves = {phrase.split()[0] for phrase in self.knowledge.section("light", "leave")}
        if before >= 0 and reading.clauses[before].verb.lemma in leaves and left_so(reading.clauses, before):
            return True
        if trigger.subject:
            return False
        bare = clause.joined_kind == t.RELATIVE and trigger.passive
        return bare and not clause.after and not _times_within(reading, clause)

    def _is_own(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """A killing with somebody who does it, or one that nothing told before can be the frame of."""
        near = before.near(reading)
        if any(self.kinds.is_actor(n) or n.pronoun or n.name for n in trigger.subject):
            return True
        if any(n.group in THINGS for n in trigger.subject):
            same = near and before.paragraph == reading.sentence.paragraph
            return not (same and before.last is not None and before.last.trigger.frame.ranged)
        clause = reading.clauses[trigger.clause]
        own_place = any(p.low == "in" for p in clause.after)
        if self._elsewhere(trigger, before):
            return True
        return not near or (own_place and before.paragraph != reading.sentence.paragraph)

    def _elsewhere(self, trigger: Trigger, before: Before) -> bool:
        """Whether it names a place that is not that of the event told before."""
        named = [n for p in (*trigger.prepositions, *trigger.object_places) for n in p.nouns]
        places = [place for n in named if (place := self.lies.place_of(n)) is not None]
        site = before.last.site.places if before.last is not None else ()
        return bool(places and site) and not any(self.lies.one_place(a, b) for a in places for b in site)

    # ── Told by another ─────────────────────────────────────────────────────────────────────────────────────────────

    def _is_participial(self, reading: Reading, trigger: Trigger) -> bool:
        """As in ", destroying five vehicles": a part of what is told before it."""
        clause = reading.clauses[trigger.clause]
        while not clause.verb.finite and not clause.verb.infinitive and clause.subject_of >= 0:
            if clause.joined_by != "and":
                return clause.joined_by == ","
            clause = reading.clauses[clause.subject_of]  # ", destroying two and capturing three"
        return False

    def _of_the_fought_off(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "repelled gunmen who attacked": the verb before has given the gunmen the same role already."""
        clause = reading.clauses[trigger.clause]
        if trigger.passive and not clause.verb.finite:
            earlier = [o for o in reading.triggers if o.clause < trigger.clause and o.frame.deadly]
            return any(n is m for o in earlier for n in o.subject for m in trigger.object)  # "before being repelled"
        if clause.joined_kind != t.RELATIVE or not clause.subject:
            return False
        others = (o for o in reading.triggers if o.noun is None and o is not trigger and not o.frame.effect_only)
        mine = set(trigger.frame.subject)
        return any(
            any(n is m for m in clause.subject) and mine & set(object_keys(o.frame, n, self.kinds))
            for o in others
            for n in o.object
        )

    def _told_by_verb(self, reading: Reading, trigger: Trigger) -> bool:
        """Whether a noun is part of a verb that tells the event itself: "repelled an attack"."""
        return any(
            other.noun is None
            and other.clause == trigger.clause
            and trigger.clause >= 0
            and not other.frame.effect_only
            and self._holds(reading.clauses[other.clause], other, trigger)
            for other in reading.triggers
        )

    def _holds(self, clause: Clause, other: Trigger, trigger: Trigger) -> bool:
        noun = trigger.noun
        if any(n is noun for n in clause.objects):
            return True
        if noun is not None and noun.words[-1] in other.pattern:
            return True  # "stepped on a mine"
        inside = any(n is noun for p in clause.after for n in p.nouns)
        return inside and not other.frame.effect_first and not trigger.object and not trigger.subject


def _times_within(reading: Reading, clause: Clause) -> bool:
    phrases = reading.phrases
    first, last = phrases[clause.start].span.start, phrases[min(clause.end, len(phrases)) - 1].span.end
    return any(first <= when.span.start < last for when in reading.times)
