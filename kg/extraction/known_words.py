"""What is known of the words of a sentence before they are tagged: names, times, numbers, asides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.extraction import tags as t
from kg.extraction.asides import mark_asides, mark_quoted_words
from kg.extraction.counts import Quantity
from kg.extraction.dates import When
from kg.extraction.names import Mention
from kg.extraction.tokens import Sentence


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
    for mention in mentions:
        for at in range(mention.first, mention.last):
            found.given[at] = t.NAME
            found.named[at] = mention
    for when in times:
        for at, token in enumerate(tokens):
            if when.span.start <= token.start and token.end <= when.span.end and not found.given[at]:
                found.given[at] = t.MOMENT
                found.moments[at] = when
    for quantity in quantities:
        inside = [i for i, k in enumerate(tokens) if quantity.span.start <= k.start and k.end <= quantity.span.end]
        if inside and not any(found.given[i] for i in inside):
            for at in inside:
                found.given[at] = t.NUMBER
                found.counted[at] = quantity
    mark_asides(tokens, found.given)
    mark_quoted_words(sentence, found.given)
    return found
