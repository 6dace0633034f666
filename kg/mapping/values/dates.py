"""Calendar dates as ISO 8601 and EDTF write them, and what to tell who writes them otherwise."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, timedelta, timezone

from kg.mapping.values.problem import ValueProblem, quoted

# For messages and hints only, in English as these are. Dates with names of months are never read.
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_MONTH = "|".join(f"{name[:3].lower()}(?:{name[3:].lower()}|t)?" for name in MONTHS)
_DAY = r"([0-9]{1,2})(?:st|nd|rd|th)?"
_START, _END = r"(?<![0-9a-z/.-])", r"(?![0-9a-z/.-])"

_FLAGS = re.IGNORECASE | re.ASCII
_NUMERIC = re.compile(rf"{_START}([0-9]{{1,2}})([/.-])([0-9]{{1,2}})\2([0-9]{{2}}|[0-9]{{4}}){_END}", _FLAGS)
# 2023/11/03, 2023.11.3 and 2023-11-3, and not 2023-11-03
_YEAR_FIRST = re.compile(
    rf"{_START}([0-9]{{4}})(?!-[0-9]{{2}}-[0-9]{{2}})([/.-])([0-9]{{1,2}})\2([0-9]{{1,2}}){_END}", _FLAGS
)
_ISO = re.compile(r"(?<![0-9-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9-])")
_ISO_MONTH = re.compile(r"(?<![0-9-])[0-9]{4}-[0-9]{2}(?![0-9-])")
_COMPACT = re.compile(rf"{_START}([0-9]{{4}})([0-9]{{2}})([0-9]{{2}}){_END}", _FLAGS)
_DAY_MONTH = re.compile(rf"{_START}{_DAY}[ -](?:of )?({_MONTH})\b\.?(?:,?[ -]([0-9]{{4}}))?(?![0-9])", _FLAGS)
_MONTH_DAY = re.compile(rf"\b({_MONTH})\b\.? {_DAY}(?![0-9:])(?:,? ([0-9]{{4}})(?![0-9]))?", _FLAGS)
_MONTH_YEAR = re.compile(rf"\b({_MONTH})\b\.?,? ([0-9]{{4}})(?![0-9])", _FLAGS)
_SHORT_END = re.compile(r"([0-9]{4}-)([0-9]{2}-)?([0-9]{2})/((?:[0-9]{2}-)?[0-9]{2})", _FLAGS)
_OTHER_YEAR = re.compile(rf"{_START}(-[0-9]{{4}}|[+-]?[0-9]{{5,}})(?:-[0-9]{{2}}){{0,2}}{_END}", _FLAGS)
_UNSPECIFIED = re.compile(r"\b([0-9]{4}(?:-[0-9]{2})?)(?:-xx)+\b", _FLAGS)


def check_year(year: int, text: str) -> None:
    """
    Refuse a year that no date can lie in.

    Raises:
        ValueProblem: It lies before 1 or after 9999.
    """
    if not 1 <= year <= 9999:
        raise ValueProblem(f"{quoted(text)}: there is no year {year:04d} here", "years run from 0001 to 9999")


def check_month(year: int, month: int, text: str) -> None:
    """
    Refuse a month that the year does not have.

    Raises:
        ValueProblem: There is no such month, or no such year.
    """
    check_year(year, text)
    if not 1 <= month <= 12:
        raise ValueProblem(f"{quoted(text)} is no date: there is no month {month:02d}", "months run from 01 to 12")


def day_of(year: int, month: int, day: int, text: str) -> date:
    """
    The date, where the calendar has it.

    >>> day_of(2023, 2, 30, "2023-02-30")
    Traceback (most recent call last):
    kg.mapping.values.problem.ValueProblem: '2023-02-30' is no date: February 2023 has 28 days

    Raises:
        ValueProblem: It does not, with what it has.
    """
    check_month(year, month, text)
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise ValueProblem(
            f"{quoted(text)} is no date: {MONTHS[month - 1]} {year} has {days} days", f"days run from 01 to {days}"
        )
    return date(year, month, day)


def offset_of(text: str) -> timezone | None:
    """
    The offset from UTC that `Z`, `+06:30` or `-05:00` stands for; None for an empty text.

    >>> offset_of("+06:30")
    datetime.timezone(datetime.timedelta(seconds=23400))

    Raises:
        ValueProblem: It lies beyond 14 hours (https://www.w3.org/TR/xmlschema11-2/#nt-tzFrag).
    """
    if not text:
        return None
    if text in ("Z", "z"):
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    if minutes > 14 * 60 or int(text[-2:]) > 59:
        raise ValueProblem(f"{quoted(text)} is no offset from UTC", "offsets run from -14:00 to +14:00, as in +06:30")
    return timezone(timedelta(minutes=-minutes if text.startswith("-") else minutes))


def otherwise_spelt(text: str) -> ValueProblem | None:
    """
    What to say of a text with a date that is not written the ISO way; None where there is none.

    Reads no date, so that none is guessed: the hint spells what the date can be, and the analyst decides.

    >>> problem = otherwise_spelt("03/11/2023")
    >>> print(problem.message, problem.hint, sep="; ")
    '03/11/2023' can be 3 November 2023 or 11 March 2023; write 2023-11-03 or 2023-03-11
    """
    if m := _SHORT_END.fullmatch(text):
        missing = m[1] + (m[2] or "" if len(m[4]) == 2 else "")
        whole = f"{m[0][: m.start(4)]}{missing}{m[4]}"
        return ValueProblem(f"{quoted(text)} leaves out part of its second date", f"write {whole}")
    for words, spellings in _spellings(text):
        if len(spellings) > 1:
            dates = " or ".join(_in_words(spelling) for spelling in spellings)
            return ValueProblem(f"{quoted(words)} can be {dates}", f"write {' or '.join(spellings)}")
        if spellings:
            return ValueProblem(f"{quoted(words)} is not how a date is written here", f"write {spellings[0]}")
        return ValueProblem(f"{quoted(words)} is no date", "write the year, month and day, like 2023-11-03")
    if m := _OTHER_YEAR.search(text):
        return ValueProblem(f"{quoted(m[0])} has no year of four digits", "years run from 0001 to 9999")
    return None


def dates_named(text: str) -> frozenset[str]:
    """
    The days that a text names in full, as ISO dates; all that an ambiguous one can be. Without a year it is none.

    >>> sorted(dates_named("On Nov. 3, 2023 and 04/11/2023, not on Nov. 5"))
    ['2023-04-11', '2023-11-03', '2023-11-04']
    """
    found = {m[0] for m in _ISO.finditer(text)}
    for m in _NUMERIC.finditer(text):
        found.update(_possible((m[4], m[3], m[1]), (m[4], m[1], m[3])) if len(m[4]) == 4 else ())
    for m in _YEAR_FIRST.finditer(text):
        found.update(_possible((m[1], m[3], m[4])))
    for m in _DAY_MONTH.finditer(text):
        found.update(_named(m[3], m[2], m[1]) if m[3] else ())
    for m in _MONTH_DAY.finditer(text):
        found.update(_named(m[3], m[1], m[2]) if m[3] else ())
    return frozenset(found)


def months_named(text: str) -> frozenset[str]:
    """
    The months that a text names with their year, and those of whole dates: `2023-11`.

    >>> sorted(months_named("in November 2023"))
    ['2023-11']
    """
    in_words = {f"{m[2]}-{_month_number(m[1]):02d}" for m in _MONTH_YEAR.finditer(text)}
    return frozenset(in_words | {m[0] for m in _ISO_MONTH.finditer(text)} | {day[:7] for day in dates_named(text)})


def _spellings(text: str) -> Iterator[tuple[str, list[str]]]:
    """Dates that are spelt otherwise, with the ISO spellings of what they can mean."""
    if m := _NUMERIC.search(text):
        yield m[0], _possible((m[4], m[3], m[1]), (m[4], m[1], m[3])) if len(m[4]) == 4 else []
    if m := _YEAR_FIRST.search(text):
        yield m[0], _possible((m[1], m[3], m[4]))
    if m := _COMPACT.search(text):
        yield m[0], _possible((m[1], m[2], m[3]))
    if m := _DAY_MONTH.search(text):
        yield m[0], _named(m[3], m[2], m[1])
    if m := _MONTH_DAY.search(text):
        yield m[0], _named(m[3], m[1], m[2])
    if m := _MONTH_YEAR.search(text):
        yield m[0], [f"{m[2]}-{_month_number(m[1]):02d}"]
    if m := _UNSPECIFIED.search(text):
        yield m[0], [m[1]]


def _possible(*readings: tuple[str, str, str]) -> list[str]:
    """The readings (year, month, day) that the calendar has, each once."""
    found: dict[str, None] = {}
    for year, month, day in readings:
        try:
            found[day_of(int(year), int(month), int(day), "").isoformat()] = None
        except ValueProblem:
            continue  # this reading is ruled out; the caller says so where none is left
    return list(found)


def _named(year: str | None, month: str, day: str) -> list[str]:
    number = f"{_month_number(month):02d}"
    if year is None:
        return [f"it with its year, like 2023-{number}-{int(day):02d}"]
    return _possible((year, number, day))


def _month_number(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month[:3].lower() == name[:3].lower())


def _in_words(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
