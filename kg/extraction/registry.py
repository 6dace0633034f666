"""Names that are known before a report is read: those of the project's facts. Pure look-ups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kg.extraction.knowledge import Knowledge
from kg.extraction.tokens import tokens_of


@dataclass(frozen=True, slots=True)
class Known:
    """
    A thing that the project's facts introduce.

    `names` are the preferred one first, then others and misspellings. `within` are ids of places, `unit_of` of an
    organization, `side` of a side; empty where the facts do not say.
    """

    id: str
    cls: str
    names: tuple[str, ...]
    within: tuple[str, ...] = ()
    side: str = ""


def key_of(name: str) -> tuple[str, ...]:
    """
    A name as it is compared: its words in small letters, without accents of the press on apostrophes.

    >>> key_of("Kawlin People’s Defense Force")
    ('kawlin', 'people', "'s", 'defense', 'force')
    """
    return tuple(token.low for token in tokens_of(name))


@dataclass(frozen=True)
class Registry:
    """All known things, by id and by name."""

    known: Mapping[str, Known] = field(default_factory=dict)

    @staticmethod
    def of(things: Iterable[Known]) -> Registry:
        """A registry of the things; a later one with the same id adds its names and places to the first."""
        found: dict[str, Known] = {}
        for thing in things:
            first = found.get(thing.id)
            if first is None:
                found[thing.id] = thing
                continue
            names = tuple(dict.fromkeys((*first.names, *thing.names)))
            within = tuple(dict.fromkeys((*first.within, *thing.within)))
            found[thing.id] = Known(first.id, first.cls or thing.cls, names, within, first.side or thing.side)
        return Registry(found)

    @cached_property
    def by_name(self) -> Mapping[tuple[str, ...], tuple[Known, ...]]:
        """Names as compared → the things that have them, in the order of the facts."""
        found: dict[tuple[str, ...], list[Known]] = {}
        for thing in self.known.values():
            for name in thing.names:
                key = key_of(name)
                if key and thing not in found.setdefault(key, []):
                    found[key].append(thing)
        return {key: tuple(things) for key, things in found.items()}

    @cached_property
    def first_words(self) -> Mapping[str, int]:
        """The first word of each name → how many words the longest such name has."""
        found: dict[str, int] = {}
        for key in self.by_name:
            found[key[0]] = max(found.get(key[0], 0), len(key))
        return found

    def wholes(self, thing_id: str) -> tuple[str, ...]:
        """The ids of all places that a place lies in, nearest first."""
        found: dict[str, None] = {}
        waiting = list(self.known[thing_id].within) if thing_id in self.known else []
        while waiting:
            one = waiting.pop(0)
            if one not in found and one != thing_id:
                found[one] = None
                waiting.extend(self.known[one].within if one in self.known else ())
        return tuple(found)


def with_short_names(registry: Registry, knowledge: Knowledge) -> Registry:
    """The registry with the short names of its places: "Kawlin" for "Kawlin Township", if that is free."""
    kinds = [
        (entry["class"], tuple(word.lower() for word in (*entry["behind"], *entry["plural"])))
        for entry in knowledge.section("places", "kinds")
    ]
    words = {word for _, names in kinds for word in names}
    taken = set(registry.by_name)
    added: dict[str, Known] = {}
    for thing in registry.known.values():
        short = tuple(
            " ".join(parts[:-1])
            for name in thing.names
            if len(parts := name.split()) > 1
            and parts[-1].lower() in words
            and knowledge.is_kind(thing.cls, knowledge.places)
        )
        fresh = tuple(name for name in short if key_of(name) not in taken)
        if fresh:
            added[thing.id] = Known(thing.id, thing.cls, (*thing.names, *fresh), thing.within, thing.side)
    return Registry({**registry.known, **added})
