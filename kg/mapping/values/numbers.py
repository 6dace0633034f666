"""Canonical forms of the numeric datatypes of XML Schema (https://www.w3.org/TR/xmlschema11-2/)."""

from __future__ import annotations

import re
import struct
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from kg.mapping.values.problem import ValueProblem, quoted
from kg.ontology import vocabulary as v

_INTEGER = re.compile(r"([+-]?)0*([0-9]+)")
_DECIMAL = re.compile(r"([+-]?)0*([0-9]*)(?:\.([0-9]*))?")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_SEPARATED = re.compile(r"[+-]?[0-9]{1,3}(?:[,' ][0-9]{3})+")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_WHOLE_DECIMAL = re.compile(r"([+-]?[0-9]+)\.0*")
_SPECIAL = {"INF": "INF", "+INF": "INF", "-INF": "-INF", "NaN": "NaN"}
_WHOLE = "a whole number"
_LONGEST_BOUND = 20  # digits of the widest bound below, 2⁶⁴ − 1


class Bounds(NamedTuple):
    """The least and the greatest value of a datatype; None where there is none."""

    least: int | None
    greatest: int | None


INTEGERS: dict[NamedNode, Bounds] = {
    v.XSD_INTEGER: Bounds(None, None),
    v.XSD_NON_NEGATIVE_INTEGER: Bounds(0, None),
    v.XSD_POSITIVE_INTEGER: Bounds(1, None),
    v.XSD_NON_POSITIVE_INTEGER: Bounds(None, 0),
    v.XSD_NEGATIVE_INTEGER: Bounds(None, -1),
    v.XSD_LONG: Bounds(-(2**63), 2**63 - 1),
    v.XSD_INT: Bounds(-(2**31), 2**31 - 1),
    v.XSD_SHORT: Bounds(-(2**15), 2**15 - 1),
    v.XSD_BYTE: Bounds(-(2**7), 2**7 - 1),
    v.XSD_UNSIGNED_LONG: Bounds(0, 2**64 - 1),
    v.XSD_UNSIGNED_INT: Bounds(0, 2**32 - 1),
    v.XSD_UNSIGNED_SHORT: Bounds(0, 2**16 - 1),
    v.XSD_UNSIGNED_BYTE: Bounds(0, 2**8 - 1),
}


def integer(text: str, datatype: NamedNode) -> Literal:
    """
    A whole number of any length. What is derived from xsd:integer is checked, and becomes xsd:integer.

    The store keeps no narrower type: it gives `5` of xsd:nonNegativeInteger back as xsd:integer.
    """
    found = _INTEGER.fullmatch(text)
    if found is None:
        raise _no_number(text, _WHOLE)
    digits = ("-" if found[1] == "-" and found[2] != "0" else "") + found[2]
    least, greatest = INTEGERS[datatype]
    # A number too long for any bound is compared by its sign alone: int() refuses more than 4,300 digits.
    value = int(digits) if len(digits) <= _LONGEST_BOUND + 1 else (-1 if found[1] == "-" else 1) * 10**_LONGEST_BOUND
    if least is not None and value < least:
        raise ValueProblem(f"{quoted(text)} is too small: {least} is the least", f"write {least} or more")
    if greatest is not None and value > greatest:
        raise ValueProblem(f"{quoted(text)} is too large: {greatest} is the greatest", f"write {greatest} or less")
    return Literal(digits, datatype=v.XSD_INTEGER)


def decimal(text: str, datatype: NamedNode) -> Literal:
    """A number with a fraction, exactly as written but for zeros that say nothing."""
    found = _DECIMAL.fullmatch(text)
    if found is None or not (found[2] or found[3] or "0" in text):
        raise _no_number(text, "a decimal number")
    whole, fraction = found[2] or "0", (found[3] or "").rstrip("0")
    digits = f"{whole}.{fraction}" if fraction else whole
    return Literal(f"-{digits}" if found[1] == "-" and digits != "0" else digits, datatype=datatype)


def double(text: str, datatype: NamedNode) -> Literal:
    """A floating-point number of 64 bits, in the shortest digits that give it back, without an exponent."""
    if text in _SPECIAL:
        return Literal(_SPECIAL[text], datatype=datatype)
    if _FLOAT.fullmatch(text) is None:
        raise _no_number(text, "a number")
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueProblem(f"{quoted(text)} is too large for a number of 64 bits", "write INF if infinity is meant")
    return Literal(number)


def single(text: str, datatype: NamedNode) -> Literal:
    """A floating-point number of 32 bits, in the shortest digits that give it back, without an exponent."""
    if text in _SPECIAL:
        return Literal(_SPECIAL[text], datatype=datatype)
    bits = _bits(float(double(text, v.XSD_DOUBLE).value))
    if bits is None:
        raise ValueProblem(f"{quoted(text)} is too large for a number of 32 bits", "write INF if infinity is meant")
    return Literal(Literal(float(_shortest(bits))).value, datatype=datatype)


def _bits(number: float) -> bytes | None:
    """The number rounded to 32 bits; None where these hold none so large."""
    try:
        return struct.pack("<f", number)
    except OverflowError:
        return None


def _shortest(bits: bytes) -> Decimal:
    """The shortest decimal that has these 32 bits, of several the nearest, of two the one further from nought."""
    exact = Decimal(struct.unpack("<f", bits)[0])
    for digits in range(1, 9):
        near = [Context(digits, rounding).create_decimal(exact) for rounding in (ROUND_FLOOR, ROUND_CEILING)]
        fitting = [decimal for decimal in near if _bits(float(decimal)) == bits]
        if fitting:
            return min(fitting, key=lambda decimal: (abs(decimal - exact), -abs(decimal)))
    return Context(9).create_decimal(exact)


def _no_number(text: str, kind: str) -> ValueProblem:
    problem = f"{quoted(text)} is not {kind}"
    if _SEPARATED.fullmatch(text):
        hint = f"write {re.sub('[^0-9+-]', '', text)}"
        if kind != _WHOLE and _DECIMAL_COMMA.fullmatch(text):
            hint += f" or {text.replace(',', '.')}, whichever is meant"
        return ValueProblem(f"{problem}: it has separators", hint)
    if _DECIMAL_COMMA.fullmatch(text):
        hint = "write a whole number" if kind == _WHOLE else f"write {text.replace(',', '.')}"
        return ValueProblem(f"{problem}: it has a decimal comma", hint)
    if found := _WHOLE_DECIMAL.fullmatch(text):
        return ValueProblem(problem, f"write {found[1]}")
    if _FLOAT.fullmatch(text) and len(text) < _LONGEST_BOUND and abs(float(text)) < 10**_LONGEST_BOUND:
        plain = Literal(float(text)).value
        fits = kind != _WHOLE or "." not in plain
        return ValueProblem(problem, f"write {plain}" if fits else "write a whole number")
    return ValueProblem(problem, "write it in digits, like 20" if kind == _WHOLE else "write it like 23.79")
