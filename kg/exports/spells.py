"""
Spells of time: what their bounds are as moments, and spells that meet made one.

Moments are compared as clocks showed them where they were told. A day has no zone, and would else lie hours beside the
moments of the same day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from kg.exports.property_graph import Spell

_FORM: Final = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)(?:T(?P<clock>\d\d:\d\d:\d\d)(?:\.(?P<part>\d+))?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII
)
_DAY: Final = timedelta(days=1)
_TICK: Final = timedelta(seconds=1)
_FIRST: Final = datetime(1, 1, 1)  # noqa: DTZ001 - clocks as they showed it have no zone
_FINAL: Final = datetime(9999, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001 - the same
_WHOLE: Final = ("T00:00:00", "T23:59:59")


@lru_cache(maxsize=16_384)  # the same days come again and again
def bound(text: str, *, last: bool) -> datetime | None:
    """
    A day or a moment of XSD as its clock showed it; a day is its first second, or its last. None for any other text.

    >>> bound("2023-10-27", last=True), bound("2023-10-27T11:00:00+06:30", last=True)
    (datetime.datetime(2023, 10, 27, 23, 59, 59), datetime.datetime(2023, 10, 27, 11, 0))
    >>> bound("-0044-03-15", last=False) is None
    True

    Spec: https://www.w3.org/TR/xmlschema11-2/#dateTime
    """
    found = _FORM.fullmatch(text)
    if not found:
        return None
    day, clock, part = found.group("date", "clock", "part")
    try:
        if clock == "24:00:00":
            return datetime.fromisoformat(day) + _DAY
        moment = datetime.fromisoformat(f"{day}T{clock or ('23:59:59' if last else '00:00:00')}")
        return moment + timedelta(milliseconds=int((part or "0")[:3].ljust(3, "0")))
    except (ValueError, OverflowError):
        return None


def shortened(spell: Spell) -> Spell:
    """
    A spell with whole days written as days.

    >>> shortened(("2023-10-27T00:00:00+06:30", "2023-10-27T23:59:59+06:30"))
    ('2023-10-27', '2023-10-27')
    """
    days = [text.partition("T")[0] if whole in text else text for text, whole in zip(spell, _WHOLE, strict=True)]
    whole_days = all(text == "" or "T" not in text for text in days)
    return (days[0], days[1]) if whole_days else spell


def merged(spells: Iterable[Spell]) -> tuple[Spell, ...]:
    """
    Spells in order of time, those that overlap or meet made one; one that ends before it begins is turned round.

    Spells with a bound that no calendar of four-digit years holds come last, each once.

    >>> merged([("2023-11-03", "2023-11-06"), ("2023-10-27", "2023-11-04"), ("2023-12-01", "")])
    (('2023-10-27', '2023-11-06'), ('2023-12-01', ''))
    """
    known, strange = [], set()
    for spell in spells:
        begin, end = spell if _in_order(spell) else (spell[1], spell[0])
        first, final = bound(begin, last=False), bound(end, last=True)
        if (begin and first is None) or (end and final is None):
            strange.add((begin, end))
        else:
            known.append((first or _FIRST, final or _FINAL, begin, end))
    found: list[tuple[datetime, datetime, str, str]] = []
    for item in sorted(known):
        first, final, _, end = item
        if found and _meets(found[-1][1], first):
            if final > found[-1][1]:
                found[-1] = (found[-1][0], final, found[-1][2], end)
        else:
            found.append(item)
    return (*((begin, end) for _, _, begin, end in found), *sorted(strange))


def limited(spells: Iterable[Spell]) -> tuple[Spell, ...]:
    """
    As `merged`, without what is open at both ends: that is always, and limits nothing.

    >>> limited([("", "2024-01-01"), ("2024-01-01", "")])
    ()
    """
    return tuple(spell for spell in merged(spells) if any(spell))


def _in_order(spell: Spell) -> bool:
    first, final = bound(spell[0], last=False), bound(spell[1], last=True)
    return first is None or final is None or first <= final


def _meets(before: datetime, after: datetime) -> bool:
    return before >= after or after - before <= _TICK
