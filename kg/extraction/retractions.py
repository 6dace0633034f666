"""
What a sentence says of all that it tells, or of the sentence before it.

As in "They claim that we shelled the school. This is false.", "FAKE: the town fell", "Houses burned: nil" and "Will you
attack again?".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.extraction.clause import Clause
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.sentence_reading import Reading

_LABEL = 6
"""Words: a label stands at the front of a sentence, and a colon ends it."""
_BEHIND = 2
"""Words: so long is a label at the end."""
_COLON = frozenset({":"})
_MARKS = _COLON | {"-", "–", "—", "(", "["}
_STOPS = frozenset({".", "!", ")", "]"})
_QUESTION = "?"


@dataclass(frozen=True)
class Retractions:
    """Finds it by `false_news`, `retractions`, `nil` and `questions` of `cues.yaml`."""

    knowledge: Knowledge

    def mark(self, readings: Sequence[Reading]) -> None:
        """
        What a sentence before a retraction says is denied, where somebody is said to say so.

        Changes `readings`.
        """
        for reading in readings:
            reading.unreal = self._of_whole(reading)
        for before, reading in pairwise(readings):
            if before.sentence.paragraph == reading.sentence.paragraph and self._retracts(reading):
                reading.retracts = True
                before.attributions = [replace(said, denies=True) for said in before.attributions]

    def _of_whole(self, reading: Reading) -> str:
        words = [token.low for token in reading.sentence.tokens]
        front = words[:_LABEL]
        label = front[: front.index(":")] if ":" in front else []
        keys = self.knowledge.section("cues", "false_news", "keys")
        counted = self._last(words, _COLON)
        is_nil = bool(counted) and set(counted) <= self.knowledge.words("cues", "nil")
        if is_nil or self._is_false(label) or self._is_false(self._last(words)):
            return str(keys["false"])
        asked = words[len(label) + 1 if label else 0 :]
        is_question = _QUESTION in words[-2:] and not self.knowledge.words("cues", "questions").isdisjoint(asked[:1])
        return str(keys["unsure"]) if is_question else ""

    def _is_false(self, label: Sequence[str]) -> bool:
        """As in "FAKE: …", "Fact check, false: …" and "… - FALSE"."""
        return bool(self._false & set(label)) and not self._negations & set(label)

    def _last(self, words: Sequence[str], marks: frozenset[str] = _MARKS) -> list[str]:
        """What stands behind the last mark, where it is no more than a label."""
        at = max((at for at, word in enumerate(words) if word in marks), default=0)
        behind = [word for word in words[at + 1 :] if word not in _STOPS]
        return behind if at and len(behind) <= _BEHIND else []

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
