from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.mapping.values.coordinates import read_coordinates
from kg.mapping.values.problem import ValueProblem

if TYPE_CHECKING:
    from tests.mapping.values.conftest import Attempt

CASES = "coordinates"
NUMBER_OF_CASES = 70

latitudes = st.decimals(-90, 90, places=6)
longitudes = st.decimals(-180, 180, places=6)


def test_cases(case: dict[str, str]) -> None:
    text = case.pop("text")
    if "problem" in case:
        with pytest.raises(ValueProblem) as caught:
            read_coordinates(text)
        assert {"problem": caught.value.message, "hint": caught.value.hint} == case
        return
    latitude, longitude = read_coordinates(text)
    assert {"latitude": str(latitude), "longitude": str(longitude)} == case


@given(latitude=latitudes, longitude=longitudes)
def test_every_pair_is_read_as_itself(latitude: Decimal, longitude: Decimal) -> None:
    pair = (latitude, longitude)
    assert read_coordinates(f"{latitude:f}, {longitude:f}") == pair
    assert read_coordinates(f"POINT ({longitude:f} {latitude:f})") == pair
    letters = "NS"[latitude < 0], "EW"[longitude < 0]
    assert read_coordinates(f"{abs(latitude):f}{letters[0]} {abs(longitude):f}{letters[1]}") == pair


@given(seconds=st.tuples(st.integers(0, 90 * 3600), st.integers(0, 180 * 3600)))
def test_minutes_and_seconds_are_parts_of_degrees(seconds: tuple[int, int]) -> None:
    north, east = (f"{s // 3600}°{s // 60 % 60}'{s % 60}\"" for s in seconds)
    read = read_coordinates(f"{north}N {east}E")
    assert all(abs(value - Decimal(s) / 3600) < Decimal("1e-7") for value, s in zip(read, seconds, strict=True))


@given(latitude=latitudes, longitude=longitudes)
def test_a_pair_that_is_read_is_written_without_an_exponent(latitude: Decimal, longitude: Decimal) -> None:
    for value in read_coordinates(f"{latitude:f} {longitude:f}"):
        assert str(value) == f"{value:f}"


@given(text=st.text() | st.text("0123456789.,;-+ NSEW°'\"POINT()", max_size=30))
def test_any_text_is_read_or_refused(text: str, attempt: Attempt) -> None:
    pair = attempt(read_coordinates, text)
    assert pair is None or (abs(pair[0]) <= 90 and abs(pair[1]) <= 180)
