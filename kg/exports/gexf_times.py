"""How times stand in GEXF: as days, or as moments where any of them is one; as clocks showed them, without a zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kg.exports.losses import Losses
from kg.exports.property_graph import PropertyGraph, Spell
from kg.exports.spells import bound, merged
from kg.exports.xml_text import XmlFile

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Times:
    """Whether anything has a time, and whether all of them are days."""

    any: bool
    days: bool

    @staticmethod
    def of(graph: PropertyGraph) -> Times:
        """Go once through nodes and edges."""
        found, days = False, True
        for spells in _all_spells(graph):
            for spell in spells:
                found = True
                days = days and all(_DAY.fullmatch(text) for text in spell if text)
            if found and not days:
                break
        return Times(found, days)

    def head(self) -> dict[str, str]:
        """What the graph says of its times; nothing where it has none."""
        if not self.any:
            return {"mode": "static"}
        form = "date" if self.days else "dateTime"
        return {"mode": "dynamic", "timerepresentation": "interval", "timeformat": form}

    def write(self, file: XmlFile, namespace: str, spells: Sequence[Spell], losses: Losses) -> None:
        """Write spells in order; those that touch are one, which Gephi needs. What has no year of ours is counted."""
        kept = [spell for spell in spells if self._is_told(spell, losses)]
        if not kept:
            return
        with file.element(f"{{{namespace}}}spells"):
            for begin, end in merged(kept):
                named = {"start": self._text(begin, last=False), "end": self._text(end, last=True)}
                with file.element(f"{{{namespace}}}spell", {name: text for name, text in named.items() if text}):
                    pass

    def _is_told(self, spell: Spell, losses: Losses) -> bool:
        if all(bound(text, last=False) for text in spell if text) and any(spell):
            return True
        losses.add("times that no calendar of four-digit years holds", 1, " to ".join(spell))
        return False

    def _text(self, text: str, *, last: bool) -> str:
        if not text or self.days:
            return text
        found = bound(text, last=last)
        return found.isoformat(timespec="auto" if not found.microsecond else "milliseconds") if found else ""


def _all_spells(graph: PropertyGraph) -> Iterator[Sequence[Spell]]:
    yield from (node.spells for node in graph.nodes)
    yield from (edge.spells for edge in graph.edges)
