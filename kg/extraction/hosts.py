"""Which event did a harm: one of the same sentence, or the one that "the fighting" speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.extraction import tags as t
from kg.extraction.clause import Clause
from kg.extraction.kinds import THINGS, Kinds
from kg.extraction.occurrence import Occurrence, Told
from kg.extraction.phrase import Noun
from kg.extraction.sentence_reading import Reading
from kg.extraction.triggers import Trigger

_NEAR = 3
"""Sentences: how far back the event of a harm may be told."""


def host_trigger(reading: Reading, trigger: Trigger | None, clause: int, when: frozenset[str]) -> Trigger | None:
    """
    The trigger of the same sentence whose event did a harm; None where there is none.

    It is a noun beside the harm ("killed in an attack"), an event of the clause that the harm is joined to (", killing
    two"), or one that a word of `when` joins ("died when a shell hit").
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
    shared = _shared_means(reading, trigger, others, number)
    if shared is not None:
        return shared
    means = [n for p in own.after if own.verb.passive for n in p.nouns if n.group in THINGS]
    by = next((o for o in others if o.noun is None and _speaks_of(reading.clauses[o.clause], means)), None)
    if by is not None:
        return by
    joined = next(_joined(reading.clauses, own, others), None)
    if joined is not None:
        return joined
    if trigger is not None and _acts_alone(reading.clauses[number:], trigger, others):
        return None
    hosts = (o for o in others if not o.frame.effect_first and o.clause > number)
    begun = (o for o in hosts if any(c.joined_by in when for c in reading.clauses[number + 1 : o.clause + 1]))
    return next(begun, None) or _told_before(reading, trigger, others, number)


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
    if trigger is None or following is None or following.joined_kind != t.CONJUNCTION:
        return None
    if not (trigger.passive or following.subject_of == number):
        return None
    alike = (o for o in others if o.clause == number + 1 and o.passive == trigger.passive)
    harms = any(o.noun is None and o.frame.effect_first for o in alike)
    behind = [n for p in following.after for n in p.nouns]
    return next((o for o in others if harms and o.noun is not None and any(n is o.noun for n in behind)), None)


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
    while source >= 0:
        one = not own.verb.finite
        yield from (o for o in others if not o.frame.effect_first and o.clause == source and (one or o.frame.deadly))
        yield from (o for o in others if o.noun is not None and any(n is o.noun for n in clauses[source].subject))
        source = clauses[source].subject_of


def bearer(history: Sequence[Occurrence], told: Told, number: int, last: Occurrence | None) -> Occurrence | None:
    """The event that a harm of a later sentence belongs to: the last one near by that can have done it."""
    near = (one for one in reversed(history) if number - one.sentence <= _NEAR)
    return next((one for one in near if may_bear(one, told)), last)


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
