"""
How long something lasts, in microseconds: from and to the lexical form of `xsd:dayTimeDuration`.

Spec: https://www.w3.org/TR/xmlschema11-2/#dayTimeDuration (3.4.27)
"""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = (86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000)
"""A day, an hour, a minute, a second."""

_WRITTEN: Final = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,6})?)S)?)?")
_MOST: Final = 2**62


def microseconds(lexical: str) -> int | None:
    """
    Those of a length without years and months; None where it is none.

    >>> microseconds("P7D"), microseconds("-PT0.5S"), microseconds("P1M"), microseconds("P")
    (604800000000, -500000, None, None)
    """
    found = _WRITTEN.fullmatch(lexical)
    if found is None or lexical[-1] in "PT":
        return None
    sign, *parts, seconds = found.groups()
    whole, _, fraction = (seconds or "0").partition(".")
    amounts = [*(int(part or 0) for part in parts), int(whole)]
    total = sum(amount * unit for amount, unit in zip(amounts, _UNITS, strict=True)) + int(fraction.ljust(6, "0") or 0)
    return (-total if sign else total) if total < _MOST else None


def spelled(length: str) -> str:
    """
    SQL for the canonical form of a length.

    Spec: https://www.w3.org/TR/xmlschema11-2/#f-dayTimeDurationCanMap
    """
    whole, second = f"abs({length})", _UNITS[-1]
    days, hours, minutes = (
        f"CASE WHEN {amount} > 0 THEN {amount} || '{letter}' ELSE '' END"
        for letter, amount in (
            ("D", f"({whole} // {_UNITS[0]})"),
            ("H", f"({whole} // {_UNITS[1]} % 24)"),
            ("M", f"({whole} // {_UNITS[2]} % 60)"),
        )
    )
    fraction = f"regexp_replace(printf('.%06d', {whole} % {second}), '[.]?0+$', '')"
    seconds = f"CASE WHEN {whole} % {_UNITS[2]} > 0 THEN ({whole} // {second} % 60) || {fraction} || 'S' ELSE '' END"
    time = f"CASE WHEN {whole} % {_UNITS[0]} > 0 THEN 'T' || ({hours}) || ({minutes}) || ({seconds}) ELSE '' END"
    sign = f"CASE WHEN {length} < 0 THEN '-P' ELSE 'P' END"
    written = f"({sign}) || ({days}) || ({time})"
    return f"CASE WHEN {length} = 0 THEN 'PT0S' WHEN {length} IS NOT NULL THEN {written} END"
