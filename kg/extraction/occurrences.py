"""Which place in a text some words stand at, for many of them: a long report has thousands of quotes."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Final

_BEGINNING: Final = 16
"""Characters that words are looked up by; shorter ones are searched for."""


class Occurrences:
    """
    The places of some words in a text; the text is gone through once for all of them.

    >>> Occurrences("a clash, and then a clash", ["a clash"]).place("a clash", 18)
    2
    """

    def __init__(self, text: str, words: Iterable[str]) -> None:
        self._text = text
        beginnings = {one[:_BEGINNING] for one in words if len(one) >= _BEGINNING}
        self._begun: dict[str, list[int]] = defaultdict(list)
        for at in range(len(text) - _BEGINNING + 1) if beginnings else ():
            if (piece := text[at : at + _BEGINNING]) in beginnings:
                self._begun[piece].append(at)
        self._starts = cache(self._found)

    def place(self, words: str, start: int) -> int:
        """Which of the places of the words begins at `start`, counted from 1; 0 where there is only one."""
        starts = self._starts(words)
        return bisect_right(starts, start) if len(starts) > 1 else 0

    def _found(self, words: str) -> list[int]:
        if len(words) >= _BEGINNING:
            return [at for at in self._begun[words[:_BEGINNING]] if self._text.startswith(words, at)]
        found, at = [], self._text.find(words)
        while at >= 0:
            found.append(at)
            at = self._text.find(words, at + 1)
        return found
