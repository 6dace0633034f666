from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.mapping.values.literals import _DATATYPES, _TEXTS, canonical
from kg.mapping.values.numbers import INTEGERS
from kg.mapping.values.problem import ValueProblem
from kg.ontology import vocabulary as v

if TYPE_CHECKING:
    from tests.mapping.values.conftest import Attempt

CASES = "literals"
NUMBER_OF_CASES = 214

XSD = v.PREFIXES["xsd"]
DATATYPES = sorted([*_DATATYPES, *_TEXTS], key=lambda datatype: datatype.value)
STORE = Store()
NODE = NamedNode("urn:x:node")

integers = st.integers().map(str) | st.from_regex(r"[+-]?0{0,3}[0-9]{1,40}", fullmatch=True)
decimals = st.from_regex(r"[+-]?0{0,3}[0-9]{0,25}\.?[0-9]{0,25}", fullmatch=True)
offsets = st.from_regex(r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?", fullmatch=True)
clocks = st.from_regex(r"(?:[01][0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,25})?)?", fullmatch=True)
days = st.from_regex(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", fullmatch=True)
months = st.from_regex(r"([0-9]{1,5}Y)?[0-9]{1,5}M", fullmatch=True)
seconds = st.from_regex(r"([0-9]{1,5}D)?T([0-9]{1,5}H)?[0-9]{1,9}(\.[0-9]{1,25})?S", fullmatch=True)
signs = st.sampled_from(["P", "-P"])
texts_of = {
    **dict.fromkeys(INTEGERS, integers),
    v.XSD_DECIMAL: decimals,
    v.XSD_DOUBLE: st.floats().map(repr) | decimals,
    v.XSD_FLOAT: st.floats(width=32).map(repr) | st.floats().map(repr) | decimals,
    v.XSD_DATE: st.builds(str.__add__, days, offsets),
    v.XSD_TIME: st.builds(str.__add__, clocks, offsets),
    v.XSD_DATE_TIME: st.builds("{}T{}{}".format, days, clocks, offsets),
    v.XSD_DATE_TIME_STAMP: st.builds("{}T{}{}".format, days, clocks, offsets),
    v.XSD_G_YEAR: st.builds("{:.4}{}".format, days, offsets),
    v.XSD_G_YEAR_MONTH: st.builds("{:.7}{}".format, days, offsets),
    v.XSD_G_MONTH: st.builds(lambda day, offset: f"--{day[5:7]}{offset}", days, offsets),
    v.XSD_G_MONTH_DAY: st.builds(lambda day, offset: f"-{day[4:]}{offset}", days, offsets),
    v.XSD_G_DAY: st.builds(lambda day, offset: f"---{day[8:]}{offset}", days, offsets),
    v.XSD_DURATION: st.builds("{}{}{}".format, signs, months, seconds),
    v.XSD_YEAR_MONTH_DURATION: st.builds(str.__add__, signs, months),
    v.XSD_DAY_TIME_DURATION: st.builds(str.__add__, signs, seconds),
    v.XSD_BOOLEAN: st.sampled_from(["true", "false", "Yes", "no", "0", "1"]),
    v.XSD_ANY_URI: st.from_regex(r"[a-z]{1,5}://[a-z]{1,9}/.{0,9}", fullmatch=True),
    v.XSD_LANGUAGE: st.from_regex(r"[a-zA-Z]{2}(-[a-zA-Z]{4})?", fullmatch=True),
    v.XSD_HEX_BINARY: st.binary().map(bytes.hex),
    v.XSD_BASE64_BINARY: st.from_regex(r"([a-z]{4}){0,3}([a-z][AQgw]==)?", fullmatch=True),
}


def stored(literal: Literal) -> Literal:
    """What a store gives back after the literal was put in."""
    STORE.clear()
    STORE.add(Quad(NODE, NODE, literal))
    (quad,) = STORE
    assert isinstance(quad.object, Literal)
    return quad.object


def parts(literal: Literal) -> tuple[str, str]:
    """Everything that two literals can differ in."""
    return literal.value, literal.datatype.value


def term(curie: str) -> NamedNode:
    prefix, _, name = curie.partition(":")
    return NamedNode(v.PREFIXES[prefix] + name)


def test_cases(case: dict[str, str]) -> None:
    text, datatype = case.pop("text"), case.pop("datatype")
    if "problem" in case:
        with pytest.raises(ValueProblem) as caught:
            canonical(text, term(datatype))
        assert {"problem": caught.value.message, "hint": caught.value.hint} == case
        return
    literal = canonical(text, term(datatype))
    assert parts(literal) == (case["value"], term(case.get("as", datatype)).value)
    assert parts(stored(literal)) == parts(literal)


@pytest.mark.parametrize("datatype", DATATYPES, ids=lambda datatype: datatype.value.removeprefix(XSD))
def test_the_store_gives_back_what_was_written(datatype: NamedNode, attempt: Attempt) -> None:
    read = []

    @settings(max_examples=50)
    @given(text=texts_of.get(datatype, st.text()))
    def holds(text: str) -> None:
        literal = attempt(canonical, text, datatype)
        if literal is None:
            return
        read.append(text)
        assert parts(stored(literal)) == parts(literal)
        assert parts(canonical(literal.value, literal.datatype)) == parts(literal)

    holds()
    assert read, "no text was read, so nothing was tried"


@settings(max_examples=1000)
@given(datatype=st.sampled_from(DATATYPES), text=st.text() | st.text("0123456789+-.,eETZP:/ ", max_size=12))
def test_any_text_is_read_or_refused(datatype: NamedNode, text: str, attempt: Attempt) -> None:
    literal = attempt(canonical, text, datatype)
    assert literal is None or parts(stored(literal)) == parts(literal)


@given(number=st.integers())
def test_every_whole_number_is_read_as_itself(number: int) -> None:
    assert canonical(str(number), v.XSD_INTEGER).value == str(number)


@pytest.mark.parametrize("sign", [1, -1])
def test_whole_numbers_have_no_greatest(sign: int) -> None:
    """Python's int() refuses more than 4,300 digits; the literal does not."""
    digits = "-" * (sign < 0) + "9" * 10_000
    assert canonical(digits, v.XSD_INTEGER).value == digits
    with pytest.raises(ValueProblem):
        canonical(digits, v.XSD_BYTE)


def test_every_power_of_two_keeps_its_32_bits() -> None:
    """
    Between two powers of two the distance of floats doubles: there the shortest digits are hardest to find.

    The float below each is tried too, and so the greatest of all.
    """
    for bits in range(0x80_0000, 0x7F80_0001, 0x80_0000):
        for pattern in (bits - 1, bits) if bits < 0x7F80_0000 else (bits - 1,):
            packed = struct.pack("<I", pattern)
            literal = canonical(repr(struct.unpack("<f", packed)[0]), v.XSD_FLOAT)
            assert struct.pack("<f", float(literal.value)) == packed
            assert parts(stored(literal)) == parts(literal)


def test_half_a_character_is_refused() -> None:
    """A JSON file can hold one, and no RDF file can."""
    with pytest.raises(ValueProblem, match="half a character"):
        canonical("a\ud800", v.XSD_STRING)
