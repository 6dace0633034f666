"""
One event told twice in a report: in the lead and again in the body, by the reporter and again by a witness.

The second telling becomes a claim about the first event, with its own quote and voice. Nothing that the two say may
speak against it, and something must speak for it: the same target, a lead that the body spells out, or a sentence that
goes on from the one before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.extraction.containment import Containment
from kg.extraction.entities import Entity
from kg.extraction.kinds import THINGS, Kinds
from kg.extraction.knowledge import Knowledge
from kg.extraction.occurrence import Occurrence, Role
from kg.extraction.phrase import COUNTED
from kg.extraction.sentence_reading import Reading
from kg.ontology import vocabulary as v

_LEAD = 1
"""Sentences: the lead is one of the first two."""
_BODY = 9
"""Sentences: how far from the lead the body may tell its event again."""
_GOES_OFF, _SOON = 2, 2
"""Sentences: what was fired goes off, and "the attack" speaks of an event, that soon."""
_LARGE = 5
"""The rank of districts and regions: what else is known of a village there, no report need tell."""
_NEAR = 12
"""Sentences: how far apart two tellings of one target may stand."""


@dataclass(frozen=True)
class Retellings:
    """Finds the first telling of an event, by the words of `cues.yaml` that say that it is another."""

    knowledge: Knowledge
    kinds: Kinds
    places: Containment

    def first(
        self, later: Occurrence, reading: Reading, history: Sequence[Occurrence]
    ) -> tuple[Occurrence | None, str]:
        """The event that a later telling is of, and why; None where it is an event of its own."""
        if later.polarity or self._is_another(later, reading):
            return None, ""
        for earlier in reversed(history):
            if earlier.sentence == later.sentence:
                continue
            if later.sentence - earlier.sentence > _NEAR:
                break  # nothing speaks for one that was told further back
            if self._explodes(later, earlier):
                return earlier, "it tells how what the sentence before told went off"
            if self._was_hit(later, earlier):
                return earlier, "it tells what the strike told right before hit"
            if not self._agree(later, earlier):
                continue
            reason = self._reason(later, earlier)
            if reason:
                return earlier, reason
        return None, ""

    def _explodes(self, later: Occurrence, earlier: Occurrence) -> bool:
        """As in "Five shells fell. One exploded in front of the school.": a verb whose subject was fired before."""
        subject = later.trigger.subject
        fired = bool(subject) and all(n.group in (COUNTED, *THINGS) for n in subject)
        placed = bool(later.site.places) and not later.site.reason
        one_of_them = later.sentence == earlier.sentence + 1 and all(n.quantity is not None for n in subject)
        counted = later.trigger.noun is None and fired and (one_of_them or not placed)
        told = earlier.trigger.frame.name in later.trigger.frame.speaks_of and earlier.trigger.frame.ranged
        return counted and told and later.sentence - earlier.sentence <= _GOES_OFF

    def _was_hit(self, later: Occurrence, earlier: Occurrence) -> bool:
        """As in "Jets bombed the town. A school and two houses were hit.": a passive verb, and nobody who did it."""
        trigger = later.trigger
        alone = trigger.passive and trigger.noun is None and not trigger.subject and not _stated_day(later)
        told = earlier.trigger.frame.name in trigger.frame.speaks_of and earlier.trigger.frame.ranged
        placed = bool(later.site.places) and not later.site.reason
        return alone and told and not placed and not earlier.polarity and later.sentence == earlier.sentence + 1

    # ── What speaks against it ──────────────────────────────────────────────────────────────────────────────────────

    def _is_another(self, later: Occurrence, reading: Reading) -> bool:
        """Whether a word in the sentence says that it is another one: "a second strike", "elsewhere"."""
        words = self.knowledge.words("cues", "another")
        noun = later.trigger.noun
        start = reading.clauses[later.trigger.clause].start if later.trigger.clause >= 0 else 0
        first = reading.phrases[start].first if start < len(reading.phrases) else 0
        around = reading.sentence.tokens[first : first + 2]
        opening = reading.sentence.tokens[:2]
        named = noun.words if noun is not None else ()
        subject = [word for n in later.trigger.subject for word in n.words[:1]]
        return bool(words & {*(k.low for k in (*opening, *around)), *named, *subject})

    def _agree(self, later: Occurrence, earlier: Occurrence) -> bool:
        """Whether class, day, place and actors of two tellings can be those of one event."""
        frame = later.trigger.frame
        same = earlier.cls == later.cls or (frame.deadly and earlier.trigger.frame.name == frame.name)
        if earlier.polarity or not (same or self._speaks_of(later, earlier)):
            return False
        if _stated_day(later) and earlier.day and later.day != earlier.day:
            return False
        return self._same_place(later, earlier) and self._same_agents(later, earlier)

    def _speaks_of(self, later: Occurrence, earlier: Occurrence) -> bool:
        """As in "The attack on the village happened at 8 p.m.": a definite noun for the strike told before."""
        noun = later.trigger.noun
        definite = noun is not None and noun.article == "definite"
        frame = later.trigger.frame
        return definite and earlier.trigger.frame.name in (frame.name, *frame.speaks_of)

    def _same_place(self, later: Occurrence, earlier: Occurrence) -> bool:
        if not later.site.places or later.site.reason or not earlier.site.places:
            return True
        return any(self._fits(a, b) for a in later.site.places for b in earlier.site.places)

    def _fits(self, later: Entity, earlier: Entity) -> bool:
        """Whether a place is another, or lies in it as far as anybody knows: a village in the region told of before."""
        unknown = later.known is None and not self.places.speaks_against(later, earlier)
        within = unknown and self.places.rank(earlier) >= _LARGE > self.places.rank(later)
        return within or self.places.one_place(later, earlier)

    def _same_agents(self, later: Occurrence, earlier: Occurrence) -> bool:
        mine, theirs = _agents(later), _agents(earlier)
        if not mine or not theirs or {e.id for e in mine} & {e.id for e in theirs}:
            return True
        return all(self.kinds.is_generic(e) for e in mine) or all(self.kinds.is_generic(e) for e in theirs)

    # ── What speaks for it ──────────────────────────────────────────────────────────────────────────────────────────

    def _reason(self, later: Occurrence, earlier: Occurrence) -> str:
        apart = later.sentence - earlier.sentence
        target = self._shared_target(later, earlier)
        if target and apart <= _NEAR:
            return f"both tellings are of {target}"
        if earlier.sentence <= _LEAD and apart <= _BODY and self._spells_out(later, earlier):
            return "the lead tells it first, and nothing here speaks against its being the same"
        if apart <= _SOON and self._speaks_of(later, earlier):
            return "its noun speaks of what was told right before"
        if apart <= _SOON and self._same_men(later, earlier):
            return "those who act are those of the event told right before"
        if apart == 1 and self._goes_on(later):
            return "it goes on from the sentence before, and names nobody, no day and no place of its own"
        return ""

    def _shared_target(self, later: Occurrence, earlier: Occurrence) -> str:
        """The name of a facility or place that both are said to be against; not a whole district."""
        theirs = {e.id: e for e in _targets(earlier)}
        for entity in _targets(later):
            if entity.id in theirs and not self._is_large(entity):
                return entity.name or entity.id
        return ""

    def _is_large(self, entity: Entity) -> bool:
        return self.knowledge.is_kind(entity.cls, self.knowledge.places) and self.places.rank(entity) > 3

    def _spells_out(self, later: Occurrence, earlier: Occurrence) -> bool:
        """Whether the body says of the lead's event who or what it was: one target, the same sort of thing."""
        mine, theirs = _targets(later), _targets(earlier)
        if not mine or not theirs or len(theirs) > 1 or len(mine) > 1:
            return False
        if not any(noun.article == "definite" or noun.name or noun.modifiers for noun in later.trigger.object):
            return False  # "attacked a base": one that was not spoken of yet
        facility = self.knowledge.facilities
        kind = self.knowledge.is_kind
        same_sort = kind(mine[0].cls, facility) and kind(theirs[0].cls, facility)
        several = any(kind(e.cls, (self.knowledge.cls(v.FACILITY_GROUP),)) for e in (*mine, *theirs))
        named_twice = mine[0].known is not None and theirs[0].known is not None
        return same_sort and not several and not named_twice and bool(_agents(later) or later.attribution)

    def _same_men(self, later: Occurrence, earlier: Occurrence) -> bool:
        """As in "The assailants opened fire on traders": who attacked before, in the same way."""
        subject = later.trigger.subject
        again = bool(subject) and all(n.article == "definite" and n.name is None and not n.modifiers for n in subject)
        return again and earlier.trigger.frame.name == later.trigger.frame.name and later.trigger.noun is None

    def _goes_on(self, later: Occurrence) -> bool:
        other = later.attribution is not None and later.attribution.speakers and _agent_roles(later)
        own = (later.site.places and not later.site.reason) or other
        named = any(not role.reason and not self.kinds.is_generic(role.entity) for role in _agent_roles(later))
        ranged = later.trigger.frame.ranged or not _targets(later)
        return ranged and not own and not named and not _stated_day(later) and later.trigger.noun is None


def _stated_day(event: Occurrence) -> bool:
    return any(when.is_day for when in event.when)


def _agent_roles(event: Occurrence) -> list[Role]:
    return [role for role in event.roles if role.key in event.trigger.frame.subject]


def _agents(event: Occurrence) -> list[Entity]:
    return [role.entity for role in _agent_roles(event)]


def _targets(event: Occurrence) -> list[Entity]:
    keys = {key for _, keys in event.trigger.frame.objects for key in keys}
    return list({role.entity.id: role.entity for role in event.roles if role.key in keys}.values())
