"""
One moment as facts tell it: a date, a clock time, a part of the day, and the words around them.

Dates are those of EDTF levels 0 and 1 that have a year, month or day, with `~`, `?` or `%`
(https://www.loc.gov/standards/datetime/); words are those of the `Wording`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple, TypeAlias, TypeVar

from pyoxigraph import NamedNode

from kg.mapping.values.dates import check_month, check_year, day_of, offset_of
from kg.mapping.values.problem import ValueProblem, quoted
from kg.mapping.values.wording import HOLE, Wording, phrase_pattern
from kg.ontology import vocabulary as v
from kg.ontology.model import nearest

EXAMPLES = "write a date like 2023-11-03, a time like 09:30 or a part of the day like predawn, or 'unknown'"

# YYYY, YYYY-MM or YYYY-MM-DD and an EDTF qualification. Exports of databases and spreadsheets write a plain day with
# the time 00:00:00 or 00:00:00.000 behind it: read as the day, which is the wider of the two readings.
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([~?%])?"
    r"(?:[t ]00:00:00(?:\.0+)?(?![0-9:.z+-])|t(?=[0-9])|(?![0-9:a-z-]))"
)
# 09:30, 9:30:15, 9.30 or 11, and Z or an offset (ISO 8601); the half of the day follows as a word.
_CLOCK = re.compile(
    r"([0-9]{1,2})(?:([:.])([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?)?(z|[+-][0-9]{2}:[0-9]{2})?(?![0-9:])"
)
_SKIPPED = re.compile(r"[\s,;]*")
_WORD = re.compile(r"\S+")


class Days(NamedTuple):
    """A day, month or year: its first and last day, and how EDTF qualifies it."""

    first: date
    last: date
    precision: NamedNode
    approximate: bool = False
    uncertain: bool = False


class Clock(NamedTuple):
    """A clock time or a window of the clock; it crosses midnight where `latest` is before `earliest`."""

    earliest: time
    latest: time
    precision: NamedNode
    either_night: bool = False
    offset: timezone | None = None

    @property
    def is_point(self) -> bool:
        """Whether it is a clock time and not a part of the day."""
        return self.earliest == self.latest

    def holds(self, moment: time) -> bool:
        """Whether a clock time lies inside."""
        if self.earliest <= self.latest:
            return self.earliest <= moment <= self.latest
        return moment >= self.earliest or moment <= self.latest


class Half(NamedTuple):
    """a.m. or p.m."""

    iri: NamedNode


class Margin(NamedTuple):
    """By how much "around" widens."""

    width: timedelta


class Relation(NamedTuple):
    """Since, until, before, after, by."""

    iri: NamedNode


class Weekday(NamedTuple):
    """A day of the week, from 1 for Monday."""

    number: int


class PassedOver(NamedTuple):
    """A word that bears on no bound."""

    word: str


_Piece: TypeAlias = Days | Clock | Half | Margin | Relation | Weekday | PassedOver
_P = TypeVar("_P", Days, Margin, Relation, Weekday)


@dataclass(frozen=True, slots=True)
class Moment:
    """What one moment's words say; at least one of `days` and `clock` is there."""

    days: Days | None
    clock: Clock | None
    margin: timedelta | None
    relation: NamedNode | None

    @property
    def approximate(self) -> bool:
        """Whether a word or EDTF's `~` or `%` calls it about right."""
        return self.margin is not None or (self.days is not None and self.days.approximate)

    @property
    def uncertain(self) -> bool:
        """Whether EDTF's `?` or `%` calls it doubtful."""
        return self.days is not None and self.days.uncertain


class NotUnderstood(ValueProblem):
    """Words of a moment are not known; those of an interval may be."""


@lru_cache(maxsize=1 << 14)
def read_moment(text: str, wording: Wording) -> Moment:
    """
    What a folded text says of one moment; kept, as the days of a war come again and again.

    Raises:
        ValueProblem: It says nothing of a date or the clock, contradicts itself, or is not understood.
    """
    pieces = list(_pieces(text, wording))
    days = _only(Days, pieces, text, "dates")
    clock = _clock(pieces, text)
    margin = _only(Margin, pieces, text, "margins")
    relation = _only(Relation, pieces, text, "bounds")
    weekday = _only(Weekday, pieces, text, "days of the week")
    if days is None and clock is None:
        if weekday is not None:
            raise ValueProblem(
                f"{quoted(text)} names no date", "write the date that it was, as an inference where no source tells it"
            )
        raise ValueProblem(f"{quoted(text)} is no time", EXAMPLES)
    if days is not None and clock is not None and days.first != days.last:
        raise ValueProblem(f"{quoted(text)} names a time of day, but not which day", "write the day like 2023-11-03")
    if days is not None and weekday is not None:
        _check_weekday(days, weekday, text)
    return Moment(days, clock, margin.width if margin else None, relation.iri if relation else None)


class _Grammar(NamedTuple):
    phrase: re.Pattern[str]
    meanings: dict[str, _Piece]


@lru_cache(maxsize=16)
def _grammar(wording: Wording) -> _Grammar:
    meanings: dict[str, _Piece] = {label: PassedOver(label) for label in wording.passed_over}
    meanings |= {label: Weekday(number) for label, number in wording.weekdays.items()}
    meanings |= {label: Half(iri) for label, iri in wording.halves_of_day.items()}
    meanings |= {label: Relation(iri) for label, iri in wording.time_relations.items()}
    for label, minutes in wording.approximations.items():
        if HOLE not in label:  # "20 or so" is a phrase of counts
            meanings[label] = Margin(timedelta(minutes=minutes))
    for label, part in wording.parts_of_day.items():
        precision = v.HOUR_PRECISION if part.earliest == part.latest else v.PART_OF_DAY_PRECISION
        meanings[label] = Clock(part.earliest, part.latest, precision, part.either_night)
    return _Grammar(phrase_pattern(meanings), meanings)


def _pieces(text: str, wording: Wording) -> Iterator[_Piece]:
    grammar = _grammar(wording)
    at = _skip(text, 0)
    while at < len(text):
        if found := grammar.phrase.match(text, at):
            piece, end = grammar.meanings[found[0]], found.end()
        elif found := _DATE.match(text, at):
            piece, end = _days(found), found.end()
        elif found := _CLOCK.match(text, at):
            piece, end = _clock_time(text, found, grammar)
        else:
            raise _not_understood(text, at, grammar)
        yield piece
        at = _skip(text, end)


def _skip(text: str, at: int) -> int:
    """The next place after spaces, commas and semicolons."""
    found = _SKIPPED.match(text, at)
    return found.end() if found else at


def _not_understood(text: str, at: int, grammar: _Grammar) -> NotUnderstood:
    found = _WORD.match(text, at)
    word = found[0].strip(".,;") if found else text[at:]
    hint = nearest(word, grammar.meanings) or EXAMPLES
    if word.isdecimal() and len(word) <= 2:
        hint = f"write {word}:00, {word} a.m. or {word} p.m."
    said = f"{quoted(text)} is no time"
    return NotUnderstood(said if word == text else f"{said}: {quoted(word)} is not understood", hint)


def _days(found: re.Match[str]) -> Days:
    year, month, day, sign = found.groups()
    text = found[0]
    about, doubtful = sign in ("~", "%"), sign in ("?", "%")
    if day:
        first = day_of(int(year), int(month), int(day), text)
        return Days(first, first, v.DAY_PRECISION, about, doubtful)
    if month:
        check_month(int(year), int(month), text)
        return Days(*_month(int(year), int(month)), v.MONTH_PRECISION, about, doubtful)
    check_year(int(year), text)
    if year.startswith("0"):
        raise ValueProblem(
            f"{quoted(text)} can be the year {int(year)} or a clock time",
            f"write a clock time with a colon, like 09:30; for the year write {year}-01/{year}-12",
        )
    return Days(date(int(year), 1, 1), date(int(year), 12, 31), v.YEAR_PRECISION, about, doubtful)


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _clock_time(text: str, found: re.Match[str], grammar: _Grammar) -> tuple[Clock, int]:
    """The clock time that begins here, with the half of the day behind it, and where it ends."""
    hour, separator, minute, second, offset = found.groups()
    end = found.end()
    if offset and offset.startswith("-") and not text.endswith("t", 0, found.start()):
        offset, end = None, found.start(5)  # "09:30-11:00" is a range; an offset west of Greenwich needs the date and T
    behind = grammar.phrase.match(text, _skip(text, end))
    half = grammar.meanings[behind[0]] if behind else None
    if behind and isinstance(half, Half):
        end = behind.end()
    elif separator != ":":
        raise _not_understood(text, found.start(), grammar)
    moment = time(
        _hour(int(hour), half.iri if isinstance(half, Half) else None, text[found.start() : end]),
        _sixtieth(minute, "minutes", text),
        _sixtieth(second, "seconds", text),
    )
    precision = v.SECOND_PRECISION if second else v.MINUTE_PRECISION if minute else v.HOUR_PRECISION
    return Clock(moment, moment, precision, offset=offset_of(offset or "")), end


def _hour(hour: int, half: NamedNode | None, text: str) -> int:
    if half is None:
        if hour == 24:
            raise ValueProblem(f"{quoted(text)} is the end of a day", "write 00:00 of the next day")
        if hour > 24:
            raise ValueProblem(f"{quoted(text)} is no clock time: hours run from 00 to 23", "write 09:30 or 9:30 a.m.")
        return hour
    if not 1 <= hour <= 12:
        raise ValueProblem(
            f"{quoted(text)} is no clock time: each half of the day has hours from 1 to 12",
            "write 13:30 or 1:30 p.m.",
        )
    return hour % 12 + (12 if half == v.POST_MERIDIEM else 0)


def _sixtieth(digits: str | None, name: str, text: str) -> int:
    if digits and int(digits) > 59:
        raise ValueProblem(f"{quoted(text)} is no clock time: {name} run from 00 to 59", "write 09:30")
    return int(digits or 0)


def _only(kind: type[_P], pieces: list[_Piece], text: str, plural: str) -> _P | None:
    """The one piece of a kind; told twice alike it is one."""
    found = {piece: None for piece in pieces if isinstance(piece, kind)}
    if len(found) > 1:
        raise ValueProblem(f"{quoted(text)} names {len(found)} {plural}", "write each time as a value of its own")
    return next(iter(found), None)


def _clock(pieces: list[_Piece], text: str) -> Clock | None:
    """The clock time or part of the day; of "9:30 in the morning" the clock time, if the morning holds it."""
    clocks = [piece for piece in dict.fromkeys(pieces) if isinstance(piece, Clock)]
    points = [clock for clock in clocks if clock.is_point]
    if any(isinstance(piece, Half) for piece in pieces):
        raise NotUnderstood(f"{quoted(text)} is no time", "write 9:30 a.m. or 9 p.m.: the hour comes first")
    if len(points) == 1 and len(clocks) == 2:
        window = next(clock for clock in clocks if not clock.is_point)
        if not window.holds(points[0].earliest):
            raise ValueProblem(
                f"{quoted(text)} contradicts itself: {points[0].earliest:%H:%M} does not lie in that part of the day",
                "write the time on a clock of 24 hours, or a.m. or p.m. behind it",
            )
        return points[0]
    if len(clocks) > 1:
        raise ValueProblem(f"{quoted(text)} names {len(clocks)} times of day", "write each time as a value of its own")
    return clocks[0] if clocks else None


def _check_weekday(days: Days, weekday: Weekday, text: str) -> None:
    if days.first != days.last or days.first.isoweekday() == weekday.number:
        return
    raise ValueProblem(
        f"{quoted(text)}: {days.first} is a {days.first:%A}",
        "put the date or the day of the week right",
    )
