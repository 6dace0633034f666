"""Verbs that only carry the noun of an event: "launched an attack", "clashes erupted", "came under attack"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.phrase import Noun, Verb
from kg.extraction.tokens import Token
from kg.extraction.verb_patterns import PassedOver, follows

CARRY, HAPPEN, SUFFER, STOP, LEAVE = "carry", "happen", "suffer", "stop", "leave"


@dataclass(frozen=True)
class LightVerbs:
    """Knows them by `light.yaml`."""

    knowledge: Knowledge

    @cached_property
    def passed(self) -> PassedOver:
        """Words that may stand inside a pattern: "took full control of", "landed randomly on"."""
        endings = tuple(self.knowledge.section(WORDS, "adverb_endings"))
        no_adverbs = self.knowledge.words(WORDS, "not_adverbs")
        return PassedOver(self.knowledge.words("light", "passed_over"), endings, no_adverbs)

    @cached_property
    def _patterns(self) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
        light = self.knowledge.files["light"]
        kinds = (CARRY, HAPPEN, SUFFER, STOP, LEAVE)
        return {kind: [(w.split()[0], tuple(w.split()[1:])) for w in light[kind]] for kind in kinds}

    def holds(self, tokens: Sequence[Token], verb: Verb, kinds: Iterable[str]) -> bool:
        """Whether a verb is one of those kinds."""
        be = self.knowledge.copula
        for kind in kinds:
            for lemma, rest in self._patterns[kind]:
                if lemma == verb.lemma and follows(tokens, verb.last, rest, self.passed):
                    return True
                # "be behind", "be reported": the verb group holds both
                if lemma == be and rest and verb.passive and tokens[verb.last - 1].low == rest[-1]:
                    return True
        return False

    def carries(self, tokens: Sequence[Token], verb: Verb, noun: Noun, part: str) -> bool:
        """Whether a verb carries the noun that is its object, or that its preposition governs: "responded with"."""
        if part == "object":
            return self.holds(tokens, verb, (CARRY,))
        governed = part == "governed"
        with_it = [rest for lemma, rest in self._patterns[CARRY] if governed and rest and lemma == verb.lemma]
        ends = (rest for rest in with_it if noun.first == verb.last + len(rest))
        return any(follows(tokens, verb.last, rest, frozenset()) for rest in ends)

    def suffers(self, tokens: Sequence[Token], verb: Verb, part: str, *, at_setting: bool) -> bool:
        """As in "came under attack", but not "suffered no losses during the operation"."""
        return self.holds(tokens, verb, (SUFFER,)) and (part == "object" or (part == "governed" and not at_setting))
