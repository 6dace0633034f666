"""Where the noun of an event stands among the clauses of its sentence, and what is attached to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kg.extraction import tags as t
from kg.extraction.clause import Clause, Prepositional
from kg.extraction.noun_lists import noun_list
from kg.extraction.phrase import Link, Noun, Phrase, Verb


def clause_of(clauses: Sequence[Clause], noun: Noun) -> tuple[int, str]:
    """The clause that a noun belongs to, and as what: subject, object, before or after."""
    for number, clause in enumerate(clauses):
        if any(n is noun for n in clause.subject) and clause.subject_of < 0:
            return number, "subject"
        if any(n is noun for n in clause.objects):
            return number, "object"
        if any(n is noun for p in clause.after for n in p.nouns):
            return number, "governed"
        if any(n is noun for p in clause.before for n in p.nouns):
            return number, "before"
    return -1, ""


def apposed(phrases: Sequence[Phrase], clauses: Sequence[Clause], at: int) -> int:
    """As in "launched Mission Dawn, an offensive": the clause whose object the noun says more of; else -1."""
    comma, name = (phrases[at - 1], phrases[at - 2]) if at > 1 else (None, None)
    told = isinstance(comma, Link) and comma.low == "," and isinstance(name, Noun) and name.name is not None
    return next((i for i, c in enumerate(clauses) if told and any(n is name for n in c.objects)), -1)


def attached(phrases: Sequence[Phrase], at: int, of_two: frozenset[str]) -> list[Prepositional]:
    """The prepositions right after a noun, each with its nouns; a verb or a sign ends them."""
    found: list[Prepositional] = []
    place = at + 1
    while place + 1 < len(phrases):
        link, following = phrases[place], phrases[place + 1]
        if isinstance(link, Link) and link.kind == t.MOMENT:
            place += 1
            continue
        if not (isinstance(link, Link) and link.kind == t.PREPOSITION and isinstance(following, Noun)):
            break
        nouns, place_after = noun_list(phrases, place + 1, len(phrases))
        least = 2 if link.low in of_two else 1
        if place_after < len(phrases) and isinstance(phrases[place_after], Verb) and len(nouns) > least:
            nouns, place_after = nouns[:1], place + 2  # the last noun is the subject of what follows
        found.append(Prepositional(link.low, nouns, place))
        place = place_after
    return found


def told_behind(
    clauses: Sequence[Clause], noun: Phrase, carried: Callable[[Clause], bool], charged: Mapping[str, str], by: str
) -> list[Prepositional]:
    """As in "an attack launched by rebels on a base", "an attack blamed on rebels": what a participle says of it."""
    found: list[Prepositional] = []
    for clause in clauses:
        if not any(n is noun for n in clause.subject) or clause.objects:
            continue
        if carried(clause):
            found += clause.after
        elif clause.verb.lemma in charged and (clause.verb.passive or clause.verb.ambiguous):
            before = charged[clause.verb.lemma]
            found += [Prepositional(by, p.nouns, p.at) for p in clause.after if p.low in (before, by)]
    return found
