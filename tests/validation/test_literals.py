from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model.terms import XSD
from kg.ontology.vocabulary import PREFIXES
from kg.validation.literals.forms import _CALENDAR, _CHECKS, calendar, language_matches, well_formed

CASES = Path(__file__).parents[1] / "cases" / "validation" / "literals"
NUMBER_OF_FORMS = 350
NUMBER_OF_LANGUAGES = 13
DATATYPES = sorted(_CHECKS)
XML_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"

# Texts near the lexical spaces: a form of one of them, sometimes with a character lost or put in.
digits = st.text("0123456789", max_size=5)
numbers = st.builds("{}{}{}{}{}".format, st.sampled_from(["", "-", "+"]), digits, st.sampled_from(["", "."]), digits,
                    st.sampled_from(["", "e5", "E-3", "E"]))  # fmt: skip
edges = st.sampled_from([7, 8, 15, 16, 31, 32, 63, 64]).flatmap(
    lambda bits: st.sampled_from([2**bits, 2**bits - 1, -(2**bits), -(2**bits) - 1]).map(str)
)
years = st.sampled_from(["2023", "2024", "1900", "2000", "0000", "-0004", "-0001", "12024", "02024", "23"])
months = st.sampled_from(["01", "02", "04", "12", "13", "00", "2"])
days = st.sampled_from(["01", "28", "29", "30", "31", "32", "00", "3"])
clocks = st.sampled_from(
    ["00:00:00", "24:00:00", "24:00:00.0", "24:00:01", "23:59:59.999", "23:59:60", "12:00", "12:60:00"]
)
zones = st.sampled_from(["", "", "Z", "+14:00", "-14:00", "+14:01", "-05:30", "+5:00", "z"])
calendars = st.one_of(
    st.builds("{}-{}-{}{}".format, years, months, days, zones),
    st.builds("{}-{}-{}T{}{}".format, years, months, days, clocks, zones),
    st.builds(str.__add__, clocks, zones),
    st.builds("{}-{}{}".format, years, months, zones),
    st.builds("--{}-{}{}".format, months, days, zones),
    st.builds(str.__add__, st.one_of(years, st.builds("--{}".format, months), st.builds("---{}".format, days)), zones),
)
durations = st.from_regex(r"-?P([0-9]Y)?([0-9]M)?([0-9]D)?(T([0-9]H)?([0-9]M)?([0-9](\.[0-9])?S)?)?", fullmatch=True)
binaries = st.text("0aAfgQwE=+/ ", max_size=9)
names = st.text("aé:_-.1 က", max_size=5)
texts = st.one_of(
    numbers, edges, calendars, durations, binaries, names, st.text(max_size=5), st.sampled_from(["INF", "true", "NaN"])
)


def broken(text: str, at: int, inserted: str) -> str:
    at %= len(text) + 1
    return text[:at] + (inserted + text[at:] if inserted else text[at + 1 :])


near = texts | st.builds(
    broken, texts, st.integers(0, 30), st.sampled_from(["", "0", "1", "-", "+", ":", ".", "Z", "T"])
)


def full(curie: str) -> str:
    prefix, _, name = curie.partition(":")
    return PREFIXES[prefix] + name if prefix in PREFIXES else curie


def load(name: str) -> Any:
    return yaml.safe_load((CASES / name).read_text(encoding="utf-8"))


def forms() -> list[Any]:
    return [
        pytest.param(form, full(group["datatype"]), is_well, id=f"{group['datatype']} {form[:40]!a}")
        for group in load("well_formed.yaml")
        for is_well in (True, False)
        for form in group["well" if is_well else "ill"]
    ]


def written(datatype: str) -> list[str]:
    groups = [group for group in load("well_formed.yaml") if full(group["datatype"]) == datatype]
    return [form for group in groups for form in (*group["well"], *group["ill"])]


def test_no_case_was_lost() -> None:
    assert (len(forms()), len(load("languages.yaml"))) == (NUMBER_OF_FORMS, NUMBER_OF_LANGUAGES)
    assert {full(group["datatype"]) for group in load("well_formed.yaml")} >= set(DATATYPES), "a datatype has no case"


@pytest.mark.parametrize(("form", "datatype", "is_well"), forms())
def test_forms(form: str, datatype: str, is_well: bool) -> None:  # noqa: FBT001
    assert well_formed(form, datatype) is is_well


@pytest.mark.parametrize("case", load("languages.yaml"), ids=lambda case: f"{case['tag']} {case['range']}")
def test_languages(case: dict[str, Any]) -> None:
    assert language_matches(case["tag"], case["range"]) is case["matches"]


@pytest.mark.parametrize("sign", ["", "-"])
def test_whole_numbers_have_no_greatest(sign: str) -> None:
    """Python's int() refuses more than 4,300 digits."""
    assert well_formed(sign + "9" * 10_000, XSD + "integer")
    assert not well_formed(sign + "9" * 10_000, XSD + "long")
    assert well_formed(sign + "0" * 10_000, XSD + "unsignedByte")


@given(st.dates())
def test_every_day_of_python_is_a_date_with_its_fields(day: Any) -> None:
    fields = calendar(day.isoformat(), XSD + "date")
    assert fields is not None
    assert tuple(map(int, fields[:3])) == (day.year, day.month, day.day)


@given(st.sampled_from(sorted(_CALENDAR)), near)
def test_fields_are_read_where_the_form_is_well_formed(datatype: str, text: str) -> None:
    assert (calendar(text, datatype) is not None) is well_formed(text, datatype)


@cache
def xml_schema() -> Any:
    module = pytest.importorskip("xmlschema", reason="xmlschema, the second reading of XML Schema, is not installed")
    return module.XMLSchema11("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>")


def second_reading(kind: Any, text: str, datatype: str) -> bool | None:
    """What xmlschema says; None where it reads something else than RDF does."""
    if kind.normalize(text) != text:
        return None  # XML Schema takes white space away first; an RDF literal stands as it is
    if not text.isprintable() or max(text, default="") > "\uffff":
        # which characters there are, and which of them names have, is left to the edition of XML
        return None
    if datatype in (XSD + "dayTimeDuration", XSD + "yearMonthDuration") and re.search(
        r"(?<![0-9])0+(\.0+)?[MYDHS]", text
    ):
        return None  # it takes P0M for a dayTimeDuration; https://www.w3.org/TR/xmlschema11-2/#dayTimeDuration does not
    if re.fullmatch(r"[\d_+-]+", text) and not re.fullmatch(r"[0-9+-]+", text):
        return None  # it reads with Python's int(); https://www.w3.org/TR/xmlschema11-2/#integer has ten digits
    try:
        return bool(kind.is_valid(text))
    except OverflowError:
        return None  # a year of more than nine digits


@pytest.mark.parametrize("datatype", DATATYPES, ids=lambda datatype: datatype.removeprefix(XSD))
def test_agrees_with_a_second_reading(datatype: str) -> None:
    kind = xml_schema().maps.types[XML_SCHEMA + datatype.removeprefix(XSD)]
    tried = [(form, second_reading(kind, form, datatype)) for form in written(datatype)]
    assert {reading for _, reading in tried} >= {True}
    assert [form for form, reading in tried if reading not in (None, well_formed(form, datatype))] == []

    @settings(max_examples=100)
    @given(near)
    def holds(text: str) -> None:
        assert second_reading(kind, text, datatype) in (None, well_formed(text, datatype))

    holds()
