"""Which triggers of a sentence are events of their own, and which belong to another or tell of none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.extraction import tags as t
from kg.extraction.background import Background
from kg.extraction.clause import Clause
from kg.extraction.containment import Containment
from kg.extraction.dates import When
from kg.extraction.effects import left_so
from kg.extraction.frame import ELSE
from kg.extraction.hosts import host_trigger, is_setting, lands, told_before_harm
from kg.extraction.kinds import THINGS, Kinds
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.occurrence import Occurrence
from kg.extraction.phrase import Noun
from kg.extraction.responsibility import Claims
from kg.extraction.sentence_reading import Reading, times_of
from kg.extraction.triggers import Trigger, object_keys

_RECENT = 6
"""Sentences: what "the fighting" speaks of is told no further back."""
_NEAR = 2
"""Sentences: a figure without an event of its own belongs to one that was told no further back."""


@dataclass(frozen=True, slots=True)
class Before:
    """The event told last, in which paragraph, those before it, and the sentence that last added to one of them."""

    last: Occurrence | None
    paragraph: int
    history: Sequence[Occurrence] = ()
    spoken: int = -1

    def near(self, reading: Reading) -> bool:
        """Whether it was told right before a sentence."""
        if self.last is None:
            return False
        apart = reading.number - max(self.last.sentence, self.spoken)
        return apart <= (_RECENT if self.paragraph == reading.sentence.paragraph else _NEAR)

    def may_hurt(self, reading: Reading) -> bool:
        """Whether one of those told near by kills and hurts: an arrest does not."""
        near = (one for one in self.history if reading.number - one.sentence <= _RECENT)
        return any(not one.trigger.frame.harmless for one in near)


@dataclass(frozen=True)
class Standing:
    """Tells events from what only describes, counts or repeats, by the frames and the words of `cues.yaml`."""

    knowledge: Knowledge
    kinds: Kinds
    claims: Claims
    lies: Containment
    background: Background

    def alone(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """Whether a trigger tells of an event of its own."""
        if reading.retracts or trigger.frame.effect_only or self.background.is_background(reading, trigger):
            return False
        if trigger.reference and not self._is_first(reading, trigger, before):
            return False
        if trigger.noun is not None:
            return not self._noun_belongs(reading, trigger)
        return not (self._verb_belongs(reading, trigger) or self._is_figure(reading, trigger, before))

    def _is_first(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """As in "the fighting lasted two hours" where no fight was told: the first that is heard of it."""
        if not trigger.rule.endswith(("/happens", "/light-verb")) or any(
            o is not trigger and not o.reference for o in reading.triggers
        ):
            return False
        frames = (trigger.frame.name, *trigger.frame.speaks_of)
        near = (o for o in before.history if reading.number - o.sentence <= _RECENT)
        return not any(o.trigger.frame.name in frames or o.cls == trigger.frame.cls for o in near)

    def _noun_belongs(self, reading: Reading, trigger: Trigger) -> bool:
        if trigger.clause >= 0 and self.claims.speaks_of_claim(reading, trigger.clause):
            return True
        if self._is_begun(reading, trigger):
            return True
        told = self._told_by_verb(reading, trigger) or self._told_by_relative(reading, trigger)
        return told or told_before_harm(reading, trigger, self.knowledge.words("light", "in_the_course"))

    def _is_begun(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "a gunfight erupted when militants fired at soldiers": the fight that the verb tells."""
        begins = self.knowledge.section("light", "fights_begin")
        if not trigger.frame.mutual or trigger.clause < 0 or trigger.subject or trigger.object:
            return False
        own = reading.clauses[trigger.clause]
        verbs = (o for o in reading.triggers if o.noun is None and o.frame.name in trigger.frame.speaks_of)
        fired = [o for o in verbs if o.subject and not any(self.kinds.is_facility(n) for n in o.object)]
        after = any(reading.clauses[o.clause].joined_by in begins["joined"] for o in fired)
        leads = own.verb.tense == "progressive" and own.joined_by == ","  # "raided it, leading to a gun battle"
        led = any(o.clause == own.subject_of or (leads and o.clause < trigger.clause) for o in fired)
        return own.verb.lemma in begins["verbs"] and (after or led)

    def _told_by_relative(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "the defection of the commander, who surrendered on Sunday": the relative clause tells it."""
        verbs = (o for o in reading.triggers if o.noun is None and o.frame is trigger.frame and o is not trigger)
        mine = (*trigger.subject, *trigger.object, *(n for p in trigger.prepositions for n in p.nouns))
        relative = (o for o in verbs if reading.clauses[o.clause].joined_kind == t.RELATIVE)
        return any(n is m for o in relative for n in (*o.subject, *o.object) for m in mine)

    def _verb_belongs(self, reading: Reading, trigger: Trigger) -> bool:
        """Whether what a verb tells is told by another trigger of its sentence."""
        if any(n.event for n in trigger.subject) and not (trigger.frame.bloodless and trigger.object):
            return True  # "an air strike hit a school": the noun tells it
        people = any(self.kinds.is_actor(n) for n in trigger.object) and not trigger.frame.effect_first
        own = people or (trigger.frame.harmless and ELSE in trigger.frame.does)  # ", taking six hostages" is a deed
        clause = reading.clauses[trigger.clause]
        if self._is_aim(reading, clause):
            return True
        if trigger.frame.does and not own and self._is_participial(reading, trigger):
            return host_trigger(reading, trigger, -1, self.knowledge) is not None
        bare = trigger.passive and not trigger.subject and bool(trigger.object)
        spoken = bare and not trigger.frame.does and not trigger.frame.bloodless
        told = any(o.clause < trigger.clause and o.frame.deadly for o in reading.triggers if o is not trigger)
        if spoken and told and all(n.pronoun for n in trigger.object):
            return True  # "fired at a helicopter; it was hit"
        return (
            self._is_state(reading, trigger)
            or self._of_the_fought_off(reading, trigger)
            or self._spells_out(reading, trigger)
            or self._says_twice(reading, trigger)
            or lands(reading, trigger)
            or self._says_how(reading, trigger)
            or self._is_appended(reading, trigger)
        )

    def _is_appended(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "Mortars on Halden: two houses destroyed": what a strike that is told before has done."""
        clause = reading.clauses[trigger.clause]
        bare = trigger.passive and not trigger.subject and not clause.verb.helpers and clause.joined_kind == t.SIGN
        before = (o for o in reading.triggers if o.span.end <= trigger.span.start and o.frame.ranged)
        return bare and trigger.frame.harmless and bool(trigger.frame.does) and any(before)

    def _is_aim(self, reading: Reading, clause: Clause) -> bool:
        """As in "the latest violence to hit the area" and "a search to find and to free the hostages": no deed."""
        number = next(i for i, c in enumerate(reading.clauses) if c is clause)
        while clause.verb.infinitive:
            noun = reading.phrases[clause.at - 1] if clause.at else None
            if isinstance(noun, Noun) and noun.event is not None:
                return True
            if clause.joined_by not in self._listing or not number:
                return False
            number -= 1
            clause = reading.clauses[number]
        return False

    def _says_twice(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "raised white flags and gave themselves up": the same men, the same deed, in a second verb."""
        clause = reading.clauses[trigger.clause]
        others = (o for o in reading.triggers if o is not trigger and o.noun is None and o.frame is trigger.frame)
        before = any(o.clause == clause.subject_of for o in others)
        own = any(n.name or n.cls or n.group for n in trigger.object) and not trigger.frame.intransitive
        placed = any(n.name for p in clause.after for n in p.nouns)
        return before and not (own or placed or trigger.passive or trigger.frame.effect_first)

    def _spells_out(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "mounted an assault on the capital, storming a school": the same deed, in other words."""
        if not (trigger.frame.deadly and self._is_participial(reading, trigger)):
            return False
        same = (trigger.frame.name, *trigger.frame.speaks_of)
        source = reading.clauses[trigger.clause].subject_of
        while source >= 0:  # "raided the town, burning cars and attacking homes"
            if any(o is not trigger and o.clause == source and o.frame.name in same for o in reading.triggers):
                return True
            source = reading.clauses[source].subject_of
        return False

    def _says_how(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "was hit by a shell that fell in the ward": how the thing came that the verb before tells of."""
        clause = reading.clauses[trigger.clause]
        if clause.joined_kind != t.RELATIVE or clause.subject_of >= 0:
            return False
        means = [n for n in clause.subject if n.group in THINGS]
        others = (o for o in reading.triggers if o is not trigger and o.noun is None and not o.frame.effect_first)
        same = (trigger.frame.name, *trigger.frame.speaks_of)
        by = (n for o in others if o.frame.name in same for n in (*o.subject, *o.tools))
        return any(n is m for n in by for m in means)

    def _is_figure(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """Whether it is no more than a figure or a victim of an event."""
        if self._is_toll(reading, trigger, before):
            return True
        if not trigger.frame.effect_first:
            return False
        if self.background.is_long_toll(reading, trigger, -1) or self._is_nobody(trigger):
            return True
        if self._is_second_harm(reading, trigger):
            return True
        host = host_trigger(reading, trigger, -1, self.knowledge)
        hosted = host is not None and not is_setting(host, trigger, first=before.last is None)
        return hosted or not self._is_own(reading, trigger, before)

    def _is_second_harm(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "a bomb killed the mayor and injured his driver": one deed, two figures."""
        clause = reading.clauses[trigger.clause]
        if clause.joined_by not in self._listing and clause.joined_by != ",":
            return False
        harms = (o for o in reading.triggers if o.noun is None and o.frame.effect_first and ELSE in o.frame.does)
        return any(o is not trigger and o.clause == clause.subject_of and o.subject and o.object for o in harms)

    def _is_nobody(self, trigger: Trigger) -> bool:
        """As in "no one was hurt": a figure of none, and no event."""
        nobody = self.knowledge.section(WORDS, "pronouns")
        if trigger.passive and trigger.object and all(n.quantity and n.quantity.none for n in trigger.object):
            return True  # "no pupil was hurt"
        return bool(trigger.object) and all(nobody.get(n.pronoun, {}).get("person") == "nobody" for n in trigger.object)

    @property
    def _listing(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "listing")

    # ── Figures ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_toll(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """As in "seven others were captured", told right after a fight: a figure of that, and no event of its own."""
        here = before.last if before.paragraph == reading.sentence.paragraph else None
        hit = here is not None and here.trigger.frame.ranged  # "four shops were burned": by the strike told before
        counted = [
            n for n in trigger.object if n.quantity is not None or n.words[0] in self.knowledge.words(WORDS, "one")
        ]
        people = [n for n in counted if self._is_counted(trigger, n, hit=hit)]
        bare = trigger.passive and not trigger.subject and bool(trigger.frame.does)
        if bare and here is None and before.last is not None and self._are_others(reading, trigger, before):
            return True
        if not (bare and people and len(people) == len(trigger.object) and before.near(reading)):
            return False
        if trigger.frame.bloodless or trigger.frame.deed:
            return False  # "7,000 people have been displaced"
        if not trigger.frame.effect_first and (here is None or self._in_another_voice(reading, trigger, before)):
            return False
        fronted = reading.clauses[trigger.clause].before if trigger.clause >= 0 else []
        placed = any(n.name is not None for p in (*trigger.prepositions, *fronted) for n in p.nouns)
        opened = [
            when for when in times_of(reading, trigger, self.knowledge) if not self._is_later(reading, trigger, when)
        ]
        return not placed and not opened

    def _are_others(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """As in "Twenty-six others were wounded", some sentences later: others than those that were told of."""
        others = self.knowledge.section("light", "others")
        near = before.last is not None and reading.number - before.last.sentence <= _RECENT
        told = bool(trigger.object) and all(n.quantity and n.words and n.words[-1] in others for n in trigger.object)
        return near and told and trigger.frame.effect_first

    def _is_later(self, reading: Reading, trigger: Trigger, when: When) -> bool:
        """As in "were destroyed, but the villagers had left two weeks before": a time of another clause."""
        clauses = reading.clauses[trigger.clause + 1 :]
        return any(reading.phrases[c.start].span.start <= when.span.start for c in clauses[:1])

    def _in_another_voice(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """As in "The other side says that six workers were kidnapped": another account, and no figure of the first."""
        told = before.last.attribution if before.last is not None else None
        said = reading.attribution(trigger.span.start)
        return said is not None and told is not None and bool(told.speakers) and said.speakers != told.speakers

    def _is_counted(self, trigger: Trigger, noun: Noun, *, hit: bool) -> bool:
        """Whether a noun may be a figure of a fight: people, vehicles that were destroyed, houses that shells hit."""
        if self.kinds.is_facility(noun):
            return hit
        return not self.kinds.is_place(noun) and (noun.group not in THINGS or trigger.frame.harmless)

    def _is_state(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "left 40 people injured" and "four men who were wounded": what they are, and nothing that happens."""
        clause = reading.clauses[trigger.clause]
        described = clause.joined_kind == t.RELATIVE and not clause.after and not _times_within(reading, clause)
        if trigger.frame.befalls and trigger.frame.origin_object and described:
            return True  # "residents who had fled"
        if not trigger.frame.effect_first:
            return False
        if self._is_named_again(reading, trigger):
            return True
        before = trigger.clause - 1
        leaves = {phrase.split()[0] for phrase in self.knowledge.section("light", "leave")}
        if before >= 0 and reading.clauses[before].verb.lemma in leaves and left_so(reading.clauses, before):
            return True
        if trigger.subject:
            return False
        bare = clause.joined_kind == t.RELATIVE and trigger.passive
        return bare and not clause.after and not _times_within(reading, clause)

    def _is_named_again(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "shot and wounded a man": the second verb has the object, and tells the same."""
        if trigger.object or trigger.passive:
            return False
        joined = (
            o for o in reading.triggers if o.noun is None and o.frame.effect_first and o.clause == trigger.clause + 1
        )
        return any(reading.clauses[o.clause].joined_by in self._listing and bool(o.object) for o in joined)

    def _is_own(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """A killing with somebody who does it, or one that nothing told before can be the frame of."""
        near = before.near(reading) and before.may_hurt(reading)
        if self._is_claimed(reading, trigger):
            return False
        vague = not any(self.kinds.is_actor(n) or n.name or n.quantity or n.pronoun for n in trigger.object)
        if near and vague and trigger.subject and all(n.pronoun for n in trigger.subject):
            return False  # "They shot anyone who ran"
        if any(self.kinds.is_actor(n) or n.pronoun or n.name for n in trigger.subject):
            return True
        if any(n.group in THINGS for n in trigger.subject):
            if near and all(self.kinds.are_some_of(n) for n in trigger.subject):
                return False  # "two of the bombs killed two people"
            same = near and before.paragraph == reading.sentence.paragraph
            return not (same and before.last is not None and before.last.trigger.frame.ranged)
        clause = reading.clauses[trigger.clause]
        own_place = any(p.low in self.knowledge.words("cues", "of_place") for p in clause.after)
        if self._elsewhere(reading, trigger, before) or self._on_another_day(reading, trigger, before):
            return True
        return not near or (own_place and before.paragraph != reading.sentence.paragraph)

    def _is_claimed(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "claimed the attack and said it had killed 15 soldiers": what they claim to have done there."""
        theirs = bool(trigger.subject) and all(n.pronoun for n in trigger.subject)
        return theirs and any(self.claims.claims(reading, number) for number in range(trigger.clause))

    def _on_another_day(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """Whether it names a day, and the event told before was on another one."""
        days = [when.first for when in times_of(reading, trigger, self.knowledge) if when.is_day and when.first]
        return bool(days) and before.last is not None and before.last.day not in ("", days[0].isoformat())

    def _elsewhere(self, reading: Reading, trigger: Trigger, before: Before) -> bool:
        """Whether it names a place that is not that of the event told before."""
        fronted = reading.clauses[trigger.clause].before if trigger.clause >= 0 else []
        named = [n for p in (*trigger.prepositions, *trigger.object_places, *fronted) for n in p.nouns]
        places = [place for n in named if (place := self.lies.place_of(n)) is not None]
        site = before.last.site.places if before.last is not None else ()
        return bool(places and site) and not any(self.lies.one_place(a, b) for a in places for b in site)

    # ── Told by another ─────────────────────────────────────────────────────────────────────────────────────────────

    def _is_participial(self, reading: Reading, trigger: Trigger) -> bool:
        """As in ", destroying five vehicles": a part of what is told before it."""
        clause = reading.clauses[trigger.clause]
        while not clause.verb.finite and not clause.verb.infinitive and clause.subject_of >= 0:
            if clause.joined_by not in self._listing:
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
            return not other.frame.flees  # "fled clashes in the west": two events
        if noun is not None and noun.words[-1] in other.pattern:
            return True  # "stepped on a mine"
        inside = any(n is noun for p in clause.after for n in p.nouns)
        return inside and not other.frame.effect_first and not trigger.object and not trigger.subject


def _times_within(reading: Reading, clause: Clause) -> bool:
    phrases = reading.phrases
    first, last = phrases[clause.start].span.start, phrases[min(clause.end, len(phrases)) - 1].span.end
    return any(first <= when.span.start < last for when in reading.times)
