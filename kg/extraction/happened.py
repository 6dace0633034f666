"""Whether the event of a trigger happened, as the sentence and whoever says it tell."""

from __future__ import annotations

from kg.extraction import tags as t
from kg.extraction.attribution import Attribution
from kg.extraction.clause import Clause
from kg.extraction.polarity import Polarity
from kg.extraction.sentence_reading import Reading
from kg.extraction.triggers import Trigger


def polarity_of(polarity: Polarity, reading: Reading, trigger: Trigger, attribution: Attribution | None) -> str:
    """In which way the event of a trigger did not happen, as a key of the ontology; empty where it did."""
    tokens, clauses = reading.sentence.tokens, reading.clauses
    found = ""
    if trigger.noun is not None:
        found = polarity.of_noun(tokens, trigger.noun) or _of_relative(polarity, reading, trigger)
        if not found and trigger.clause >= 0:
            found = _under(polarity, reading, trigger) or polarity.news.of(tokens, clauses, trigger.clause)
            found = found or polarity.news.of_noun(tokens, clauses[trigger.clause], trigger.noun)
    elif trigger.clause >= 0:
        found = polarity.of_clause(tokens, clauses, trigger.clause)
        if not found and (_is_made_safe(reading, trigger) or _ends_attempt(polarity, reading, trigger)):
            found = polarity.came_to_nothing
    denied = attribution is not None and attribution.denies
    return found or reading.unreal or (polarity.denial if denied else "")


def _is_made_safe(reading: Reading, trigger: Trigger) -> bool:
    """As in "was found and safely detonated": it harmed nobody, by intent."""
    verb = reading.clauses[trigger.clause].verb
    near = reading.sentence.tokens[max(0, verb.first - 1) : verb.last + 2]
    return any(token.low in trigger.frame.made_safe for token in near)


def _ends_attempt(polarity: Polarity, reading: Reading, trigger: Trigger) -> bool:
    """As in "tried to storm the base but were pushed back": what was fought off is the attempt itself."""
    number = trigger.clause
    if not (trigger.frame.repels and trigger.passive and number) or reading.clauses[number].subject_of < 0:
        return False
    before = reading.clauses[number - 1]
    return before.verb.infinitive and bool(polarity.of_clause(reading.sentence.tokens, reading.clauses, number - 1))


def _of_relative(polarity: Polarity, reading: Reading, trigger: Trigger) -> str:
    """As in "an attack that never happened" and "the assault announced by the staff has yet to begin"."""
    clauses = reading.clauses
    for number, clause in enumerate(clauses):
        told = clause.joined_kind == t.RELATIVE or _goes_on(polarity, reading, trigger, clause)
        if told and any(n is trigger.noun for n in clause.subject):
            tokens = reading.sentence.tokens
            found = polarity.of_clause(tokens, clauses, number)
            if not found and clause.verb.passive:
                found = polarity.under(tokens, clauses, number)  # "a raid that was abandoned"
            if found or clause.joined_kind == t.RELATIVE:
                return found
    return ""


def _goes_on(polarity: Polarity, reading: Reading, trigger: Trigger, clause: Clause) -> bool:
    """As in "the assault announced by the staff has yet to begin": what comes after the participle is of it."""
    if trigger.clause < 0 or clause.subject_of < 0:
        return False
    own = reading.clauses[trigger.clause]
    reduced = not own.verb.helpers and own.verb.tense in ("past", "participle") and not own.objects
    return reduced and any(p.low in polarity.agent for p in own.after)


def _under(polarity: Polarity, reading: Reading, trigger: Trigger) -> str:
    """What the verb says of the event that is its object or its subject; of one that only stands beside it nothing."""
    tokens, clauses = reading.sentence.tokens, reading.clauses
    clause = clauses[trigger.clause]
    is_subject = any(n is trigger.noun for n in clause.subject)
    if any(n is trigger.noun for n in clause.objects) or (clause.verb.passive and is_subject):
        return polarity.under(tokens, clauses, trigger.clause)
    if is_subject:
        return polarity.of_subject(tokens, clauses, trigger.clause)
    if clause.verb.passive and any(
        p.low in polarity.agent and any(n is trigger.noun for n in p.nouns) for p in clause.after
    ):
        return polarity.of_clause(tokens, clauses, trigger.clause)  # "could have been killed by shelling"
    found = polarity.of_suffered(tokens, clauses, trigger)
    if found or trigger.noun is None or trigger.noun.article or trigger.reference:
        return found
    return "" if _is_setting(polarity, reading, trigger) else polarity.of_bystander(tokens, clauses, trigger.clause)


def _is_setting(polarity: Polarity, reading: Reading, trigger: Trigger) -> bool:
    """As in "would leave after clashes": the clashes were."""
    words = polarity.knowledge.words("light", "settings")
    own = reading.clauses[trigger.clause]
    around = (*own.before, *own.after)
    return not any(
        p.low not in words and p.low not in polarity.agent and any(n is trigger.noun for n in p.nouns) for p in around
    )
