"""
Functions on dates and times.

Spec: https://www.w3.org/TR/sparql11-query/#func-date-time (17.4.5)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.columns import terms as t
from kg.columns.terms import datatype_suffix, quoted
from kg.sparql.computed import Written
from kg.sparql.functions.context import Context, Function, only
from kg.sparql.stopping import stopped
from kg.sparql.values import TIMES, Plain, Value

_CLOCK: Final = frozenset((t.TIME, t.CLOCK))
_DAYS: Final = frozenset((t.TIME, t.DATE))


def _part(pattern: str, types: frozenset[str], kind: str = t.INTEGER) -> Function:
    """YEAR to SECONDS (17.4.5.2 to 17.4.5.7): a part as it is written there, in its own time zone."""

    def function(_: Context, given: Sequence[Value]) -> Value:
        moment = given[0].known()
        cast = "BIGINT" if kind == t.INTEGER else t.NUMBER
        # Spark may cast before it looks whether this is a moment; '' is no number.
        sql = f"CAST(nullif(regexp_extract({moment.lexical()}, {quoted(pattern)}, 1), '') AS {cast})"
        # The end of a day is the first moment of the next, whatever is written.
        sql = f"CASE WHEN contains({moment.lexical()}, 'T24') THEN {stopped(moment.lexical(), cast)} ELSE {sql} END"
        return Plain(kind, only(types, moment, sql))

    return function


_ZONE: Final = "regexp_extract({0}, '(Z|[+-][0-9][0-9]:[0-9][0-9])$', 1)"


def _tz(_: Context, given: Sequence[Value]) -> Value:
    """TZ (17.4.5.9)."""
    moment = given[0].known()
    return Plain(t.STRING, only(TIMES, moment, _ZONE.format(moment.lexical())))


def _timezone(context: Context, given: Sequence[Value]) -> Value:
    """TIMEZONE (17.4.5.8)."""
    moment = given[0].known()
    zone = _ZONE.format(moment.lexical())
    hours, minutes = (f"CAST(nullif(substring({zone}, {at}, 2), '') AS INTEGER)" for at in (2, 5))
    size = " || ".join(
        f"CASE WHEN {number} = 0 THEN '' ELSE {number} || '{unit}' END"
        for number, unit in ((hours, "H"), (minutes, "M"))
    )
    sign = f"CASE WHEN starts_with({zone}, '-') THEN '-' ELSE '' END"
    told = f"CASE WHEN {zone} IN ('Z', '+00:00', '-00:00') THEN 'PT0S' ELSE {sign} || 'PT' || {size} END"
    end = quoted('"' + datatype_suffix("dayTimeDuration"))
    text = f"'\"' || {told} || {end}"
    return Written(only(TIMES, moment, f"CASE WHEN {zone} <> '' THEN {text} END"), context.let, frozenset((t.BEYOND,)))


def _now(context: Context, _: Sequence[Value]) -> Value:
    """NOW (17.4.5.1)."""
    return Written(quoted(f'"{context.now}"' + datatype_suffix("dateTime")), context.let, frozenset((t.TIME,)))


ON_TIMES: Final[dict[str, Function]] = {
    "NOW": _now,
    "YEAR": _part("^(-?[0-9]+)-", _DAYS),
    "MONTH": _part("^-?[0-9]+-([0-9]+)", _DAYS),
    "DAY": _part("^-?[0-9]+-[0-9]+-([0-9]+)", _DAYS),
    "HOURS": _part("(?:^|T)([0-9]+):", _CLOCK),
    "MINUTES": _part("(?:^|T)[0-9]+:([0-9]+)", _CLOCK),
    "SECONDS": _part("(?:^|T)[0-9]+:[0-9]+:([0-9.]+)", _CLOCK, t.DECIMAL),
    "TIMEZONE": _timezone,
    "TZ": _tz,
}
