"""A clause: a verb group with its subject, its objects and the prepositions after it; and the words that join some."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.extraction.phrase import Noun, Verb


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """
    Words by which clauses hang together.

    The object of a verb of `control` does what follows; a verb of `saying` takes a sentence without a "that". A word of
    `beside` adds somebody to a subject, so does one of `joining` with its agent; after one of `most` it is said who
    they are, and after one of `meanwhile` what went on beside it. Relatives are of
    `persons`, or `oblique`: of no object. `being` says what somebody is.
    """

    control: frozenset[str] = frozenset()
    saying: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    oblique: frozenset[str] = frozenset()
    most: frozenset[str] = frozenset()
    joining: frozenset[str] = frozenset()
    meanwhile: frozenset[str] = frozenset()
    agent: frozenset[str] = frozenset()
    being: frozenset[str] = frozenset()


@dataclass(slots=True)
class Prepositional:
    """A preposition and the nouns it governs; `at` is its number among the phrases of the sentence."""

    low: str
    nouns: list[Noun]
    at: int


@dataclass(slots=True)
class Clause:
    """
    A verb group and what belongs to it.

    `shared` are the objects of the verb that "and" joins right behind it: "attacked and burned a village".

    `at` is the number of the verb among the phrases, `start` and `end` those of the first phrase and the one after the
    last; `tail` are those of what goes on after a relative clause inside it. `subject_of` says which
    earlier clause the subject was taken from, -1 where it stands here. `joined_by` is the word before it ("and",
    "while", "which"); `depends_on` is the clause whose complement it is ("tried to seize"), else -1.
    """

    at: int
    verb: Verb
    start: int
    end: int
    subject: list[Noun] = field(default_factory=list)
    subject_of: int = -1
    objects: list[Noun] = field(default_factory=list)
    shared: list[Noun] = field(default_factory=list)
    after: list[Prepositional] = field(default_factory=list)
    before: list[Prepositional] = field(default_factory=list)
    joined_by: str = ""
    joined_kind: str = ""
    depends_on: int = -1
    tail: tuple[int, int] = (0, 0)
