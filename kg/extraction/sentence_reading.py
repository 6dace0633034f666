"""One sentence, read: its phrases, clauses, times, triggers and who says what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

from kg.extraction.antecedents import Antecedents
from kg.extraction.attribution import Attribution
from kg.extraction.clause import Clause, ClauseWords
from kg.extraction.clauses import clauses_of
from kg.extraction.dates import Calendar, When
from kg.extraction.effects import Effects
from kg.extraction.entities import Entity
from kg.extraction.frame import ELSE
from kg.extraction.kinds import CIVILIANS, NOTHING, SETTLEMENT, THINGS, Kinds
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.mention import Mention
from kg.extraction.name_patterns import Patterns
from kg.extraction.noun_lists import with_added, with_pair
from kg.extraction.parentheses import with_commas, with_names
from kg.extraction.phrase import AIRBORNE, COUNTED, Link, Noun, Phrase
from kg.extraction.phrases import Chunker
from kg.extraction.polarity import Polarity
from kg.extraction.proposal import Span
from kg.extraction.reduced_participles import with_absolutes, with_reduced
from kg.extraction.tokens import Sentence, Splitter
from kg.extraction.triggers import Trigger, Triggers
from kg.extraction.verbless import Verbless
from kg.ontology import vocabulary as v


class Days(NamedTuple):
    """The day of the report, and the day that was told of last; None where nobody says."""

    issued: date | None
    current: date | None


@dataclass(slots=True)
class Reading:
    """
    What one sentence holds. `number` counts sentences from 0.

    `attributions` are filled in when all are read; so are `retracts`, which says that it
    denies the sentence before it, and `unreal`: in which way nothing that it tells happened.
    """

    number: int
    sentence: Sentence
    mentions: list[Mention]
    phrases: list[Phrase]
    clauses: list[Clause]
    times: list[When]
    triggers: list[Trigger]
    attributions: list[Attribution] = field(default_factory=list)
    retracts: bool = False
    unreal: str = ""

    def named(self) -> list[tuple[Entity, Span]]:
        """The things that are named, and where, in order."""
        tokens = self.sentence.tokens
        return [(m.entity, Span(tokens[m.first].start, tokens[m.last - 1].end)) for m in self.mentions]

    def attribution(self, offset: int) -> Attribution | None:
        """Who says what stands at an offset; the narrowest attribution counts."""
        return next((a for a in self.attributions if a.covers(offset)), None)


@dataclass(frozen=True)
class Reader:
    """Everything about a language that reading a sentence needs, compiled once and used for all reports."""

    knowledge: Knowledge
    splitter: Splitter
    kinds: Kinds
    patterns: Patterns
    calendar: Calendar
    chunker: Chunker
    triggers: Triggers
    polarity: Polarity
    effects: Effects

    @cached_property
    def verbless(self) -> Verbless:
        """Finds what a thing alone tells."""
        return Verbless(self.knowledge, self.triggers)

    @cached_property
    def clause_words(self) -> ClauseWords:
        """Words by which clauses hang together."""
        words, cues = self.knowledge.words, self.knowledge.words("cues", "speech", "verbs")
        return ClauseWords(
            control=words(WORDS, "object_control"),
            saying=cues,
            beside=words(WORDS, "adding"),
            persons=words(WORDS, "personal_relatives"),
            oblique=words(WORDS, "oblique_relatives"),
            most=words(WORDS, "most_of_them"),
            joining=words(WORDS, "joining"),
            meanwhile=words("light", "frame_words"),
            agent=words(WORDS, "done_by"),
            being=frozenset({self.knowledge.copula}),
        )

    @cached_property
    def antecedents(self) -> Antecedents:
        """Whom "him" and "them" mean."""
        return Antecedents(self.knowledge, self.kinds)

    @cached_property
    def _adding_numbers(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "adding_numbers")

    @cached_property
    def _absolute(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "absolute")

    @staticmethod
    def of(knowledge: Knowledge) -> Reader:
        """The reader of a language."""
        kinds = Kinds(knowledge)
        return Reader(
            knowledge,
            Splitter(knowledge),
            kinds,
            Patterns(knowledge),
            Calendar(knowledge),
            Chunker(knowledge),
            Triggers(knowledge, kinds),
            Polarity(knowledge),
            Effects(knowledge, kinds),
        )

    def read(self, text: str, numbered: tuple[int, Sentence], mentions: list[Mention], days: Days) -> Reading:
        """A sentence, with its number, and its triggers in order of the text."""
        number, sentence = numbered
        times = _outside_names(self.calendar.find(text, sentence.span, days.issued, days.current), sentence, mentions)
        chunks = with_commas(_with_others(self.chunker.phrases(text, sentence, mentions, times)))
        named = with_names(chunks, text, self.knowledge.singular)
        listed = with_added(with_pair(named), self._adding_numbers)
        phrases = with_absolutes(with_reduced(listed, self.clause_words.agent), self._absolute)
        clauses = clauses_of(phrases, self.clause_words)
        found = self._found(sentence, phrases, clauses)
        return Reading(number, sentence, mentions, phrases, clauses, times, found)

    def _found(self, sentence: Sentence, phrases: list[Phrase], clauses: list[Clause]) -> list[Trigger]:
        verbs = [
            trigger
            for number in range(len(clauses))
            if (trigger := self.triggers.of_verb(sentence.tokens, clauses, number, phrases)) is not None
        ]
        nouns = [
            trigger
            for at, phrase in enumerate(phrases)
            if isinstance(phrase, Noun) and phrase.event is not None
            if (trigger := self.triggers.of_noun(sentence.tokens, phrases, clauses, at)) is not None
        ]
        nouns += self.verbless.find(phrases, clauses)
        named = (self.antecedents.resolved(trigger, phrases) for trigger in (*verbs, *nouns))
        found = [self._with_carrier(self._with_kinds(trigger), clauses) for trigger in named]
        return sorted(found, key=lambda trigger: trigger.span)

    def _with_carrier(self, trigger: Trigger, clauses: Sequence[Clause]) -> Trigger:
        """As in "bombs dropped by a drone wounded three": what dropped them is a tool too."""
        fired = [n for n in trigger.subject if n.group in THINGS and n.group != AIRBORNE]
        own = clauses[trigger.clause] if trigger.clause >= 0 else None
        theirs = (c for c in clauses if any(n is m for n in fired for m in c.subject))
        by = [
            n
            for c in theirs
            for p in (c.before if c is own else c.after)
            if p.low in self.clause_words.agent
            for n in p.nouns
        ]
        carriers = tuple(n for n in by if n.group == AIRBORNE)
        return replace(trigger, tools=(*trigger.tools, *carriers)) if carriers else trigger

    def _with_kinds(self, trigger: Trigger) -> Trigger:
        """As in "arrested Kyaw Min" and "captured Merrow": an unknown name is of what such a thing is done to."""
        if trigger.frame.mutual and any(self.kinds.is_actor(noun) for noun in trigger.subject):
            body = self.knowledge.cls(v.ORGANIZATION)
            trigger = replace(trigger, subject=tuple(self._as(noun, body) for noun in trigger.subject))
        if trigger.frame.effect_first and ELSE in trigger.frame.does:
            trigger = replace(trigger, object=tuple(self._as_somebody(noun) for noun in trigger.object))
        if not any(n.name and not n.cls for n in trigger.object):
            return trigger
        settlements = any(kind == SETTLEMENT and keys for kind, keys in trigger.frame.objects)
        term = v.PERSON if ELSE in trigger.frame.does else v.PLACE if settlements else None
        if term is None:
            return trigger
        return replace(trigger, object=tuple(self._as(noun, self.knowledge.cls(term)) for noun in trigger.object))

    def _as_somebody(self, noun: Noun) -> Noun:
        """As in "killed a flight attendant": of whom no list knows what they are, they are people."""
        known = noun.cls or noun.group or noun.name or noun.event or noun.pronoun
        if noun.quantity is not None and noun.quantity.span.end == noun.span.end:
            return replace(noun, group=noun.group or COUNTED)  # "another 102 were injured"
        counted = noun.quantity is not None and not noun.quantity.vague and not noun.quantity.none
        if (
            known
            or not (counted or noun.words[0] in self.knowledge.words(WORDS, "one"))
            or noun.words[-1] in self.knowledge.words("light", "states")
        ):
            return noun
        return replace(noun, cls=self.knowledge.cls(v.PERSON_GROUP), group=CIVILIANS, sort="who")

    def _as(self, noun: Noun, cls: str) -> Noun:
        if noun.name is None or noun.cls or noun.name.cls:
            return noun
        noun.name.cls = cls
        return replace(noun, cls=cls)


def _with_others(phrases: list[Phrase]) -> list[Phrase]:
    """As in "destroyed 12 vehicles and captured three others": a number alone counts what was counted before it."""
    counted: Noun | None = None
    made: list[Phrase] = []
    for one in phrases:
        phrase: Phrase = one
        if isinstance(phrase, Noun) and phrase.quantity is not None and not phrase.quantity.none:
            if phrase.group == COUNTED and counted is not None and counted.group in THINGS:
                phrase = replace(phrase, group=counted.group)
            elif phrase.group not in ("", COUNTED, NOTHING):
                counted = phrase
        made.append(phrase)
    return made


def _outside_names(times: Sequence[When], sentence: Sentence, mentions: Sequence[Mention]) -> list[When]:
    """The times that are no part of a longer name: "Kyaw Min Thu" has no Thursday in it."""
    tokens = sentence.tokens
    names = [Span(tokens[m.first].start, tokens[m.last - 1].end) for m in mentions]
    return [w for w in times if not any(n.start <= w.span.start and w.span.end <= n.end and n != w.span for n in names)]


def times_of(reading: Reading, trigger: Trigger, knowledge: Knowledge) -> list[When]:
    """The times that go with a trigger: of its clause, else at the front, else the only one of the sentence."""
    clauses = reading.clauses
    opened = _opened_by(reading, trigger, knowledge.words("dates", "opens"))
    speech = knowledge.words("cues", "speech", "verbs")
    if opened is not None:
        return [opened]
    times = _without_saying(reading, trigger, knowledge)
    own = [w for w in times if trigger.clause >= 0 and _within(reading.phrases, clauses[trigger.clause], w)]
    if trigger.noun is not None:
        inside = [w for w in times if trigger.noun.span.start <= w.span.start < trigger.noun.span.end]
        own = inside or own
    if own and any(w.first for w in own):
        return own
    free = [w for w in times if not any(_within(reading.phrases, c, w) for c in clauses if c.verb.lemma in speech)]
    first = clauses[0].start if clauses else 0
    start = reading.phrases[first].span.start if reading.phrases and first < len(reading.phrases) else 0
    front = [w for w in free if w.span.start < start]
    days = {w.first for w in free if w.first is not None or not w.clock}
    told = front or (free if len(days) == 1 or len(free) == 1 else [])
    return [*own, *(w for w in told if w not in own and (w.first or not own))]


def _without_saying(reading: Reading, trigger: Trigger, knowledge: Knowledge) -> list[When]:
    """The times but that of a statement: "In a video broadcast on Monday, …" tells when somebody spoke."""
    words = knowledge.with_plurals("cues", "speech", "lead_ins")
    phrases = reading.phrases
    first = next((p for p in phrases if isinstance(p, Noun)), None)
    comma = next((p for p in phrases if isinstance(p, Link) and p.low == ","), None)
    if first is None or comma is None or first.words[-1] not in words or comma.span.start > trigger.span.start:
        return reading.times
    return [w for w in reading.times if w.span.start > comma.span.start]


def _opened_by(reading: Reading, trigger: Trigger, words: frozenset[str]) -> When | None:
    """As in "since Nov. 5, when shells hit a substation": the time that a clause with "when" goes on from."""
    if trigger.clause < 0:
        return None
    phrases, clause = reading.phrases, reading.clauses[trigger.clause]
    if trigger.noun is not None and all(n is not trigger.noun for n in clause.subject):
        return None
    joiner = phrases[clause.start - 1] if clause.start else None
    if not isinstance(joiner, Link) or joiner.low not in words:
        return None
    at = clause.start - 2
    comma = phrases[at] if at > 0 else None
    at -= isinstance(comma, Link) and comma.low == ","
    moment = phrases[at] if at >= 0 else None
    told = moment.when if isinstance(moment, Link) else None
    return replace(told, open_end=False) if told is not None and told.first is not None else None


def _within(phrases: Sequence[Phrase], clause: Clause, when: When) -> bool:
    if not phrases or clause.start >= len(phrases):
        return False
    return any(
        phrases[start].span.start <= when.span.start < phrases[min(end, len(phrases)) - 1].span.end
        for start, end in ((clause.start, clause.end), clause.tail)
        if end > start
    )


def hedged(reading: Reading, trigger: Trigger, words: frozenset[str]) -> bool:
    """Whether the verb is called unsure: "reportedly"."""
    if trigger.clause < 0:
        return False
    verb = reading.clauses[trigger.clause].verb
    near = reading.sentence.tokens[max(0, verb.first - 2) : verb.last + 1]
    return any(k.low in words for k in near)
