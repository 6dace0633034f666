"""Whom "him", "her" and "them" mean after a verb, where the sentence has named them: "caught a man and shot him"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg.extraction.kinds import CIVILIANS, FIGHTERS, SPEAKERS, Kinds
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.phrase import Noun, Phrase
from kg.extraction.triggers import Trigger

_PEOPLE = (CIVILIANS, FIGHTERS, SPEAKERS)


@dataclass(frozen=True)
class Antecedents:
    """Finds the nearest noun before a pronoun that can be meant, by number and kind."""

    knowledge: Knowledge
    kinds: Kinds

    @cached_property
    def _objects(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "object_pronouns")

    @cached_property
    def _persons(self) -> dict[str, str]:
        """Pronouns for others than the speaker → for one or for several."""
        pronouns = self.knowledge.section(WORDS, "pronouns").items()
        return {word: how["person"] for word, how in pronouns if how["person"] in ("single", "several")}

    def resolved(self, trigger: Trigger, phrases: Sequence[Phrase]) -> Trigger:
        """The trigger with whom its pronoun means as its object; as it was where the sentence names nobody."""
        told = trigger.object[0] if len(trigger.object) == 1 and trigger.noun is None else None
        if told is None or trigger.passive or told.pronoun not in self._objects or told.pronoun not in self._persons:
            return trigger
        several = self._persons[told.pronoun] == "several"
        acting = {noun.span for noun in trigger.subject}
        fitting = (n for n in _before(phrases, told) if n.span not in acting and self._fits(n, several=several))
        meant = next(fitting, None)
        return trigger if meant is None else replace(trigger, object=(meant,), pronoun=told.text)

    def _fits(self, noun: Noun, *, several: bool) -> bool:
        if noun.pronoun or noun.event is not None or (noun.quantity is not None and noun.quantity.none):
            return False
        if noun.name is not None:
            unknown = noun.cls == "" and noun.group == "" and not noun.article
            return not several and noun.group in ("", *_PEOPLE) and (unknown or self.kinds.is_person(noun))
        one = noun.head in self.knowledge.singular and not self._counts_many(noun)
        return noun.group in _PEOPLE and one != several

    def _counts_many(self, noun: Noun) -> bool:
        return noun.quantity is not None and noun.quantity.value not in self.knowledge.words(
            WORDS, "counting", "single"
        )


def _before(phrases: Sequence[Phrase], noun: Noun) -> Iterator[Noun]:
    """The nouns before one, the nearest first."""
    return (p for p in reversed(phrases) if isinstance(p, Noun) and p.first < noun.first)
