"""Headlines whose words all begin with a capital letter: "Junta Troops Kill Four Villagers in Halden"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.registry import Registry
from kg.extraction.tokens import Sentence, Token

_SHORT, _FEWEST, _MOST = 3, 3, 40
"""Letters of a word that a headline may leave small; how many longer words a headline has at least, and at most."""
_LONGEST: Final = 4
"""Words of the longest noun that is looked for."""


@dataclass(frozen=True)
class TitleCase:
    """Writes the plain words of such a headline in small letters, so that its names stand out again."""

    knowledge: Knowledge
    registry: Registry

    @cached_property
    def _nouns(self) -> frozenset[str]:
        forms = self.knowledge.forms
        events = {noun.lower() for frame in self.knowledge.frames for noun in frame.nouns}
        return frozenset(self.knowledge.heads) | events | {forms.plural(noun) for noun in events}

    @cached_property
    def _verbs(self) -> frozenset[str]:
        return frozenset(self.knowledge.forms.verbs)

    @cached_property
    def _small(self) -> frozenset[str]:
        """Words of the language that are never names, and those for numbers."""
        return self.knowledge.common | self.knowledge.words(WORDS, "negations")

    @cached_property
    def _ends(self) -> frozenset[str]:
        """The last words of names: "Force", "Army"."""
        kinds = self.knowledge.section("names", "organizations")
        return frozenset(end.split()[-1].lower() for kind in kinds for end in kind["ends"])

    def read(self, sentence: Sentence) -> Sentence:
        """A headline with its plain words in small letters; of every sentence the words that only describe."""
        tokens = sentence.tokens
        if sentence.heading and not sentence.listed and self._is_title(tokens):
            tokens = self._plain(tokens)
        if any(self._describes(token) for token in tokens):
            tokens = tuple(t._replace(text=t.text.lower()) if self._describes(t) else t for t in tokens)
        return sentence if tokens is sentence.tokens else replace(sentence, tokens=tokens)

    def _describes(self, token: Token) -> bool:
        """As in "AA-held villages" and "a Saudi-led force": a word that says whose they are, and no name."""
        owner, dash, said = token.low.rpartition("-")
        return bool(dash and owner) and said in self._said and token.low not in self.registry.first_words

    @cached_property
    def _said(self) -> frozenset[str]:
        return self.knowledge.words("names", "said_of_owners")

    def _plain(self, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
        made = list(tokens)
        at = 0
        while at < len(made):
            known = self._name_at(made, at)
            if known:
                at += known
                continue
            size = self._noun_at(made, at) or (1 if self._is_plain(made[at].low) else 0)
            for place in range(at, at + size):
                token = made[place]
                made[place] = token._replace(text=token.text.lower())
            at += max(1, size)
        return tuple(made)

    def _is_title(self, tokens: Sequence[Token]) -> bool:
        longer = [token for token in tokens[1:] if token.text.isalpha() and len(token.text) > _SHORT]
        titled = len(longer) >= _FEWEST and len(tokens) <= _MOST and all(token.text[0].isupper() for token in longer)
        return titled and any(token.low in self._verbs or token.low in self._nouns for token in longer)

    def _is_plain(self, low: str) -> bool:
        return low in self._small or (low in self._verbs and low not in self._ends)

    def _name_at(self, tokens: Sequence[Token], at: int) -> int:
        """How many words a name of the registry has that begins here; 0 for none."""
        words = [token.low for token in tokens[at : at + _LONGEST]]
        return next((size for size in range(len(words), 0, -1) if tuple(words[:size]) in self.registry.by_name), 0)

    def _noun_at(self, tokens: Sequence[Token], at: int) -> int:
        """How many words the longest known noun has that begins here; 0 for none, and inside a name."""
        for size in range(min(_LONGEST, len(tokens) - at), 0, -1):
            words = " ".join(token.low for token in tokens[at : at + size])
            if words in self._nouns:
                following = tokens[at + size].low if at + size < len(tokens) else ""
                if size == 1 and following in self._ends:
                    return 0  # "Hill Force": a part of a name
                named = tokens[at + size - 1].low in self._ends and at > 0 and tokens[at - 1].capital
                return 0 if named and not self._is_land(tokens[at - 1].text) else size
        return 0

    def _is_land(self, word: str) -> bool:
        return word in self.knowledge.section("names", "nationalities") or word in self.knowledge.section(
            "names", "countries"
        )
