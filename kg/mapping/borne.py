"""What a passage bears: the names that stand in it, the counts and the times that its words come to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from kg.mapping.values.counts import CountReading, read_count
from kg.mapping.values.dates import dates_named, months_named
from kg.mapping.values.numerals import template
from kg.mapping.values.problem import ValueProblem
from kg.mapping.values.times import TimeReading, read_time
from kg.mapping.values.wording import HOLE, Wording, fold, phrase_pattern

_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"\w+")
_LONG_WORD = 4
_YEAR = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")
_EDGES = '“”"‘(),.;:!?[]…'
_BEFORE, _BEHIND, _CLOCK = 4, 3, 5
"""Words around a number that can belong to its count, and words that a clock time can have."""


@dataclass(frozen=True)
class Passage:
    """The words that a claim rests on: its quotes, and the passages that support it. Read as one text."""

    texts: tuple[str, ...]
    wording: Wording

    @cached_property
    def folded(self) -> str:
        """All of it, as texts are compared."""
        return fold(" … ".join(self.texts))

    def names(self, names: Iterable[str]) -> bool:
        """
        Whether one of the names stands in it, whatever the case and the kind of apostrophe, as words of their own.

        >>> from kg.mapping.values.wording import Wording
        >>> passage = Passage(("Kawlin PDF’s men",), Wording.from_triples([]))
        >>> passage.names(["KAWLIN PDF"]), passage.names(["Kawlin P"])
        (True, False)
        """
        return any(_stands(fold(name), self.folded) for name in names if name.strip())

    def hints_at(self, names: Iterable[str]) -> bool:
        """
        Whether a word of one of the names stands in it, short words aside; "the army" hints at the Kestrian Army.

        >>> from kg.mapping.values.wording import Wording
        >>> passage = Passage(("the army shelled it",), Wording.from_triples([]))
        >>> passage.hints_at(["Kestrian Army"]), passage.hints_at(["The Hill Front"])
        (True, False)
        """
        return any(
            (len(word) >= _LONG_WORD and word in self.words) or fold(name) in self.words
            for name in names
            for word in _LETTERS.findall(fold(name))
        )

    def has_words(self, name: str) -> bool:
        """
        Whether all words of a name stand in it, in whatever order: "Kawlin PDF" in "Kawlin Defence Force (PDF)".

        >>> from kg.mapping.values.wording import Wording
        >>> Passage(("Kawlin Defence Force (PDF)",), Wording.from_triples([])).has_words("Kawlin PDF")
        True
        """
        return self.words.issuperset(_LETTERS.findall(fold(name)))

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, as texts are compared."""
        return frozenset(_LETTERS.findall(self.folded))

    @cached_property
    def counts(self) -> frozenset[CountReading]:
        """The counts that its words come to: at every number the reading of as many words as one count can have."""
        return frozenset(_counts(self.folded, self.wording))

    @cached_property
    def days(self) -> frozenset[str]:
        """The days named in full, as ISO dates."""
        return dates_named(self.folded)

    @cached_property
    def months(self) -> frozenset[str]:
        """The months named with their year: 2023-11."""
        return months_named(self.folded)

    @cached_property
    def years(self) -> frozenset[str]:
        """The years named."""
        return frozenset(_YEAR.findall(self.folded))

    @cached_property
    def clock(self) -> frozenset[tuple[object, object]]:
        """The clock times named, as earliest and latest."""
        return frozenset((r.clock_earliest, r.clock_latest) for r in _times(self.folded, self.wording))


def _stands(name: str, text: str) -> bool:
    before = r"(?<!\w)" if name[0].isalnum() else ""
    behind = r"(?!\w)" if name[-1].isalnum() else ""
    return re.search(before + re.escape(name) + behind, text) is not None


def _counts(text: str, wording: Wording) -> Iterator[CountReading]:
    words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
    for start, end in _numbers(text, wording):
        first = max((n for n, word in enumerate(words) if word[0] <= start), default=0)
        last = max((n for n, word in enumerate(words) if word[0] < end), default=first)
        windows = (
            text[words[max(0, first - back)][0] : words[min(len(words) - 1, last + ahead)][1]]
            for back in range(_BEFORE, -1, -1)
            for ahead in range(_BEHIND, -1, -1)
        )
        yield from _first_reading(dict.fromkeys(windows), wording)


def _first_reading(windows: Iterable[str], wording: Wording) -> Iterator[CountReading]:
    """The reading of the widest window that is a count: "at least 20" is never read as 20."""
    for window in windows:
        try:
            yield read_count(window.strip(_EDGES), wording)
        except ValueProblem:
            continue
        return


def _numbers(text: str, wording: Wording) -> Iterator[tuple[int, int]]:
    """Where numbers stand: digits and number words, and the articles that count one or none."""
    found = template(text, wording)
    at = shift = 0
    for numeral in found.numbers:
        hole = found.text.index(HOLE, at)
        start = hole + shift
        yield start, start + len(numeral.written)
        at = hole + len(HOLE)
        shift += len(numeral.written) - len(HOLE)
    determiners = phrase_pattern(label for label, word in wording.numbers.items() if word.determines)
    yield from (m.span() for m in determiners.finditer(text))


def _times(text: str, wording: Wording) -> Iterator[TimeReading]:
    words = text.split()
    for start in range(len(words)):
        for size in range(1, min(_CLOCK, len(words) - start) + 1):
            try:
                yield read_time(" ".join(words[start : start + size]).strip(_EDGES), wording, None)
            except ValueProblem:
                continue
