"""
Calculations with days and moments: how long it is from one to the other, and what lies so long before.

The standard leaves them to those who extend it. They are those of XPath, as Oxigraph has them; what it lacks, such as
`+` between a day and a duration, is left to it. A length is held in microseconds.

Spec: https://www.w3.org/TR/sparql11-query/#operatorExtensibility (17.3.1),
https://www.w3.org/TR/xpath-functions/#dateTime-arithmetic
"""

from __future__ import annotations

from typing import Final

from kg.columns import terms as t
from kg.columns.terms import datatype_suffix, quoted
from kg.model.terms import parts_of
from kg.sparql.computed import Typed
from kg.sparql.lengths import microseconds
from kg.sparql.stopping import stopped
from kg.sparql.values import LENGTH, NUMERIC, TIMES, Constant, Let, Plain, Value

_DATATYPES: Final = tuple(datatype_suffix(name) for name in (LENGTH, "duration"))
_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ZONE: Final = "(Z|[+-][0-9]{2}:[0-9]{2})?"
_SPELLED: Final = {
    t.DATE: f"({_DAY}){_ZONE}",
    t.TIME: rf"({_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,6}})?){_ZONE}",
}
"""What is calculated with, its time zone apart; of other days and moments another engine answers."""

_SHOWN: Final = {t.DATE: "strftime({0}, '%Y-%m-%d')", t.TIME: "strftime({0}, '%Y-%m-%dT%H:%M:%S') || {1}"}
_FRACTION: Final = "regexp_replace(strftime({0}, '.%f'), '[.]?0+$', '')"


def length_of(value: Value) -> str | None:
    """SQL for the microseconds of a length: one that is calculated, or that the query names; None of anything else."""
    if isinstance(value, Plain) and value.kind == LENGTH:
        return value.sql
    if isinstance(value, Constant) and value.written.endswith(_DATATYPES):
        found = microseconds(parts_of(value.written).lexical)
        return None if found is None else f"{found}::BIGINT"
    return None


def with_moments(left: Value, operator: str, right: Value, let: Let) -> Value | None:
    """
    `-` between moments, and `+` and `-` with lengths; None where numbers may be meant.

    Raises:
        NotCompiled: A value may be one that the columns do not hold.
    """
    one, other = length_of(left), length_of(right)
    if one is not None and other is not None and operator in {"+", "-"}:
        return Plain(LENGTH, f"({one} {operator} {other})")
    if operator != "-" or not left.types & TIMES:
        return None
    if other is not None:
        return _before(left.known(), other, let)
    if not right.types & TIMES or (left.types & NUMERIC and right.types & NUMERIC):
        return None
    return Plain(LENGTH, let(_between(left.known(), right.known())))


def _between(left: Value, right: Value) -> str:
    """The length from the second to the first: of two days, or two moments, both with a time zone or both without."""
    alike = f"{left.zoned()} = {right.zoned()}"
    if len(left.types | right.types) > 1:
        alike += f" AND {left.type()} = {right.type()}"
    return f"CASE WHEN {alike} THEN epoch_us({left.instant()}) - epoch_us({right.instant()}) END"


def _before(value: Value, length: str, let: Let) -> Value | None:
    """The day or moment that lies a length before another, in the same time zone; None where both may be."""
    kinds = value.types & TIMES
    kind = next(iter(kinds))
    if len(kinds) > 1 or kind not in _SPELLED:
        return None
    form, pattern = let(value.lexical()), quoted(f"^{_SPELLED[kind]}$")
    moment = let(
        f"CASE WHEN NOT {value.is_type(kinds)} THEN NULL WHEN regexp_matches({form}, {pattern}) "
        f"THEN CAST(regexp_extract({form}, {pattern}, 1) AS TIMESTAMP) - to_microseconds({length}) "
        f"WHEN {form} IS NOT NULL THEN {stopped(form, 'TIMESTAMP')} END"
    )
    shown = _SHOWN[kind].format(moment, _FRACTION.format(moment))
    held = f"{moment} BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999'"
    text = f"CASE WHEN {held} THEN {shown} || regexp_extract({form}, {pattern}, 2) "
    return Typed(let(f"{text} WHEN {moment} IS NOT NULL THEN {stopped(form)} END"), kind, let)
