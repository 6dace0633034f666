"""Readings of sentences → events: who did what to whom, where and when, with what was told before in mind."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from kg.extraction.background import Background
from kg.extraction.classes import Classes
from kg.extraction.containment import Containment
from kg.extraction.dates import When
from kg.extraction.day_carried import begins_with_clock, is_timeless
from kg.extraction.effects import Effects, Harm
from kg.extraction.entities import Entities, Entity, slug
from kg.extraction.happened import polarity_of
from kg.extraction.headlines import Headlines
from kg.extraction.hosts import bearer, host_trigger, may_bear, spelled_out, spoken_of_by, with_doer, with_verb_object
from kg.extraction.kinds import FIGHTERS, THINGS, Kinds
from kg.extraction.knowledge import Knowledge
from kg.extraction.occurrence import Later, Occurrence, Told, ToldOf
from kg.extraction.openings import Openings
from kg.extraction.phrase import Noun
from kg.extraction.places import PlaceResolver
from kg.extraction.polarity import Polarity
from kg.extraction.proposal import Span
from kg.extraction.relations import Relations
from kg.extraction.responsibility import Claims
from kg.extraction.retelling import Retellings
from kg.extraction.roles import Roles
from kg.extraction.scene import Scene
from kg.extraction.sentence_reading import Reader, Reading, hedged, times_of
from kg.extraction.site import Site
from kg.extraction.site import Told as PlacesTold
from kg.extraction.standing import Before, Standing
from kg.extraction.things import Things
from kg.extraction.triggers import Trigger
from kg.ontology import vocabulary as v

_STALE = timedelta(days=45)
"""A day further back than this is background, and no later sentence takes it over."""
_SOON = 2
"""Sentences: what is said so soon of where a camp stands is said of the camp that was spoken of."""


@dataclass
class Discourse:
    """Reads one report from its first sentence to its last; keeps who acted, where and when."""

    reader: Reader
    entities: Entities
    things: Things
    issued: date | None
    places: PlaceResolver = field(init=False)
    classes: Classes = field(init=False)
    openings: Openings = field(init=False)
    scene: Scene = field(init=False)
    polarity: Polarity = field(init=False)
    effects: Effects = field(init=False)
    roles: Roles = field(init=False)
    responsibility: Claims = field(init=False)
    background: Background = field(init=False)
    standing: Standing = field(init=False)
    retellings: Retellings = field(init=False)
    relations: Relations = field(init=False)
    told: PlacesTold = field(default_factory=PlacesTold)
    day: date | None = None
    day_paragraph: int = -1
    day_places: tuple[Entity, ...] = ()
    lead: Occurrence | None = None
    """The first sentence's event, where it sums up those that follow: "attacks in four townships"."""
    last: Occurrence | None = None
    history: deque[Occurrence] = field(default_factory=lambda: deque(maxlen=40))
    last_paragraph: int = -1
    spoken: int = -1
    """The sentence that added a harm to the event told last."""

    def __post_init__(self) -> None:
        knowledge, kinds = self.reader.knowledge, self.reader.kinds
        self.places = PlaceResolver(knowledge, kinds, Containment(knowledge))
        self.classes = Classes(knowledge, kinds)
        self.openings = Openings(knowledge, self.things, self.told, Headlines(self.things, kinds))
        self.scene = Scene(knowledge, self.places, self.told)
        self.polarity = self.reader.polarity
        self.effects = self.reader.effects
        self.roles = Roles(knowledge, kinds, self.things, self.openings.headlines)
        self.responsibility = Claims(knowledge, self.things, self.polarity)
        self.background = Background(knowledge, self.issued)
        self.standing = Standing(knowledge, kinds, self.responsibility, self.places.lies, self.background)
        self.retellings = Retellings(knowledge, kinds, self.places.lies)
        self.relations = Relations(knowledge)
        self._hedges = knowledge.words("cues", "speech", "hedges")

    @property
    def _knowledge(self) -> Knowledge:
        return self.reader.knowledge

    @property
    def _kinds(self) -> Kinds:
        return self.reader.kinds

    # ── A sentence ──────────────────────────────────────────────────────────────────────────────────────────────────

    def events(self, reading: Reading) -> Iterator[ToldOf]:
        """The events of a sentence, and the harm that it adds to earlier ones."""
        self.places.lies.learn(reading.phrases)
        self.openings.lead(reading)
        self.scene.open(reading)
        made: dict[int, Occurrence] = {}
        before = Before(self.last, self.last_paragraph, self.history, self.spoken)
        for trigger in reading.triggers:
            if self.standing.alone(reading, trigger, before):
                made[id(trigger)] = self._occurrence(reading, trigger)
        laters = list(self._harms(reading, made))
        if any(later.about is self.last for later in laters):
            self.spoken = reading.number
        for trigger in reading.triggers:
            if id(trigger) in made:
                yield made[id(trigger)]
        yield from laters
        yield from self.responsibility.find(reading, self.history, self.last)
        self._note(reading, list(made.values()))

    # ── One event ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _occurrence(self, reading: Reading, trigger: Trigger) -> Occurrence:
        trigger = spelled_out(reading, self._with_roles(reading, trigger))
        clause = reading.clauses[trigger.clause] if trigger.clause >= 0 else None
        attribution = reading.attribution(trigger.span.start)
        site = self.places.site(trigger, clause, reading.phrases, self.told)
        cls = self.classes.of(trigger, self.last)
        made = Occurrence("", cls, trigger, reading.number, reading.sentence.span, site=site, attribution=attribution)
        made.polarity = polarity_of(self.polarity, reading, trigger, attribution)
        self.roles.fill(reading, trigger, made)
        shared = self.places.shared(reading.clauses, trigger, reading.phrases)
        silent = not made.site.places and not made.site.origin
        if shared.places and (silent or self.places.finer(shared, made.site)):
            made.site = _merged(made.site, shared)
        elif silent:
            target = next((r.entity for r in made.roles if r.entity.places), None)
            far = self.scene.is_far(reading, made) or self._is_elsewhere(reading)
            entry = self.openings.of_entry(reading)
            made.site = _merged(made.site, self.scene.concluded(reading, trigger, entry, target, far=far))
        self._fill_time(reading, trigger, made)
        self._fill_words(trigger, made)
        self.relations.fill(reading, trigger, made)
        made.confidence = self._confidence(reading, trigger, made)
        made.again, made.again_reason = self.retellings.first(made, reading, self.history)
        made.id = made.again.id if made.again is not None else self._id(made)
        return made

    def _is_elsewhere(self, reading: Reading) -> bool:
        """Whether a new paragraph turns to something else: "Separately, …"."""
        opens = reading.sentence.tokens[0].low in self._knowledge.words("cues", "elsewhere")
        return opens and reading.sentence.paragraph != self.last_paragraph

    def _with_roles(self, reading: Reading, trigger: Trigger) -> Trigger:
        """A trigger of a noun with what a verb beside it says of who did it, and to whom."""
        whole = with_verb_object(reading, trigger, self._kinds)
        return with_doer(reading, whole, self._knowledge.words("light", "in_the_course"))

    def _fill_time(self, reading: Reading, trigger: Trigger, made: Occurrence) -> None:
        made.when = times_of(reading, trigger, self._knowledge)
        dated = next((w for w in made.when if w.is_day), None)
        if dated is not None and dated.first is not None:
            made.day, made.day_reason = dated.first.isoformat(), dated.reason
        elif self.issued is not None and begins_with_clock(reading):
            made.day = self.issued.isoformat()
            made.day_reason = f"its entry begins with an hour of {made.day}, the day of the report"
        elif any(w.first for w in made.when) or is_timeless(reading, trigger, self._knowledge):
            return
        elif self.day is not None and self._same_story(reading, made):
            made.day = self.day.isoformat()
            made.day_reason = f"it is told among what happened on {made.day}"
        elif reading.sentence.listed and self.openings.day is not None:
            made.day = self.openings.day.isoformat()
            made.day_reason = f"it stands in a list of what happened on {made.day}"

    def _same_story(self, reading: Reading, made: Occurrence) -> bool:
        """Whether the day told of last is that of this event too: one paragraph, one place, or parts of one lead."""
        if self.lead is not None or reading.sentence.paragraph == self.day_paragraph:
            return True
        return bool(made.site.places) and any(e in self.day_places for e in made.site.places)

    def _fill_words(self, trigger: Trigger, made: Occurrence) -> None:
        noun = trigger.noun
        together = self._knowledge.words("light", "together")
        if noun is not None:
            made.coordinated = any(word in together for word in noun.words)
            if noun.quantity is not None and not noun.quantity.none:
                made.strikes = noun

    def _confidence(self, reading: Reading, trigger: Trigger, made: Occurrence) -> float:
        sure = 0.9 if trigger.noun is None or "light" in trigger.rule else 0.7
        sure -= 0.1 * bool(made.polarity) + 0.25 * reading.sentence.heading
        sure -= 0.05 * sum(bool(reason) for reason in (made.site.reason, made.day_reason))
        sure -= 0.05 * any(r.reason for r in made.roles) + 0.1 * (not made.roles)
        sure -= 0.15 * hedged(reading, trigger, self._hedges)
        return round(max(0.1, sure), 2)

    def _id(self, made: Occurrence) -> str:
        words = made.trigger.noun.head if made.trigger.noun else made.trigger.frame.name
        place = made.site.places[0] if made.site.places else None
        wanted = slug(f"{words} {place.name if place else ''} {made.day}")
        free = self.entities.free_id(wanted)
        self.entities.keep(free)
        return free

    # ── Harm ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _harms(self, reading: Reading, made: dict[int, Occurrence]) -> Iterator[Later]:
        seen: set[tuple[str, Span]] = set()
        if self.background.is_instruction(reading):
            return
        for trigger in reading.triggers:
            for harm in self.effects.of_trigger(trigger):
                if (harm.key, harm.span) not in seen:
                    seen.add((harm.key, harm.span))
                    yield from self._placed(reading, made, harm, trigger)
        for harm in self.effects.of_sentence(reading.sentence.tokens, reading.phrases, reading.clauses):
            if not any(harm.span == span for _, span in seen):
                seen.add((harm.key, harm.span))
                yield from self._placed(reading, made, harm, None)

    def _placed(
        self, reading: Reading, made: dict[int, Occurrence], harm: Harm, trigger: Trigger | None
    ) -> Iterator[Later]:
        """Put a harm to its event: one of this sentence, or the one told last."""
        first = harm.victims[0].first if harm.victims else 0
        asked = first and reading.sentence.tokens[first - 1].low in self._knowledge.words("light", "asked")
        if asked or self.background.is_long_toll(reading, trigger, harm.clause):
            return
        if trigger is not None and id(trigger) not in made and self._is_unreal(reading, harm):
            return  # "two old men who could not flee"
        told = Told(harm, tuple(e for n in harm.victims if (e := self._victim(n)) is not None))
        own = made.get(id(trigger)) if trigger is not None else None
        if own is not None and own.trigger.frame.names_whom:
            named = {role.entity for role in own.roles}
            told = replace(told, victims=tuple(one for one in told.victims if one not in named))
            if not told.victims and not harm.count:
                return  # "families fled": no number, and nobody who is not named already
        host = own or self._host(reading, made, harm.clause, trigger)
        if host is not None and host is not own and not may_bear(host, told):
            beside = (o for o in made.values() if o.trigger.frame.deadly and may_bear(o, told))
            host = next(beside, None) or self._bearer_before(reading, told) or host
            if host.sentence != reading.number:
                attribution = reading.attribution(harm.span.start)
                yield Later(
                    host, told, reading.number, reading.sentence.span, attribution, "it is told right after that"
                )
                return
        if host is not None:
            if not host.polarity or host is own:
                host.harms.append(told)
            return
        yield from self._told_later(reading, list(made.values()), told, trigger)

    def _told_later(
        self, reading: Reading, made: list[Occurrence], told: Told, trigger: Trigger | None
    ) -> Iterator[Later]:
        """Put a harm that no event of its sentence did for sure to one told before, if it happened there."""
        harm = told.harm
        spoken_of = host_trigger(reading, trigger, harm.clause, self._knowledge)
        about = spoken_of_by(spoken_of, self.history) if spoken_of is not None and spoken_of.reference else None
        beside = [one for one in made if not one.polarity and not one.trigger.frame.bloodless]
        if beside and about is None:
            beside[-1].harms.append(told)
            return
        about = about or bearer(self.history, told, reading.number, self.last)
        if about is None or about.polarity or self.scene.apart(reading, harm.clause, about.site):
            return
        if trigger is not None and self._is_unreal(reading, harm):
            return
        if reading.number - about.sentence <= 3 or spoken_of is not None:
            attribution = reading.attribution(harm.span.start)
            yield Later(about, told, reading.number, reading.sentence.span, attribution, "it is told right after that")

    def _is_unreal(self, reading: Reading, harm: Harm) -> bool:
        """Whether the clause that tells a harm says that it was not done."""
        denied = self.polarity.of_clause(reading.sentence.tokens, reading.clauses, harm.clause)
        return bool(denied) and not harm.none

    def _bearer_before(self, reading: Reading, told: Told) -> Occurrence | None:
        """An event of the same paragraph, told before, that can have done a harm."""
        found = bearer(self.history, told, reading.number, None)
        if found is None:
            return None
        frame, same = found.trigger.frame, self.last_paragraph == reading.sentence.paragraph
        soon = reading.number - found.sentence <= _SOON and not (frame.harmless or frame.bloodless)
        return found if soon or (same and frame.deadly) else None

    def _host(
        self, reading: Reading, made: dict[int, Occurrence], clause: int, trigger: Trigger | None
    ) -> Occurrence | None:
        found = host_trigger(reading, trigger, clause, self._knowledge)
        if found is not None and id(found) in made:
            return made[id(found)]
        if found is not None and found.reference:
            return None
        if found is not None and found.clause < clause:
            return self._host(reading, made, found.clause, found)
        source = reading.clauses[clause].subject_of if clause >= 0 else -1
        joined = next((o for o in made.values() if source >= 0 and o.trigger.clause == source), None)
        if joined is not None and (joined.trigger.frame.deadly or joined.trigger.frame.effect_first):
            return joined  # "killed 27 rebels and lost five men"
        others = list(made.values())
        alone = trigger is None or (not trigger.subject and trigger.frame.effect_first) or trigger.frame.effect_only
        deadly = [one for one in others if one.trigger.frame.deadly]
        return others[0] if len(others) == 1 and alone else deadly[0] if len(deadly) == 1 else None

    def _victim(self, noun: Noun) -> Entity | None:
        if noun.group in THINGS or self.effects.is_harm_noun(noun):
            return None
        if self._kinds.is_actor(noun):
            return self.things.actor(noun, agent=False)
        if self._kinds.is_facility(noun):
            return self.things.facility(noun, ())
        return None

    # ── What later sentences lean on ────────────────────────────────────────────────────────────────────────────────

    def _note(self, reading: Reading, made: list[Occurrence]) -> None:
        self._note_subjects(reading)
        for mention in reading.mentions:
            if self._knowledge.is_kind(mention.entity.cls, self._knowledge.places):
                tokens = reading.sentence.tokens
                span = Span(tokens[mention.first].start, tokens[mention.last - 1].end)
                self.told.named.insert(0, (mention.entity, span, reading.number))
        del self.told.named[24:]
        if not made:
            site = self.scene.describe(reading)
            near = self.last is not None and reading.number - self.last.sentence <= _SOON
            self.day_places += site.places if near else ()
        for one in made:
            lands = [place for place in one.site.places if place.cls != self._knowledge.cls(v.COUNTRY)]
            if lands and not one.polarity:
                self.told.site, self.told.span, self.told.sentence = one.site, reading.sentence.span, reading.number
                self.told.paragraph = reading.sentence.paragraph
            if not one.polarity and not one.trigger.frame.bloodless:
                self.history.append(one)
                self.last, self.last_paragraph = one, reading.sentence.paragraph
        day = next((w.first for w in self._news(made) if w.is_day), None)
        if day is not None:
            self.day, self.day_paragraph = day, reading.sentence.paragraph
            self.day_places = tuple(e for one in made for e in one.site.places)
            sums_up = reading.number <= 1 and any(one.site.count is not None for one in made)
            self.lead = made[0] if sums_up else self.lead

    def _note_subjects(self, reading: Reading) -> None:
        """Organizations that do or say something: "it" and "its" may speak of them later."""
        for clause in reversed(reading.clauses):
            for noun in clause.subject if clause.subject_of < 0 else ():
                if noun.name is not None and self._kinds.is_organization(noun):
                    self.roles.actors.note(noun.name, noun.span, plural=False)
                elif (
                    noun.group == FIGHTERS
                    and not self.roles.owned(noun)
                    and (they := self.things.actor(noun, agent=True)) is not None
                ):
                    self.roles.actors.note(they, noun.span, plural=True)
                elif (found := self.things.common(noun)) is not None:
                    self.roles.actors.note(found, noun.span, plural=False)

    def _news(self, made: list[Occurrence]) -> Iterator[When]:
        for one in made:
            for when in one.when:
                if (
                    when.first is not None
                    and (self.issued is None or when.first >= self.issued - _STALE)
                    and not one.polarity
                ):
                    yield when


def _merged(site: Site, inferred: Site) -> Site:
    """What was inferred, with what the words say of from where and to where."""
    return replace(inferred, origin=site.origin, destination=site.destination, count=site.count)
