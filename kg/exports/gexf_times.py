"""How times stand in GEXF: as days, or as moments where any of them is one; as clocks showed them, without a zone."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from kg.exports.losses import Losses
from kg.exports.property_graph import Spell, Survey
from kg.exports.spells import bound, limited, merged

_KEPT: Final = 100_000
_NAMES: Final = ("start", "end")


class Times:
    """How each spell is written, where it is known whether anything has a time and whether all of them are days."""

    def __init__(self, survey: Survey) -> None:
        self.any, self.days = survey.has_times, survey.only_days
        self._written: dict[tuple[Spell, ...], str] = {}

    def head(self) -> str:
        """What the graph says of its times; that it has none, where it has none."""
        if not self.any:
            return ' mode="static"'
        form = "date" if self.days else "dateTime"
        return f' mode="dynamic" timerepresentation="interval" timeformat="{form}"'

    def spells(self, spells: tuple[Spell, ...], losses: Losses) -> str:
        """Spells in order; those that meet are one, which Gephi needs. What has no year of ours is counted."""
        if not spells:
            return ""
        known = self._written.get(spells)
        return self._told(spells, losses) if known is None else known

    def _told(self, spells: tuple[Spell, ...], losses: Losses) -> str:
        kept = [spell for spell in spells if _is_told(spell) or _lost(spell, losses)]
        lost = len(spells) - len(kept)
        if len(kept) > 1 or not all(map(_in_order, kept)):
            kept = list(limited(kept))
        found = f"<spells>{''.join(map(self._spell, kept))}</spells>" if kept else ""
        if lost == 0 and len(self._written) < _KEPT:
            self._written[spells] = found
        return found

    def _spell(self, spell: Spell) -> str:
        bounds = (
            f' {name}="{text if self.days else _moment(text, last=name == _NAMES[1])}"'
            for name, text in zip(_NAMES, spell, strict=True)
            if text
        )
        return f"<spell{''.join(bounds)}/>"


@lru_cache(maxsize=100_000)
def _is_told(spell: Spell) -> bool:
    begin, end = spell
    known = (not begin or bound(begin, last=False)) and (not end or bound(end, last=True))
    return bool(known) and any(spell)


@lru_cache(maxsize=100_000)
def _in_order(spell: Spell) -> bool:
    return merged([spell]) == (spell,)


@lru_cache(maxsize=100_000)
def _moment(text: str, *, last: bool) -> str:
    found = bound(text, last=last)
    return found.isoformat(timespec="milliseconds" if found.microsecond else "seconds") if found else ""


def _lost(spell: Spell, losses: Losses) -> bool:
    losses.add("times that no calendar of four-digit years holds", 1, " to ".join(spell))
    return False
