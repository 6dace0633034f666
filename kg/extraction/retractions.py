"""A sentence that denies the one before it: "They claim that we shelled the school. This is false."."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from kg.extraction.sentence_reading import Reading


def retract(readings: Sequence[Reading], phrases: Sequence[str]) -> None:
    """
    What a sentence before one of the phrases says is denied, where somebody is said to say so.

    Changes the attributions of `readings`.
    """
    for before, reading in pairwise(readings):
        words = " ".join(token.low for token in reading.sentence.tokens[:8])
        same = before.sentence.paragraph == reading.sentence.paragraph
        if same and any(words.startswith(phrase) for phrase in phrases):
            reading.retracts = True
            before.attributions = [replace(said, denies=True) for said in before.attributions]
