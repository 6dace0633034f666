"""
Facts entries with holes, as values: what `reading` makes of a mapping file, and `filling` fills.

A template is a text that stands for itself, a hole, a list, or an entry of templates. Positions are those of the
mapping file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from pyoxigraph import NamedNode

from kg.model.records import Scalar


class Column(NamedTuple):
    """A column in a text; `as_id` where its text is made into what can be an id."""

    name: str
    as_id: bool = False


class NamedHole(NamedTuple):
    """A hole in a text, which the mapping names under `holes`; `as_id` as in `Column`."""

    hole: Hole
    as_id: bool = False


class Digest(NamedTuple):
    """The digest of several columns and named holes together, in a text; empty where all of them are."""

    of: tuple[Column | NamedHole, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in pieces: those that stand for themselves, and what a row fills."""

    pieces: tuple[str | Column | NamedHole | Digest, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads, in order."""
        return tuple(name for piece in self.pieces for name in _columns_in(piece))


def _columns_in(piece: str | Column | NamedHole | Digest) -> Iterator[str]:
    match piece:
        case Column(name):
            yield name
        case NamedHole(hole):
            yield from hole.columns
        case Digest(of):
            for one in of:
                yield from _columns_in(one)


@dataclass(frozen=True, slots=True)
class Steps:
    """
    What is done to a text, in this order; see docs/reference/mappings.md.

    `language` is that of the months in `formats`, empty for English.
    `values` is None where there is no value table; in it an empty tuple says nothing. `otherwise` stands where match,
    values or thing give nothing: None is an error for a code without a value, an empty text is nothing.
    """

    default: str = ""
    match: re.Pattern[str] | None = None
    split: str = ""
    formats: tuple[str, ...] = ()
    language: str = ""
    thousands: str = ""
    values: Mapping[str, tuple[str, ...]] | None = None
    values_name: str = ""
    things: tuple[NamedNode, ...] = ()
    inside: Hole | None = None
    otherwise: Text | None = None


@dataclass(frozen=True, slots=True)
class Hole:
    """What a row fills: the first of its sources that gives something, after the steps. A list where it is split."""

    sources: tuple[Text, ...]
    steps: Steps
    line: int
    column: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads, each once, in order."""
        inner = self.steps.inside.columns if self.steps.inside is not None else ()
        other = self.steps.otherwise.columns if self.steps.otherwise is not None else ()
        return tuple(dict.fromkeys((*(c for text in self.sources for c in text.columns), *inner, *other)))


class Test(NamedTuple):
    """A hole and what must hold of what it gives; `texts` for `is` and `isNot`, `bound` for `above` and `below`."""

    kind: str
    hole: Hole
    texts: frozenset[str] = frozenset()
    bound: float = 0.0


class AnyOf(NamedTuple):
    """Holds when one of the conditions does."""

    conditions: tuple[Condition, ...]


class AllOf(NamedTuple):
    """Holds when all of the conditions do."""

    conditions: tuple[Condition, ...]


Condition: TypeAlias = Test | AnyOf | AllOf


@dataclass(frozen=True, slots=True)
class Entry:
    """
    An entry with templates under its keys, and the condition under which it stands.

    `file` is where an entry of `claims` or `shared` is written: the mapping, or the preset that it starts from.
    """

    keys: tuple[tuple[Scalar, Template], ...]
    condition: Condition | None
    line: int
    column: int
    file: str = ""

    def get(self, key: str) -> Template | None:
        """The template under `key`, or None."""
        return next((template for name, template in self.keys if name.text == key), None)


@dataclass(frozen=True, slots=True)
class Items:
    """A list of templates."""

    items: tuple[Template, ...]
    line: int
    column: int


Template: TypeAlias = Scalar | Hole | Entry | Items


def columns_of(*parts: Template | Condition | None) -> tuple[str, ...]:
    """The columns that templates and conditions read, each once, in the order of the mapping."""
    return tuple(dict.fromkeys(name for part in parts for hole in holes_of(part) for name in hole.columns))


def holes_of(part: Template | Condition | None) -> Iterator[Hole]:
    """The holes of a template or condition, those in conditions first."""
    match part:
        case Hole():
            yield part
        case Entry():
            yield from holes_of(part.condition)
            for _, template in part.keys:
                yield from holes_of(template)
        case Items():
            for item in part.items:
                yield from holes_of(item)
        case Test():
            yield part.hole
        case AnyOf(conditions) | AllOf(conditions):
            for condition in conditions:
                yield from holes_of(condition)
        case _:
            return


def columns_at(entry: Entry) -> dict[tuple[int, int], tuple[str, ...]]:
    """Which columns stand behind each place of the mapping from which an entry takes something, itself included."""
    own = entry.get("id") or entry.get("about")
    found = {(entry.line, entry.column): columns_of(own) or columns_of(entry)}
    for _, template in entry.keys:
        match template:
            case Hole():
                found[template.line, template.column] = template.columns
            case Entry():
                found.update(columns_at(template))
            case Items():
                for item in template.items:
                    found.update(columns_at(Entry(((Scalar("", 0, 0), item),), None, item.line, item.column)))
            case _:
                pass
    return found
