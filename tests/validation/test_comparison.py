from __future__ import annotations

import struct
from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg.model.terms import XSD, Parts
from kg.validation.literals.comparison import _KINDS, compare, days_before, order, value_of

CASES = Path(__file__).parents[1] / "cases" / "validation" / "literals" / "comparison.yaml"
NUMBER_OF_CASES = 109
SIGNS = {"<": -1, "=": 0, ">": 1, "none": None}


def literal(lexical: str, name: str) -> Parts:
    return Parts("literal", lexical, XSD + name)


def parts(text: str) -> Parts:
    if text.startswith("<"):
        return Parts("iri", text[1:-1])
    if text.startswith("_:"):
        return Parts("blank", text[2:])
    lexical, mark, name = text.rpartition("^^")
    if not mark:
        lexical, _, language = text.rpartition("@")
        return Parts("literal", lexical, "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", language)
    return literal(lexical, name)


def cases() -> list[dict[str, str]]:
    return [case for group in yaml.safe_load(CASES.read_text(encoding="utf-8")) for case in group["cases"]]


def test_no_case_was_lost() -> None:
    assert len(cases()) == NUMBER_OF_CASES


@pytest.mark.parametrize(
    "case", cases(), ids=lambda case: f"{case['a']} {case['is']} {case['b']}".encode("unicode-escape").decode()
)
def test_cases(case: dict[str, str]) -> None:
    a, b, sign = parts(case["a"]), parts(case["b"]), SIGNS[case["is"]]
    assert compare(a, b) == sign
    assert compare(b, a) == (None if sign is None else -sign)


# --- laws ------------------------------------------------------------------------------------------------------------

digits = st.text("0123456789", min_size=1, max_size=4)
decimals = st.builds("{}{}.{}".format, st.sampled_from(["", "-"]), digits, digits)
doubles = st.floats().map(lambda number: repr(number).replace("inf", "INF").replace("nan", "NaN")) | decimals
zones = st.sampled_from(["", "Z", "+14:00", "-14:00", "+06:30"])
dates = st.dates().map(str)
clocks = st.times().map(str) | st.just("24:00:00")
durations = st.builds("{}P{}M{}DT{}S".format, st.sampled_from(["", "-"]), digits, digits, digits)
literals_of = {
    "integer": st.integers().map(str),
    "decimal": decimals,
    "double": doubles,
    "float": doubles,
    "string": st.text(st.characters(exclude_characters="\0\ufffe\uffff"), max_size=3),
    "boolean": st.sampled_from(["true", "false", "1", "0"]),
    "dateTime": st.builds("{}T{}{}".format, dates, clocks, zones),
    "date": st.builds(str.__add__, dates, zones),
    "time": st.builds(str.__add__, clocks, zones),
    "gYear": st.builds("{:.4}{}".format, dates, zones),
    "gYearMonth": st.builds("{:.7}{}".format, dates, zones),
    "gMonth": st.builds(lambda day, zone: f"--{day[5:7]}{zone}", dates, zones),
    "gMonthDay": st.builds(lambda day, zone: f"-{day[4:]}{zone}", dates, zones),
    "gDay": st.builds(lambda day, zone: f"---{day[8:]}{zone}", dates, zones),
    "duration": durations,
    "yearMonthDuration": st.builds("P{}Y{}M".format, digits, digits),
    "dayTimeDuration": st.builds("P{}DT{}.{}S".format, digits, digits, digits),
}


def test_every_kind_is_tried() -> None:
    assert {kind for kind, _ in _KINDS.values()} == {_KINDS[XSD + name][0] for name in literals_of}


@pytest.mark.parametrize("name", literals_of)
def test_one_type_has_an_order(name: str) -> None:
    """Antisymmetric and transitive; a value equals itself, NaN apart."""
    values = literals_of[name].map(lambda lexical: value_of(literal(lexical, name)))

    @settings(max_examples=200)
    @given(st.tuples(values, values, values))
    def holds(triple: tuple[Any, Any, Any]) -> None:
        a, b, c = triple
        assert order(a, a) == (None if a.kind == "number" and a.value.lexical == "NaN" else 0)
        back = order(b, a)
        assert order(a, b) == (None if back is None else -back)
        if order(a, b) in (-1, 0) and order(b, c) in (-1, 0):
            assert order(a, c) in {0, -1}
            assert (order(a, c) == 0) == (order(a, b) == order(b, c) == 0)

    holds()


@given(
    st.sampled_from(sorted(literals_of)), st.sampled_from(sorted(literals_of)), st.text(max_size=8), st.text(max_size=8)
)
def test_any_two_texts_can_be_asked(left: str, right: str, a: str, b: str) -> None:
    back = compare(literal(b, right), literal(a, left))
    assert compare(literal(a, left), literal(b, right)) == (None if back is None else -back)


@given(st.datetimes(), st.datetimes())
def test_moments_agree_with_python(a: Any, b: Any) -> None:
    assert compare(literal(a.isoformat(), "dateTime"), literal(b.isoformat(), "dateTime")) == (a > b) - (a < b)


@given(st.dates(), st.dates())
def test_days_are_counted_as_python_counts(a: Any, b: Any) -> None:
    assert days_before(a.year, a.month, a.day) - days_before(b.year, b.month, b.day) == (a - b).days


def test_days_go_on_before_the_first_year() -> None:
    days = [days_before(year, month, 1) for year, month in product(range(-400, 1), range(1, 13))]
    assert {later - earlier for earlier, later in pairwise(days)} == {28, 29, 30, 31}
    assert days[-12] - days[0] == 146_097  # the calendar repeats after 400 years


@given(st.floats(width=32, allow_nan=False, allow_infinity=False), st.integers(0, 60), st.sampled_from([-1, 0, 1]))
def test_a_float_is_the_nearest_of_32_bits(below: float, places: int, side: int) -> None:
    """Around the middle of two neighbours, to the digit that tells; the middle itself goes to the even one."""
    (bits,) = struct.unpack("<i", struct.pack("<f", abs(below)))
    (above,) = struct.unpack("<f", struct.pack("<i", bits + 1))
    assume(above < float("inf"))
    middle = (Fraction(abs(below)) + Fraction(above)) / 2
    lexical = in_digits(middle + side * (middle / 2**30) / 10**places)
    value = value_of(literal(lexical, "float"))
    assert value is not None
    assert value.value.value == (above if side > 0 or (side == 0 and bits % 2) else abs(below))


def in_digits(fraction: Fraction) -> str:
    """All digits of it: the denominator divides a power of ten."""
    places = 0
    while fraction.denominator != 1:
        fraction, places = fraction * 10, places + 1
    return f"{fraction.numerator}E-{places}"


@pytest.mark.parametrize("name", ["integer", "decimal", "double", "float"])
def test_long_numbers_are_compared(name: str) -> None:
    """Python's int() refuses more than 4,300 digits."""
    nines = literal("9" * 5_000, name)
    assert compare(literal("1", name), nines) == -1
    assert compare(nines, nines) == 0
    assert compare(nines, literal("INF", "double")) == 0  # promoted to a double, as SPARQL does


@pytest.mark.parametrize(
    ("less", "greater", "name"),
    [
        ("9" * 4_999, "1" + "0" * 4_999, "gYear"),
        ("2023-01-01T00:00:00." + "1" * 5_000, "2023-01-01T00:00:00." + "1" * 4_999 + "2", "dateTime"),
        ("P" + "9" * 5_000 + "D", "P" + "9" * 4_999 + "Y", "duration"),
    ],
)
def test_long_dates_and_durations_are_compared(less: str, greater: str, name: str) -> None:
    assert compare(literal(less, name), literal(greater, name)) == -1
