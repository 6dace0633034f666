"""Events that a line tells by a thing alone: "IED against a police car, two wounded", "Mortars on Halden"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extraction import tags as t
from kg.extraction.clause import Clause
from kg.extraction.frame import Frame
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.noun_places import attached, clause_of
from kg.extraction.phrase import AIRBORNE, Link, Noun, Phrase
from kg.extraction.triggers import Trigger, Triggers

_LABEL = 3
"""Phrases: a label, "Kale:", is no longer."""


@dataclass(frozen=True)
class Verbless:
    """Finds them at the front of a sentence, by `verbless` of `light.yaml`."""

    knowledge: Knowledge
    triggers: Triggers

    def find(self, phrases: Sequence[Phrase], clauses: Sequence[Clause]) -> Iterator[Trigger]:
        """The event of the first thing of a line that belongs to no verb, where nothing before it tells of one."""
        for at in self._front(phrases):
            noun = phrases[at]
            if not isinstance(noun, Noun) or noun.event is not None or (noun.name is not None and not noun.group):
                return
            frame = self._frames.get(noun.head or noun.text.lower())
            if frame is None and noun.group == AIRBORNE:
                return  # "One jet, three bombs on the ward"
            if frame is None or noun.article == "definite":
                continue
            after = attached(phrases, at, self.knowledge.words(WORDS, "of_two"))
            said = self._leads & {p.low for p in after[:1]} or (not clauses and not after)
            if said and clause_of(clauses, noun)[0] < 0:
                trigger = Trigger(frame, noun.head_span, -1, noun=noun, rule=f"{frame.name}/noun")
                yield self.triggers.with_prepositions(trigger, after)
            return

    def _front(self, phrases: Sequence[Phrase]) -> Iterator[int]:
        """The nouns of the list that a line begins with, behind its label."""
        colon = next((at for at, p in enumerate(phrases[:_LABEL]) if isinstance(p, Link) and p.low == ":"), -1)
        at = colon + 1
        while at < len(phrases) and isinstance(phrases[at], Noun):
            yield at
            comma = phrases[at + 1] if at + 1 < len(phrases) else None
            if not (isinstance(comma, Link) and comma.kind == t.SIGN and comma.low == ","):
                return
            at += 2

    @cached_property
    def _leads(self) -> frozenset[str]:
        return self.knowledge.words("light", "verbless", "leads")

    @cached_property
    def _frames(self) -> dict[str, Frame]:
        """Nouns of things, singular and plural → the frame of the event that they stand for."""
        frames = {frame.name: frame for frame in self.knowledge.frames}
        listed = self.knowledge.section("light", "verbless", "things").items()
        return {
            form: frames[name]
            for name, nouns in listed
            for noun in nouns
            for form in (noun.lower(), self.knowledge.forms.plural(noun.lower()))
        }
