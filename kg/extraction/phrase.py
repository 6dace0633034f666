"""The phrases of a sentence: noun phrases with what they stand for, verb groups, and what stands between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from kg.extraction.counts import Quantity
from kg.extraction.dates import When
from kg.extraction.entities import Entity
from kg.extraction.frame import Frame
from kg.extraction.proposal import NOWHERE, Span

FIGHTERS, AIRBORNE, CIVILIANS = "fighters", "airborne", "civilians"
COUNTED = "counted"
"""The group of a noun phrase that is only a number."""


@dataclass(frozen=True, slots=True)
class Noun:
    """
    A noun phrase.

    `cls` and `group` are what its head stands for, `name` the entity of a name that is its head, `modifiers` those of
    names before the head. `event` is the frame of an event that the head names. `article` is definite, indefinite, or
    empty; `sort` tells names of places from names of who acts; `owner_words` are the plain words before the head, in
    small letters.
    """

    first: int
    last: int
    span: Span
    text: str
    head: str = ""
    cls: str = ""
    group: str = ""
    bare: bool = False
    name: Entity | None = None
    modifiers: tuple[Entity, ...] = ()
    quantity: Quantity | None = None
    article: str = ""
    pronoun: str = ""
    event: Frame | None = None
    words: tuple[str, ...] = ()
    sort: str = ""
    head_span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Verb:
    """
    A verb group: "had not yet been seized".

    `helpers` are the words before the content verb, in small letters, adverbs and negations among them.
    """

    first: int
    last: int
    span: Span
    lemma: str
    tense: str
    passive: bool
    infinitive: bool
    finite: bool
    helpers: tuple[str, ...] = ()
    ambiguous: bool = False
    """Whether the word may be the past or the participle."""


@dataclass(frozen=True, slots=True)
class Link:
    """
    What is neither: a preposition, a sign, a time …; `kind` is its tag, `low` its words.

    `genitive` is "of", `listing` "and": what joins nouns to a list.
    """

    first: int
    last: int
    span: Span
    kind: str
    low: str
    when: When | None = None
    genitive: bool = False
    listing: bool = False


Phrase: TypeAlias = Noun | Verb | Link
