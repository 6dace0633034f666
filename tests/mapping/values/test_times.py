from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from kg.mapping.values.problem import ValueProblem
from kg.mapping.values.times import TimeReading, read_time
from kg.mapping.values.wording import Wording
from kg.ontology import vocabulary as v

if TYPE_CHECKING:
    from tests.mapping.values.conftest import Attempt

CASES = "times"
NUMBER_OF_CASES = 237

YANGON = ZoneInfo("Asia/Yangon")
ZONES: list[tzinfo | None] = [None, YANGON, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]

zones = st.sampled_from(ZONES)
days = st.dates(date(2, 1, 1), date(9998, 12, 31))
recent_days = st.dates(date(1900, 1, 1), date(2100, 1, 1))


def shown(value: object) -> str:
    """A field of a reading as a case writes it."""
    if isinstance(value, NamedNode):
        return value.value.removeprefix(v.NAMESPACE)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).lower()


def test_cases(case: dict[str, str], wording: Wording) -> None:
    text, name = case.pop("text"), case.pop("zone", "Asia/Yangon")
    zone = None if name == "none" else ZoneInfo(name)
    if "problem" in case:
        with pytest.raises(ValueProblem) as caught:
            read_time(text, wording, zone)
        assert {"problem": caught.value.message, "hint": caught.value.hint} == case
        return
    reading = read_time(text, wording, zone)
    values = {field.name: getattr(reading, field.name) for field in fields(TimeReading)}
    assert {name: shown(value) for name, value in values.items() if value not in (None, False)} == case


@given(day=st.dates(), zone=zones)
def test_every_iso_day_is_read_as_itself(day: date, zone: tzinfo | None, wording: Wording) -> None:
    reading = read_time(day.isoformat(), wording, zone)
    assert reading.precision == v.DAY_PRECISION
    assert (reading.first_day, reading.last_day) == (day, day)
    assert reading.earliest is not None
    assert reading.latest is not None
    assert reading.earliest.replace(tzinfo=None) == datetime.combine(day, time())
    assert reading.latest.replace(tzinfo=None) == datetime.combine(day, time(23, 59, 59))


@given(moment=st.datetimes(), offset=st.integers(-14 * 60, 14 * 60))
def test_every_iso_moment_is_read_as_itself(moment: datetime, offset: int, wording: Wording) -> None:
    moment = moment.replace(microsecond=0)
    assume(moment.time() != time())  # that is how exports write a day
    sign, (hours, minutes) = "+-"[offset < 0], divmod(abs(offset), 60)
    text = f"{moment.isoformat()}{sign}{hours:02}:{minutes:02}"
    reading = read_time(text, wording, YANGON)
    assert reading.earliest == reading.latest == datetime.fromisoformat(text)
    assert (reading.clock_earliest, reading.first_day) == (moment.time(), moment.date())


@given(clock=st.times())
def test_every_clock_time_is_read_as_itself(clock: time, wording: Wording) -> None:
    clock = clock.replace(second=0, microsecond=0)
    for text in (clock.isoformat("minutes"), f"{clock:%I:%M %p}"):
        reading = read_time(text, wording, YANGON)
        assert (reading.clock_earliest, reading.clock_latest, reading.earliest) == (clock, clock, None)


WORDS = [
    *("~", "around", "since", "before", "after", "by", "to", "-", "/", "..", "from", "between", "and", "of", ","),
    *("morning", "night", "overnight", "midnight", "predawn", "09:30", "02:30", "2 a.m.", "11:50 p.m.", "00:10"),
    *("+06:30", "Friday", "unknown"),
]


@st.composite
def tellings(draw: st.DrawFn) -> str:
    """Texts of the words and forms that are read, in likely and unlikely orders."""
    day = draw(recent_days | st.sampled_from([date(2023, 3, 12), date(2023, 11, 5), date(2023, 10, 1)]))
    dates = [day.isoformat(), f"{day:%Y-%m}", str(day + timedelta(days=1))]
    pieces = st.sampled_from(dates + WORDS)
    return " ".join(draw(st.lists(pieces, min_size=1, max_size=6)))


@given(text=tellings(), zone=zones)
def test_bounds_are_in_order(text: str, zone: tzinfo | None, wording: Wording, attempt: Attempt) -> None:
    reading = attempt(read_time, text, wording, zone)
    if reading is None:
        return
    if reading.earliest is not None and reading.latest is not None:
        assert reading.earliest <= reading.latest
    if reading.first_day is not None and reading.last_day is not None:
        assert reading.first_day <= reading.last_day
    assert (reading.earliest is None) == (reading.first_day is None)
    assert reading.unknown == (reading.precision == v.UNKNOWN_PRECISION)
    assert reading.unknown or any((reading.earliest, reading.latest, reading.clock_earliest, reading.clock_latest))


@given(text=st.text() | st.text("0123456789-/:.~?%TZ ap.m+", max_size=20), zone=zones)
def test_any_text_is_read_or_refused(text: str, zone: tzinfo | None, wording: Wording, attempt: Attempt) -> None:
    attempt(read_time, text, wording, zone)
