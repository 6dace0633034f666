"""Names of months: all that CLDR has are read, by their number."""

from __future__ import annotations

import pytest

from kg.mapping.values.months import languages, with_number
from kg.mapping.values.problem import ValueProblem


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
@pytest.mark.parametrize("context", ["format", "stand-alone"])
def test_the_names_of_cldr_are_read(language: str, width: str, context: str) -> None:
    dates = pytest.importorskip("babel.dates")
    names = dict(dates.get_month_names(width, context, locale=language))
    assert len(names) == 12
    for number, name in names.items():
        for written in (name, name.upper(), name.capitalize()):
            assert with_number(f"3 {written} 2023", language) == f"3 {number:02} 2023"


def test_a_short_form_of_two_months_is_a_problem() -> None:
    with pytest.raises(ValueProblem, match="jui is juin or juillet"):
        with_number("3 jui 2023", "fr")


def test_words_beside_the_month_stay() -> None:
    assert with_number("el 1º de enero de 2024", "es") == "el 1 de 01 de 2024"
