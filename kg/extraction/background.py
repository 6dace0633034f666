"""What tells of no single event: habits, appeals, tolls of a whole war, a superlative beside what it describes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from kg.extraction import tags as t
from kg.extraction.clause import Clause
from kg.extraction.dates import When
from kg.extraction.figurative import Figurative
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.phrase import Noun
from kg.extraction.sentence_reading import Reading, times_of
from kg.extraction.tokens import Token
from kg.extraction.triggers import Trigger

_LONG = timedelta(days=150)
"""More than that is a period of many events."""
_LABEL = 6
"""Words: a label stands at the front of a line, and a colon ends it."""


@dataclass(frozen=True)
class Background:
    """Finds it by the words of `cues.yaml`."""

    knowledge: Knowledge
    issued: date | None = None

    @cached_property
    def _figurative(self) -> Figurative:
        return Figurative(self.knowledge, self.issued)

    def is_background(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "often carries out such attacks" and "has been fighting for six decades": no event."""
        if self.is_instruction(reading):
            return True
        noun = trigger.noun
        beside = {*noun.words[:-1], reading.sentence.tokens[noun.first - 1].low} if noun is not None else set()
        if beside & self.knowledge.words("cues", "background_beside"):
            return True  # "have carried out similar attacks", "daily raids"
        if self._is_general(reading, trigger):
            return True
        if self._figurative.is_figurative(reading, trigger) or self._is_label(reading, trigger):
            return True
        if _hits_nobody(trigger) or self._only_describes(trigger) or self._are_of_a_year(reading, trigger):
            return True
        if trigger.clause < 0:
            return False
        clause = reading.clauses[trigger.clause]
        near = reading.sentence.tokens[max(0, clause.verb.first - 2) : clause.verb.last + 1]
        if any(k.low in self.knowledge.words("cues", "habitual") for k in near):
            return True
        if (
            self._is_trait(trigger, clause)
            or self._is_rule(reading, trigger, clause)
            or self._is_appeal(reading, trigger)
        ):
            return True
        return self._lasts_an_age(clause)

    def _is_general(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "a hotspot for attacks", "attacks have increased", "the violence in the west"."""
        noun = trigger.noun
        if noun is None:
            return False
        if self._figurative.stands_behind(reading, noun, ("general", "before")):
            return True
        own = reading.clauses[trigger.clause] if trigger.clause >= 0 else None
        if own is not None and (self._is_trend(noun, own) or self._is_listed(trigger, noun, own)):
            return True
        ages = self.knowledge.words("cues", "years_long")
        if self._describes(trigger, own) or any(word.rpartition("-")[2] in ages for word in noun.words[:-1]):
            return True  # "a 35-year campaign"
        loose = noun.words[-1] in self.knowledge.words("cues", "general", "loose") and trigger.rule.endswith("/noun")
        beside = (o.frame for o in reading.triggers if o.clause == trigger.clause)
        return loose and not (trigger.subject or trigger.object or any(f.effect_first or f.befalls for f in beside))

    def _is_trend(self, noun: Noun, own: Clause) -> bool:
        """As in "attacks have increased"."""
        trends = own.verb.lemma in self.knowledge.words("cues", "general", "trends")
        return trends and _is_bare(noun) and any(n is noun for n in own.subject)

    def _is_listed(self, trigger: Trigger, noun: Noun, own: Clause) -> bool:
        """As in "they use kidnapping and roadblocks"."""
        verb = own.verb
        plain = not verb.helpers and verb.tense in ("base", "third", "past")
        listed = plain and verb.lemma in self.knowledge.words("cues", "general", "lists")
        return listed and _is_bare(noun) and not trigger.object and any(n is noun for n in own.objects)

    def _describes(self, trigger: Trigger, own: Clause | None) -> bool:
        """As in "this was a cowardly attack" and "no attack will go unpunished": what was told, or what never is."""
        noun = trigger.noun
        if noun is None or own is None:
            return False
        back = self.knowledge.words("cues", "false_news", "points_back")
        one = own.subject[0] if len(own.subject) == 1 else None
        points = own.verb.lemma == self.knowledge.copula and one is not None and one.text.lower() in back
        said = points and not (trigger.subject or trigger.object) and any(n is noun for n in own.objects)
        never = noun.quantity is not None and noun.quantity.none and any(n is noun for n in own.subject)
        return said or (never and bool(set(own.verb.helpers) & self.knowledge.words(WORDS, "modals")))

    def _is_label(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "Arrests: on Monday police detained a man": a heading within the line, which the rest spells out."""
        words = [token.low for token in reading.sentence.tokens[:_LABEL]]
        noun = trigger.noun
        if noun is None or ":" not in words or noun.last > words.index(":") or trigger.object or trigger.subject:
            return False
        return any(other.span.start > trigger.span.end for other in reading.triggers)

    def is_instruction(self, reading: Reading) -> bool:
        """As in "Ignore all of this, and report that the army bombed the town": of nothing that happened."""
        return reading.sentence.tokens[0].low in self.knowledge.words("cues", "instructions")

    def _lasts_an_age(self, clause: Clause) -> bool:
        ages = self.knowledge.with_plurals("cues", "ages")
        words = self.knowledge.words("cues", "age_words")
        goes_on = clause.verb.tense == "progressive" and bool(set(clause.verb.helpers) & self._perfect)
        if goes_on:  # "have been battling the army for months"
            ages = ages | self.knowledge.with_plurals("cues", "long_spans")
        return any(p.low in words and n.words[-1] in ages for p in clause.after for n in p.nouns)

    def _only_describes(self, trigger: Trigger) -> bool:
        """As in ", the deadliest assault on soldiers this year": what was told, in other words."""
        noun = trigger.noun
        ranked = noun is not None and bool(set(noun.words[:-1]) & self.knowledge.words("cues", "ranked"))
        return ranked and trigger.rule.endswith("/noun")

    def _are_of_a_year(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "in attacks last year": too many to be one event."""
        noun = trigger.noun
        several = noun is not None and not noun.article and noun.head not in self.knowledge.singular
        times = times_of(reading, trigger, self.knowledge) if several and reading.times else ()
        return bool(times) and all(_is_year(when) for when in times)

    def _is_trait(self, trigger: Trigger, clause: Clause) -> bool:
        """As in "the Guard, which fights alongside the army": what somebody does at all times."""
        relative = clause.joined_kind == t.RELATIVE and clause.subject_of < 0
        present = clause.verb.tense in ("third", "base") and not clause.verb.helpers
        return trigger.noun is None and relative and present and trigger.frame.deadly

    def _is_rule(self, reading: Reading, trigger: Trigger, clause: Clause) -> bool:
        """As in "the army does not target schools": what somebody never does, and no denial of one event."""
        words = frozenset(clause.verb.helpers)
        never = self.knowledge.words("cues", "never") & words and self._perfect & words
        rules = bool(never or (self._habits & words and self._negations & words)) or self._denies_a_habit(
            reading, clause
        )
        return trigger.noun is None and rules and not times_of(reading, trigger, self.knowledge)

    def _denies_a_habit(self, reading: Reading, clause: Clause) -> bool:
        """As in "the military denies targeting civilians": what it says of itself at all times."""
        governor = reading.clauses[clause.depends_on] if clause.depends_on >= 0 else None
        denies = governor is not None and governor.verb.lemma in self.knowledge.words("cues", "speech", "denial")
        always = governor is not None and governor.verb.tense in ("third", "base") and not governor.verb.helpers
        bare = all(not n.article and n.name is None and not n.modifiers for n in clause.objects)
        return denies and always and clause.verb.tense == "progressive" and bare

    @cached_property
    def _habits(self) -> frozenset[str]:
        return self.knowledge.words("cues", "present_helpers")

    @cached_property
    def _negations(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "negations")

    def _is_appeal(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "We call on all parties to stop attacks on civilians": nobody says that there is one."""
        appeal = self.knowledge.section("cues", "appeals")
        number = trigger.clause
        if trigger.noun is None or reading.clauses[number].verb.lemma not in appeal["ends"]:
            return False
        while number >= 0:
            verb = reading.clauses[number].verb
            tokens = reading.sentence.tokens[verb.last - 1 : verb.last + 1]
            if verb.lemma in appeal["verbs"] or _phrase(verb.lemma, tokens) in appeal["verbs"]:
                return True
            number = reading.clauses[number].depends_on
        return False

    def is_long_toll(self, reading: Reading, trigger: Trigger | None, clause: int) -> bool:
        """As in "since the truce 11 soldiers have been killed", "the war has killed 6,000": of no single event."""
        number = trigger.clause if trigger is not None else clause
        if number < 0 or (trigger is not None and not (trigger.frame.effect_first or trigger.frame.effect_only)):
            return False
        own = reading.clauses[number]
        if any(_is_year(when) for when in reading.times) and any(n.event for p in own.after for n in p.nouns):
            return True  # "1,000 people died in attacks last year"
        if not own.verb.helpers or own.verb.helpers[0] not in self._perfect:
            return False
        if any(n.words[-1] in self._wars for n in own.subject):
            return True
        if trigger is not None and not reading.times and any(self._masses & set(n.words) for n in trigger.object):
            return True  # "thousands have been killed"
        first = reading.sentence.tokens[0].low
        opened = first in self._since or any(p.low in self._since for p in (*own.before, *own.after))
        return opened or any(w.open_end or w.month_only for w in reading.times)

    @cached_property
    def _perfect(self) -> frozenset[str]:
        return self.knowledge.words("cues", "perfect_helpers")

    @cached_property
    def _masses(self) -> frozenset[str]:
        return self.knowledge.words("cues", "masses")

    @cached_property
    def _wars(self) -> frozenset[str]:
        return self.knowledge.with_plurals("cues", "wars")

    @cached_property
    def _since(self) -> frozenset[str]:
        return self.knowledge.words("cues", "toll_since")


def _hits_nobody(trigger: Trigger) -> bool:
    """As in "shells landed there but no one was hit": a harm that was not done, and no second event."""
    nobody = bool(trigger.object) and all(n.quantity is not None and n.quantity.none for n in trigger.object)
    return nobody and trigger.passive and trigger.noun is None and trigger.frame.ranged and not trigger.subject


def _is_year(when: When) -> bool:
    long = when.first is not None and when.last is not None and when.last - when.first > _LONG
    return when.month_only and long


def _phrase(lemma: str, tokens: Sequence[Token]) -> str:
    """
    A verb with the word after it: "call on".

    >>> _phrase("call", [Token(0, 4, "call", "call"), Token(5, 7, "on", "on")])
    'call on'
    """
    return f"{lemma} {tokens[-1].low}" if len(tokens) > 1 else lemma


def _is_bare(noun: Noun) -> bool:
    """Whether nothing says which, or how many: "attacks"."""
    return not noun.article and noun.quantity is None
