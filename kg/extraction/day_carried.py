"""Whether an event without a day of its own may have the day that was told of last."""

from __future__ import annotations

from kg.extraction.clause import Clause
from kg.extraction.knowledge import Knowledge
from kg.extraction.sentence_reading import Reading
from kg.extraction.triggers import Trigger


def is_timeless(reading: Reading, trigger: Trigger, knowledge: Knowledge) -> bool:
    """As in "has been under siege for weeks", "fighting continues": what its verb says is of no single day."""
    if trigger.clause < 0:
        return False
    clause = reading.clauses[trigger.clause]
    helpers = clause.verb.helpers
    present = clause.verb.tense in ("third", "base") and not helpers
    perfect = bool(helpers) and helpers[0] in knowledge.words("cues", "perfect_helpers")
    return (present and clause.verb.finite) or perfect or _lasts(clause, knowledge)


def begins_with_clock(reading: Reading) -> bool:
    """As in "18:50 Rebels opened fire": the entry of a report that is written as things happen."""
    first = reading.times[0] if reading.times else None
    opens = first is not None and first.span.start == reading.sentence.span.start
    return first is not None and opens and first.first is None and first.clock[:1].isdigit()


def _lasts(clause: Clause, knowledge: Knowledge) -> bool:
    """As in "for ten weeks"."""
    spans, words = knowledge.words("dates", "spans"), knowledge.words("dates", "lasting")
    return any(p.low in words and n.words[-1] in spans for p in clause.after for n in p.nouns)
