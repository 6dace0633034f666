"""
Equality and order of values, and the truth of a value.

Spec: https://www.w3.org/TR/sparql11-query/#OperatorMapping (17.3), https://www.w3.org/TR/sparql11-query/#ebv (17.2.2)
"""

from __future__ import annotations

from typing import Final, TypeAlias

from kg.columns import terms as t
from kg.sparql.algebra import NotCompiled
from kg.sparql.durations import length_of
from kg.sparql.values import (
    BOOLEANS,
    EXACT,
    ID,
    INEXACT,
    INTEGERS,
    LITERALS,
    NODES,
    NUMERIC,
    STRINGS,
    TEXTS,
    Plain,
    Value,
)

_LANGUAGE: Final = frozenset((t.LANGUAGE,))
_MOMENTS: Final = tuple(frozenset((kind,)) for kind in (t.TIME, t.DATE, t.CLOCK))
_OTHER: Final = frozenset((t.OTHER,))
_FOURTEEN_HOURS: Final = "INTERVAL 14 HOUR"

_Case: TypeAlias = tuple[tuple[str, ...], str]
"""SQL of conditions that must all hold, and of what comes out then."""


def truth_of(value: Value) -> str:
    """
    SQL for the effective boolean value.

    Spec: https://www.w3.org/TR/sparql11-query/#ebv (17.2.2)
    """
    if isinstance(value, Plain) and value.kind == t.BOOLEAN:
        return value.sql
    value = value.known()
    cases: list[_Case] = []
    if value.types & BOOLEANS:
        cases.append(((value.is_type(BOOLEANS),), _holds(value)))
    if value.types & NUMERIC:
        cases.append(((value.is_type(NUMERIC),), f"({value.real()} <> 0 AND NOT isnan({value.real()}))"))
    if value.types & TEXTS:
        cases.append(((value.is_type(TEXTS),), f"{value.lexical()} <> ''"))
    if value.types & _OTHER:
        # One that is no number and no truth value, though its datatype says so, is false.
        cases.append(((value.is_type(_OTHER), t.has_truth(value.suffix())), "false"))
    return _cases(cases, "NULL::BOOLEAN")


def equal(left: Value, right: Value) -> str:
    """
    SQL for `left = right`.

    Spec: https://www.w3.org/TR/sparql11-query/#func-RDFterm-equal (17.4.1.7)
    """
    if (lengths := _lengths(left, "=", right)) is not None:
        return lengths
    plain = NODES | TEXTS
    if left.types <= plain and right.types <= plain:
        return same_term(left, right)
    left, right = _known_beside(left, right), _known_beside(right, left)
    cases: list[_Case] = [*_values_equal(left, right), ((same_term(left, right),), "true")]
    untold = LITERALS - _LANGUAGE
    for one, other in ((left, right), (right, left)):
        if one.types & _OTHER and other.types & untold:
            # Of literals that have no value it is not known whether they are equal.
            cases.append(((one.is_type(_OTHER), other.is_type(untold)), "NULL"))
    return _both(left, right, _cases(cases, "false"))


def _known_beside(value: Value, other: Value) -> Value:
    """A value as it is held against another: beside a text or a node, nobody looks at it."""
    return value.known() if other.types & (LITERALS - TEXTS) else value


def _values_equal(left: Value, right: Value) -> list[_Case]:
    cases: list[_Case] = []
    for types in (NUMERIC, BOOLEANS, *_MOMENTS):
        if left.types & types and right.types & types:
            if types == NUMERIC:
                found = _numbers(left, "=", right)
            elif types == BOOLEANS:
                found = f"{_holds(left)} = {_holds(right)}"
            else:
                found = f"({left.instant()} = {right.instant()} AND {left.zoned()} = {right.zoned()})"
            cases.append((_each(left, right, types), found))
    return cases


def compared(left: Value, operator: str, right: Value) -> str:
    """
    SQL for `<`, `>`, `<=` and `>=`.

    Beyond the table of operators it orders what Oxigraph does: days, times of day, and texts of one language; and what
    is the same is neither more nor less.

    Spec: https://www.w3.org/TR/sparql11-query/#OperatorMapping (17.3),
    https://www.w3.org/TR/sparql11-query/#operatorExtensibility (17.3.1)
    """
    if (lengths := _lengths(left, operator, right)) is not None:
        return lengths
    left, right = left.known(), right.known()
    if not left.types or not right.types:
        return "NULL::BOOLEAN"
    ordered = (NUMERIC, STRINGS, BOOLEANS, *_MOMENTS, _LANGUAGE)
    for types in ordered:
        if left.types | right.types <= types:
            # Nothing to tell apart, and NULL where there is no value.
            return _ordered(left, operator, right, types)
    cases: list[_Case] = [
        (_each(left, right, types), _ordered(left, operator, right, types))
        for types in ordered
        if left.types & types and right.types & types
    ]
    rest = NODES | _OTHER
    if left.types & rest and right.types & rest:
        cases.append(((*_each(left, right, rest), same_term(left, right)), "true" if "=" in operator else "false"))
    return _cases(cases, "NULL::BOOLEAN")


def _lengths(left: Value, operator: str, right: Value) -> str | None:
    one, other = length_of(left), length_of(right)
    return None if one is None or other is None else f"({one} {operator} {other})"


def _ordered(left: Value, operator: str, right: Value, types: frozenset[str]) -> str:
    if types == NUMERIC:
        return _numbers(left, operator, right)
    if types == BOOLEANS:
        return f"{_holds(left)} {operator} {_holds(right)}"
    if types == STRINGS:
        return f"{left.lexical()} {operator} {right.lexical()}"
    if types == _LANGUAGE:
        return f"CASE WHEN {left.suffix()} = {right.suffix()} THEN {left.lexical()} {operator} {right.lexical()} END"
    return _moments(left, operator, right)


def _moments(left: Value, operator: str, right: Value) -> str:
    """
    Dates and times: one with a time zone and one without are in order where no time zone would change it.

    Spec: https://www.w3.org/TR/xmlschema-2/#dateTime-order
    """
    one, other = left.instant(), right.instant()
    before, after = ("true", "false") if operator in {"<", "<="} else ("false", "true")
    return (
        f"CASE WHEN {left.zoned()} = {right.zoned()} THEN {one} {operator} {other} "
        f"WHEN {one} + {_FOURTEEN_HOURS} < {other} THEN {before} "
        f"WHEN {other} + {_FOURTEEN_HOURS} < {one} THEN {after} END"
    )


def _numbers(left: Value, operator: str, right: Value) -> str:
    one, other = left.types & NUMERIC, right.types & NUMERIC
    if one == other == INTEGERS:
        return f"{left.whole()} {operator} {right.whole()}"
    if one <= EXACT and other <= EXACT:
        return f"{left.number()} {operator} {right.number()}"
    real, other_real = left.real(), right.real()
    if t.FLOAT in one | other and not one | other <= INEXACT:
        if {t.FLOAT} not in (one, other) or t.DOUBLE in one | other:
            raise NotCompiled("a comparison of xsd:float with what may be several numbers is not compiled")
        real, other_real = f"CAST({real} AS FLOAT)", f"CAST({other_real} AS FLOAT)"
    reals = f"({real} {operator} {other_real} AND NOT isnan({real}) AND NOT isnan({other_real}))"
    if not (one & EXACT and other & EXACT):
        return reals
    exact = f"{left.number()} IS NOT NULL AND {right.number()} IS NOT NULL"
    return f"CASE WHEN {exact} THEN {left.number()} {operator} {right.number()} ELSE {reals} END"


def same_term(left: Value, right: Value) -> str:
    """
    SQL for whether both are the same term.

    Spec: https://www.w3.org/TR/sparql11-query/#func-sameTerm (17.4.1.8)
    """
    if left.form == right.form == ID:
        return f"{left.held()} = {right.held()}"
    return f"{left.text()} = {right.text()}"


def _holds(value: Value) -> str:
    if isinstance(value, Plain) and value.kind == t.BOOLEAN:
        return value.sql
    return f"({value.lexical()} IN ('true', '1'))"


def _each(left: Value, right: Value, types: frozenset[str]) -> tuple[str, str]:
    return left.is_type(types), right.is_type(types)


def _both(left: Value, right: Value, sql: str) -> str:
    """The SQL where there are both values, else NULL."""
    absent = [f"{one.held()} IS NULL" for one in (left, right) if not one.certain()]
    return f"CASE WHEN {' OR '.join(absent)} THEN NULL ELSE {sql} END" if absent else sql


def _cases(cases: list[_Case], otherwise: str) -> str:
    """A CASE, without those cases that never hold, and none where the first always does."""
    kept = []
    for conditions, result in cases:
        open_ones = [one for one in conditions if one not in {"true", "(true)"}]
        if "false" in open_ones:
            continue
        if not open_ones:
            otherwise = result
            break
        kept.append(f"WHEN {' AND '.join(open_ones)} THEN {result}")
    return f"CASE {' '.join(kept)} ELSE {otherwise} END" if kept else f"({otherwise})"
