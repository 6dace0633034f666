"""What a report itself calls false: "They claim that we shelled the school. This is false.", "FAKE: the town fell"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.extraction.clause import Clause
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.sentence_reading import Reading

_LABEL = 6
"""Words: a label stands at the front of a sentence, and a colon ends it."""


@dataclass(frozen=True)
class Retractions:
    """Finds it by `false_news` and `retractions` of `cues.yaml`."""

    knowledge: Knowledge

    def mark(self, readings: Sequence[Reading]) -> None:
        """
        What a sentence before a retraction says is denied, where somebody is said to say so; so is all after a label.

        Changes `readings`.
        """
        for reading in readings:
            reading.denied = self._is_labelled(reading)
        for before, reading in pairwise(readings):
            if before.sentence.paragraph == reading.sentence.paragraph and self._retracts(reading):
                reading.retracts = True
                before.attributions = [replace(said, denies=True) for said in before.attributions]

    def _is_labelled(self, reading: Reading) -> bool:
        """As in "FAKE: …" and "Fact check, false: …"."""
        words = [token.low for token in reading.sentence.tokens[:_LABEL]]
        label = words[: words.index(":")] if ":" in words else []
        return bool(self._false & set(label)) and not self._negations & set(label)

    def _retracts(self, reading: Reading) -> bool:
        words = " ".join(token.low for token in reading.sentence.tokens[:8])
        phrases = self.knowledge.section("cues", "retractions")
        if any(words.startswith(phrase) for phrase in phrases):
            return True
        return bool(reading.clauses) and self._calls_false(reading, reading.clauses[0])

    def _calls_false(self, reading: Reading, clause: Clause) -> bool:
        """As in "Both are untrue" and "That report is a fabrication": what was told before is."""
        subject = clause.subject[0] if len(clause.subject) == 1 else None
        if subject is None or clause.verb.lemma not in self._be or self._negations & set(clause.verb.helpers):
            return False
        nouns = self.knowledge.with_plurals("cues", "false_news", "nouns")
        points = subject.words[0] in self.knowledge.words("cues", "false_news", "points_back")
        said = points and (len(subject.words) == 1 or subject.words[-1] in nouns)
        after = {token.low for token in reading.sentence.tokens[clause.verb.last : clause.verb.last + 4]}
        return said and bool(self._false & after) and not self._negations & after

    @property
    def _false(self) -> frozenset[str]:
        return self.knowledge.words("cues", "false_news", "beside")

    @property
    def _negations(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "negations")

    @property
    def _be(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "be")
