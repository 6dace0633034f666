"""Which event did a harm: one of the same sentence, or the one that "the fighting" speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.extraction import tags as t
from kg.extraction.clause import Clause
from kg.extraction.kinds import CIVILIANS, FIGHTERS, THINGS, Kinds
from kg.extraction.knowledge import Knowledge
from kg.extraction.occurrence import Occurrence, Told
from kg.extraction.phrase import Link, Noun
from kg.extraction.sentence_reading import Reading
from kg.extraction.triggers import Trigger

_NEAR = 3
"""Sentences: how far back the event of a harm may be told."""


def host_trigger(reading: Reading, trigger: Trigger | None, clause: int, knowledge: Knowledge) -> Trigger | None:
    """
    The trigger of the same sentence whose event did a harm; None where there is none.

    It is a noun beside the harm ("killed in an attack"), an event of the clause that the harm is joined to (", killing
    two"), or one that such a word as "when" joins ("died when a shell hit").
    """
    number = trigger.clause if trigger is not None else clause
    if number < 0:
        return None
    own = reading.clauses[number]
    others = [o for o in reading.triggers if o is not trigger and not o.frame.effect_only]
    inside = [*own.subject, *own.objects, *(n for p in own.after for n in p.nouns)]
    beside = next((o for o in others if o.noun is not None and any(n is o.noun for n in inside)), None)
    if beside is not None:
        return beside
    shared = _shared_means(reading, trigger, others, number) or _fired(trigger, others)
    if shared is not None:
        return shared
    means = [n for p in own.after if own.verb.passive for n in p.nouns if n.group in THINGS]
    by = next((o for o in others if o.noun is None and _speaks_of(reading.clauses[o.clause], means)), None)
    if by is not None:
        return by
    stands = _of_place(own, others)
    if stands is not None:
        return stands
    joined = next(_joined(reading.clauses, own, others), None)
    if joined is not None:
        return joined
    if trigger is not None and _acts_alone(reading.clauses[number:], trigger, others):
        return None
    hosts = (o for o in others if not o.frame.effect_first and o.clause > number)
    when = knowledge.words("light", "frame_words")
    begun = (o for o in hosts if any(c.joined_by in when for c in reading.clauses[number + 1 : o.clause + 1]))
    told = next(begun, None) or _told_before(reading, trigger, others, number)
    return told or _caused_by(reading, trigger, others, knowledge.words("light", "causes"))


def with_verb_object(reading: Reading, trigger: Trigger, kinds: Kinds) -> Trigger:
    """As in "An air strike hit a school": what the verb hits is what the noun hits."""
    if trigger.noun is None or trigger.clause < 0 or trigger.object:
        return trigger
    for other in reading.triggers:
        same = other.noun is None and any(n is trigger.noun for n in other.subject)  # "shelling targeting a camp" too
        if (
            same
            and not other.frame.bloodless
            and not (other.frame.effect_first and other.object and kinds.is_actor(other.object[0]))
        ):
            return replace(trigger, object=tuple(n for n in other.object if not n.event))
    return trigger


def with_doer(reading: Reading, trigger: Trigger, inside: frozenset[str]) -> Trigger:
    """As in "gunmen killed two soldiers in an ambush": who killed them there laid the ambush."""
    if trigger.noun is None or trigger.subject or trigger.clause < 0 or not trigger.frame.subject:
        return trigger
    clause = reading.clauses[trigger.clause]
    within = any(n is trigger.noun for p in clause.after if p.low in inside for n in p.nouns)
    harms = (o for o in reading.triggers if within and o.noun is None and o.frame.effect_first and not o.passive)
    harm = next((o for o in harms if o.clause == trigger.clause and o.subject and o.object), None)
    if harm is None or any(n.event is not None or n.group in THINGS for n in harm.subject):
        return trigger
    return replace(trigger, subject=harm.subject)


def _acts_alone(clauses: Sequence[Clause], trigger: Trigger, others: Sequence[Trigger]) -> bool:
    """As in "rockets killed 14 as fighting raged", "gunmen killed a man as the army fought rebels": two events."""
    if trigger.passive or not any(n.article != "definite" or n.name for n in trigger.subject):
        return False
    if any(n.group in THINGS and not n.event for n in trigger.subject):
        return True
    own = clauses[0].subject
    beside = [o for o in others if o.clause > trigger.clause]
    theirs = [n for o in beside for n in (*o.subject, *o.object)]
    return bool(beside) and bool(theirs) and not any(n.pronoun or n in own for n in theirs)


def _shared_means(reading: Reading, trigger: Trigger | None, others: Sequence[Trigger], number: int) -> Trigger | None:
    """As in "two were killed and three wounded in a clash": what stands behind the second harm did both."""
    following = reading.clauses[number + 1] if number + 1 < len(reading.clauses) else None
    if trigger is None or following is None or following.joined_kind not in (t.CONJUNCTION, t.SIGN):
        return None  # "19 killed, 27 injured in an attack" too
    goes_on = trigger.passive or following.subject_of == number  # "killed nine and wounded two in a raid"
    alike = (o for o in others if o.clause == number + 1 and o.noun is None and o.passive == trigger.passive)
    harms = goes_on and any(o.frame.effect_first for o in alike)
    behind = [n for p in following.after for n in p.nouns]
    return next((o for o in others if harms and o.noun is not None and any(n is o.noun for n in behind)), None)


def _fired(trigger: Trigger | None, others: Sequence[Trigger]) -> Trigger | None:
    """As in "a rocket fired at Halden killed three": what is told of the rocket did it."""
    things = [n for n in trigger.subject if n.group in THINGS] if trigger is not None else []
    verbs = (o for o in others if o.noun is None and not o.frame.effect_first)
    return next((o for o in verbs if any(n is m for n in things for m in (*o.subject, *o.tools, *o.object))), None)


def _of_place(own: Clause, others: Sequence[Trigger]) -> Trigger | None:
    """As in "an attack on a village that killed two": the attack did, and not the village."""
    relative = own.joined_kind == t.RELATIVE and own.subject_of < 0 and len(own.subject) == 1
    place = own.subject[0] if relative else None
    if place is None or place.sort == "who" or place.group in (FIGHTERS, CIVILIANS, *THINGS):
        return None
    deeds = (o for o in others if o.noun is not None and not o.frame.effect_first)
    return next((o for o in deeds if any(n is place for n in (*o.object, *_governed(o)))), None)


def _governed(trigger: Trigger) -> list[Noun]:
    return [noun for p in trigger.prepositions for noun in p.nouns]


def _told_before(reading: Reading, trigger: Trigger | None, others: Sequence[Trigger], number: int) -> Trigger | None:
    """As in "that drones hit a depot and that 46 rebels were killed": the event that the sentence tells before."""
    own = reading.clauses[number]
    if trigger is None or not trigger.passive or trigger.subject or not trigger.frame.effect_first:
        return None
    if any(n.name is not None for p in own.after for n in p.nouns):
        return None
    told = (o for o in reversed(others) if o.clause < number and not o.reference)
    earlier = (o for o in told if o.clause >= 0 or o.span.end <= trigger.span.start)  # "Mortars on Halden, two killed"
    return next((o for o in earlier if not o.frame.bloodless and not o.frame.effect_first and _harms(o)), None)


def _caused_by(
    reading: Reading, trigger: Trigger | None, others: Sequence[Trigger], causes: frozenset[str]
) -> Trigger | None:
    """As in "six people were killed due to the army firing artillery": the deed behind the word for its cause."""
    bare = trigger is not None and trigger.passive and not trigger.subject and trigger.frame.effect_first
    words = [p.span.start for p in reading.phrases if isinstance(p, Link) and p.low in causes] if bare else []
    behind = (o for o in others if words and o.span.start > words[0] and not o.frame.effect_first and o.frame.deadly)
    return next((o for o in behind if trigger is not None and trigger.span.start < words[0]), None)


def _harms(trigger: Trigger) -> bool:
    """Whether what a trigger tells may hurt people: "burned a house" does not, "a drone destroyed it" does."""
    return not trigger.frame.harmless or any(n.group in THINGS for n in trigger.subject)


def _speaks_of(clause: Clause, nouns: Sequence[Noun]) -> bool:
    """As in "killed by a shell that landed at a station": a relative clause says how one of the nouns did it."""
    relative = clause.joined_kind == t.RELATIVE and clause.subject_of < 0
    return relative and any(n is m for n in (*clause.subject, *clause.objects) for m in nouns)


def _joined(clauses: Sequence[Clause], own: Clause, others: Sequence[Trigger]) -> Iterator[Trigger]:
    """The events of the clauses that a clause takes its subject from, the nearest first."""
    source = own.subject_of
    if source >= 0 and clauses[source].joined_kind == t.RELATIVE and own.joined_by == "," and own.verb.finite:
        source = clauses[source].subject_of  # "men, who were trapped in a clash, were shot": not by that
    while source >= 0:
        one = not own.verb.finite
        yield from (o for o in others if not o.frame.effect_first and o.clause == source and (one or o.frame.deadly))
        yield from (o for o in others if o.noun is not None and any(n is o.noun for n in clauses[source].subject))
        source = clauses[source].subject_of


def told_before_harm(reading: Reading, trigger: Trigger, within: frozenset[str]) -> bool:
    """As in "ambushed and killed 13 sailors in an attack on a convoy": the verb before tells the attack."""
    clause = reading.clauses[trigger.clause] if trigger.clause > 0 else None
    if clause is None or not any(p.low in within and any(n is trigger.noun for n in p.nouns) for p in clause.after):
        return False
    verbs = (o for o in reading.triggers if o.noun is None and o.clause == clause.subject_of)
    same = (trigger.frame.name, *trigger.frame.speaks_of)
    return any(o.frame.name in same and o.frame.deadly and not o.passive for o in verbs)


def spelled_out(reading: Reading, trigger: Trigger) -> Trigger:
    """As in "launched an attack, targeting a camp": the trigger with what a participle says that it was done to."""
    if trigger.object or trigger.clause < 0:
        return trigger
    same = (trigger.frame.name, *trigger.frame.speaks_of)
    for other in reading.triggers:
        clause = reading.clauses[other.clause] if other.clause > trigger.clause else None
        if clause is None or clause.verb.finite or clause.joined_by != "," or clause.subject_of != trigger.clause:
            continue
        alike = other.frame.name in same or trigger.frame.name in other.frame.speaks_of
        if other.noun is None and other.object and alike and not other.frame.effect_first:
            return replace(trigger, object=other.object, prepositions=(*trigger.prepositions, *other.prepositions))
    return trigger


def is_setting(host: Trigger, trigger: Trigger, *, first: bool) -> bool:
    """As in "were shot dead by soldiers during a raid": a noun that tells of no event, and says no more of it."""
    bare = host.reference and host.noun is not None and host.noun.article != "definite"
    return bare and (bool(trigger.subject) or first)


def lands(reading: Reading, trigger: Trigger) -> bool:
    """As in "an air strike targeted a camp, but the bombs fell in a field": what was fired before."""
    fired = bool(trigger.subject) and all(n.group in THINGS and n.article == "definite" for n in trigger.subject)
    earlier = (o for o in reading.triggers if o.clause < trigger.clause and o.frame.ranged)
    return fired and trigger.frame.ranged and any(o is not trigger for o in earlier)


def bearer(history: Sequence[Occurrence], told: Told, number: int, last: Occurrence | None) -> Occurrence | None:
    """The event that a harm of a later sentence belongs to: the last one near by that can have done it."""
    near = [one for one in reversed(history) if number - one.sentence <= _NEAR]
    found = next((one for one in near if may_bear(one, told)), last)
    if found is None or found.trigger.frame.deadly or told.harm.key in found.trigger.frame.does.values():
        return found
    same = (one for one in near if told.harm.key in one.trigger.frame.does.values())  # "another 20 were arrested"
    return next(same, found)


def may_bear(event: Occurrence, told: Told) -> bool:
    """
    Whether an event can have done a harm.

    Who fires from afar harms no men of their own; what was done to arms or houses alone hurts nobody.
    """
    frame = event.trigger.frame
    if frame.harmless and event.cls == frame.cls and told.harm.key not in frame.does.values():
        return False
    if not told.victims:
        return True
    agents = {role.entity for role in event.roles if role.key in frame.subject}
    if frame.ranged and any(one in agents or one.owner in agents for one in told.victims):
        return False
    if frame.bloodless and told.harm.key not in (*frame.does.values(), frame.befalls):
        return False
    things = any(n.group in THINGS for n in event.trigger.object)
    return not (things and not frame.deadly)


def spoken_of_by(trigger: Trigger, history: Sequence[Occurrence]) -> Occurrence | None:
    """What "the fighting" or "the air strikes" speak of: the last event of such a frame, else the last of all."""
    frames = (trigger.frame.name, *trigger.frame.speaks_of)
    fitting = (o for o in reversed(history) if o.trigger.frame.name in frames or o.cls == trigger.frame.cls)
    return next(fitting, history[-1] if history else None)
