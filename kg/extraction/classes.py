"""Which class of the ontology the event of a trigger is of, by the conditions of its frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.extraction.frame import Condition
from kg.extraction.kinds import Kinds
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.occurrence import Occurrence
from kg.extraction.phrase import COUNTED, Noun
from kg.extraction.triggers import Trigger


@dataclass(frozen=True)
class Classes:
    """Answers by one language's frames."""

    knowledge: Knowledge
    kinds: Kinds

    def of(self, trigger: Trigger, last: Occurrence | None) -> str:
        """The class; "Four of them" at the front are of those to whom the event told last was done."""
        meant = replace(trigger, object=tuple(self._meant(noun, last) for noun in trigger.object))
        means = self._means(trigger)
        return means or next((c.cls for c in trigger.frame.when if self._holds(c, meant)), trigger.frame.cls)

    def _means(self, trigger: Trigger) -> str:
        """As in "a school was hit in an air strike": the noun says what it was."""
        if not (trigger.passive and trigger.frame.deadly and not trigger.subject and not trigger.tools):
            return ""
        nouns = (n.event for p in trigger.prepositions for n in p.nouns if n.event is not None)
        return next((event.cls for event in nouns if event.deadly and event.ranged and not event.when), "")

    def _meant(self, noun: Noun, last: Occurrence | None) -> Noun:
        pronouns = self.knowledge.section(WORDS, "pronouns")
        partly = noun.first == 0 and noun.group == COUNTED and noun.text.split()[-1].lower() in pronouns
        known = [n for n in last.trigger.object if n.cls or n.group] if partly and last is not None else []
        return replace(noun, cls=known[0].cls, group=known[0].group) if known else noun

    def _holds(self, condition: Condition, trigger: Trigger) -> bool:
        asked: tuple[tuple[str, Sequence[Noun]], ...] = (
            (condition.subject, trigger.subject),
            (condition.object, trigger.object),
            (condition.tool, trigger.tools),
        )
        return all(not kind or self.kinds.any_fits(nouns, (kind,)) for kind, nouns in asked)
