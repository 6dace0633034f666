"""Words of war that tell of no event: "shot down the proposal", "a flood killed two", "stormed it in a drill"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kg.extraction.knowledge import Knowledge
from kg.extraction.phrase import Link, Noun
from kg.extraction.sentence_reading import Reading, times_of
from kg.extraction.triggers import Trigger


@dataclass(frozen=True)
class Figurative:
    """Finds it by `figurative` of `cues.yaml`."""

    knowledge: Knowledge
    issued: date | None = None

    def is_figurative(self, reading: Reading, trigger: Trigger) -> bool:
        """Whether the words are a figure of speech, or of a disaster, a play, a drill or of history."""
        return (
            self._says_so(trigger)
            or self._is_played(reading, trigger)
            or self._is_remembered(reading, trigger)
            or self._is_long_past(reading, trigger)
        )

    def _says_so(self, trigger: Trigger) -> bool:
        """As in "prices shot up", "attacked the press", "bombarded with questions", "a battle for votes"."""
        subject, objects = trigger.subject, trigger.object
        if subject and not trigger.reference and self._all(subject, "subjects"):
            return True
        plain = [n for n in objects if n.name is None and n.quantity is None]
        if objects and len(plain) == len(objects) and self._all(objects, "objects"):
            return True
        if any(p.low in self._by and self._all(p.nouns, "done_with") for p in trigger.prepositions):
            return True
        if not trigger.frame.mutual:
            return False
        fought_for = any(p.low in trigger.frame.leads and self._all(p.nouns, "battles") for p in trigger.prepositions)
        return fought_for or bool(subject and self._all(subject, "unarmed"))

    def _is_played(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "stormed a mock village in a drill" and "the film tells how rebels captured the town"."""
        if any(self._all(c.subject, "tells") and c.verb.lemma in self._words("telling") for c in reading.clauses):
            return True
        nouns = (*trigger.subject, *trigger.object, *(n for p in trigger.prepositions for n in p.nouns))
        if any(self._words("pretended") & set(noun.words[:-1]) for noun in nouns if noun.name is None):
            return True  # "took a mock village from an imaginary enemy"
        if any(one.frame.does for one in reading.triggers):
            return False  # "attacked soldiers during an exercise, killing five": in a play nobody is hurt
        if self._begins_on_stage(reading):
            return True
        own = reading.clauses[trigger.clause] if trigger.clause >= 0 else None
        around = (*trigger.prepositions, *(own.before if own else ()), *(own.after if own else ()))
        return any(p.low in self._words("staged") and self._all(p.nouns, "on_stage") for p in around)

    def _begins_on_stage(self, reading: Reading) -> bool:
        """As in "in the video game, players besiege the town"."""
        first, second = (*reading.phrases[:2], None, None)[:2]
        staged = isinstance(first, Link) and first.low in self._words("staged")
        return staged and isinstance(second, Noun) and self._is_one(second, "on_stage")

    def _is_remembered(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "the anniversary of the bombing" and "marked the massacre of 1988"."""
        noun = trigger.noun
        if noun is None:
            return False
        if self.stands_behind(reading, noun, ("figurative", "of_the_past")):
            return True
        own = reading.clauses[trigger.clause] if trigger.clause >= 0 else None
        remembers = own is not None and own.verb.lemma in self._words("remembering")
        return remembers and own is not None and any(n is noun for n in own.objects)

    def stands_behind(self, reading: Reading, noun: Noun, listed: tuple[str, ...]) -> bool:
        """Whether a phrase of a list of `cues.yaml` stands right before a noun."""
        before = " ".join(token.low for token in reading.sentence.tokens[max(0, noun.first - 4) : noun.first])
        opened = f" {before} ".replace(" the ", " ")
        return any(opened.endswith(f" {phrase} ") for phrase in self.knowledge.with_plurals("cues", *listed))

    def _is_long_past(self, reading: Reading, trigger: Trigger) -> bool:
        """As in "in 1948 rebels seized the town": more years ago than `years_past`."""
        years = self.knowledge.section("cues", "figurative", "years_past")
        if self.issued is None or not years or not reading.times:
            return False
        last = self.issued.year - int(years)
        days = [when.first for when in times_of(reading, trigger, self.knowledge) if when.first]
        return bool(days) and all(day.year < last for day in days)

    def _all(self, nouns: Iterable[Noun], kind: str) -> bool:
        listed = tuple(nouns)
        return bool(listed) and all(self._is_one(noun, kind) for noun in listed)

    def _is_one(self, noun: Noun, kind: str) -> bool:
        if noun.name is not None or not noun.words:
            return False
        words = self._words(kind)
        return noun.words[-1] in words or " ".join(noun.words[-2:]) in words

    @cached_property
    def _by(self) -> frozenset[str]:
        return self.knowledge.words("cues", "figurative", "by_means")

    def _words(self, kind: str) -> frozenset[str]:
        return self.knowledge.with_plurals("cues", "figurative", kind)
