"""The things that one report speaks of: those of the registry, and those that it introduces itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.extraction.proposal import Span
from kg.extraction.registry import Known, Registry, key_of


@dataclass(slots=True)
class Entity:
    """
    A thing of the report.

    `known` is None for one that no registry has. `name` is empty for what has none ("a police station"). `first` is
    where it stands first, `places` are entities that it is said to lie in. `extra` are further keys of its entry.
    """

    id: str
    cls: str
    name: str = ""
    also: list[str] = field(default_factory=list)
    known: Known | None = None
    first: Span | None = None
    places: list[Entity] = field(default_factory=list, repr=False)
    extra: dict[str, object] = field(default_factory=dict)
    group: str = ""
    misspelled: str = ""
    """How the report spells its name, where that is wrong."""
    owner: Entity | None = None
    written: bool = False

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Entity) and other.id == self.id


def slug(name: str) -> str:
    """
    An id made of a name.

    >>> slug("Kawlin People’s Defense Force")
    'kawlin-peoples-defense-force'
    """
    plain = unicodedata.normalize("NFC", name).lower().replace("’", "").replace("'", "")
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:60].strip("-") or "thing"


class Entities:
    """
    Finds or makes the entities of one report.

    New ids never fall together with those of the registry: a number is added, in order of the text.
    """

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._by_id: dict[str, Entity] = {}
        self._by_name: dict[tuple[str, ...], Entity] = {}
        self._last: dict[str, int] = {}

    def __iter__(self) -> Iterator[Entity]:
        return iter(self._by_id.values())

    def of_known(self, known: Known) -> Entity:
        """The entity of a thing of the registry."""
        entity = self._by_id.get(known.id)
        if entity is None:
            entity = Entity(known.id, known.cls, known.names[0] if known.names else known.id, known=known)
            self._by_id[known.id] = entity
            entity.places = [self.of_known(self.registry.known[i]) for i in known.within if i in self.registry.known]
        return entity

    def named(self, name: str, cls: str) -> Entity:
        """The entity of that name, made where there is none yet."""
        key = key_of(name)
        entity = self._by_name.get(key)
        if entity is None:
            entity = self._made(slug(name), cls, name)
            self._by_name[key] = entity
        elif not entity.cls:
            entity.cls = cls
        return entity

    def by_name(self, name: str) -> Entity | None:
        """The new entity that has been given this name, if any."""
        return self._by_name.get(key_of(name))

    def alias(self, name: str, entity: Entity) -> None:
        """From here on, the name stands for the entity."""
        key = key_of(name)
        if key and key not in self._by_name:
            self._by_name[key] = entity
            if entity.known is None and name != entity.name and name not in entity.also:
                entity.also.append(name)

    def unnamed(self, words: str, cls: str) -> Entity:
        """A thing without a name, such as a base or "two men": always a new one."""
        return self._made(slug(words), cls, "")

    def free_id(self, wanted: str) -> str:
        """The id, with a number where something has it already."""
        number = self._last.get(wanted, 0) + 1
        free = wanted if number == 1 else f"{wanted}-{number}"
        while free in self._by_id or free in self.registry.known:
            number += 1
            free = f"{wanted}-{number}"
        self._last[wanted] = number
        return free

    def keep(self, thing_id: str) -> None:
        """Nothing else gets this id."""
        self._by_id.setdefault(thing_id, Entity(thing_id, ""))

    def _made(self, wanted: str, cls: str, name: str) -> Entity:
        entity = Entity(self.free_id(wanted), cls, name)
        self._by_id[entity.id] = entity
        return entity
