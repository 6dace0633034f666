"""Headlines in Title Case → the small letters that their plain words would have in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.name_patterns import Patterns
from kg.extraction.registry import Registry
from kg.extraction.tokens import Sentence, Token

_SHORT = 3
"""Letters: words no longer than that may be small in a title."""
_LEAST = 4
"""Long words: a line with fewer is too short to tell."""
_MOST = 0.8
"""The share of the long words of a title that begin with a capital."""


@dataclass(frozen=True)
class TitleCase:
    """Knows plain words by the lists and frames of a language, and names by the registry and the patterns."""

    knowledge: Knowledge
    patterns: Patterns
    registry: Registry

    def lowered(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        """The sentences of a text, those of one that is all headlines without the capitals of their plain words."""
        if any(not sentence.heading for sentence in sentences):
            return list(sentences)
        return [self._lowered(one) if _is_title(one.tokens) else one for one in sentences]

    def _lowered(self, sentence: Sentence) -> Sentence:
        made: list[Token] = []
        for token in sentence.tokens:
            plain = token.text.istitle() and token.low in self._plain and token.low not in self.registry.first_words
            named = bool(made) and made[-1].capital and (token.text,) in self._in_names
            made.append(token._replace(text=token.low) if plain and not named else token)
        return replace(sentence, tokens=tuple(made))

    @cached_property
    def _in_names(self) -> frozenset[tuple[str, ...]]:
        """Words that end names: "Army", "Township"."""
        return frozenset({*self.patterns.ends, *self.patterns.place_kinds})

    @cached_property
    def _plain(self) -> frozenset[str]:
        """Words that are no names: verbs in all forms, and the words of nouns, lists and events."""
        forms, nouns = self.knowledge.forms, [noun for frame in self.knowledge.frames for noun in frame.nouns]
        words = {part for noun in (*self.knowledge.heads, *nouns) for part in noun.lower().split()}
        words |= {forms.plural(word) for word in words}
        states = self.knowledge.words("light", "states")
        numbers = self.knowledge.words(WORDS, "counting", "multiples")
        return frozenset(words | set(forms.verbs) | self.knowledge.common | states | numbers)


def _is_title(tokens: Sequence[Token]) -> bool:
    """
    Whether most words of a line begin with a capital.

    >>> from kg.extraction.tokens import tokens_of
    >>> _is_title(tokens_of("Villagers Flee Junta Raids Near Border"))
    True
    """
    long = [token for token in tokens if token.text[0].isalpha() and len(token.text) > _SHORT]
    return len(long) >= _LEAST and sum(token.text[0].isupper() for token in long) >= _MOST * len(long)
