"""What stands above or before what is told: headings, "Halden: …", "Air strikes today:" above a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kg.extraction.knowledge import Knowledge
from kg.extraction.phrase import Link, Noun
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
    day: date | None = None

    def heading(self, reading: Reading) -> None:
        """What stands under a heading is where, and on the day, that it names; an organization in one may be "we"."""
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
        words = [p for p in reading.phrases[:4] if not (isinstance(p, Link) and not p.low.isalnum() and p.low != ":")]
        first, sign = words[:2] if len(reading.phrases) > 2 and len(words) > 1 else (None, None)
        if isinstance(first, Noun) and first.name is not None and isinstance(sign, Link) and sign.low == ":":
            if first.name.cls == "":
                first.name.cls = self.knowledge.cls(v.PLACE)
            if self.knowledge.is_kind(first.name.cls, self.knowledge.places):
                self.told.site, self.told.span, self.told.sentence = Site((first.name,)), first.span, reading.number

    def _list_day(self, reading: Reading) -> None:
        """As in "Air strikes today:": the day of the entries below, up to the next text."""
        if reading.sentence.listed:
            return
        days = [when.first for when in reading.times if when.is_day]
        above = reading.sentence.tokens[-1].text == ":" and not reading.clauses and len(days) == 1
        self.day = days[0] if above else None
