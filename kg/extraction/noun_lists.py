"""Nouns that stand side by side: "A, B and C"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.extraction import tags as t
from kg.extraction.phrase import CIVILIANS, COUNTED, FIGHTERS, Link, Noun, Phrase, Verb


def with_added(phrases: Sequence[Phrase], adding: frozenset[str]) -> list[Phrase]:
    """As in "killed five soldiers along with two policemen": a number of people that such words add to a list."""
    made = list(phrases)
    for at in range(1, len(made) - 1):
        before, link, after = made[at - 1 : at + 2]
        if isinstance(link, Link) and link.low in adding and isinstance(before, Noun) and _are_counted(after):
            made[at] = replace(link, kind=t.CONJUNCTION, listing=True)
    return made


def with_pair(phrases: Sequence[Phrase]) -> list[Phrase]:
    """As in "Soldier, civilian killed in attack": the comma of a headline is an "and"."""
    made = list(phrases)
    first, comma, second, verb = made[:4] if len(made) > 3 else (None, None, None, None)
    plain = all(isinstance(noun, Noun) and noun.sort == "who" and not noun.article for noun in (first, second))
    pair = plain and isinstance(second, Noun) and second.name is None and second.modifiers == ()
    if pair and isinstance(comma, Link) and comma.low == "," and isinstance(verb, Verb) and verb.finite:
        made[1] = replace(comma, kind=t.CONJUNCTION, listing=True)
    return made


def _are_counted(phrase: Phrase) -> bool:
    people = isinstance(phrase, Noun) and phrase.group in (FIGHTERS, CIVILIANS, COUNTED)
    return people and isinstance(phrase, Noun) and phrase.quantity is not None


def noun_list(phrases: Sequence[Phrase], at: int, end: int) -> tuple[list[Noun], int]:
    """
    The nouns of a list that begins at a noun, and where it ends: "A, B and C".

    A comma joins only where an "and" follows later in the same list.
    """
    first = phrases[at]
    if not isinstance(first, Noun):
        return [], at + 1
    found, place = [first], at + 1
    pending: list[Noun] = []
    stop = place
    while place + 1 < end:
        link, following = phrases[place], phrases[place + 1]
        if not isinstance(link, Link):
            break
        if link.low == "," and isinstance(following, Link) and following.kind == t.CONJUNCTION and place + 2 < end:
            link, following, place = following, phrases[place + 2], place + 1
        if not isinstance(following, Noun) or (found[0].sort and following.sort and found[0].sort != following.sort):
            break  # "in Thantlang town, the Hill Army and its allies attacked"
        if link.kind == t.CONJUNCTION and link.listing:
            found += [*pending, following]
            pending, stop, place = [], place + 2, place + 2
        elif link.low == ",":
            pending.append(following)
            place += 2
        else:
            break
    return found, stop
