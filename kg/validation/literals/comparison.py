"""
The order of literals, as SPARQL's `<`, `=` and `>` give it, for `sh:minInclusive`, `sh:lessThan` and their kin.

SPARQL orders numbers, strings, booleans and `xsd:dateTime`. As other engines do, this orders `xsd:date`, `xsd:time`,
the calendar types beginning with g and durations too, by the order that XML Schema gives them.

Spec: https://www.w3.org/TR/sparql11-query/#OperatorMapping, https://www.w3.org/TR/xmlschema11-2/#dateTime
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, NamedTuple, TypeAlias

from kg.model.terms import XSD, Parts
from kg.validation.literals.forms import calendar, well_formed


class Value(NamedTuple):
    """What a literal stands for; `kind` says which values it can be compared with, `value` is the kind's own."""

    kind: str
    value: Any


class _Number(NamedTuple):
    """`rank` 0 is exact (`value` is an int or a Decimal), 1 is xsd:float, 2 is xsd:double (a Python float)."""

    rank: int
    value: int | Decimal | float
    lexical: str


class _Moment(NamedTuple):
    """Seconds from 1970, in the zone if `zoned`, else on a clock whose zone nobody knows."""

    seconds: int | Fraction
    zoned: bool


class _Duration(NamedTuple):
    months: int
    seconds: int | Fraction


_Read: TypeAlias = Callable[[str, str], Any]
_LONGEST = 4_000  # Python's int() and Fraction() refuse texts of more than 4,300 digits; Decimal has no such bound


def _int(text: str) -> int:
    return int(text) if len(text) < _LONGEST else int(Decimal(text))


def _exact(text: str) -> int | Fraction:
    return int(text) if text.isdigit() and len(text) < _LONGEST else Fraction(Decimal(text))


def compare(a: Parts, b: Parts) -> int | None:
    """
    -1, 0 or 1 as `a < b`, `a = b` or `a > b`; None if none of the three is true.

    None: IRIs, blank nodes, ill-formed literals, texts with a language, datatypes without an order, NaN, values of
    different kinds, times of which only one has a zone and that are within 14 hours of each other, durations such as
    a month and 30 days. `sh:minInclusive` asks for `compare(bound, value) in (-1, 0)`.

    >>> compare(Parts("literal", "9", XSD + "byte"), Parts("literal", "10.0", XSD + "decimal"))
    -1
    >>> compare(Parts("literal", "1", XSD + "integer"), Parts("literal", "1", XSD + "string")) is None
    True
    """
    left = value_of(a)
    if left is None:
        return None
    right = value_of(b)
    return None if right is None else order(left, right)


def value_of(parts: Parts) -> Value | None:
    """
    The value of a well-formed literal whose datatype has an order; None for all other terms.

    Take it once where one bound meets many values: `order(value_of(bound), value_of(value))` is `compare`.

    >>> value_of(Parts("literal", "010", XSD + "boolean")) is None
    True
    """
    found = _KINDS.get(parts.datatype)
    if found is None:
        return None
    kind, read = found
    if read is not _moment and not well_formed(parts.lexical, parts.datatype):
        return None
    value = read(parts.lexical, parts.datatype)
    return None if value is None else Value(kind, value)


def order(a: Value, b: Value) -> int | None:
    """
    `compare`, of values.

    >>> order(Value("string", "a"), Value("string", "b"))
    -1
    """
    return _ORDERS[a.kind](a.value, b.value) if a.kind == b.kind else None


def _plain(a: Any, b: Any) -> int | None:
    """Of two NaN, and of NaN and a number, none of the three is true."""
    if a < b:
        return -1
    if a == b:
        return 0
    return 1 if a > b else None


# --- numbers ---------------------------------------------------------------------------------------------------------


def _integer(lexical: str, _: str) -> _Number:
    return _Number(0, int(lexical) if len(lexical) < _LONGEST else Decimal(lexical), lexical)


def _decimal(lexical: str, _: str) -> _Number:
    return _Number(0, Decimal(lexical), lexical)


def _double(lexical: str, _: str) -> _Number:
    return _Number(2, float(lexical), lexical)


def _float(lexical: str, _: str) -> _Number:
    return _Number(1, _single(lexical), lexical)


def _single(lexical: str) -> float:
    """
    The nearest 32-bit number.

    Rounding to 64 bits and then to 32 can hit the wrong neighbour; rounding to an odd last bit first cannot.
    """
    number = float(lexical)
    if not math.isfinite(number) or number == 0:
        return number
    exact = Decimal(lexical)
    if exact != number and not struct.pack("<d", number)[0] & 1:
        number = math.nextafter(number, math.inf if exact > number else -math.inf)
    try:
        return float(struct.unpack("<f", struct.pack("<f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)


def _order_numbers(a: _Number, b: _Number) -> int | None:
    """
    Compares in the wider of the two types: 0.1 as decimal is less than 0.1 as double only where both were exact.

    Spec: https://www.w3.org/TR/xpath20/#promotion
    """
    rank = max(a.rank, b.rank)
    return _plain(_promoted(a, rank), _promoted(b, rank))


def _promoted(number: _Number, rank: int) -> int | Decimal | float:
    if number.rank or not rank:
        return number.value  # a float becomes the double of the same value
    return float(number.lexical) if rank == 2 else _single(number.lexical)


# --- dates and times -------------------------------------------------------------------------------------------------

_FOURTEEN_HOURS = 14 * 3600


def _moment(lexical: str, datatype: str) -> _Moment | None:
    """
    Where the value begins; None if it is ill-formed.

    Fields that the datatype lacks are those of a leap year and of a month with 31 days.

    Spec: https://www.w3.org/TR/xpath-functions-31/#func-dateTime-less-than, #func-date-less-than, #func-time-less-than
    """
    fields = calendar(lexical, datatype)
    if fields is None:
        return None
    days = days_before(_int(fields.year or "1972"), int(fields.month or "12"), int(fields.day or "1"))
    seconds: int | Fraction = days * 86_400
    if fields.hour:
        # As a time of day, 24:00:00 is 00:00:00; in a dateTime it is that of the next day.
        hour = 0 if fields.hour == "24" and not fields.year else int(fields.hour)
        seconds += hour * 3600 + int(fields.minute) * 60 + _exact(fields.second)
    return _Moment(seconds - _offset(fields.zone), bool(fields.zone))


def _offset(zone: str) -> int:
    if zone in ("", "Z"):
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return -seconds if zone[0] == "-" else seconds


def days_before(year: int, month: int, day: int) -> int:
    """
    Days from 1970-01-01 in the proleptic Gregorian calendar with a year 0; `datetime` knows only years 1 to 9999.

    >>> days_before(1970, 1, 1), days_before(2000, 3, 1), days_before(0, 1, 1)
    (0, 11017, -719528)
    """
    year -= month < 3  # the year begins in March, so that the leap day is its last
    months = (month + 9) % 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * months + 2) // 5 + day - 719_469


def _order_moments(a: _Moment, b: _Moment) -> int | None:
    """
    With one zone missing: what holds in every zone from -14:00 to +14:00, else None.

    Spec: https://www.w3.org/TR/xmlschema-2/#dateTime-order
    """
    if a.zoned == b.zoned:
        return _plain(a.seconds, b.seconds)
    if a.seconds - b.seconds > _FOURTEEN_HOURS:
        return 1
    return -1 if b.seconds - a.seconds > _FOURTEEN_HOURS else None


# --- durations -------------------------------------------------------------------------------------------------------

_PARTS = re.compile(r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?")
# A duration is less than another if it is so from each of these: https://www.w3.org/TR/xmlschema11-2/#duration
_STARTS = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))


def _duration(lexical: str, _: str) -> _Duration:
    match = _PARTS.fullmatch(lexical)
    if match is None:
        raise ValueError(f"no duration: {lexical}")
    sign = -1 if match[1] else 1
    years, months, days, hours, minutes = (_int(text) if text else 0 for text in match.groups()[1:6])
    seconds = days * 86_400 + hours * 3600 + minutes * 60 + _exact(match[7] or "0")
    return _Duration(sign * (years * 12 + months), sign * seconds)


def _order_durations(a: _Duration, b: _Duration) -> int | None:
    if a.months == b.months:
        return _plain(a.seconds, b.seconds)
    orders = {_plain(_end(a, *start), _end(b, *start)) for start in _STARTS}
    return orders.pop() if len(orders) == 1 else None


def _end(duration: _Duration, year: int, month: int) -> int | Fraction:
    months = year * 12 + month - 1 + duration.months
    return days_before(months // 12, months % 12 + 1, 1) * 86_400 + duration.seconds


# --- kinds -----------------------------------------------------------------------------------------------------------


def _string(lexical: str, _: str) -> str:
    return lexical


def _boolean(lexical: str, _: str) -> bool:
    return lexical in ("true", "1")


_INTEGERS = (
    "integer nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger "
    "long int short byte unsignedLong unsignedInt unsignedShort unsignedByte"
)
_ALONE = "date time gYear gYearMonth gMonth gMonthDay gDay"  # compare with their own type only
# A value of a derived type is one of its base type: https://www.w3.org/TR/xpath20/#dt-subtype-substitution
_KINDS: Final[dict[str, tuple[str, _Read]]] = {
    XSD + name: (kind, read)
    for kind, read, names in (
        ("number", _integer, _INTEGERS),
        ("number", _decimal, "decimal"),
        ("number", _double, "double"),
        ("number", _float, "float"),
        ("string", _string, "string normalizedString token language NMTOKEN Name NCName"),
        ("boolean", _boolean, "boolean"),
        ("dateTime", _moment, "dateTime dateTimeStamp"),
        *((name, _moment, name) for name in _ALONE.split()),
        ("duration", _duration, "duration yearMonthDuration dayTimeDuration"),
    )
    for name in names.split()
}
_ORDERS: Final[dict[str, Callable[[Any, Any], int | None]]] = {
    **{kind: _order_moments for kind, read in _KINDS.values() if read is _moment},
    "number": _order_numbers,
    "string": _plain,
    "boolean": _plain,
    "duration": _order_durations,
}
