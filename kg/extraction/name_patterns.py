"""Patterns of names that no registry knows: how organizations, units and places are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extraction.counts import Numbers
from kg.extraction.kinds import CIVILIANS, FIGHTERS, SPEAKERS
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.tokens import Token

_PEOPLE = frozenset({CIVILIANS, FIGHTERS, SPEAKERS})


@dataclass(frozen=True)
class Patterns:
    """What `names.yaml` and `places.yaml` say of names, in the form that the search wants."""

    knowledge: Knowledge

    @cached_property
    def ends(self) -> dict[tuple[str, ...], str]:
        """The last words of names of organizations → their class."""
        found: dict[tuple[str, ...], str] = {}
        for entry in self.knowledge.section("names", "organizations"):
            for words in entry["ends"]:
                found.setdefault(tuple(words.split()), entry["class"])
        return found

    @cached_property
    def place_kinds(self) -> dict[tuple[str, ...], tuple[str, bool]]:
        """Words after the name of a place → its class, and whether they stand for several places."""
        found: dict[tuple[str, ...], tuple[str, bool]] = {}
        for entry in self.knowledge.section("places", "kinds"):
            for words in entry["behind"]:
                found[tuple(words.split())] = (entry["class"], False)
            for words in entry["plural"]:
                found[tuple(words.split())] = (entry["class"], True)
        return found

    @cached_property
    def kinds_before(self) -> dict[tuple[str, ...], str]:
        """Words before the name of a place → its class."""
        return {tuple(w.split()): e["class"] for e in self.knowledge.section("places", "kinds") for w in e["ahead"]}

    @cached_property
    def units(self) -> tuple[tuple[str, ...], ...]:
        """Words that make a unit with a number, the longest first."""
        words = self.knowledge.section("names", "numbered_units", "nouns")
        return tuple(sorted((tuple(w.split()) for w in words), key=lambda parts: (-len(parts), parts)))

    @cached_property
    def no_names(self) -> frozenset[str]:
        """Words with a capital letter that begin no name."""
        words = {part for entry in self.knowledge.section("names", "not_names") for part in entry.split()}
        return frozenset(words | {word.capitalize() for word in Numbers(self.knowledge.ontology).words})

    @cached_property
    def inside(self) -> frozenset[str]:
        """Small words inside a name."""
        return frozenset(part for entry in self.knowledge.section("names", "of_names") for part in entry.split())

    def is_ordinal(self, word: str) -> bool:
        """Whether a word is a number that tells a place in a row: "13th"."""
        endings = tuple(self.knowledge.section("dates", "ordinals"))
        return word[:-2].isdigit() and word.endswith(endings)

    @cached_property
    def no_places(self) -> frozenset[str]:
        """Words that begin the name of a group that ends like that of a place: "Islamic State"."""
        return frozenset(self.knowledge.section("names", "no_places"))

    @cached_property
    def may_begin(self) -> frozenset[str]:
        """Plain words that may begin a name nevertheless: "Resistance Committee"."""
        return frozenset(self.knowledge.section("names", "may_begin"))

    @cached_property
    def titles(self) -> frozenset[str]:
        """Words before the name of a person."""
        return frozenset(self.knowledge.section(WORDS, "titles"))

    def is_title(self, tokens: Sequence[Token], at: int, run: int) -> bool:
        """Whether a word is a title, and no part of the name; in "Colonel Naw Bu" the name would be a syllable."""
        word = tokens[at].text
        kept = word in self.knowledge.words(WORDS, "honorifics") and run == at + 2 and tokens[at + 1].capital
        return word in self.titles and not kept

    def follows_person(self, tokens: Sequence[Token], at: int, end: int) -> bool:
        """As in "the house of former rebel Pedro Dayot" and "a certain Commander Boy": no place, wherever it stands."""
        word = tokens[at - 1] if at else None
        if word is None or end == at + 1:
            return False
        head = self.knowledge.heads.get(word.low) if word.low in self.knowledge.singular else None
        one = head is not None and head.group in _PEOPLE and not word.capital
        return one or word.text in self.titles

    @cached_property
    def nationalities(self) -> dict[str, str]:
        """Adjectives → the country, where one is told."""
        return {word: land for word, land in self.knowledge.section("names", "nationalities").items() if land}

    @cached_property
    def countries(self) -> frozenset[str]:
        """Names of countries."""
        return frozenset([*self.nationalities.values(), *self.knowledge.section("names", "countries")])

    @cached_property
    def alias_words(self) -> dict[str, list[tuple[str, ...]]]:
        """What stands between two names of one, by its first word: "alias", "(a)"."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for phrase in self.knowledge.section("names", "alias_words"):
            words = tuple(phrase.split())
            found.setdefault(words[0], []).append(words)
        return found

    @cached_property
    def operations(self) -> frozenset[str]:
        """The first words of names of operations."""
        return frozenset(self.knowledge.section("names", "operations", "nouns"))
