from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.mapping.values.counts import CountReading, read_count
from kg.mapping.values.problem import ValueProblem
from kg.mapping.values.wording import Wording
from kg.ontology import vocabulary as v

if TYPE_CHECKING:
    from tests.mapping.values.conftest import Attempt

CASES = "counts"
NUMBER_OF_CASES = 227

numbers = st.integers(0, 10**18 - 1)


def test_cases(case: dict[str, str], wording: Wording) -> None:
    text = case.pop("text")
    if "problem" in case:
        with pytest.raises(ValueProblem) as caught:
            read_count(text, wording)
        assert {"problem": caught.value.message, "hint": caught.value.hint} == case
        return
    reading = read_count(text, wording)
    values = {field.name: getattr(reading, field.name) for field in fields(CountReading)}
    values["qualifier"] = reading.qualifier.value.removeprefix(v.NAMESPACE)
    assert {name: str(value) for name, value in values.items() if value is not None} == case


@given(number=numbers)
def test_every_number_is_read_as_itself(number: int, wording: Wording) -> None:
    for text in (str(number), f"{number:,}", f"{number:,}".replace(",", " "), f"exactly {number} soldiers"):
        assert read_count(text, wording) == CountReading(v.EXACT, number, number)


@given(number=st.integers(0, 999_999))
def test_every_number_in_words_is_read(number: int, wording: Wording) -> None:
    assert read_count(f"{in_words(number)} soldiers", wording) == CountReading(v.EXACT, number, number)
    assert read_count(in_words(number).replace(" and ", " "), wording).low == number


@given(first=st.integers(0, 999_999), second=st.integers(0, 999_999))
def test_ranges_keep_both_numbers(first: int, second: int, wording: Wording) -> None:
    low, high = sorted((first, second))
    expected = CountReading(v.RANGE, low, high)
    for text in (f"{low}–{high}", f"{low:,} to {high:,}", f"between {low} and {high}"):
        assert read_count(text, wording) == expected
    assert read_count(f"from {in_words(low)} to {in_words(high)}", wording) == expected


@given(number=numbers)
def test_a_number_below_nought_is_refused(number: int, wording: Wording) -> None:
    with pytest.raises(ValueProblem):
        read_count(f"-{number}", wording)


PIECES = [
    *("20", "1,200", "012", "1.5", "two", "hundred", "dozen", "million", "a", "no", "and", "or", "to", "-", "–"),
    *("+", "%", "at least", "more than", "up to", "fewer than", "around", "between", "from", "exactly", "or more"),
    *("or so", "several", "dozens", "unknown", "none reported", "reported", "soldiers", ",", "the"),
]


@given(text=st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(" ".join))
def test_bounds_are_in_order(text: str, wording: Wording, attempt: Attempt) -> None:
    reading = attempt(read_count, text, wording)
    if reading is None:
        return
    bounds = [bound for bound in (reading.low, reading.central, reading.high) if bound is not None]
    assert bounds == sorted(bounds)
    assert all(bound >= 0 for bound in bounds)
    assert bool(bounds) == (reading.qualifier not in (v.VAGUE, v.NONE_REPORTED, v.UNKNOWN_COUNT))


@given(text=st.text() | st.text("0123456789,.-–+%<>~e a", max_size=20))
def test_any_text_is_read_or_refused(text: str, wording: Wording, attempt: Attempt) -> None:
    attempt(read_count, text, wording)


ONES = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def in_words(number: int) -> str:
    """A number below a million as English writes it, written here apart from the code that reads it."""
    if number < 20:
        return ONES[number]
    if number < 100:
        ten, one = divmod(number, 10)
        return TENS[ten - 2] + (f"-{ONES[one]}" if one else "")
    unit, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    many, rest = divmod(number, unit)
    joined = "" if not rest else f" and {in_words(rest)}" if rest < 100 else f" {in_words(rest)}"
    return f"{in_words(many)} {name}{joined}"
