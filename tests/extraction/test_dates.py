"""Dates of reports, as the words of a language have them."""

from __future__ import annotations

from datetime import date

import pytest

from kg.extraction.dates import Calendar
from kg.extraction.proposal import Span
from tests.extraction_cases import knowledge

ISSUED = date(2023, 11, 3)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("In June 2023 the army attacked.", date(2023, 6, 1), date(2023, 6, 30)),
        ("In July 2023 the army attacked.", date(2023, 7, 1), date(2023, 7, 31)),
        ("In August 2023 it fell.", date(2023, 8, 1), date(2023, 8, 31)),
        ("In September 2023 it fell.", date(2023, 9, 1), date(2023, 9, 30)),
        ("They attacked on 5 June 2023.", date(2023, 6, 5), date(2023, 6, 5)),
    ],
)
def test_months_and_days(text: str, first: date, last: date) -> None:
    found = Calendar(knowledge()).find(text, Span(0, len(text)), ISSUED, None)
    assert [(when.first, when.last) for when in found] == [(first, last)]


@pytest.mark.parametrize("text", ["The town may fall.", "Rebels can jan the gate."])
def test_short_names_alone_are_no_months(text: str) -> None:
    assert Calendar(knowledge()).find(text, Span(0, len(text)), ISSUED, None) == []
