"""Two nouns that speak of one: "a leader, Mara Venn, was shot", "the Front, an alliance, attacked"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.extraction import tags as t
from kg.extraction.clause import Clause, ClauseWords
from kg.extraction.phrase import AIRBORNE, COUNTED, FIGHTERS, Link, Noun, Phrase, Verb


def before_apposition(phrases: Sequence[Phrase], at: int, start: int) -> tuple[list[Noun], int]:
    """As in "a leader, Mara Venn, was shot" and "the Front, an alliance, attacked": whom both speak of, from where."""
    second = chain_start(phrases, at - 2)
    first = chain_start(phrases, second - 2)
    if first < 0 or second < 2:
        return [], start
    name, comma, told = phrases[first], phrases[second - 1], phrases[second]
    if not (isinstance(name, Noun) and isinstance(told, Noun) and isinstance(comma, Link) and comma.low == ","):
        return [], start
    opening = phrases[first - 1] if first else None
    if isinstance(opening, Link) and opening.kind == t.PREPOSITION:
        return [], start  # "crossed into Halden, Orrin District, looted": no place looted
    begins = not isinstance(opening, Link) or opening.low == ","
    named = told.name is not None and told.cls == ""
    if told.name is not None and told.cls and name.name is None and (not name.cls or name.group == FIGHTERS):
        return [told], start  # "its armed wing, the Hill Army, attacked"
    return (last_run([name, told]) if named else [name]), (first if begins and first else start)


def chain_start(phrases: Sequence[Phrase], at: int) -> int:
    """Where "a spokeswoman of the Hill Front" begins, seen from its last noun; -1 where that is no noun."""
    while at >= 2 and isinstance(phrases[at], Noun):
        link, before = phrases[at - 1], at - 2
        if isinstance(phrases[before], Link) and phrases[before].kind == t.ADVERB and before:  # type: ignore[union-attr]
            before -= 1  # "a group originally from Halden"
        if not (isinstance(link, Link) and link.kind == t.PREPOSITION and isinstance(phrases[before], Noun)):
            break
        at = before
    return at if at >= 0 and isinstance(phrases[at], Noun) else -1


def last_run(nouns: list[Noun]) -> list[Noun]:
    """Of nouns that are no list, the first that is not a bare stretch of words without meaning."""
    known = [n for n in nouns if n.cls or n.group or n.event or n.name]
    if (
        len(known) > 1
        and known[-1].name is not None
        and known[-1].cls == ""
        and known[-2].name is None
        and known[-2].cls
    ):
        named, told = known[-1], known[-2]  # "an Indigenous leader, Carmelina Yule,"
        return [replace(named, cls=told.cls, group=told.group)]
    return known[-1:] or nouns[-1:]


def before_parenthesis(
    phrases: Sequence[Phrase], at: int, beside: frozenset[str], words: frozenset[str]
) -> tuple[list[Noun], int]:
    """
    As in "two officers, including the chief, were killed": the noun before the commas, and where it begins.

    `at` is the number of the verb. Whom a word of `beside` adds is one of them: "the Front, together with the Guard,".
    """
    opened = at - 2
    while opened > 0 and not _is_comma(phrases[opened]):
        if not isinstance(phrases[opened], Noun | Link):
            return [], -1
        opened -= 1
    link = phrases[opened + 1]
    first = chain_start(phrases, opened - 1)
    inside = opened > 0 and isinstance(link, Link) and link.kind in (t.PREPOSITION, t.RELATIVE)
    between, told = phrases[opened + 1 : at - 1], phrases[first]
    if first >= 0 and opened > 0 and not inside and (_says_of_most(between, words) or _are_parts(told, between)):
        return ([told] if isinstance(told, Noun) else []), first
    if not inside or first < 0 or not isinstance(link, Link):
        return [], -1
    inner = phrases[first - 1] if first else None
    if isinstance(inner, Verb) and not inner.finite:
        return [], -1  # "fighters numbering 61, with 29 weapons, laid down their arms"
    subject = phrases[first]
    more = [p for p in phrases[opened + 2 : at - 1] if isinstance(p, Noun)] if link.low in beside else []
    return ([subject, *more] if isinstance(subject, Noun) else []), first


def before_participle(
    phrases: Sequence[Phrase], at: int, inner: int, start: int, joining: frozenset[str]
) -> tuple[list[Noun], int]:
    """
    As in "rebels, joined by the Guard, attacked": the noun before the commas, and where the clause begins.

    `inner` is the number of the participle. Whoever is `joining` them acts with them.
    """
    verb = phrases[inner]
    commas = inner > 1 and _is_comma(phrases[inner - 1]) and _is_comma(phrases[at - 1])
    first = chain_start(phrases, inner - 2) if commas else -1
    opens = first >= 0 and all(isinstance(p, Link) and p.kind != t.RELATIVE for p in phrases[max(0, first - 1) : first])
    if not (opens and isinstance(verb, Verb) and not verb.helpers and verb.tense in ("past", "participle")):
        return [], start
    inside = phrases[inner + 1 : at - 1]
    if any(isinstance(p, Verb) for p in inside) or not isinstance(inside[0] if inside else None, Link):
        return [], start
    subject = phrases[first]
    joined = (p for p in inside if isinstance(p, Noun) and p.group != AIRBORNE)  # "backed by drones": a means
    more = list(joined) if verb.lemma in joining else []
    return ([subject, *more] if isinstance(subject, Noun) else []), at


def before_whose(phrases: Sequence[Phrase], inner: Clause, clause: Clause, words: ClauseWords) -> list[Noun]:
    """As in "the army, whose troops had been surrounded, bombed Halden": the army, behind the second comma."""
    owned = inner.subject[0] if inner.subject else None
    if owned is None or not owned.words or owned.words[0] not in words.oblique:
        return []
    if clause.joined_by != "," or not clause.verb.finite:
        return []
    at = next((i for i, p in enumerate(phrases) if p is owned), 0) - 1
    while at > 0 and _is_comma(phrases[at]):
        first = chain_start(phrases, at - 1)
        noun = phrases[first] if first >= 0 else None
        if isinstance(noun, Noun) and noun.sort != "where":
            return [noun]
        at = first - 1  # "two clans in Halden, Orrin District, whose leaders"
    return []


def _are_parts(told: Phrase, inside: Sequence[Phrase]) -> bool:
    """As in "six people, two women and four men, were arrested": who those before the comma are."""
    nouns = [p for p in inside if isinstance(p, Noun)]
    counted = bool(nouns) and all(noun.quantity is not None for noun in nouns)
    links = (p for p in inside if isinstance(p, Link))
    return counted and isinstance(told, Noun) and told.quantity is not None and all(p.listing for p in links)


def _says_of_most(inside: Sequence[Phrase], words: frozenset[str]) -> bool:
    """As in ", mostly women," and ", most of them children,": who those before the comma are."""
    first = inside[0] if inside else None
    nouns = [p for p in inside if isinstance(p, Noun)]
    if inside and all(isinstance(p, Link) and p.kind == t.ADVERB for p in inside):
        return True  # "The town, meanwhile, is besieged"
    counts = isinstance(first, Noun) and first.group == COUNTED and len(first.text.split()) > 1
    if counts and len(nouns) <= 3 and not any(isinstance(p, Verb) for p in inside):
        return True  # ", three of them children,"
    opening = first.low if isinstance(first, Link) else first.words[0] if isinstance(first, Noun) else ""
    return opening in words and len(nouns) <= 3


def _is_comma(phrase: Phrase) -> bool:
    return isinstance(phrase, Link) and phrase.low == ","
