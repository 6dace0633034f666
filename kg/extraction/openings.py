"""What stands above or before what is told: headings, "Halden: …", "Air strikes today:" above a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from kg.extraction import tags as t
from kg.extraction.entities import Entity
from kg.extraction.headlines import Headlines
from kg.extraction.knowledge import Knowledge
from kg.extraction.name_words import LEADS
from kg.extraction.phrase import Link, Noun, Phrase
from kg.extraction.proposal import Span
from kg.extraction.sentence_reading import Reading
from kg.extraction.site import Site, Told
from kg.extraction.things import Things
from kg.ontology import vocabulary as v


@dataclass
class Openings:
    """Reads them in order; `told` takes the places. `day` is that of the list that is being read, if one is named."""

    knowledge: Knowledge
    things: Things
    told: Told
    headlines: Headlines
    day: date | None = None
    label: Site = field(default_factory=Site)
    paragraph: int = -1
    """The paragraph that `label` stands before."""

    def heading(self, reading: Reading) -> None:
        """What stands under a heading is where, and on the day, that it names; an organization in one may be "we"."""
        self.headlines.read(reading)
        tokens = reading.sentence.tokens
        places, bodies = self.knowledge.places, self.knowledge.organizations
        numbered, found = tokens[0].text.isdigit(), False
        for mention in reading.mentions:
            entity, span = mention.entity, Span(tokens[mention.first].start, tokens[mention.last - 1].end)
            if self.knowledge.is_kind(entity.cls, bodies):
                self.things.issued_by(entity, span)
            alone = mention.first <= 1 and len(tokens) - mention.last <= 1
            if (alone or (numbered and not found)) and self.knowledge.is_kind(entity.cls, places):
                found = True
                self.told.site, self.told.span, self.told.sentence = Site((entity,)), span, reading.number
                self.told.named.insert(0, (entity, span, reading.number))

    def lead(self, reading: Reading) -> None:
        """As in "Halden: rebels attacked a base": where all that the paragraph tells was, if it says nothing else."""
        self._list_day(reading)
        found = self._label(reading.phrases)
        if found is not None:
            entity, span = found
            self.told.site, self.told.span, self.told.sentence = Site((entity,)), span, reading.number
            self.label, self.paragraph = Site((entity,), support=span), reading.sentence.paragraph

    def of_entry(self, reading: Reading) -> Site:
        """Where the entry of a list or log lies by its label; nowhere for what stands in none."""
        return self.label if self.paragraph == reading.sentence.paragraph else Site()

    def _label(self, phrases: Sequence[Phrase]) -> tuple[Entity, Span] | None:
        """The place that stands before a colon, or between bars: "3 May | Halden | …"."""
        at = 0
        while at < min(4, len(phrases) - 2) and not isinstance(phrases[at], Noun):
            link = phrases[at]
            if not (isinstance(link, Link) and (link.kind == t.MOMENT or not link.low.isalnum())):
                return None
            at += 1
        first, sign = phrases[at : at + 2] if at + 2 < len(phrases) else (None, None)
        if not (isinstance(first, Noun) and isinstance(sign, Link) and sign.low in LEADS):
            return None
        entity = first.name or next((e for e in first.modifiers if self._may_lie(e)), None)
        if entity is None or (first.event is not None and first.name is None):
            return None
        if entity.cls == "":
            entity.cls = self.knowledge.cls(v.PLACE)
        return (entity, first.span) if self.knowledge.is_kind(entity.cls, self.knowledge.places) else None

    def _may_lie(self, entity: Entity) -> bool:
        return entity.cls == "" or self.knowledge.is_kind(entity.cls, self.knowledge.places)

    def _list_day(self, reading: Reading) -> None:
        """As in "Air strikes today:": the day of the entries below, up to the next text."""
        if reading.sentence.listed:
            return
        days = [when.first for when in reading.times if when.is_day]
        above = reading.sentence.tokens[-1].text == ":" and not reading.clauses and len(days) == 1
        self.day = days[0] if above else None
