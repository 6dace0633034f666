"""Who acts in a headline: the text below it often tells only what was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.extraction.entities import Entity
from kg.extraction.frame import Frame
from kg.extraction.kinds import FIGHTERS, Kinds
from kg.extraction.phrase import Noun
from kg.extraction.proposal import Span
from kg.extraction.sentence_reading import Reading
from kg.extraction.things import Referent, Things
from kg.extraction.triggers import Trigger

_BELOW = 3
"""Sentences: the text below a headline tells its event no further down."""


@dataclass(frozen=True, slots=True)
class _Headed:
    """What a headline tells: by whom, and in which sentence."""

    frame: Frame
    agent: Entity
    span: Span
    sentence: int


@dataclass
class Headlines:
    """Reads the headings of one report, and lends those who act in them to the text below."""

    things: Things
    kinds: Kinds
    told: list[_Headed] = field(default_factory=list)

    def read(self, reading: Reading) -> None:
        """Take note of who does what in a heading."""
        for trigger in reading.triggers:
            agents = dict.fromkeys(r.entity for n in self._nouns(trigger) if (r := self._agent(n)) is not None)
            self.told += [_Headed(trigger.frame, agent, reading.sentence.span, reading.number) for agent in agents]

    def agents(self, trigger: Trigger, number: int) -> Iterator[Referent]:
        """Those who act in the heading above a sentence, where it tells of such an event as a trigger does."""
        for headed in self.told:
            own, theirs = trigger.frame, headed.frame
            alike = own.name in (theirs.name, *theirs.speaks_of) or theirs.name in own.speaks_of
            alike = alike or ((own.deadly or own.effect_first) and (theirs.deadly or theirs.effect_first))
            if alike and 0 < number - headed.sentence <= _BELOW:
                yield Referent(headed.agent, f"the heading names {headed.agent.name}", headed.span)

    def _nouns(self, trigger: Trigger) -> Iterator[Noun]:
        yield from trigger.subject
        if trigger.noun is not None:
            yield trigger.noun

    def _agent(self, noun: Noun) -> Referent | None:
        if noun.pronoun:
            return None
        if self.kinds.is_organization(noun) or (noun.group == FIGHTERS and noun.event is None):
            return self.things.referent(noun, agent=True)
        owner = self.things.owner(noun)
        return Referent(owner) if owner is not None else None
