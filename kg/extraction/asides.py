"""Words that stand in a sentence without being part of it: what is in brackets, and the marks around a quoted word."""

from __future__ import annotations

from collections.abc import Container, Sequence

from kg.extraction import tags as t
from kg.extraction.tokens import Sentence, Token


def mark_asides(tokens: Sequence[Token], given: list[str]) -> None:
    """What stands in round brackets and is no part of a name is passed over."""
    depth_start = -1
    for at, token in enumerate(tokens):
        if token.text == "(" and not given[at]:
            depth_start = at
        elif token.text == ")" and not given[at] and depth_start >= 0:
            for inside in range(depth_start, at + 1):
                given[inside] = t.ASIDE
            depth_start = -1


def mark_quoted_words(sentence: Sentence, given: list[str]) -> None:
    """Quotation marks around a word or two are passed over: the "president" is quoted, and says nothing."""
    marks = {place for quoted in sentence.quoted for place in (quoted.start - 1, quoted.end)}
    for at, token in enumerate(sentence.tokens):
        if token.text in t.QUOTES and token.start not in marks and not given[at]:
            given[at] = t.BRACKET


def mark_titles(tokens: Sequence[Token], given: list[str], titles: frozenset[str]) -> None:
    """As in "Saw Hla Win": a title before a name is no verb."""
    for at in range(len(tokens) - 1):
        if tokens[at].text in titles and given[at + 1] == t.NAME and not given[at]:
            given[at] = t.NOUN


def mark_ages(tokens: Sequence[Token], given: list[str], listing: frozenset[str]) -> None:
    """As in "Mara Venn, 27, and": how old somebody is counts nobody."""
    for at in range(1, len(tokens) - 2):
        age = tokens[at + 1].text
        named = given[at - 1] == t.NAME and tokens[at].text == "," and age.isdigit() and len(age) <= 2
        if named and (tokens[at + 2].low in {",", "."} or tokens[at + 2].low in listing):
            given[at] = given[at + 1] = t.ASIDE
            if tokens[at + 2].text == ",":
                given[at + 2] = t.ASIDE


def inside_noun(
    tokens: Sequence[Token], given: Sequence[str], at: int, articles: Container[str], nouns: Sequence[Container[str]]
) -> bool:
    """As in "a predawn attack" and "the June 24 operation": a time between an article and a noun of `nouns`."""
    first, after = at, at + 1
    while first and given[first - 1] in (t.MOMENT, t.ADJECTIVE):
        first -= 1
    while after < len(tokens) and given[after] == t.MOMENT:
        after += 1
    if first == 0 or after >= len(tokens) or given[after]:
        return False
    return tokens[first - 1].low in articles and any(tokens[after].low in words for words in nouns)
