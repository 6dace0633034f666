"""Quotations that go on over several sentences: who is named beside one of them says them all."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction.attribution import Attribution
from kg.extraction.tokens import Sentence


def spread(found: dict[int, list[Attribution]], sentences: Sequence[Sentence]) -> None:
    """
    A quotation over several sentences has one speaker: the one who is named beside its first or last sentence.

    Changes `found`, from the number of a sentence to its attributions.
    """
    for number, sentence in enumerate(sentences):
        if found.get(number) or not sentence.quoted:
            continue
        whole = sentence.quoted[0].start <= sentence.span.start + 1
        for step in (1, -1):
            other = number + step
            while (
                0 <= other < len(sentences)
                and sentences[other].paragraph == sentence.paragraph
                and sentences[other].quoted
            ):
                direct = [a for a in found.get(other, ()) if not a.denies]
                if direct and whole:
                    first = direct[-1]
                    found[number] = [
                        Attribution(
                            first.speakers, first.verb, (sentence.span,), first.reason, first.support, direct=True
                        )
                    ]
                    break
                other += step
            if found.get(number):
                break
