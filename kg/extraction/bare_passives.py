"""Passives without their helper: "the base seized by rebels", "the men killed this year", "Eleven tankers seized"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extraction import tags as t
from kg.extraction.clause import Clause
from kg.extraction.frame import ELSE, Frame
from kg.extraction.kinds import PASSIVE, THINGS, Kinds
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.phrase import Noun


@dataclass(frozen=True)
class BarePassives:
    """Tells them from active verbs by what stands beside them."""

    knowledge: Knowledge
    kinds: Kinds

    def without_helper(self, clauses: Sequence[Clause], number: int, frame: Frame) -> bool:
        """Whether the verb of a clause is a passive whose helper stands before another verb, or nowhere."""
        return self._shares_passive(clauses, number, frame) or self._lacks_object(clauses, number, frame)

    def objects(self, clause: Clause, frame: Frame, rest: tuple[str, ...]) -> list[Noun]:
        """The objects of a verb; of "attacked" in "attacked and burned a village" those of the verb beside it."""
        harms = frame.effect_first and clause.verb.lemma not in self.knowledge.words("light", "harms_whom")
        bare = frame.befalls or frame.mutual or frame.intransitive or frame.origin_object or "*" in rest or harms
        return list(clause.objects) or ([] if bare or not frame.objects else list(clause.shared))

    def is_reduced(self, clause: Clause, rest: tuple[str, ...]) -> bool:
        """As in "soldiers killed in the attack", "the base seized by rebels": a participle without its helper."""
        verb = clause.verb
        if rest and clause.after and clause.after[0].low == rest[0] and clause.after[0].at == clause.at + 1:
            return False  # "set off a bomb by a car": the bomb is the object
        if verb.helpers or verb.tense not in ("past", "participle") or clause.objects:
            return False
        agent = any(
            p.low in self.knowledge.words(WORDS, "done_by") and not self._is_transport(p.nouns) for p in clause.after
        )
        return agent and clause.joined_kind != t.SUBORDINATOR

    def _shares_passive(self, clauses: Sequence[Clause], number: int, frame: Frame) -> bool:
        """As in "two men were killed and their children wounded": the first verb has the helper of both."""
        clause, verb = clauses[number], clauses[number].verb
        listed = clause.joined_by in self.knowledge.words(WORDS, "listing")
        before = clauses[number - 1] if number else None
        passive = before is not None and (before.verb.passive or self._is_one_of_two(before, clause))
        alike = passive and listed and bool(frame.does)
        return alike and not verb.helpers and not clause.objects and verb.tense in ("past", "participle")

    def _lacks_object(self, clauses: Sequence[Clause], number: int, frame: Frame) -> bool:
        """As in "the eleven men killed this year": a verb that needs an object, and has none, says what was done."""
        clause, verb = clauses[number], clauses[number].verb
        following = clauses[number + 1] if number + 1 < len(clauses) else None
        listed = following is not None and following.joined_by in self.knowledge.words(WORDS, "listing")
        joined = listed and not self._is_one_of_two(clause, following)
        own = not verb.helpers and verb.tense == "past" and clause.subject_of < 0
        begins = not clause.joined_by or (
            clause.joined_kind == t.SIGN and bool(clause.subject)
        )  # ", one soldier killed"
        plain = not verb.helpers and self._may_be_done(clause) and begins and clause.subject_of < 0
        plain = plain and all(n.words[-1] in self._states for n in clause.objects)
        if plain and not joined and not clause.objects and self._are_done_to(clause, frame):
            return True
        people = any(self.kinds.is_actor(n) or n.quantity for n in clause.subject)
        taken = frame.effect_first or (frame.needs_object and frame.harmless)  # "miners kidnapped last week"
        bare = not clause.objects and verb.lemma in self.knowledge.words("light", "bare")  # "convoy ambushed"
        harmed = taken and ELSE in frame.does and (plain or (own and not clause.objects))
        return people and not joined and ((plain and bare) or harmed)

    def _may_be_done(self, clause: Clause) -> bool:
        """Whether a verb may be a participle: "killed"; of "overrun", which is a base form too, beside one thing."""
        forms = self.knowledge.forms.verbs.get(clause.verb.lemma, ())
        same = any(form.tense == "participle" for form in forms)
        one = all(n.name is None and n.head in self.knowledge.singular for n in clause.subject)
        return clause.verb.tense == "past" or (clause.verb.tense == "base" and same and one)

    @cached_property
    def _states(self) -> frozenset[str]:
        """Words that say in which state people are: "two killed and five wounded"."""
        return self.knowledge.words("light", "states")

    def _is_one_of_two(self, clause: Clause, following: Clause | None) -> bool:
        """As in "Three rebels killed and a soldier wounded in clashes": both lack their helper, and their object."""
        own = following is not None and bool(following.subject) and following.subject_of < 0
        return own and not (clause.objects or clause.verb.helpers or clause.verb.passive)

    def _are_done_to(self, clause: Clause, frame: Frame) -> bool:
        """As in "Eleven tankers seized" and "Police station in Halden attacked": what acts on nobody was acted on."""
        things = bool(clause.subject) and all(self._acts_on_nobody(n, frame) for n in clause.subject)
        return things and frame.passive_alone

    def _acts_on_nobody(self, noun: Noun, frame: Frame) -> bool:
        plain = not noun.pronoun and noun.name is None
        return plain and (self.kinds.is_facility(noun) or noun.group in PASSIVE or noun.group in frame.does)

    def _is_transport(self, nouns: Sequence[Noun]) -> bool:
        """As in "withdrew by boat": the way, and nobody who does it."""
        return all(n.group in THINGS and len(n.words) == 1 and n.head in self.knowledge.singular for n in nouns)
