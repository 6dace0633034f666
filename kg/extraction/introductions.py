"""Other names that a report gives to what it names: "Arakan Army (AA)", "Kyaw Min (a) Bo Phyu"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.extraction.entities import Entities
from kg.extraction.knowledge import Knowledge
from kg.extraction.mention import Mention
from kg.extraction.name_patterns import Patterns
from kg.extraction.name_words import words_of
from kg.extraction.registry import Registry
from kg.extraction.tokens import Token

ACRONYM = re.compile(r"[A-Z][A-Za-z]?[A-Z][A-Z/\-]*[A-Za-z]?|[A-Z]{2,}(?:-[A-Z]+)?")


@dataclass(frozen=True)
class Introductions:
    """Reads the other names, which from there on stand for the same."""

    knowledge: Knowledge
    registry: Registry
    entities: Entities
    patterns: Patterns

    def of(self, tokens: Sequence[Token], mention: Mention) -> Mention:
        """The mention with the other names that stand after it."""
        return self.also_called(tokens, self.introduces(tokens, mention))

    def also_called(self, tokens: Sequence[Token], mention: Mention) -> Mention:
        """As in "Kyaw Min (a) Bo Phyu": the mention with the other name of the same person."""
        following = tokens[mention.last].low if mention.last < len(tokens) else ""
        for words in self.patterns.alias_words.get(following, ()):
            at = mention.last + len(words)
            if at < len(tokens) and tuple(k.low for k in tokens[mention.last : at]) == words and tokens[at].capital:
                end = next((i for i in range(at, len(tokens)) if not tokens[i].capital), len(tokens))
                self.entities.alias(words_of(tokens, at, end), mention.entity)
                return replace(mention, last=end)
        return mention

    def introduces(self, tokens: Sequence[Token], mention: Mention) -> Mention:
        """The mention with the short name that stands after it in brackets, which then stands for the same."""
        at = mention.last
        if at + 2 >= len(tokens) or tokens[at].text != "(" or tokens[at + 2].text != ")":
            return mention
        short = tokens[at + 1].text
        if not ACRONYM.fullmatch(short):
            return mention
        words = [t.text for t in tokens[mention.first : at] if t.capital]
        initials = "".join(w[0] for w in words)
        letters = "".join(c for c in short if c.isupper())
        if len(letters) < len(words) and initials.endswith(letters) and len(letters) > 1:
            self.entities.alias(" ".join([*words[: len(words) - len(letters)], short]), mention.entity)
        elif not mention.entity.known or not self.registry.by_name.get((short.lower(),)):
            self.entities.alias(short, mention.entity)
        thing = " ".join(token.low for token in tokens[mention.first : at]) in self.knowledge.heads
        if not mention.entity.cls and not thing:  # "an Improvised Explosive Device (IED)" is no body
            mention.entity.cls = self.knowledge.section("names", "organizations")[-1]["class"]
        return replace(mention, last=at + 3)
