"""A name in a sentence, and what it stands for."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extraction.entities import Entity


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a sentence: tokens `first` up to `last`, excluded, and what it stands for."""

    first: int
    last: int
    entity: Entity
    explicit_kind: bool = False
    """Whether a word beside it says what it is: "Kawlin town"."""
