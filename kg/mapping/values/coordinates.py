"""
Where something was: a latitude and a longitude, WGS84, as decimal degrees.

Read are two numbers, latitude first; two numbers with N, S, E or W, in either order; degrees, minutes and seconds with
such a letter; and a WKT point, longitude first (https://docs.ogc.org/is/18-010r7/18-010r7.html).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from kg.mapping.values.problem import ValueProblem, bounded, quoted
from kg.mapping.values.wording import fold

_FORM = "write latitude and longitude like 23.79, 95.69"
_NUMBER = r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?"
_PLAIN = re.compile(rf"({_NUMBER})(?:\s*[,;/]\s*|\s+)({_NUMBER})")
_POINT = re.compile(rf"point\s*\(\s*({_NUMBER})\s+({_NUMBER})\s*\)")
_DEGREES, _MINUTES, _SECONDS = "[°ºd˚]", "['′´]", "(?:[\"″”]|'')"
# 23.79, 23°47.4', 23°47'24", 23 47 24
_SIXTIETH = r"[0-9]{1,2}(?:\.[0-9]{1,10})?"
_ANGLE = (
    rf"({_NUMBER})(?:(?:\s*{_DEGREES}\s*|\s+)({_SIXTIETH})"
    rf"(?:(?:\s*{_MINUTES}\s*|\s+)({_SIXTIETH})(?:\s*{_SECONDS})?|\s*{_MINUTES})?|\s*{_DEGREES})?"
)
_LETTERED = re.compile(rf"{_ANGLE}\s*([nsew])\s*[,;/]?\s*{_ANGLE}\s*([nsew])")
_LETTER_FIRST = re.compile(rf"([nsew])\s*{_ANGLE}\s*[,;/]?\s*([nsew])\s*{_ANGLE}")
_DECIMAL_COMMA = re.compile(r"([+-]?[0-9]{1,3}),([0-9]+)\s*[,;/]?\s+([+-]?[0-9]{1,3}),([0-9]+)")
_TWO_OR_ONE = re.compile(r"([+-]?[0-9]{1,3}),([0-9]+)")
_EPSG = re.compile(r"(?:srid\s*=|<)")

_PLACES = Decimal("0.0000001")
"""Degrees from minutes and seconds are rounded to this, about one centimetre. Decimal degrees stay as written."""


class _Angle(NamedTuple):
    """The letter that says which way, and degrees, minutes and seconds as written."""

    letter: str
    degrees: str
    minutes: str | None
    seconds: str | None


def read_coordinates(text: str) -> tuple[Decimal, Decimal]:
    """
    The latitude and the longitude that a text gives.

    >>> read_coordinates("23.79, 95.69")
    (Decimal('23.79'), Decimal('95.69'))
    >>> read_coordinates('''23°47'24"N 95°41'24"E''')
    (Decimal('23.79'), Decimal('95.69'))
    >>> read_coordinates("POINT (95.69 23.79)")
    (Decimal('23.79'), Decimal('95.69'))

    Raises:
        ValueProblem: The text is no pair of coordinates, or they lie outside the globe.
    """
    folded = fold(bounded(text, "a pair of coordinates"))
    if (found := _PLAIN.fullmatch(folded)) and not _TWO_OR_ONE.fullmatch(folded):
        return _checked(Decimal(found[1]), Decimal(found[2]), text)
    if found := _POINT.fullmatch(folded):
        return _checked(Decimal(found[2]), Decimal(found[1]), text)
    if found := _LETTERED.fullmatch(folded):
        return _lettered(_angle(found, 4, 1), _angle(found, 8, 5), text)
    if found := _LETTER_FIRST.fullmatch(folded):
        return _lettered(_angle(found, 1, 2), _angle(found, 5, 6), text)
    raise _not_read(folded, text)


def _angle(found: re.Match[str], letter: int, degrees: int) -> _Angle:
    """The angle whose letter and degrees are these groups of a match; minutes and seconds follow the degrees."""
    return _Angle(found[letter], found[degrees], found[degrees + 1], found[degrees + 2])


def _lettered(first: _Angle, second: _Angle, text: str) -> tuple[Decimal, Decimal]:
    if (first.letter in "ns") == (second.letter in "ns"):
        raise ValueProblem(
            f"{quoted(text)} gives {'two latitudes' if first.letter in 'ns' else 'two longitudes'}",
            "write one number with N or S and one with E or W",
        )
    latitude, longitude = (first, second) if first.letter in "ns" else (second, first)
    return _checked(_decimal(latitude, text), _decimal(longitude, text), text)


def _decimal(angle: _Angle, text: str) -> Decimal:
    if angle.degrees[0] in "+-":
        raise ValueProblem(f"{quoted(text)} has a sign and a letter", "write -23.79, or 23.79S")
    degrees = Decimal(angle.degrees)
    if angle.minutes:
        minutes, seconds = Decimal(angle.minutes), Decimal(angle.seconds or 0)
        whole = degrees == int(degrees) and (not angle.seconds or minutes == int(minutes))
        if not whole or minutes >= 60 or seconds >= 60:
            raise ValueProblem(
                f"{quoted(text)}: minutes and seconds run from 0 to 59, and only the last number has a fraction",
                "write 23°47'24\"N 95°41'24\"E",
            )
        degrees = (degrees + minutes / 60 + seconds / 3600).quantize(_PLACES)
    return -degrees if angle.letter in "sw" else degrees


def _checked(latitude: Decimal, longitude: Decimal, text: str) -> tuple[Decimal, Decimal]:
    if abs(latitude) <= 90 and abs(longitude) <= 180:
        return _shortest(latitude), _shortest(longitude)
    if abs(longitude) <= 90 and abs(latitude) <= 180:
        swapped = f"{_shortest(longitude)}, {_shortest(latitude)}"
        raise ValueProblem(
            f"{quoted(text)}: no latitude is beyond 90", f"latitude comes first: did you mean '{swapped}'?"
        )
    raise ValueProblem(
        f"{quoted(text)} lies outside the globe", "latitudes run from -90 to 90, longitudes from -180 to 180"
    )


def _shortest(number: Decimal) -> Decimal:
    """The same number without zeros at the end, without an exponent and without a sign of nought."""
    plain = f"{number:f}"
    return Decimal(plain.rstrip("0").rstrip(".") if "." in plain else plain) + 0


def _not_read(folded: str, text: str) -> ValueProblem:
    said = quoted(text)
    if found := _DECIMAL_COMMA.fullmatch(folded):
        latitude, longitude = f"{found[1]}.{found[2]}", f"{found[3]}.{found[4]}"
        return ValueProblem(f"{said} has decimal commas", f"write {latitude}, {longitude}")
    if found := _TWO_OR_ONE.fullmatch(folded):
        return ValueProblem(
            f"{said} can be one number or two",
            f"write '{found[1]}, {found[2]}', or {found[1]}.{found[2]} and the other coordinate",
        )
    if re.fullmatch(rf"[nsew]?\s*{_ANGLE}\s*[nsew]?", folded):
        return ValueProblem(f"{said} is one coordinate alone", _FORM)
    if _EPSG.match(folded):
        return ValueProblem(f"{said} names a reference system", "write a WGS84 point alone: POINT (95.69 23.79)")
    if re.fullmatch(rf"{_ANGLE}\s*[nsew][\s,;/]+{_ANGLE}|{_ANGLE}[\s,;/]+{_ANGLE}\s*[nsew]", folded):
        return ValueProblem(f"{said} has a letter on one side only", "write 23.79N 95.69E, or both without")
    return ValueProblem(f"{said} is no pair of coordinates", _FORM)
