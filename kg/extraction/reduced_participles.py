"""Participles that say more of a noun: "an attack launched by rebels", "troops backed by tanks"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kg.extraction import tags as t
from kg.extraction.appositions import chain_start
from kg.extraction.clause import Clause, ClauseWords
from kg.extraction.clause_shapes import all_governed, goes_with_before
from kg.extraction.kinds import WEAPONS
from kg.extraction.phrase import AIRBORNE, CIVILIANS, FIGHTERS, Link, Noun, Phrase, Verb

_ENDS: Final = frozenset({t.SIGN, t.QUOTE, t.SUBORDINATOR, t.RELATIVE})


def with_reduced(phrases: Sequence[Phrase], agent: frozenset[str]) -> list[Phrase]:
    """The phrases, with each "launched by the army" behind a noun that something governs marked as what was done."""
    made = list(phrases)
    for at in range(2, len(made) - 2):
        verb = made[at]
        if isinstance(verb, Verb) and _is_governed(made, at) and _is_done_by(made, at, verb, agent):
            made[at] = replace(verb, tense="participle", passive=True, finite=False)
    return made


def with_absolutes(phrases: Sequence[Phrase], words: frozenset[str]) -> list[Phrase]:
    """The phrases, with each "with three rebels killed" read as a clause of its own, which such a word begins."""
    made = list(phrases)
    for at in range(1, len(made) - 2):
        link, noun, verb = made[at : at + 3]
        if not (isinstance(link, Link) and link.low in words and link.kind == t.PREPOSITION):
            continue
        after = made[at + 3] if at + 3 < len(made) else None
        if isinstance(noun, Noun) and isinstance(verb, Verb) and _is_absolute(noun, verb, after):
            made[at] = replace(link, kind=t.SUBORDINATOR)
    return made


def _is_absolute(noun: Noun, verb: Verb, after: Phrase | None) -> bool:
    """As in "three rebels killed" and "the army firing artillery"."""
    if verb.helpers or noun.pronoun:
        return False
    done = verb.tense == "past" and verb.ambiguous and not isinstance(after, Noun)
    return (done and bool(noun.quantity or noun.article)) or verb.tense == "progressive"


def is_reduced_verb(verb: Verb) -> bool:
    """Whether a verb group is a participle that was marked so."""
    return verb.passive and not verb.helpers and not verb.finite and verb.tense == "participle"


def lend_places(clause: Clause, outer: Clause, words: ClauseWords) -> None:
    """As in "attacked a base held by troops in Halden on Sunday": where the base is, and when it was attacked."""
    if not is_reduced_verb(clause.verb) or clause.start != clause.at or outer.verb.lemma in words.saying:
        return
    outer.after += [p for p in clause.after if p.low not in words.agent and all(n.sort == "where" for n in p.nouns)]
    if outer.tail == (0, 0):
        outer.tail = (clause.at + 1, clause.end)


def goes_past_reduced(phrases: Sequence[Phrase], at: int, made: Sequence[Clause], words: ClauseWords) -> bool:
    """As in "troops backed by tanks and a militia retook Merrow": all up to the verb is of the participle."""
    inner = made[-1] if made else None
    verb = phrases[at]
    if inner is None or not isinstance(verb, Verb) or not verb.finite or inner.joined_kind == t.RELATIVE:
        return False
    plain = inner.verb.ambiguous and not inner.verb.helpers and inner.at > 0
    before = phrases[inner.at - 1]
    if not plain or not isinstance(before, Noun) or before.pronoun:
        return False
    told = any(c.verb.finite and c.verb.lemma not in words.saying for c in made[:-1])
    agent = phrases[inner.at + 1]
    fired = before.event is not None or before.group in (WEAPONS, AIRBORNE)  # "a strike directed at Halden killed two"
    led = isinstance(agent, Link) and (agent.low in words.agent or (fired and agent.kind == t.PREPOSITION))
    return led and not told and all_governed(phrases[inner.at + 1 : at])


def goes_with_noun(phrases: Sequence[Phrase], clause: Clause, made: list[Clause], words: ClauseWords) -> None:
    """Give a verb behind a participle the noun that the participle says more of as its subject."""
    believed = _believed_to(phrases, clause.at, made, words) if clause.verb.finite else []
    if believed:
        clause.start, clause.subject, clause.before = clause.at, believed, []
    else:
        goes_with_before(phrases, clause, made)


def _believed_to(phrases: Sequence[Phrase], at: int, made: Sequence[Clause], words: ClauseWords) -> list[Noun]:
    """As in "gunmen believed to be part of a cartel ambushed a convoy": the gunmen; nobody where it is not so put."""
    inner = made[-1]
    outer = made[inner.depends_on] if inner.verb.infinitive and inner.depends_on >= 0 else None
    if outer is None or not outer.at or outer.verb.helpers or not outer.verb.ambiguous:
        return []
    told = any(c.verb.finite and c.verb.lemma not in words.saying for c in made[: inner.depends_on])
    signs = any(isinstance(p, Link) and p.kind in _ENDS for p in phrases[outer.at : at])
    first = phrases[max(0, chain_start(phrases, outer.at - 1))]
    plain = outer.verb.lemma in words.control and not (told or signs)
    return [first] if plain and isinstance(first, Noun) and isinstance(phrases[outer.at - 1], Noun) else []


def _is_governed(phrases: Sequence[Phrase], at: int) -> bool:
    """Whether the noun before is the object of a verb or of a preposition: it is no subject of what follows."""
    noun, link = phrases[at - 1], phrases[at - 2]
    if not isinstance(noun, Noun) or noun.pronoun:
        return False
    if isinstance(link, Verb):
        return link.finite or link.infinitive or link.tense == "progressive"
    return isinstance(link, Link) and link.kind == t.PREPOSITION and not (at == 3 and not link.genitive)


def _is_done_by(phrases: Sequence[Phrase], at: int, verb: Verb, agent: frozenset[str]) -> bool:
    """Whether a verb without helpers is followed by "by" and one who acts."""
    if not verb.ambiguous or verb.helpers or verb.tense != "past":
        return False
    place = at + 1
    while place < len(phrases) - 1 and isinstance(phrases[place], Link) and _is_adverb(phrases[place]):
        place += 1
    link, noun = phrases[place : place + 2] if place + 1 < len(phrases) else (None, None)
    led = isinstance(link, Link) and link.low in agent
    return led and isinstance(noun, Noun) and (noun.sort == "who" or noun.group in (FIGHTERS, CIVILIANS))


def _is_adverb(phrase: Phrase) -> bool:
    return isinstance(phrase, Link) and phrase.kind in (t.ADVERB, t.MOMENT)
