"""The cascade: an engine that proposes facts by rules whose knowledge is data. No network, no model, no chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from kg.extraction.attribution import Attribution
from kg.extraction.compose import ENGINE, Composer
from kg.extraction.datelines import dateline_at
from kg.extraction.discourse import Discourse
from kg.extraction.entities import Entities, Entity
from kg.extraction.knowledge import Knowledge
from kg.extraction.names import Names
from kg.extraction.occurrence import Later, Responsibility, ToldOf
from kg.extraction.phrase import Link, Noun
from kg.extraction.proposal import Proposal, Report, Span
from kg.extraction.quotations import spread
from kg.extraction.registry import Registry, with_short_names
from kg.extraction.retractions import Retractions
from kg.extraction.sentence_reading import Days, Reader, Reading
from kg.extraction.speech import Speech
from kg.extraction.things import Things
from kg.extraction.title_case import TitleCase
from kg.extraction.tokens import Sentence, sentences_of


@dataclass(frozen=True)
class Cascade:
    """
    The engine for one language and one registry; used for any number of reports.

    `version` of its proposals changes with every file of its knowledge.
    """

    knowledge: Knowledge
    registry: Registry

    @property
    def name(self) -> str:
        """The name that its proposals carry."""
        return ENGINE

    @cached_property
    def _reader(self) -> Reader:
        return Reader.of(self.knowledge)

    @cached_property
    def _titles(self) -> TitleCase:
        return TitleCase(self.knowledge, self._reader.patterns, self._registry)

    @cached_property
    def _registry(self) -> Registry:
        return with_short_names(self.registry, self.knowledge)

    def propose(self, report: Report) -> Iterator[Proposal]:
        """The proposals of a report, in order of the text; things stand before the events that name them."""
        sentences = sentences_of(report.text, self._reader.splitter, dateline_at(report.text, self._reader.calendar))
        sentences = self._titles.lowered(sentences)
        entities = Entities(self._registry)
        issued = date.fromisoformat(report.issued) if report.issued else None
        readings = list(self._readings(report, sentences, entities, issued))
        things = Things(self.knowledge, self._reader.kinds, entities)
        self._attribute(readings, entities, things)
        discourse = Discourse(self._reader, entities, things, issued)
        composer = Composer(self.knowledge, report.text, report.issued, self.knowledge.version)
        body = any(not r.sentence.heading for r in readings)
        events: list[ToldOf] = []
        for reading in readings:
            if body and reading.sentence.heading:
                discourse.openings.heading(reading)
                continue
            self._learn_alliances(reading, things)
            things.hear(reading.named())
            events += discourse.events(reading)
        discourse.classes.settle(events)
        yield from _composed(composer, events)

    def _readings(
        self, report: Report, sentences: Sequence[Sentence], entities: Entities, issued: date | None
    ) -> Iterator[Reading]:
        names = Names(self.knowledge, self._registry, entities, self._reader.patterns)
        names.survey(sentences)
        found = [names.find(sentence) for sentence in sentences]
        current: date | None = None
        for number, sentence in enumerate(sentences):
            reading = self._reader.read(report.text, (number, sentence), found[number], Days(issued, current))
            current = next((w.first for w in reading.times if w.is_day), current)
            yield reading

    def _attribute(self, readings: Sequence[Reading], entities: Entities, things: Things) -> None:
        speech = Speech(self.knowledge, self._reader.kinds, things, entities)
        found: dict[int, list[Attribution]] = {}
        for r in readings:
            things.hear(r.named())
            found[r.number] = speech.find(r.sentence, r.number, r.phrases, r.clauses)
        things.forget()
        spread(found, [r.sentence for r in readings])
        for reading in readings:
            reading.attributions = found[reading.number]
        Retractions(self.knowledge).mark(readings)

    def _learn_alliances(self, reading: Reading, things: Things) -> None:
        """As in "the alliance of A, B and C": who belongs to it."""
        alliances = frozenset(self.knowledge.words("names", "alliance_words"))
        for at, phrase in enumerate(reading.phrases[:-2]):
            if not isinstance(phrase, Noun) or not (set(phrase.words) & alliances):
                continue
            link = reading.phrases[at + 1]
            if not (isinstance(link, Link) and link.low in self._joins):
                continue
            from kg.extraction.clauses import noun_list

            nouns, _ = (
                noun_list(reading.phrases, at + 2, len(reading.phrases))
                if isinstance(reading.phrases[at + 2], Noun)
                else ([], 0)
            )
            members = tuple(n.name for n in nouns if n.name is not None and self._reader.kinds.is_organization(n))
            if len(members) > 1:
                self._alliance(phrase, members, things)

    @property
    def _joins(self) -> frozenset[str]:
        return self.knowledge.words("names", "alliance_joins")

    def _alliance(self, noun: Noun, members: tuple[Entity, ...], things: Things) -> None:
        entity = noun.name
        if entity is None:
            entity = things.entities.named(things.label(noun), self.knowledge.section("names", "alliance_class"))
            entity.first = entity.first or noun.span
        if entity.known is None and entity not in members:
            entity.extra.setdefault("belong", members)


def _composed(composer: Composer, events: Sequence[ToldOf]) -> Iterator[Proposal]:
    """Proposals in order of the text; a named thing comes before the first event that speaks of it."""
    made: list[tuple[Span, int, Proposal]] = []
    used = _used(events)
    for event in events:
        proposal = composer.told(event)
        if proposal is not None:
            made.append((proposal.quote[0], 1, proposal))
    waiting = list(used)
    while waiting:
        entity = waiting.pop(0)
        for more in _needs(entity):
            if more not in used:
                used[more] = None
                waiting.append(more)
        proposal_of = composer.thing(entity)
        if proposal_of is not None:
            made.append((proposal_of.quote[0], 0, proposal_of))
    made.sort(key=lambda one: (one[0].start, one[1], one[0].end))
    yield from (proposal for _, _, proposal in made)


def _needs(entity: Entity) -> Iterator[Entity]:
    """What the entry of a thing refers to."""
    yield from entity.places[:1]
    for value in entity.extra.values():
        if isinstance(value, Entity):
            yield value
        elif isinstance(value, tuple):
            yield from (one for one in value if isinstance(one, Entity))
    if entity.owner is not None:
        yield entity.owner


def _used(events: Sequence[ToldOf]) -> dict[Entity, None]:
    """All things that the events speak of, in order."""
    used: dict[Entity, None] = {}
    for event in events:
        attribution = event.attribution
        for speaker in attribution.speakers if attribution else ():
            used[speaker] = None
        if isinstance(event, Later):
            used.update(dict.fromkeys(event.told.victims))
            continue
        if isinstance(event, Responsibility):
            used.update(dict.fromkeys(role.entity for role in event.roles))
            continue
        used.update(dict.fromkeys(role.entity for role in event.roles))
        site = event.site
        used.update(dict.fromkeys((*site.places, *site.origin, *site.destination)))
        used.update(dict.fromkeys(e for told in event.harms for e in told.victims))
        used.update(dict.fromkeys(entity for _, entity in event.relations))
    return used
