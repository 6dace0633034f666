"""Who stands in which role of an event, and what it is done with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice

from kg.extraction.attribution import Attribution
from kg.extraction.entities import Entity
from kg.extraction.frame import ELSE, MUTUAL
from kg.extraction.headlines import Headlines
from kg.extraction.kinds import CIVILIANS, FIGHTERS, THINGS, TRANSPORT, Kinds
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.occurrence import Occurrence, Role
from kg.extraction.phrase import Noun
from kg.extraction.proposal import Span
from kg.extraction.sentence_reading import Reading
from kg.extraction.things import Actors, Referent, Things
from kg.extraction.triggers import Trigger, object_keys
from kg.ontology import vocabulary as v

_SOON = 2
"""Sentences: "they" are those to whom something was done no further back."""


@dataclass
class Roles:
    """Fills the roles of events, one report at a time: it remembers who acted last."""

    knowledge: Knowledge
    kinds: Kinds
    things: Things
    headlines: Headlines
    actors: Actors = field(default_factory=Actors)
    undergone: list[Entity] = field(default_factory=list)
    """To whom the event told last was done, and in which sentence."""
    undergone_at: int = -1
    _meant: dict[Span, Referent | None] = field(default_factory=dict)

    def fill(self, reading: Reading, trigger: Trigger, made: Occurrence) -> None:
        """Put everybody and everything that a trigger names under the keys of its frame."""
        self._fill_subject(reading, trigger, made)
        self._fill_object(trigger, made)
        self._fill_leads(trigger, made)
        self._fill_tools(trigger, made)
        people = [role.entity for role in made.roles if role.key not in trigger.frame.subject and role.entity.group]
        if people:
            self.undergone, self.undergone_at = list(dict.fromkeys(people)), made.sentence

    def _fill_subject(self, reading: Reading, trigger: Trigger, made: Occurrence) -> None:
        frame = trigger.frame
        both = any(frame.leads.get(p.low) == MUTUAL for p in trigger.prepositions)
        both = both or (frame.mutual and len(trigger.subject) > 1 and not trigger.object)  # "A and B clashed"
        keys = (self.knowledge.key(v.PARTICIPANT),) if both else frame.subject
        agents: list[Referent] = []
        for noun in trigger.subject:
            found = self._agent(noun, made) or self._sender(reading, trigger, noun)
            if found is not None and all(found.entity != other.entity for other in agents):
                agents.append(found)
        undergone = trigger.noun is not None and ELSE in frame.does and trigger.noun.words[0] in self._possessives
        if not agents and trigger.noun is not None and not undergone:  # "their arrest": who was arrested
            owner = self._owner(trigger.noun, made)
            if owner is not None:
                agents.append(owner)
        for agent in agents:
            made.roles += [Role(key, agent.entity, agent.reason, agent.support) for key in keys]
            if not agent.reason:
                self.actors.note(agent.entity, reading.sentence.span, plural=agent.entity.group != "")
        if not agents and trigger.noun is not None and frame.ranged:
            agents += self._who_fires(trigger)
            made.roles += [Role(key, agent.entity, agent.reason, agent.support) for agent in agents for key in keys]
        if not agents:
            agents = self._told_beside(reading, trigger)
            made.roles += [Role(key, agent.entity, agent.reason, agent.support) for agent in agents for key in keys]
        made.agent_stated = bool(agents)
        force = None if agents else self._state_force(trigger, made)
        if force is not None:
            made.roles += [Role(key, force.entity, force.reason) for key in keys]
            made.agent_stated = True

    def _told_beside(self, reading: Reading, trigger: Trigger) -> list[Referent]:
        """Who did it, where that stands neither before the verb nor behind a "by"."""
        return (
            self._blamed(reading, trigger)
            or self._from_whom(trigger)
            or self._whose_strike(reading, trigger)
            or self._of_heading(reading, trigger)
        )

    def _whose_strike(self, reading: Reading, trigger: Trigger) -> list[Referent]:
        """As in "a car was targeted during a Russian strike": whose the strike is."""
        if not (trigger.passive and trigger.frame.deadly) or trigger.clause < 0:
            return []
        within = self.knowledge.words("light", "in_the_course")
        strikes = (n for p in reading.clauses[trigger.clause].after if p.low in within for n in p.nouns if n.event)
        owned = ((noun, owner) for noun in strikes if (owner := self.things.owner(noun)) is not None)
        return [Referent(owner, self.things.why_owner(noun, owner)) for noun, owner in islice(owned, 1)]

    def _of_heading(self, reading: Reading, trigger: Trigger) -> list[Referent]:
        """As in "Army bombs market", above "Nine people died when a market was bombed"."""
        return [] if trigger.frame.mutual else list(self.headlines.agents(trigger, reading.number))

    def _blamed(self, reading: Reading, trigger: Trigger) -> list[Referent]:
        """As in "blamed the Hill Front for the shelling": who is said to have done what the noun tells."""
        clause = reading.clauses[trigger.clause] if trigger.noun is not None and trigger.clause >= 0 else None
        if clause is None or clause.verb.lemma not in self.knowledge.words("cues", "speech", "blames"):
            return []
        governed = any(n is trigger.noun for p in clause.after for n in p.nouns)
        nouns = (clause.subject if clause.verb.passive else clause.objects) if governed else []
        return [found for n in nouns if n.event is None and (found := self.things.referent(n, agent=True)) is not None]

    def _from_whom(self, trigger: Trigger) -> list[Referent]:
        """As in "came under attack from the Hill Front": one who acts, and no place."""
        origin = self.knowledge.key(v.ORIGIN)
        nouns = [n for key, n in trigger.leads if key == origin and self.kinds.is_actor(n) and n.group != CIVILIANS]
        return [r for n in nouns if trigger.noun is not None and (r := self.things.referent(n, agent=True)) is not None]

    def _who_fires(self, trigger: Trigger) -> list[Referent]:
        """As in "artillery fire from the base of Battalion 12": whose base it is."""
        sent = [n for p in trigger.prepositions if p.low in self._from for n in p.nouns if self.kinds.is_facility(n)]
        owners = [(n, owner) for n in sent[:1] if (owner := self.things.owner(n)) is not None]
        return [Referent(owner, self.things.why_owner(noun, owner)) for noun, owner in owners]

    def _state_force(self, trigger: Trigger, made: Occurrence) -> Referent | None:
        """As in "warplanes bombed a market": the one force of a state that is known."""
        arms = self.knowledge.section("names", "state_arms")
        nouns = self.knowledge.with_plurals("names", "state_arms", "nouns")
        told = self.knowledge.with_plurals("names", "state_arms", "told")
        noun = trigger.noun
        named = noun is not None and noun.head in told and made.cls in arms["events"]
        used = next((n for n in (*trigger.subject, *trigger.tools) if n.group in THINGS and n.head in nouns), None)
        force = self.things.only(arms["class"]) if named or used is not None else None
        if force is None:
            return None
        what = used.text if used is not None else noun.text if noun is not None else ""
        return Referent(force, f"“{what}”: {force.name} is the only force of a state that is known")

    def _sender(self, reading: Reading, trigger: Trigger, noun: Noun) -> Referent | None:
        """As in "shells fired by the army fell on a village" and "a rocket which the army fired hit it": who fired."""
        for clause in reading.clauses if noun.group in THINGS else ():
            own = clause is reading.clauses[trigger.clause]
            after = clause.before if own else clause.after
            by = [n for p in after if p.low in self._by for n in p.nouns]
            by += [n for p in after if not own and p.low in self._from for n in p.nouns if self.kinds.is_facility(n)]
            fired = by if any(n is noun for n in clause.subject) else ()
            fired = clause.subject if any(n is noun for n in clause.objects) else fired
            found = next(
                (r for n in fired if n.group not in THINGS and (r := self.things.referent(n, agent=True))), None
            )
            owners = ((n, o) for n in fired if n.group in THINGS and (o := self.things.owner(n)) is not None)
            found = found or next((Referent(o, self.things.why_owner(n, o)) for n, o in owners), None)
            if found is not None:
                return found
        return None

    @property
    def _by(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "done_by")

    @property
    def _body(self) -> frozenset[str]:
        """Pronouns for a body or a thing: "it"."""
        return self.knowledge.words("cues", "speech", "body_pronouns")

    @property
    def _from(self) -> frozenset[str]:
        """As in "shells fired from the army base": whose base it is."""
        return self.knowledge.words("light", "sent_from")

    def _agent(self, noun: Noun, made: Occurrence) -> Referent | None:
        if noun.pronoun:
            if noun.span not in self._meant:  # one word stands for the same in all that it does
                self._meant[noun.span] = self._pronoun(noun, made.attribution, fights=made.trigger.frame.deadly)
            return self._meant[noun.span]
        if noun.event is not None:
            return None
        if noun.group in THINGS:
            self._add_tool(noun, made)
            return self._owner(noun, made)
        if self.kinds.is_facility(noun) or (self.kinds.is_place(noun) and noun.name is None):
            return self._owner(noun, made)
        if noun.name is not None and self.kinds.is_place(noun) and noun.cls != self.knowledge.cls(v.COUNTRY):
            return None
        if self._are_followers(noun):
            return self._owner(noun, made)
        return self.things.referent(noun, agent=True)

    @property
    def _objects(self) -> frozenset[str]:
        return self.knowledge.words(WORDS, "object_pronouns")

    @property
    def _papers(self) -> frozenset[str]:
        """What says something and is nobody: "the statement"."""
        return self.knowledge.words("cues", "speech", "lead_ins")

    @property
    def _several(self) -> frozenset[str]:
        """Pronouns for more than one, those for whom one speaks aside: "they"."""
        pronouns = self.knowledge.section(WORDS, "pronouns").items()
        return frozenset(word for word, how in pronouns if how["person"] == "several")

    @property
    def _possessives(self) -> dict[str, str]:
        return dict(self.knowledge.section(WORDS, "possessives"))

    def _owner(self, noun: Noun, made: Occurrence) -> Referent | None:
        """Whose it is: "an RSF drone", "its warplanes"."""
        owner = self.things.owner(noun)
        if owner is not None:
            return Referent(owner, self.things.why_owner(noun, owner))
        pronoun = self._possessives.get(noun.words[0])
        return self._pronoun(replace(noun, pronoun=pronoun, text=noun.words[0]), made.attribution) if pronoun else None

    def _pronoun(self, noun: Noun, attribution: Attribution | None, *, fights: bool = False) -> Referent | None:
        person = self.knowledge.section(WORDS, "pronouns").get(noun.pronoun, {}).get("person", "")
        speaker = attribution.organization if attribution else None
        if speaker is not None and speaker.name.split()[-1:] and speaker.name.split()[-1] in self._papers:
            speaker = None  # "the statement added that its helicopters …"
        speaker = speaker or self._body_of_one_word(noun, attribution)
        if person == "first" and speaker is not None:
            return Referent(
                speaker,
                f"“{noun.text}” are those for whom {_name(attribution)} speaks",
                attribution.support if attribution else None,
            )
        if person == "first" and attribution is None and self.things.issuer is not None:
            issuer = self.things.issuer
            return replace(issuer, reason=f"“{noun.text}”: {issuer.reason}")
        if person != "several":
            return None
        bodies = self.knowledge.organizations
        many = speaker is not None and (speaker.group == FIGHTERS or self.knowledge.is_kind(speaker.cls, bodies))
        group = many and noun.pronoun in self._several
        if (noun.pronoun in self._body or group) and speaker is not None and attribution and not attribution.direct:
            return Referent(speaker, f"“{noun.text}” is taken to be {speaker.name}, who says so")
        for entity, span, _ in self.actors.recent:
            body = self.knowledge.is_kind(entity.cls, bodies) or self._is_collective(entity)
            if noun.pronoun in self._body and not body:
                continue
            if fights and entity.group == CIVILIANS:
                continue
            if entity != speaker or attribution is None:
                return Referent(entity, f"“{noun.text}” is taken to be {entity.name}, who acted last", span)
        return None

    def _are_followers(self, noun: Noun) -> bool:
        """As in "its men" and "their troops": those whose men they are."""
        men = noun.bare or noun.words[-1] in self.knowledge.with_plurals("light", "followers")
        return men and self.owned(noun)

    def owned(self, noun: Noun) -> bool:
        """Whether it is said to be somebody's: "its fighters"."""
        return noun.words[0] in self._possessives

    def _is_collective(self, entity: Entity) -> bool:
        """As in "an armed group": one body, though it has no name."""
        return bool(set(entity.name.split()[-1:]) & self.knowledge.words("light", "bodies"))

    def _body_of_one_word(self, noun: Noun, attribution: Attribution | None) -> Entity | None:
        """As in "Sohra said it had fired rockets": a name of one word that is called "it" is that of a body."""
        if attribution is None or attribution.direct or noun.pronoun not in self._body or not attribution.speakers:
            return None
        entity = attribution.speakers[0]
        single = entity.known is None and " " not in entity.name and entity.name[:1].isupper() and not entity.group
        if not single or entity.cls != self.knowledge.cls(v.PERSON):
            return None
        entity.cls = self.knowledge.cls(v.ORGANIZATION)
        entity.extra.pop("person", None)
        return entity

    def _fill_object(self, trigger: Trigger, made: Occurrence) -> None:
        for noun in trigger.object:
            keys = object_keys(trigger.frame, noun, self.kinds)
            if noun.pronoun in self._body:
                self._fill_it(noun, made)
            near = made.sentence - self.undergone_at <= _SOON
            if noun.pronoun and (near if trigger.passive else noun.pronoun in self._objects):
                self._fill_they(noun, trigger, made)
            if not keys or noun.pronoun or noun.event is not None:
                continue
            if noun.group in THINGS or noun.group == TRANSPORT:
                self._fill_vehicle(noun, keys, made)
                continue
            entity = self.things.target(noun, () if made.site.near else made.site.places)
            if entity is None and self.kinds.is_place(noun) and made.site.places:
                made.roles += [Role(key, made.site.places[0], made.site.reason, made.site.support) for key in keys]
                continue
            if entity is None:
                continue
            reason = self.things.why_owner(noun, entity) if self.kinds.is_actor(noun) else ""
            if trigger.pronoun:
                reason = f"“{trigger.pronoun}” is taken to be {entity.name}, named before it"
            made.roles += [Role(key, entity, reason) for key in keys]
            if entity.owner is not None and (self.kinds.is_facility(noun)):
                self._add_defender(entity, made)

    def _fill_vehicle(self, noun: Noun, keys: tuple[str, ...], made: Occurrence) -> None:
        """As in "ambushed a bus" and "downed four drones": what is driven or flown can be a target."""
        entity = self.things.vehicle(noun)
        if entity is not None:
            made.roles += [Role(key, entity) for key in keys]
            self._add_defender(entity, made)

    def _fill_they(self, noun: Noun, trigger: Trigger, made: Occurrence) -> None:
        """As in "Two men were arrested. They were released": to whom the event before was done."""
        bloodless = trigger.passive and trigger.frame.bloodless
        kinds = (self.knowledge.cls(v.ACTOR),) if bloodless else (self.knowledge.cls(v.ACTOR), ELSE)
        keys = next((keys for kind, keys in trigger.frame.objects if kind in kinds), ())
        acting = {role.entity for role in made.roles}
        one = noun.pronoun not in self._several and not trigger.passive
        fitting = (e for e in self.undergone if not one or e.cls == self.knowledge.cls(v.PERSON))
        for entity in (e for e in fitting if e not in acting):
            made.roles += [
                Role(key, entity, f"“{noun.text}” is taken to be {entity.name}, of the event before", entity.first)
                for key in keys
            ]

    def _fill_it(self, noun: Noun, made: Occurrence) -> None:
        """As in "attacked the camp and occupied it": the facility or place that was spoken of last."""
        last = self.things.last_facility()
        target = self.knowledge.key(v.TARGET)
        if last is not None and any(target in keys for _, keys in made.trigger.frame.objects):
            made.roles.append(
                Role(target, last, f"“{noun.text}” is taken to be {last.name}, spoken of last", last.first)
            )

    def _add_defender(self, entity: Entity, made: Occurrence) -> None:
        owner, agents = entity.owner, {r.entity for r in made.roles if r.key in made.trigger.frame.subject}
        if owner is None or owner in agents or not made.trigger.frame.subject:
            return
        key = self.knowledge.key(v.DEFENDER)
        if all(not (r.key == key and r.entity == owner) for r in made.roles):
            made.roles.append(Role(key, owner, f"“{entity.name}” says whose it is: that of {owner.name}"))

    def _fill_leads(self, trigger: Trigger, made: Occurrence) -> None:
        place_keys = {self.knowledge.key(term) for term in (v.ORIGIN, v.DESTINATION)}
        for key, noun in trigger.leads:
            if noun.pronoun or noun.event is not None:
                continue
            if trigger.frame.befalls and noun.words[0] in self._possessives:
                continue  # "from their homes": no place of its own
            if key in place_keys:
                entity = self.things.target(noun, ()) if self.kinds.is_facility(noun) else None
                if entity is not None:
                    made.roles.append(Role(key, entity))
            else:
                found = self.things.referent(noun, agent=True)
                if found is not None:
                    made.roles.append(Role(key, found.entity, found.reason, found.support))
        if trigger.frame.origin_object:
            for noun in trigger.object:
                entity = self.things.target(noun, () if made.site.near else made.site.places)
                if entity is not None and not self.kinds.is_actor(noun):
                    made.roles.append(Role(self.knowledge.key(v.ORIGIN), entity))

    def _fill_tools(self, trigger: Trigger, made: Occurrence) -> None:
        for noun in trigger.tools:
            self._add_tool(noun, made)
            if not made.agent_stated and (owner := self.things.owner(noun)):
                made.roles += [Role(key, owner) for key in trigger.frame.subject]
                made.agent_stated = True

    def _add_tool(self, noun: Noun, made: Occurrence) -> None:
        tools = self.knowledge.section("events", "tools")
        if noun.group in tools:
            made.tools.append((tools[noun.group], self.things.label(noun)))


def _name(attribution: Attribution | None) -> str:
    return ", ".join(e.name or e.id for e in attribution.speakers) if attribution else ""
