"""Where the rest of a sentence, or the front of its paragraph, says that it happens: the scene of what is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kg.extraction.clause import Clause
from kg.extraction.entities import Entity
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.occurrence import Occurrence
from kg.extraction.places import PlaceResolver
from kg.extraction.sentence_reading import Reading
from kg.extraction.site import Site, Told
from kg.extraction.triggers import Trigger

_TOWNSHIP = 4
"""The rank of the largest place that a paragraph as a whole is taken to be about."""


@dataclass
class Scene:
    """Reads the sentences of one report in order; `told` is what the place resolver remembers of it."""

    knowledge: Knowledge
    places: PlaceResolver
    told: Told
    front: Site = field(default_factory=Site)
    paragraph: int = -1
    read: int = -1
    """The paragraph that is being read."""

    def open(self, reading: Reading) -> None:
        """Take note of "In Halden, …" at the front of a sentence: its paragraph goes on from there."""
        if reading.sentence.paragraph != self.paragraph:
            self.front = Site()
        if reading.sentence.paragraph != self.read:
            self.read, self.told.begins = reading.sentence.paragraph, reading.sentence.span.start
        found = self.places.fronted(reading.phrases)
        if found.places:
            self.front, self.paragraph = found, reading.sentence.paragraph
            self.front = Site(found.places, found.near, support=reading.sentence.span)

    def beside(self, reading: Reading, trigger: Trigger) -> Site:
        """As in "Halden is cut off, and the army has closed the road": a place that the sentence names before."""
        for number in range(trigger.clause - 1, -1, -1):
            clause = reading.clauses[number]
            if clause.verb.lemma in self.knowledge.words("cues", "speech", "verbs"):
                continue
            if clause.joined_by in self.knowledge.words(WORDS, "personal_relatives"):
                continue  # "a man who planned a bombing in Halden": where that was
            site = self.places.said_in(clause, reading.phrases)
            places = site.places or tuple(self._subjects(clause))
            if places:
                return Site(places, site.near, reason="the sentence says so of what it tells before")
        return self._behind(reading, trigger)

    def _behind(self, reading: Reading, trigger: Trigger) -> Site:
        """As in "thousands were driven out as rebels stormed Halden": what went on meanwhile, and where."""
        for clause in reading.clauses[trigger.clause + 1 :] if trigger.clause >= 0 else ():
            if clause.joined_by in self.knowledge.words("light", "frame_words"):
                site = self.places.said_in(clause, reading.phrases)
                if site.places:
                    return Site(site.places, site.near, reason="the sentence says so of what went on meanwhile")
        return Site()

    def _subjects(self, clause: Clause) -> Iterator[Entity]:
        """A town as the subject of a clause."""
        for noun in clause.subject if clause.subject_of < 0 else ():
            entity = self.places.lies.place_of(noun)
            if entity is not None and self.places.lies.rank(entity) <= _TOWNSHIP:
                yield entity

    def of_paragraph(self, reading: Reading) -> Site:
        """The place at the front of the paragraph, where the event told last lies in it too, or lies nowhere."""
        if reading.sentence.paragraph != self.paragraph or not self.front.places:
            return Site()
        last, front = self.told.site.places, self.front.places
        lies = self.places.lies
        apart = (
            self.told.paragraph == self.paragraph and last and not any(self._fits(a, b) for a in last for b in front)
        )
        ward = any(lies.is_quarter(place) or lies.is_area(place) for place in last)
        finer = not apart and last and not ward and self.told.paragraph == self.paragraph
        if finer and lies.rank(last[0]) < lies.rank(front[0]):
            return Site()  # "In Orrin District, … at Oakfield. …": it goes on at Oakfield
        if apart or all(lies.rank(place) > _TOWNSHIP for place in front):
            return Site()
        return Site(
            front, self.front.near, reason="the paragraph begins with what happened there", support=self.front.support
        )

    def concluded(self, reading: Reading, trigger: Trigger, entry: Site, target: Entity | None, *, far: bool) -> Site:
        """
        Where it happened, if its own words do not say.

        The rest of the sentence counts first, then the place before its `entry`, then the front of the paragraph, then
        where the `target` lies, then the event told before, unless that is `far`.
        """
        site = self.beside(reading, trigger)
        moved = self.told.paragraph == reading.sentence.paragraph and bool(self.told.site.places)
        if not site.places and entry.places and not moved:
            site = replace(entry, reason="that is where its entry begins")
        if not site.places and target is None:
            site = self.of_paragraph(reading)
        if site.places:
            return site
        return self.places.inferred(Told() if far else self.told, reading.number, target)

    def is_far(self, reading: Reading, made: Occurrence) -> bool:
        """Whether what did not happen is told in another paragraph than the event before it, and not right after."""
        apart = self.told.paragraph != reading.sentence.paragraph and reading.number - self.told.sentence > 1
        return bool(made.polarity) and apart

    def apart(self, reading: Reading, clause: int, site: Site) -> bool:
        """As in "Eleven people died in Merrow", told after what happened in Halden: whether it was somewhere else."""
        lies = self.places.lies
        after = reading.clauses[clause].after if clause >= 0 else []
        named = [place for p in after for n in p.nouns if (place := lies.place_of(n)) is not None]
        return bool(named and site.places) and not any(
            self._fits(a, b) or lies.one_place(a, b) for a in named for b in site.places
        )

    def _fits(self, place: Entity, front: Entity) -> bool:
        """Whether a place is, or may be, in the one at the front: a quarter of which nobody knows where it lies."""
        lies = self.places.lies
        unknown = place.known is None and not lies.speaks_against(place, front)
        return lies.one_place(place, front) or (unknown and lies.rank(place) < lies.rank(front))

    def describe(self, reading: Reading) -> Site:
        """As in "The outpost at Halden had been manned by soldiers": where that stands of which the report goes on."""
        clause = reading.clauses[0] if reading.clauses else None
        if clause is None or not any(self.places.kinds.is_facility(n) for n in clause.subject):
            return Site()
        site = self.places.standing(clause, reading.phrases)
        if site.places:
            self.told.site, self.told.span, self.told.sentence = site, reading.sentence.span, reading.number
        return site
