"""Labels for events that nobody named: what kind, where and when, as far as it is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kg.model.terms import text_of
from kg.ontology import vocabulary as v

if TYPE_CHECKING:
    from kg.pipeline.sources import Reading

_EVENTS = (
    f"VALUES ?happened {{ {v.EVENT} {v.NON_EVENT} }} ?t a ?happened , ?kind . "
    f"OPTIONAL {{ ?t {v.PLACE_OF} ?place }} OPTIONAL {{ ?t {v.DAY} ?day }} OPTIONAL {{ ?t {v.OF_TYPE} ?denied }} "
    f"OPTIONAL {{ ?t {v.POLARITY} ?polarity }}"
)
_ASKED = "?t ?kind ?place ?day ?denied ?polarity"


def labels_of_nameless(reading: Reading, things: Collection[NamedNode]) -> Mapping[NamedNode, str]:
    """
    Such as `armed clash, Kawlin Town, 2023-11-03`, for those of some things that are events with a place or a day.

    What did not happen is told by the kind that it would have had, such as `attack on civilians (denied), Kawlin Town`.
    Of several places or days, the first by name or date.
    """
    kinds: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    not_so: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    why: dict[NamedNode, set[str]] = defaultdict(set)
    places: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    days: dict[NamedNode, set[str]] = defaultdict(set)
    for thing, kind, place, day, denied, polarity in reading.about(things, _EVENTS, _ASKED):
        if isinstance(thing, NamedNode) and isinstance(kind, NamedNode):
            kinds[thing].add(kind)
            places[thing] |= {place} if isinstance(place, NamedNode) else set()
            days[thing] |= {text_of(day)} if day is not None else set()
            not_so[thing] |= {denied} if isinstance(denied, NamedNode) else set()
            why[thing] |= {reading.name(polarity)} if polarity is not None else set()
    reading.learn_labels(place for found in places.values() for place in found)
    labels = {}
    for thing, found in kinds.items():
        where = min((reading.name(place) for place in places[thing]), default="")
        when = min(days[thing], default="")
        if where or when:
            what = next(iter(reading.kinds(not_so[thing] or found)), "")
            doubt = f" ({min(why[thing])})" if why[thing] and not_so[thing] else ""
            labels[thing] = ", ".join(filter(None, (what + doubt, where, when)))
    return labels
