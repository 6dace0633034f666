"""Events and things of a report → proposals: entries in the keys of the ontology."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import NamedNode

from kg.extraction.attribution import Attribution
from kg.extraction.entities import Entity
from kg.extraction.knowledge import Knowledge
from kg.extraction.occurrence import Later, Occurrence, Responsibility, Role, Told, ToldOf
from kg.extraction.phrase import Noun
from kg.extraction.proposal import Entry, Proposal, Support, Value
from kg.ontology import vocabulary as v

ENGINE = "cascade"


@dataclass(frozen=True)
class Composer:
    """Writes entries for one report; `issued` is its day, `text` its words."""

    knowledge: Knowledge
    text: str
    issued: str
    version: str

    def key(self, term: NamedNode) -> str:
        """The key of a property."""
        return self.knowledge.key(term)

    @cached_property
    def _name(self) -> str:
        return self.key(v.SKOS_PREF_LABEL)

    # ── Things ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def thing(self, entity: Entity) -> Proposal | None:
        """The proposal that introduces a thing that no registry has."""
        if entity.known is not None or entity.first is None or entity.written or not entity.cls:
            return None
        entity.written = True
        entry = self.entry_of(entity)
        named = bool(entity.name) and entity.name in entity.first.of(self.text)
        return Proposal(
            says=(entry,),
            quote=(entity.first,),
            rule="name" if named else "description",
            engine=ENGINE,
            version=self.version,
            confidence=0.8 if named else 0.6,
            needs_review=(entity.id,),
        )

    def entry_of(self, entity: Entity) -> Entry:
        """The entry that introduces a thing."""
        entry: dict[str, Value] = {v.WORD_ID: entity.id, v.WORD_TYPE: entity.cls}
        if entity.misspelled:
            reason = f"the report prints “{entity.misspelled}”; it names the place, and none is called so"
            entry[self._name] = {v.WORD_VALUE: entity.name, v.WORD_INFERRED: reason}
            entry[self.key(v.SKOS_HIDDEN_LABEL)] = entity.misspelled
        elif entity.name:
            entry[self._name] = entity.name
        also = tuple(name for name in entity.also if name != entity.name)
        if also:
            entry[self.key(v.SKOS_ALT_LABEL)] = also if len(also) > 1 else also[0]
        self._add_kind(entity, entry)
        if self.knowledge.is_kind(entity.cls, (self.knowledge.cls(v.EVENT),)):
            self._add_unknown(entry)
        if self.knowledge.is_kind(entity.cls, (self.knowledge.cls(v.LOCATION),)):
            within = entity.places[0].id if entity.places else v.WORD_UNKNOWN
            entry[self.key(v.WITHIN)] = within
        return entry

    def _add_unknown(self, entry: dict[str, Value]) -> None:
        """Of an operation that is only named nothing more is known."""
        entry[self.key(v.WHEN)] = v.WORD_UNKNOWN
        entry[self.key(v.PLACE_OF)] = v.WORD_UNKNOWN
        entry[self.key(v.AGENT_NOT_STATED)] = "true"

    def _add_kind(self, entity: Entity, entry: dict[str, Value]) -> None:
        """What is told of a thing beside its name: members, number, for whom it speaks, what it is a part of."""
        consists = entity.extra.get("consists")
        if entity.cls == self.knowledge.cls(v.FACILITY_GROUP):
            entry[self.key(v.CONSISTS_OF)] = str(consists or self.knowledge.cls(v.FACILITY))
            noun = entity.extra.get("noun")
            if isinstance(noun, Noun) and noun.quantity is not None and not noun.quantity.none:
                entry[self.key(v.MEMBER_COUNT)] = self.count(noun.quantity.value, noun.text)
        speaks = entity.extra.get("speaks")
        if isinstance(speaks, Entity):
            entry[self.key(v.SPEAKS_FOR)] = speaks.id
        if entity.cls == self.knowledge.section("names", "numbered_units", "class"):
            entry[self.key(v.UNIT_OF)] = (
                {v.WORD_VALUE: entity.owner.id, v.WORD_INFERRED: "its name begins with that of the organization"}
                if entity.owner is not None
                else v.WORD_UNKNOWN
            )
        members = entity.extra.get("belong")
        if isinstance(members, tuple) and members:
            member = self.key(v.MEMBER)
            entry[self.key(v.MEMBERSHIP)] = tuple(
                {member: one.id, **({self.key(v.VALID_ON): self.issued} if self.issued else {})} for one in members
            )

    def count(self, value: str, written: str) -> Value:
        """A count with its words."""
        if not value:
            return {self.key(v.AS_WRITTEN): written}
        return value if value == written else {v.WORD_VALUE: value, self.key(v.AS_WRITTEN): written}

    # ── Events ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def event(self, made: Occurrence) -> Proposal:
        """The proposal of one event, with the unnamed things that it needs and its harm."""
        supports: list[Support] = []
        entry: dict[str, Value] = {v.WORD_ID: made.id}
        if made.polarity:
            entry[v.WORD_TYPE] = self.knowledge.cls(v.NON_EVENT)
            entry[self.key(v.OF_TYPE)] = made.cls
            entry[self.key(v.POLARITY)] = made.polarity
            if self.issued:
                entry[self.key(v.AS_OF)] = self.issued
        else:
            entry[v.WORD_TYPE] = made.cls
        self._add_time(made, entry)
        self._add_place(made, entry, supports)
        self._add_roles(made, entry, supports)
        self._add_details(made, entry)
        for told in made.harms:
            self._add_harm(told, entry)
        return self._proposal((*self._introduced(made), entry), made, supports)

    def retelling(self, made: Occurrence) -> Proposal | None:
        """A second telling: a claim about the first event, with what its own words say; None where that is nothing."""
        supports: list[Support] = []
        entry: dict[str, Value] = {v.WORD_ABOUT: made.id}
        if made.again is not None:
            supports.append(Support(v.WORD_ABOUT, made.again.quote))
        if any(when.is_day for when in made.when):
            self._add_time(made, entry)
        if made.site.places and not made.site.reason:
            self._add_place(made, entry, supports)
        made.agent_stated = True
        self._add_roles(made, entry, supports)
        self._add_details(made, entry)
        for told in made.harms:
            self._add_harm(told, entry)
        if len(entry) == 1:
            return None
        proposal = self._proposal((*self._introduced(made), entry), made, supports)
        return replace(proposal, rule=f"{proposal.rule}/told-again", confidence=min(0.6, made.confidence))

    def _introduced(self, made: Occurrence) -> Iterator[Entry]:
        """Unnamed things of this event: "two junta bases", "a woman"."""
        things = [r.entity for r in made.roles] + [e for told in made.harms for e in told.victims]
        for entity in dict.fromkeys(things):
            inside = entity.first is not None and made.quote.holds(entity.first)
            if entity.known is None and not entity.written and entity.cls in self.knowledge.unnamed and inside:
                entity.written = True
                yield self.entry_of(entity)

    def _proposal(self, says: tuple[Entry, ...], made: Occurrence, supports: list[Support]) -> Proposal:
        speaker, inferred, verb, support = self.voice(made.attribution)
        return Proposal(
            says=says,
            quote=(made.quote,),
            rule=made.trigger.rule,
            engine=ENGINE,
            version=self.version,
            confidence=made.confidence,
            supports=tuple(dict.fromkeys([*supports, *support])),
            speaker=speaker,
            speaker_inferred=inferred,
            verb=verb,
            needs_review=tuple(str(e[v.WORD_ID]) for e in says if v.WORD_ID in e),
        )

    def voice(self, attribution: Attribution | None) -> tuple[tuple[str, ...], str, str, list[Support]]:
        """Speaker, why it is taken to be this one, verb of saying, and where the speaker is named."""
        if attribution is None:
            return (), "", "", []
        supports = [Support(self.key(v.SPEAKER), attribution.support)] if attribution.support else []
        return tuple(e.id for e in attribution.speakers), attribution.reason, attribution.verb, supports

    def _add_time(self, made: Occurrence, entry: dict[str, Value]) -> None:
        written, when_key = self.key(v.AS_WRITTEN), self.key(v.WHEN)
        whens: list[Value] = []
        for when in made.when:
            words = " ".join(when.span.of(self.text).split()).rstrip(",")
            if when.is_day and not when.reason and when.first:
                whens.append({v.WORD_VALUE: f"{when.first} {when.clock}".strip(), written: words})
            elif when.is_day or (when.first is None and when.clock):
                whens.append(when.clock if when.clock and when.first is None else {written: words})
            elif when.first is not None:
                whens.append(
                    self._interval(when.first.isoformat(), when.last.isoformat() if when.last else "", when, words)
                )
        if whens:
            entry[when_key] = tuple(whens) if len(whens) > 1 else whens[0]
        if made.polarity:
            return
        if made.day:
            plain = any(w.is_day and not w.reason for w in made.when)
            entry[self.key(v.DAY)] = made.day if plain else {v.WORD_VALUE: made.day, v.WORD_INFERRED: made.day_reason}
        elif not any(w.first for w in made.when):
            entry[when_key] = self._open(whens)

    def _open(self, whens: list[Value]) -> Value:
        """A time that nothing tells: before the report, if its day is known."""
        if not self.issued:
            return tuple(whens) if len(whens) > 1 else whens[0] if whens else v.WORD_UNKNOWN
        bound: Value = {
            v.WORD_VALUE: f"../{self.issued}",
            v.WORD_INFERRED: f"the report of {self.issued} tells it and gives no day",
        }
        return (*whens, bound) if whens else bound

    def _interval(self, first: str, last: str, when: object, words: str) -> Value:
        written = self.key(v.AS_WRITTEN)
        open_end, open_start = when.open_end, when.open_start  # type: ignore[attr-defined]
        value = f"{first}/.." if open_end else f"../{last}" if open_start else f"{first}/{last}"
        reason = when.reason  # type: ignore[attr-defined]
        return {v.WORD_VALUE: value, written: words, **({v.WORD_INFERRED: reason} if reason else {})}

    def _add_place(self, made: Occurrence, entry: dict[str, Value], supports: list[Support]) -> None:
        site = made.site
        key = self.key(v.PLACE_OF)
        if site.places:
            values: list[Value] = [
                {v.WORD_VALUE: e.id, v.WORD_INFERRED: site.reason} if site.reason else e.id for e in site.places
            ]
            entry[key] = tuple(values) if len(values) > 1 else values[0]
            if site.near:
                near = self.knowledge.member(v.PLACE_PRECISION_CLASS, v.NEAR_PLACE)
                entry[self.key(v.PLACE_PRECISION)] = (
                    {v.WORD_VALUE: near, v.WORD_INFERRED: site.reason} if site.reason else near
                )
        elif not site.origin and not made.polarity:
            entry[key] = v.WORD_UNKNOWN
        if site.support is not None:
            supports.append(Support(key, site.support))
        for term, places in ((v.ORIGIN, site.origin), (v.DESTINATION, site.destination)):
            if places:
                entry[self.key(term)] = places[0].id
        if site.count is not None and site.count.quantity is not None:
            entry[self.key(v.UNLISTED_COUNT)] = self.count(site.count.quantity.value, site.count.text)

    def _add_roles(self, made: Occurrence, entry: dict[str, Value], supports: list[Support]) -> None:
        found: dict[str, list[Role]] = {}
        for role in made.roles:
            if all(other.entity != role.entity for other in found.setdefault(role.key, [])):
                found[role.key].append(role)
        for key, roles in found.items():
            values: list[Value] = [
                {v.WORD_VALUE: r.entity.id, v.WORD_INFERRED: r.reason} if r.reason else r.entity.id for r in roles
            ]
            if key in entry:
                entry[key] = (*_many(entry[key]), *(x for x in values if x not in _many(entry[key])))
            else:
                entry[key] = tuple(values) if len(values) > 1 else values[0]
            supports += [Support(key, r.support) for r in roles if r.support is not None]
            outside = [
                r.entity.first for r in roles if not r.support and r.entity.first and not self._in_quote(r.entity, made)
            ]
            supports += [Support(key, span) for span in outside]
        if not made.agent_stated:
            entry[self.key(v.AGENT_NOT_STATED)] = "true"

    def _in_quote(self, entity: Entity, made: Occurrence) -> bool:
        words = made.quote.of(self.text).lower()
        return any(name.lower() in words for name in (entity.name, entity.misspelled, *entity.also) if name)

    def _add_details(self, made: Occurrence, entry: dict[str, Value]) -> None:
        for key, words in dict.fromkeys(made.tools):
            entry[key] = (*_many(entry[key]), words) if key in entry else words
        if made.strikes is not None and made.strikes.quantity is not None:
            entry[self.key(v.STRIKES)] = self.count(made.strikes.quantity.value, made.strikes.text)
        if made.coordinated:
            entry[self.key(v.COORDINATED)] = "true"
        for key, entity in made.relations:
            entry[key] = entity.id

    def _add_harm(self, told: Told, entry: dict[str, Value]) -> None:
        key = told.harm.key
        value = self.harm(told)
        entry[key] = (*_many(entry[key]), value) if key in entry else value

    def harm(self, told: Told) -> Value:
        """The nested entry of one harm."""
        harm = told.harm
        value: dict[str, Value] = {}
        if told.victims:
            ids = tuple(e.id for e in told.victims)
            value[self.key(v.VICTIM)] = ids if len(ids) > 1 else ids[0]
        if harm.none:
            count: Value = {v.WORD_VALUE: self.knowledge.none_reported, self.key(v.AS_WRITTEN): harm.written}
        elif harm.reason:
            count = {v.WORD_VALUE: harm.count, v.WORD_INFERRED: harm.reason}
        elif harm.count:
            count = self.count(harm.count, harm.written)
        else:
            count = {v.WORD_VALUE: v.WORD_UNKNOWN, self.key(v.AS_WRITTEN): harm.written}
        value[self.key(v.COUNT_OF)] = count
        return value

    def told(self, event: ToldOf) -> Proposal | None:
        """The proposal of whatever a sentence tells of; None where it only repeats."""
        if isinstance(event, Occurrence):
            return self.event(event) if event.again is None else self.retelling(event)
        return self.later(event) if isinstance(event, Later) else self.responsibility(event)

    def responsibility(self, claimed: Responsibility) -> Proposal:
        """A claim to have done what was told before, in the voice of those who make it."""
        entry: dict[str, Value] = {v.WORD_ABOUT: claimed.about.id}
        for role in claimed.roles:
            entry[role.key] = (*_many(entry[role.key]), role.entity.id) if role.key in entry else role.entity.id
        speaker, inferred, verb, support = self.voice(claimed.attribution)
        return Proposal(
            says=(entry,),
            quote=(claimed.quote,),
            rule="responsibility",
            engine=ENGINE,
            version=self.version,
            confidence=0.7,
            supports=(*support, Support(next(iter(entry)), claimed.about.quote)),
            speaker=speaker,
            speaker_inferred=inferred,
            verb=verb,
        )

    def later(self, later: Later) -> Proposal:
        """A harm told apart from its event: a claim about it."""
        about = later.about
        entry: dict[str, Value] = {v.WORD_ABOUT: about.id}
        harm = self.harm(later.told)
        entry[later.told.harm.key] = harm
        speaker, inferred, verb, support = self.voice(later.attribution)
        things = [
            e
            for e in later.told.victims
            if e.known is None
            and not e.written
            and e.first
            and later.quote.holds(e.first)
            and e.cls in self.knowledge.unnamed
        ]
        says: list[Entry] = []
        for entity in dict.fromkeys(things):
            entity.written = True
            says.append(self.entry_of(entity))
        return Proposal(
            says=(*says, entry),
            quote=(later.quote,),
            rule="harm/told-later",
            engine=ENGINE,
            version=self.version,
            confidence=0.6,
            supports=(*support, Support(later.told.harm.key, about.quote)),
            speaker=speaker,
            speaker_inferred=inferred,
            verb=verb,
            needs_review=tuple(e.id for e in things),
        )


def _many(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else (value,)
