"""Texts in a plain form: what the plan says of them, learnt from two samples, is what the reference says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.mapping.plan.forms import DAY, DECIMAL, ID, LATITUDE, LONGITUDE, TEXT, WHOLE, Form
from tests.mapping.agreement import assert_agree, prepared

pytest.importorskip("ibis")
pytest.importorskip("duckdb")

MAPPING = """
document: {id: data, type: DataSet, title: A table, publisher: test}
claims:
  - claim: "row-{id}"
    codedIn: "{text}: {id}"
    saidOn: "{day}"
    says:
      - id: "event-{id}"
        type: ArmedClash
        description: "{text} ({id})"
        name: "{text}"
        attacker: "actor-{id}"
        strikes: "{whole}"
      - id: "country-{id}"
        type: Country
        coordinates: "{latitude}, {longitude}"
        boxNorth: "{decimal}"
  - codedIn: "{text}, {whole}"
    about: "event-{id}"
    victim: "{id}"
"""
FORMS = {
    "id": ID,
    "text": TEXT,
    "whole": WHOLE,
    "decimal": DECIMAL,
    "latitude": LATITUDE,
    "longitude": LONGITUDE,
    "day": DAY,
}
NAMES = {form: name for name, form in FORMS.items()}


def texts_of(form: Form) -> st.SearchStrategy[str]:
    """Texts of a form as a table can hold them: no blanks around, and not the word that means nothing is known."""
    found = st.from_regex(re.compile(rf"\A(?:{form.pattern})\Z"))
    return found.filter(lambda text: text == text.strip() != "unknown" and text != "")


ROWS = st.lists(st.fixed_dictionaries({name: texts_of(form) for name, form in FORMS.items()}), min_size=1, max_size=20)


@settings(max_examples=10)
@given(ROWS)
def test_the_plan_says_of_plain_texts_what_the_reference_says(rows: list[dict[str, str]]) -> None:
    done = assert_agree(prepared(MAPPING), rows)
    assert done.odd == [], "no row is left to the reference"
    assert done.engine.tables == {}, "nothing needs to be looked up"


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_samples_are_of_their_form(form: Form) -> None:
    for which in (0, 1):
        for number in range(9):
            assert re.fullmatch(form.pattern, form.sample(which, number))
    assert form.sample(0, 0) != form.sample(1, 0)


EDGES = {
    ID: ("0", "Z", "a" * 81, "a~", "9._-~", "unknown1", "UNKNOWN"),
    TEXT: ('"', "\\", '\\"', "\u0080", "\u0085x", "x\u2028y", "\U0010ffff", "e\u0301", "\ufdd0", "~x0~", "a" * 5000),
    WHOLE: ("0", "9", "999999999999999999"),
    DECIMAL: ("0", "-1", "-0.5", "0.1", "999999999999999999.0000000000001"),
    LATITUDE: ("-0.1", "89.9", "-89.9999999999999", "0.000000000001"),
    LONGITUDE: ("-0.1", "179.9", "-179.9999999999999", "99.000000000001"),
    DAY: ("1000-01-01", "2999-12-31", "2000-02-29", "2024-02-29", "1900-02-28"),
}  # fmt: skip


def test_the_ends_of_each_form() -> None:
    length = max(map(len, EDGES.values()))
    rows = [{NAMES[form]: texts[number % len(texts)] for form, texts in EDGES.items()} for number in range(length)]
    done = assert_agree(prepared(MAPPING), rows)
    assert done.odd == []


NOT_PLAIN = {
    ID: ("", "-a", "a" * 82, "a b", "é", "a/b", "a\n"),
    TEXT: ("", "a\nb", "\x00", "\x7f", "\ufffe", "\uffff"),
    WHOLE: ("", "00", "007", "-1", "+1", "1e3", "1.0", "1000000000000000000", "٣", "1\n"),
    DECIMAL: ("", "-0", "1.0", "1.50", ".5", "5.", "-0.0", "1e3", "+1.5"),
    LATITUDE: ("", "90.5", "21", "21.50", "-90.1", "021.5"),
    LONGITUDE: ("", "180.5", "181.1", "95", "095.5"),
    DAY: ("", "2023-02-29", "1900-02-29", "2023-13-01", "2023-00-10", "2023-04-31", "0999-01-01", "3000-01-01"),
}  # fmt: skip


@pytest.mark.parametrize("form", NOT_PLAIN, ids=lambda form: NAMES[form])
def test_what_is_not_of_a_form(form: Form) -> None:
    assert [text for text in NOT_PLAIN[form] if re.fullmatch(form.pattern, text)] == []
