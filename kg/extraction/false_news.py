"""What a sentence says of a report that it quotes: "fabricated news that …", "the claim that … is untrue"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from kg.extraction.clause import Clause
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.phrase import Noun
from kg.extraction.tokens import Token

_WINDOW = 4
"""Words before "that" in which the noun and what is said of it stand."""
_ASIDE = 9
"""Words between commas that may stand before "that": "it is untrue, the bishop said, that"."""


@dataclass(frozen=True)
class FalseNews:
    """Finds out by `false_news` of `cues.yaml`. An answer is the key that the file gives for it, or empty."""

    knowledge: Knowledge

    @cached_property
    def _keys(self) -> tuple[str, str]:
        keys = self.knowledge.section("cues", "false_news", "keys")
        return str(keys["false"]), str(keys["unsure"])

    @cached_property
    def _nouns(self) -> frozenset[str]:
        return self.knowledge.with_plurals("cues", "false_news", "nouns")

    @cached_property
    def _false(self) -> frozenset[str]:
        return self.knowledge.words("cues", "false_news", "beside")

    @property
    def _negations(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "negations")

    @cached_property
    def _adverbs(self) -> frozenset[str]:
        return self.knowledge.words("cues", "false_news", "adverbs")

    @cached_property
    def _denials(self) -> frozenset[str]:
        """Past forms of the verbs of denying: "has been denied"."""
        lemmas = self.knowledge.words("cues", "speech", "denial")
        forms = self.knowledge.forms.verbs.items()
        return frozenset(
            word for word, all_ in forms if any(f.lemma in lemmas and f.tense == "participle" for f in all_)
        )

    @cached_property
    def _that(self) -> frozenset[str]:
        return self.knowledge.words("cues", "complement")

    def of(self, tokens: Sequence[Token], clauses: Sequence[Clause], number: int) -> str:
        """What is said of all that the clause of a number tells, where a "that" joins it to what comes before."""
        clause = clauses[number]
        if clause.joined_by not in self._that:
            return ""
        first = clause.subject[0].first if clause.subject and clause.subject_of < 0 else clause.verb.first
        that = next((at for at in range(min(first, clause.verb.first) - 1, 0, -1) if tokens[at].low in self._that), 0)
        before = _without_aside([token.low for token in tokens[:that]])[-_WINDOW:]
        denied, _ = self._keys
        phrases = self.knowledge.section("cues", "false_news", "before")
        if self._adverbs & set(before) or any(f" {phrase} " in f" {' '.join(before)} " for phrase in phrases):
            return denied
        if before and (before[-1] in self._nouns or self._by_somebody(before)):
            return self._of_noun(before, [token.low for token in tokens[clause.verb.last :]])
        return denied if number and self._is_false_subject(clauses[number - 1]) else ""

    def of_noun(self, tokens: Sequence[Token], clause: Clause, noun: Noun) -> str:
        """What is said of the event of a noun: "reports of an attack were false"; `clause` is the one it stands in."""
        before = [token.low for token in tokens[max(0, noun.first - _WINDOW) : noun.first]]
        after = {token.low for token in tokens[clause.verb.last - 1 : clause.verb.last + _WINDOW]}
        negated = self._negations & (set(clause.verb.helpers) | after)
        if noun.last > clause.verb.first or negated:
            return ""
        made_up = clause.verb.passive and clause.verb.lemma in self.knowledge.words("cues", "false_news", "invented")
        own = made_up and any(n is noun for n in clause.subject)  # "the kidnapping was invented"
        return self._keys[0] if own or (self._by_somebody(before) and self._false & after) else ""

    def _by_somebody(self, before: Sequence[str]) -> bool:
        """As in "the reports of local sources that"."""
        genitive = self.knowledge.words(WORDS, "genitive")
        return any(word in self._nouns and after in genitive for word, after in pairwise(before))

    def _of_noun(self, before: Sequence[str], after: Sequence[str]) -> str:
        denied, unsure = self._keys
        if self._false & {*before, *after[-3:]} or self._denials & {*before, *after}:
            return denied
        return unsure if before[-1] in self.knowledge.with_plurals("cues", "false_news", "rumours") else ""

    def _is_false_subject(self, clause: Clause) -> bool:
        """As in "a false report claimed that"."""
        return any(n.words[-1] in self._nouns and self._false & set(n.words) for n in clause.subject)


def _without_aside(words: Sequence[str]) -> Sequence[str]:
    """
    Words without what stands between commas at their end.

    >>> _without_aside(["it", "is", "untrue", ",", "he", "said", ","])
    ['it', 'is', 'untrue']
    """
    if not words or words[-1] != ",":
        return words
    opened = max((at for at, word in enumerate(words[:-1]) if word == ","), default=len(words) - 1)
    return words[:opened] if len(words) - opened <= _ASIDE else words
