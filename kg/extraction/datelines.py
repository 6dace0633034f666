"""The dateline of a report: its own day, and where the report itself begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from kg.extraction.dates import Calendar
from kg.extraction.knowledge import Knowledge, alternatives
from kg.extraction.proposal import Span


def dateline(text: str, knowledge: Knowledge) -> str:
    """
    The day that the beginning of the text names as its own, as YYYY-MM-DD; empty where it names none.

    A dateline stands in the first lines: "date 2023-11-03", "KYIV, 4 March 2024 -", "Published on May 5, 2024".
    """
    calendar = Calendar(knowledge)
    head = text[:400]
    for match in _candidates(head, knowledge):
        found = calendar.find(head, Span(match.start(), match.end()), None, None)
        day = next((when.first for when in found if when.is_day and not when.reason), None)
        if day:
            return day.isoformat()
    return ""


_ANY_DAY = date(2000, 1, 1)
_DASHED = re.compile(r"\s*[A-Z][^\n.!?“\"]{2,80}?\s[-–—]{1,2}\s")
_TITLE = re.compile(r"\s*[^\n]{1,200}[^\n.!?:\s]\s*\n\s*")
_TITLES = 2
"""Lines that end in no stop, and may stand above a dateline."""


def dateline_at(text: str, calendar: Calendar) -> Span:
    """Where "date 2023-11-03" or "KYIV, 4 March 2024 –" stands, at the head or below a title; empty where nowhere."""
    words = alternatives(calendar.knowledge.files["dates"]["datelines"])
    lead = re.match(rf"\s*(?:{words})\b[ :]*(?:on )?", text[:200], re.IGNORECASE)
    if lead:
        line = Span(lead.end(), min(len(text), lead.end() + 30))
        found = [
            when for when in calendar.find(text, line, None, None) if when.is_day and when.span.start <= line.start + 1
        ]
        return Span(0, found[0].span.end if found else 0)
    begins = 0
    for _ in range(_TITLES + 1):
        dashed = _DASHED.match(text, begins, begins + 200)
        if dashed and (
            dashed[0].split(",")[0].split("(")[0].strip().isupper()
            or calendar.find(text, Span(begins, dashed.end()), _ANY_DAY, None)
        ):
            return Span(begins, dashed.end())
        title = _TITLE.match(text, begins)
        if title is None:
            break
        begins = title.end()
    return Span(0, 0)


def _candidates(head: str, knowledge: Knowledge) -> Iterator[re.Match[str]]:
    words = alternatives(knowledge.files["dates"]["datelines"])
    yield from re.finditer(rf"\b(?:{words})\b[^\n]{{0,60}}", head, re.IGNORECASE)
    yield from re.finditer(r"^[^\n.!?]{0,80}?\s[-–—]{1,2}\s", head, re.MULTILINE)
    yield from re.finditer(r"^[^\n!?]{0,60}\([^)\n]{3,20}\)\s?[.:]?\s?[-–—]{1,2}\s", head, re.MULTILINE)
    yield from re.finditer(r"^[^\n]{0,60}$", head, re.MULTILINE)
