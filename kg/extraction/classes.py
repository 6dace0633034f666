"""Which class of the ontology the event of a trigger is of, by the conditions of its frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg.extraction.frame import Condition
from kg.extraction.kinds import CIVILIANS, NONE, Kinds
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.occurrence import Later, Occurrence, Told, ToldOf
from kg.extraction.phrase import COUNTED, Noun
from kg.extraction.triggers import Trigger
from kg.ontology import vocabulary as v


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

    def settle(self, events: Sequence[ToldOf]) -> None:
        """Set the classes of a report's events anew, by whom they hurt."""
        told: dict[int, list[Told]] = {}
        for one in events:
            if isinstance(one, Later):
                told.setdefault(id(one.about), []).append(one.told)
        for one in events:
            if isinstance(one, Occurrence) and one.trigger.frame.hurts:
                self._settle(one, [*one.harms, *told.get(id(one), ())])

    def _settle(self, made: Occurrence, told: Sequence[Told]) -> None:
        """As in "killed 12 villagers in an attack": whom it was done to says what it was, where no object does."""
        trigger, frame = made.trigger, made.trigger.frame
        hurt = [n for one in told if not one.harm.none for n in one.harm.victims]
        silent = not any(self.kinds.is_actor(n) or self._is_hit(n) or n.pronoun for n in trigger.object)
        if made.cls != frame.cls or not (hurt and silent) or any(role.key in self._defenders for role in made.roles):
            return
        theirs = [next((c.cls for c in frame.when if self._holds(c, replace(trigger, object=(n,)))), "") for n in hurt]
        if all(self.kinds.fits(n, CIVILIANS) for n in hurt) and len(set(theirs)) == 1:
            made.cls = theirs[0] or made.cls

    def _is_hit(self, noun: Noun) -> bool:
        """Whether it is a facility, and no mere road: "an ambush on the road to Merrow"."""
        return self.kinds.is_facility(noun) and noun.head not in self.knowledge.words("places", "ways")

    @cached_property
    def _defenders(self) -> frozenset[str]:
        return frozenset({self.knowledge.key(v.DEFENDER)})

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
        return all(
            not kind or (not nouns if kind == NONE else self.kinds.any_fits(nouns, (kind,))) for kind, nouns in asked
        )
