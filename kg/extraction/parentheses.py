"""What stands between dashes, and a name beside what its bearer is: "20 people – most of them women – were killed"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from kg.extraction import tags as t
from kg.extraction.kinds import SPEAKERS
from kg.extraction.phrase import CIVILIANS, Link, Noun, Phrase, Verb
from kg.extraction.proposal import Span

_DASHES: Final = frozenset({"—", "–", "--", "-"})
_COMMA: Final = ","


def with_commas(phrases: Sequence[Phrase]) -> list[Phrase]:
    """The phrases, with two dashes around words without a verb read as commas."""
    made = list(phrases)
    dashes = [at for at, phrase in enumerate(made) if isinstance(phrase, Link) and phrase.low in _DASHES]
    for first, last in pairwise(dashes):
        bare = not any(isinstance(phrase, Verb) for phrase in made[first:last])
        inside = first > 0 and last + 1 < len(made) and last > first + 1
        if bare and inside and all(_low(made[at]) in _DASHES for at in (first, last)):
            for at in (first, last):
                link = made[at]
                made[at] = replace(link, low=_COMMA) if isinstance(link, Link) else link
    return made


def with_names(phrases: Sequence[Phrase], text: str, singular: frozenset[str]) -> list[Phrase]:
    """As in "a teacher, Mara Venn, and her son were killed": the teacher and the name between commas are one noun."""
    if not any(isinstance(p, Noun) and p.name is not None for p in phrases):
        return list(phrases)
    made: list[Phrase] = []
    at = 0
    while at < len(phrases):
        phrase = phrases[at]
        name = _named(phrases, at, singular)
        if isinstance(phrase, Noun) and name is not None:
            span = Span(phrase.span.start, name.span.end)
            cls = name.cls or phrase.cls
            whole = replace(name, first=phrase.first, span=span, text=text[span.start : span.end], cls=cls)
            made.append(replace(whole, group=phrase.group, article=phrase.article, sort="who"))
            at += 4 if _low(phrases[at + 3]) == _COMMA and not _goes_on(phrases, at + 4) else 3
            continue
        made.append(phrase)
        at += 1
    return made


def _named(phrases: Sequence[Phrase], at: int, singular: frozenset[str]) -> Noun | None:
    """The name right behind a person of whom is said what they are; None where none follows between commas."""
    if at + 3 >= len(phrases):
        return None
    person, comma, name, end = phrases[at : at + 4]
    if not (isinstance(person, Noun) and isinstance(name, Noun) and _low(comma) == _COMMA):
        return None
    one = person.group in (CIVILIANS, SPEAKERS) and person.name is None and person.quantity is None
    if not one or person.head not in singular or not person.article or name.name is None or name.article:
        return None
    aged = end.first > name.last  # "Mara Venn, 34, and her son"
    alone = (aged or _low(end) == _COMMA) and name.sort != "where" and name.cls in ("", person.cls)
    return name if alone and not name.group else None


def _goes_on(phrases: Sequence[Phrase], at: int) -> bool:
    """As in ", wounding her son": a participle needs the comma before it."""
    following = phrases[at] if at < len(phrases) else None
    return isinstance(following, Verb) and not following.finite


def _low(phrase: Phrase) -> str:
    return phrase.low if isinstance(phrase, Link) and phrase.kind == t.SIGN else ""
