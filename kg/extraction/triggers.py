"""Which frames a clause or a noun triggers, and which nouns stand where in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from kg.extraction.bare_passives import BarePassives
from kg.extraction.clause import Clause, Prepositional
from kg.extraction.clause_shapes import token_end
from kg.extraction.frame import ELSE, MUTUAL, OBJECT, SITE, SUBJECT, TOOL, Frame
from kg.extraction.kinds import NOTHING, WEAPONS, Kinds
from kg.extraction.knowledge import WORDS, Knowledge
from kg.extraction.light_verbs import CARRY, HAPPEN, STOP, LightVerbs
from kg.extraction.noun_parts import before_last
from kg.extraction.noun_places import apposed, attached, clause_of, told_behind
from kg.extraction.phrase import Link, Noun, Phrase
from kg.extraction.proposal import Span
from kg.extraction.reduced_participles import is_reduced_verb
from kg.extraction.tags import SUBORDINATOR
from kg.extraction.tokens import Token
from kg.extraction.verb_patterns import given_before, matches
from kg.ontology import vocabulary as v


@dataclass(frozen=True)
class Trigger:
    """
    A place in a sentence that tells of an event.

    `clause` is the number of the clause that it belongs to, -1 for a noun outside of all. `subject` and `object` are
    the nouns in those roles, `tools` what it is done with, `leads` further keys → nouns, `prepositions` those that
    belong to it, in order. `noun` is the event's noun where a noun tells it, `pronoun` the word that stands for its
    object.
    """

    frame: Frame
    span: Span
    clause: int
    subject: tuple[Noun, ...] = ()
    object: tuple[Noun, ...] = ()
    tools: tuple[Noun, ...] = ()
    leads: tuple[tuple[str, Noun], ...] = ()
    prepositions: tuple[Prepositional, ...] = ()
    noun: Noun | None = None
    passive: bool = False
    reference: bool = False
    rule: str = ""
    pattern: tuple[str, ...] = ()
    lemma: str = ""
    pronoun: str = ""
    object_places: tuple[Prepositional, ...] = field(default=())


@dataclass(frozen=True)
class Triggers:
    """Finds triggers, by the frames of one language."""

    knowledge: Knowledge
    kinds: Kinds

    @cached_property
    def by_lemma(self) -> dict[str, list[tuple[tuple[str, ...], Frame]]]:
        """The first word of each verb pattern → the rest of it and the frame, the longest first."""
        found: dict[str, list[tuple[tuple[str, ...], Frame]]] = {}
        for frame in self.knowledge.frames:
            for pattern in frame.verbs:
                lemma, *rest = pattern.split()
                found.setdefault(lemma, []).append((tuple(rest), frame))
                if "*" in rest:  # "fire * rocket" is "fired rockets" too
                    found[lemma].append(((*rest[:-1], self.knowledge.forms.plural(rest[-1])), frame))
        for patterns in found.values():
            patterns.sort(key=lambda p: -len(p[0]))
        return found

    @cached_property
    def light(self) -> LightVerbs:
        """The verbs that only carry a noun."""
        return LightVerbs(self.knowledge)

    @cached_property
    def _agent(self) -> frozenset[str]:
        """Prepositions before whoever does what a passive verb tells: "by"."""
        return self.knowledge.words(WORDS, "done_by")

    @cached_property
    def _bare_passives(self) -> BarePassives:
        return BarePassives(self.knowledge, self.kinds)

    # ── Verbs ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def of_verb(
        self, tokens: Sequence[Token], clauses: Sequence[Clause], number: int, phrases: Sequence[Phrase]
    ) -> Trigger | None:
        """The event that the verb of a clause tells, if its subject and object fit the frame."""
        clause = clauses[number]
        verb = clause.verb
        end = token_end(phrases, clause)
        for rest, frame in self.by_lemma.get(verb.lemma, ()):
            if not (matches(tokens, verb.last, end, rest, self.light.passed) or given_before(tokens, clause, rest)):
                continue
            shared = self._bare_passives.without_helper(clauses, number, frame)
            trigger = self._filled(frame, clause, number, rest, shared=shared)
            if self._allowed(frame, trigger):
                return trigger
        return None

    def _filled(self, frame: Frame, clause: Clause, number: int, rest: tuple[str, ...], *, shared: bool) -> Trigger:
        passive = clause.verb.passive or shared or self._bare_passives.is_reduced(clause, rest)
        subject, objects = list(clause.subject), self._bare_passives.objects(clause, frame, rest)
        used = objects if frame.ranged and rest else []  # "fired rockets", but "bombed their boats"
        tools = [n for n in used if self.kinds.fits(n, WEAPONS)]
        tools = (
            used if used and used[-1] in tools and all(not n.cls for n in used) else tools
        )  # "65 Katyusha and Falaq rockets"
        built = "*" in rest and bool(objects) and self.kinds.is_facility(objects[0])  # "set up a checkpoint"
        if rest and objects and objects[0].words[-1:] and not built and objects[0].words[-1] in rest and not passive:
            objects = before_last(objects[0], self.knowledge)  # "open fire on": the fire is part of the verb
        if passive:
            subject, objects = [], list(clause.subject)
        if frame.befalls and not passive and clause.subject:
            objects = [n for n in objects if not n.event]  # "fled the fighting"
        if frame.intransitive and not passive:
            subject, objects = [], list(clause.subject)
        if passive or frame.intransitive:
            tools = [n for n in objects if frame.ranged and self.kinds.fits(n, WEAPONS)]
        if tools and len(tools) == len(objects):
            objects = []  # "fired a missile at a ship": the missile is what it is done with
        if clause.verb.tense == "participle" and passive and not objects:
            objects = list(clause.objects)
        trigger = Trigger(
            frame,
            clause.verb.span,
            number,
            tuple(subject),
            tuple(objects),
            tuple(tools),
            passive=passive,
            pattern=rest,
            lemma=clause.verb.lemma,
        )
        trigger = self.with_prepositions(trigger, clause.after, in_verb=rest)
        return replace(trigger, rule=f"{frame.name}/{'passive' if passive else 'active'}")

    def _allowed(self, frame: Frame, trigger: Trigger) -> bool:
        objects = trigger.object
        if any(n.event for n in objects) and not (frame.mutual or frame.effect_first or frame.flees):
            return False
        if frame.needs_object and not any(
            n.cls or n.group or n.name or n.quantity or self._stands_for(n, trigger) or self._is_one(n, frame)
            for n in objects
        ):
            return False
        if (
            frame.only
            and not self.kinds.any_fits(objects, frame.only)
            and not self._are_they(frame, trigger)
            and not (
                frame.subject
                and trigger.passive is False
                and self.kinds.any_fits(trigger.subject, frame.only)
                and not objects
            )
        ):
            return False
        if frame.not_object and objects and any(self.kinds.fits(objects[0], k) for k in frame.not_object):
            return False
        if objects and objects[0].group == NOTHING and not objects[0].quantity:
            return False
        return self._people_allowed(frame, trigger)

    def _is_one(self, noun: Noun, frame: Frame) -> bool:
        """As in "killed a flight attendant": of whom no list knows what they are."""
        return frame.effect_first and noun.words[:1] != () and noun.words[0] in self.knowledge.words(WORDS, "one")

    def _is_something(self, noun: Noun, trigger: Trigger) -> bool:
        """Whether it is known what an object is; "the two" are somebody."""
        return bool(noun.cls or noun.group or noun.name or noun.quantity or self._stands_for(noun, trigger))

    def _are_they(self, frame: Frame, trigger: Trigger) -> bool:
        """As in "They were released": people, where the frame is of people alone."""
        people = frame.only[0] == self.knowledge.cls(v.ACTOR) and trigger.passive
        return people and bool(trigger.object) and all(n.pronoun in self._several for n in trigger.object)

    @cached_property
    def _several(self) -> frozenset[str]:
        pronouns = self.knowledge.section(WORDS, "pronouns").items()
        return frozenset(word for word, how in pronouns if how["person"] in ("several", "single"))

    def _people_allowed(self, frame: Frame, trigger: Trigger) -> bool:
        """Whether those who act and those who undergo it are of the kinds that the frame asks for."""
        objects = [n for n in trigger.object if n.event is None]
        if frame.agent_is and not self.kinds.any_fits(trigger.subject, frame.agent_is):
            return False
        if frame.subject_is and not objects and not trigger.passive:
            known = [n for n in trigger.subject if not n.pronoun]
            if known and not self.kinds.any_fits(known, (*frame.subject_is, *self.knowledge.organizations)):
                return False
        actors = [n for n in objects if self.kinds.is_actor(n)] if trigger.passive and frame.origin_object else []
        if actors and frame.subject_is and not self.kinds.any_fits(actors, frame.subject_is):
            return False  # "140 people were evacuated from the town": they do not leave it to the enemy
        mute = frame.befalls and self.knowledge.cls(v.ACTOR) not in frame.subject_is  # "they surrendered" says enough
        if mute and not trigger.passive and trigger.subject and all(n.pronoun for n in trigger.subject):
            return False
        people = [n for n in objects if not self.kinds.is_place(n)]
        return not (frame.object_is and people and not self.kinds.any_fits(people, frame.object_is))

    def _stands_for(self, noun: Noun, trigger: Trigger) -> bool:
        """Whether an object is a pronoun, and the verb says enough with it: "occupied it", "arrested them"."""
        return bool(noun.pronoun) and not trigger.pattern and trigger.lemma not in self._weak

    @cached_property
    def _weak(self) -> frozenset[str]:
        return self.knowledge.words("light", "weak_verbs")

    def with_prepositions(
        self, trigger: Trigger, prepositions: Sequence[Prepositional], in_verb: tuple[str, ...] = ()
    ) -> Trigger:
        """A trigger with what the prepositions after it lead to."""
        subject, objects = list(trigger.subject), list(trigger.object)
        tools, leads = list(trigger.tools), list(trigger.leads)
        frame = trigger.frame
        for number, after in enumerate(prepositions):
            role = frame.leads.get(after.low, "")
            if in_verb and in_verb[-1] == after.low and number == 0 and not objects:
                role = OBJECT if any(self.kinds.is_facility(n) for n in after.nouns) else role or OBJECT
            if after.low in self._agent and (trigger.passive or trigger.noun) and frame.subject:
                role = SUBJECT
            nouns = [n for n in after.nouns if n.group != NOTHING or n.name]
            if number and role == OBJECT and self._belongs_to(frame, prepositions[number - 1], after):
                continue  # "to the town of Kale": no object of what the verb tells
            if role == SUBJECT and not subject and nouns:
                told = trigger.passive and all(
                    n.event and n.article != "definite" for n in nouns
                )  # "hit by an air strike"
                subject = nouns if told else [n for n in nouns if not n.event]
            elif role == OBJECT and not objects:
                objects = [n for n in nouns if not n.event]
            elif role == TOOL:
                tools += nouns
            elif role == MUTUAL:
                subject = nouns
            elif role and role not in (SUBJECT, OBJECT, SITE, MUTUAL):
                leads += [(role, n) for n in nouns]
        return replace(
            trigger,
            subject=tuple(subject),
            object=tuple(objects),
            tools=tuple(tools),
            leads=tuple(leads),
            prepositions=tuple(prepositions),
        )

    def _belongs_to(self, frame: Frame, before: Prepositional, after: Prepositional) -> bool:
        """Whether a preposition belongs to the noun before it: "at the gate of the camp", "from a base at Halden"."""
        origin = frame.leads.get(before.low) == self.knowledge.key(v.ORIGIN)
        genitive = after.low in self.knowledge.words(WORDS, "genitive")
        return (genitive or origin) and before.nouns[-1].last + 1 == after.nouns[0].first

    # ── Nouns ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def of_noun(
        self, tokens: Sequence[Token], phrases: Sequence[Phrase], clauses: Sequence[Clause], at: int
    ) -> Trigger | None:
        """The event that a noun tells, with the roles that its verb and its prepositions give."""
        noun = phrases[at]
        frame = noun.event if isinstance(noun, Noun) else None
        if not isinstance(noun, Noun) or frame is None:
            return None
        number, part = clause_of(clauses, noun)
        named = self._of_apposed(tokens, phrases, clauses, at)
        if named is not None:
            return named
        after = self._behind(tokens, phrases, clauses, at)
        trigger = Trigger(frame, noun.head_span, number, noun=noun, rule=f"{frame.name}/noun")
        if number >= 0 and self.light.carries(tokens, clauses[number].verb, noun, part):
            clause = clauses[number]
            trigger = replace(trigger, subject=tuple(clause.subject), rule=f"{frame.name}/light-verb")
            trigger = self.with_prepositions(trigger, [*clause.after])
        elif (
            part == "subject"
            and clauses[number].verb.passive
            and self.light.holds(tokens, clauses[number].verb, (CARRY,))
        ):
            trigger = self.with_prepositions(replace(trigger, passive=True), [*after, *clauses[number].after])
            trigger = replace(trigger, rule=f"{frame.name}/light-verb-passive")
        elif part == "object" and number >= 0 and self.light.holds(tokens, clauses[number].verb, (STOP,)):
            trigger = self.with_prepositions(replace(trigger, rule=f"{frame.name}/repelled"), after)
            trigger = replace(trigger, object=trigger.object or tuple(clauses[number].subject))
        elif part == "subject" and self._happens(tokens, clauses[number], frame):
            trigger = self.with_prepositions(trigger, [*after, *clauses[number].after])
            trigger = replace(trigger, rule=f"{frame.name}/happens")
        elif number >= 0 and self.light.suffers(
            tokens, clauses[number].verb, part, at_setting=self._is_setting(phrases, at, trigger)
        ):
            clause = clauses[number]
            trigger = replace(trigger, object=tuple(clause.subject), rule=f"{frame.name}/suffers")
            trigger = self.with_prepositions(trigger, after)
        else:
            trigger = self.with_prepositions(trigger, after)
            lasted = self._is_setting(phrases, at, trigger) or (
                at > 1 and _is_span_of_time(phrases, at, self.knowledge.words("dates", "spans"))
            )  # "after two days of fighting"
            lasted = lasted and not any(p.low in frame.leads and p.nouns for p in after)
            trigger = replace(trigger, reference=lasted or self._is_reference(noun, trigger))
        if frame.mutual and part == "governed" and trigger.object and not trigger.subject:
            trigger = replace(trigger, subject=tuple(clauses[number].subject))  # "entered after fighting with the army"
        if rule_needs_more(trigger):
            trigger = replace(trigger, reference=trigger.reference or self._speaks_of_told(noun, trigger))
        verb = clauses[number].verb.lemma if number >= 0 else ""
        return trigger if self._noun_allowed(trigger, noun, part, verb) else None

    def _behind(
        self, tokens: Sequence[Token], phrases: Sequence[Phrase], clauses: Sequence[Clause], at: int
    ) -> tuple[Prepositional, ...]:
        """What stands right behind a noun, and what a participle says of it: "launched by rebels", "blamed on them"."""

        def carried(clause: Clause) -> bool:
            return is_reduced_verb(clause.verb) and self.light.holds(tokens, clause.verb, (CARRY,))

        charged = dict(self.knowledge.section("cues", "speech", "charged"))
        told = told_behind(clauses, phrases[at], carried, charged, min(self._agent, default=""))
        return (*attached(phrases, at, self.knowledge.words(WORDS, "of_two")), *told)

    def _of_apposed(
        self, tokens: Sequence[Token], phrases: Sequence[Phrase], clauses: Sequence[Clause], at: int
    ) -> Trigger | None:
        """As in "launched Mission Dawn, an offensive to drive the army out of Halden"; else None."""
        noun, beside = phrases[at], apposed(phrases, clauses, at)
        if beside < 0 or not isinstance(noun, Noun) or noun.event is None:
            return None
        clause = clauses[beside]
        if not self.light.holds(tokens, clause.verb, (CARRY,)):
            return None
        trigger = Trigger(noun.event, noun.head_span, beside, tuple(clause.subject), noun=noun)
        aim = next((c for c in clauses if c.verb.infinitive and c.at == at + 1), None)
        if aim is not None:
            trigger = self.with_prepositions(replace(trigger, object=tuple(aim.objects)), aim.after)
        trigger = self.with_prepositions(trigger, attached(phrases, at, self.knowledge.words(WORDS, "of_two")))
        if aim is not None:
            trigger = replace(trigger, prepositions=(*trigger.prepositions, *aim.after))
        return replace(trigger, rule=f"{noun.event.name}/light-verb")

    def _noun_allowed(self, trigger: Trigger, noun: Noun, part: str, verb: str) -> bool:
        frame = trigger.frame
        harms = any(other.effect_first or other.effect_only for _, other in self.by_lemma.get(verb, ()))
        if part == "governed" and harms and noun.article != "definite":
            return not frame.light_only or verb in frame.light_only  # "were killed in a strike"
        alone = not trigger.object and part != "subject" and noun.article != "definite"
        opens = not verb and trigger.clause < 0 and noun.first <= 1  # "Ceasefire in Halden from midnight."
        light = not frame.light_only or verb in frame.light_only or opens
        return light and not (frame.noun_needs_object and alone)

    def _is_setting(self, phrases: Sequence[Phrase], at: int, trigger: Trigger) -> bool:
        """As in "seized the base after a siege": a noun that says nothing of its own beside what the verb tells."""
        link = phrases[at - 1] if at else None
        plain = isinstance(link, Link) and link.kind != SUBORDINATOR  # no "after a massacre killed 115"
        temporal = isinstance(link, Link) and plain and link.low in self.knowledge.words("light", "settings")
        return temporal and not (trigger.object or trigger.subject or trigger.prepositions)

    def _happens(self, tokens: Sequence[Token], clause: Clause, frame: Frame) -> bool:
        """Whether a verb says no more than that it happened: "clashes erupted", "a bomb exploded"."""
        return self.light.holds(tokens, clause.verb, (HAPPEN,)) or clause.verb.lemma in {
            p.split()[0] for p in frame.verbs
        }

    def _speaks_of_told(self, noun: Noun, trigger: Trigger) -> bool:
        """As in "confirms it carried out the strike": the verb says of "the strike" no more than who."""
        who = () if trigger.rule.endswith("/light-verb") else trigger.subject
        return self._is_reference(noun, replace(trigger, subject=who))

    def _is_reference(self, noun: Noun, trigger: Trigger) -> bool:
        """Whether a noun speaks of an event that was told before: "the attack", unless it says more of it."""
        if noun.article != "definite":
            return False
        if trigger.frame.effect_first:
            return True  # "over the killing of a lawmaker"
        placed = any(n.name for p in trigger.prepositions for n in p.nouns)
        says_more = any(n.name or n.cls for n in trigger.object) or bool(trigger.subject) or placed
        return not says_more


def _is_span_of_time(phrases: Sequence[Phrase], at: int, units: frozenset[str]) -> bool:
    link, span = phrases[at - 1], phrases[at - 2]
    return isinstance(link, Link) and link.genitive and isinstance(span, Noun) and span.words[-1] in units


def rule_needs_more(trigger: Trigger) -> bool:
    """Whether "the battle goes on" and "made the attack" tell of an event: only if they say more of it."""
    return trigger.rule.endswith(("/happens", "/light-verb"))


def object_keys(frame: Frame, noun: Noun, kinds: Kinds) -> tuple[str, ...]:
    """The keys under which a noun stands as the object of a frame."""
    for kind, keys in frame.objects:
        if kind == ELSE or kinds.fits(noun, kind):
            return keys
    return ()
