"""What is known of the words of a sentence before they are tagged: names, times, numbers, asides."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.extraction import tags as t
from kg.extraction.asides import mark_asides, mark_quoted_words
from kg.extraction.counts import Quantity
from kg.extraction.dates import When
from kg.extraction.mention import Mention
from kg.extraction.proposal import Span
from kg.extraction.tokens import Sentence, Token


@dataclass(slots=True)
class KnownWords:
    """Their tags, empty where none is known, and by their numbers the times, names and numbers they are part of."""

    given: list[str]
    moments: dict[int, When] = field(default_factory=dict)
    named: dict[int, Mention] = field(default_factory=dict)
    counted: dict[int, Quantity] = field(default_factory=dict)


def known_words(
    sentence: Sentence, mentions: Iterable[Mention], times: Sequence[When], quantities: Iterable[Quantity]
) -> KnownWords:
    """The words of a sentence: a name goes before a time, a time before a number."""
    tokens = sentence.tokens
    found = KnownWords([""] * len(tokens))
    starts = [token.start for token in tokens]
    for mention in mentions:
        for at in range(mention.first, mention.last):
            found.given[at] = t.NAME
            found.named[at] = mention
    for when in times:
        for at in within(starts, tokens, when.span):
            if not found.given[at]:
                found.given[at] = t.MOMENT
                found.moments[at] = when
    for quantity in quantities:
        inside = within(starts, tokens, quantity.span)
        if inside and not any(found.given[i] for i in inside):
            for at in inside:
                found.given[at] = t.NUMBER
                found.counted[at] = quantity
    mark_asides(tokens, found.given)
    mark_quoted_words(sentence, found.given)
    return found


def within(starts: Sequence[int], tokens: Sequence[Token], span: Span) -> list[int]:
    """The numbers of the tokens that lie in a stretch of the text; `starts` are where the tokens begin."""
    at = bisect_left(starts, span.start)
    found: list[int] = []
    while at < len(tokens) and tokens[at].end <= span.end:
        found.append(at)
        at += 1
    return found
