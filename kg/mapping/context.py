"""What mapping needs besides the records: one frozen value, made once per build."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from pyoxigraph import NamedNode

from kg.mapping.iris import digest
from kg.mapping.values.wording import Wording
from kg.model.findings import Finding
from kg.model.positions import Position
from kg.ontology import Ontology, Property

ReadText = Callable[[str, Position], "SourceText | Finding"]
"""Reads the text that a document names, seen from the facts file at the position; a finding where it cannot."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A document's text: its characters, its path seen from the project folder, the SHA-256 of its bytes."""

    characters: str
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Context:
    """
    The ontology, the words, and the settings of `kg.toml` that decide what facts mean.

    `digest` makes the names that stand for content; a plan over whole tables puts in one that remembers of what.
    """

    ontology: Ontology
    wording: Wording
    base: str
    language: str
    zone: ZoneInfo | None
    analyst: str
    read_text: ReadText
    digest: Callable[..., str] = digest
    directions: dict[NamedNode, tuple[tuple[NamedNode, bool], ...]] = field(default_factory=dict)

    def entailed(self, prop: NamedNode) -> tuple[tuple[NamedNode, bool], ...]:
        """
        The properties that a statement with `prop` also makes true, itself first; True where subject and object swap.

        Superproperties, inverses and symmetric properties, to a fixed point; kept, as there are few properties.
        """
        known = self.directions.get(prop)
        if known is None:
            known = self.directions[prop] = self._entailed(prop)
        return known

    def _entailed(self, prop: NamedNode) -> tuple[tuple[NamedNode, bool], ...]:
        found: dict[tuple[NamedNode, bool], None] = {(prop, False): None}
        waiting = [(prop, False)]
        while waiting:
            iri, swapped = waiting.pop(0)
            declared: Property | None = self.ontology.properties.get(iri)
            if declared is None:
                continue
            following = [(a, swapped) for a in declared.ancestors] + [(i, not swapped) for i in declared.inverses]
            for step in following:
                if step not in found:
                    found[step] = None
                    waiting.append(step)
        return tuple(found)
