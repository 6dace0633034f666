"""Edges as elements of GEXF: there may be millions, so what comes again in them is made once."""

from __future__ import annotations

import math
from typing import Final

from kg.exports.gexf_attvalues import Attvalues, Known, element
from kg.exports.gexf_times import Times
from kg.exports.gexf_values import identifier
from kg.exports.losses import Losses
from kg.exports.property_graph import Edge, Spell
from kg.exports.xml_text import Markup

_WIDEST: Final = 1e30


class EdgeElements:
    """Writes edges one by one."""

    def __init__(self, values: Attvalues, times: Times, markup: Markup, losses: Losses) -> None:
        self._values, self._times, self._markup, self._losses = values, times, markup, losses
        self._kinds = Known(self._kind, losses)
        self._weights = Known(self._weight, losses)
        self._sources = Known(self._sourced, losses)
        self._spelled = Known(self._spelling, losses)

    def element(self, edge: Edge) -> str:
        """An edge with its kind, so that Gephi keeps parallel ones apart, its values and its times."""
        name, source, target, kind, label, weight, directed, spells, attributes, claims, sources = edge
        if not self._markup.is_plain(f"{name}{source}{target}"):
            name, source, target = (self._markup.attribute(identifier(text)) for text in (name, source, target))
        said = self._values.once("own claims", claims) if claims else ""
        times, spelled = self._spelled[spells]
        told = self._values.of(attributes) if attributes else ""
        written = self._weights[weight]
        return (
            f'<edge id="{name}" source="{source}" target="{target}"{self._kinds[directed, kind, label]}'
            f' weight="{written}">{element(f"{self._sources[sources]}{said}{times}{told}")}{spelled}'
            f'<viz:thickness value="{written}"/></edge>\n'
        )

    def _kind(self, key: tuple[bool, str, str]) -> str:
        directed, kind, label = key
        texts = map(self._markup.attribute, (kind, label or kind))
        return ' type="{}" kind="{}" label="{}"'.format("directed" if directed else "undirected", *texts)

    def _weight(self, weight: float) -> str:
        if not 0 < weight < math.inf:  # also where it is no number
            self._losses.add("weights that are not above 0, which are 1", 1, str(weight))
            return "1"
        if weight > _WIDEST:
            self._losses.add("weights above 1e30, which are that", 1, str(weight))
        return number(min(weight, _WIDEST))

    def _sourced(self, sources: int) -> str:
        return self._values.once("own sources", sources)

    def _spelling(self, spells: tuple[Spell, ...]) -> tuple[str, str]:
        """The times of an edge as values, and as spells."""
        if not spells:
            return "", ""
        ends = (("own begin", spells[0][0]), ("own end", spells[-1][1]))
        values = "".join(self._values.once(name, text) for name, text in ends if text)
        return values, self._times.spells(spells, self._losses)


def number(value: float) -> str:
    """
    A number as short as readers take it.

    >>> number(3.0), number(0.25)
    ('3', '0.25')
    """
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(float(value))
