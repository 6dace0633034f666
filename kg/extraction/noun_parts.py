"""A part of a noun phrase, where its last word belongs to the verb: "took five women hostage"."""

from __future__ import annotations

from dataclasses import replace

from kg.extraction.kinds import CIVILIANS, NOTHING
from kg.extraction.knowledge import Knowledge
from kg.extraction.phrase import Noun
from kg.extraction.proposal import Span


def before_last(noun: Noun, knowledge: Knowledge) -> list[Noun]:
    """What stands before the last word of a noun phrase: the women, of "five women hostage"; else nobody."""
    words = noun.words[:-1]
    names = (" ".join(words[-size:]) for size in range(min(3, len(words)), 0, -1))
    head = next((found for name in names if (found := knowledge.heads.get(name))), None)
    if head is None:
        return [noun] if noun.quantity is not None and noun.group == CIVILIANS else []
    text = noun.text[: -len(noun.words[-1])].rstrip()
    span = Span(noun.span.start, noun.span.start + len(text))
    made = replace(noun, words=words, text=text, span=span, last=noun.last - 1, head=words[-1])
    fitted = replace(made, cls=head.cls, group=head.group, bare=head.bare)
    return [] if head.group == NOTHING else [fitted]  # "signed a peace agreement"
