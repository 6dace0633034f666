"""
Numbers: operators and functions on them, exact where the standard asks for it.

Integers are worked on as integers of 128 bits, decimals as these with eighteen digits behind the point. Whatever
overflows stops the query, and another engine answers.

Spec: https://www.w3.org/TR/sparql11-query/#OperatorMapping (17.3),
https://www.w3.org/TR/sparql11-query/#func-numerics (17.4.4), https://www.w3.org/TR/xpath-functions/#op.numeric
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kg.columns import terms as t
from kg.columns.terms import NUMBER
from kg.sparql.algebra import NotCompiled
from kg.sparql.computed import Written
from kg.sparql.stopping import stopped
from kg.sparql.values import EXACT, INEXACT, NOTHING, NUMERIC, TIMES, Let, Plain, Stored, Value

_ONE: Final = "1000000000000000000::HUGEINT"
_HALF: Final = "1000000000::HUGEINT"
_LEAST: Final = "0.000000000000000001::DECIMAL(18, 18)"


def quotient(above: str, below: str) -> str:
    """SQL for a decimal: that of two integers, with eighteen digits; NULL where the second is 0."""
    return unscaled(f"({above} * {_ONE}) // nullif({below}, 0)")


def scaled(number: str) -> str:
    """SQL for a decimal as an integer, times ten to the eighteenth."""
    return f"CAST(replace(CAST({number} AS VARCHAR), '.', '') AS HUGEINT)"


def unscaled(integer: str) -> str:
    """SQL for the decimal of which an integer is `scaled`."""
    return f"CAST({integer} AS DECIMAL(38, 0)) * {_LEAST}"


def calculated(left: Value, operator: str, right: Value, let: Let) -> Value:
    """
    `+`, `-`, `*` and `/`; an error for what is no number.

    Spec: https://www.w3.org/TR/sparql11-query/#OperatorMapping (17.3)
    """
    left, right = left.known(), right.known()
    one, other = left.types & NUMERIC, right.types & NUMERIC
    if left.types & TIMES and right.types & TIMES and operator == "-":
        raise NotCompiled("calculations with dates are not compiled")
    if not one or not other:
        return NOTHING
    if one == {t.DOUBLE} or other == {t.DOUBLE}:
        return Plain(t.DOUBLE, f"({left.real()} {operator} {right.real()})")
    if t.FLOAT in one | other:
        return _of_floats(left, operator, right)
    if t.DOUBLE in one | other:
        inexact = Plain(t.DOUBLE, let(f"({left.real()} {operator} {right.real()})"))
        exact = calculated(_exact(left), operator, _exact(right), let)
        return _by_row(f"{left.type()} = 'double' OR {right.type()} = 'double'", inexact, exact, let)
    if operator == "/":
        return Plain(t.DECIMAL, let(_divided(left, right, let)))
    if one == other == {t.INTEGER}:
        return Plain(t.INTEGER, f"({left.whole()} {operator} {right.whole()})")
    found = f"({left.number()} {operator} {right.number()})" if operator in "+-" else _multiplied(left, right, let)
    return of_kind(found, left, right, let)


def of_kind(number: str, left: Value, right: Value, let: Let) -> Value:
    """An exact number: an integer where both that it comes from are."""
    one, other = left.types & NUMERIC, right.types & NUMERIC
    if one == other == {t.INTEGER}:
        return Plain(t.INTEGER, number)
    if one == {t.DECIMAL} or other == {t.DECIMAL}:
        return Plain(t.DECIMAL, number)
    whole = f"{left.type()} = 'integer' AND {right.type()} = 'integer'"
    as_integer, as_decimal = Plain(t.INTEGER, number).text(), Plain(t.DECIMAL, number).text()
    return Written(f"CASE WHEN {whole} THEN {as_integer} ELSE {as_decimal} END", let, EXACT)


def _of_floats(left: Value, operator: str, right: Value) -> Value:
    """Numbers of 32 bits, where one is such a number, and the other that or an exact one."""
    one, other = left.types & NUMERIC, right.types & NUMERIC
    if {t.FLOAT} not in (one, other) or t.DOUBLE in one | other:
        raise NotCompiled("calculations with what may be an xsd:float or another number are not compiled")
    # Rounded once more because Spark divides as doubles do, which changes nothing for numbers of 32 bits.
    return Plain(t.FLOAT, f"CAST(CAST({left.real()} AS FLOAT) {operator} CAST({right.real()} AS FLOAT) AS FLOAT)")


def _exact(value: Value) -> Value:
    """The same, which is no number where it is a double."""
    if not value.types & INEXACT:
        return value
    assert isinstance(value, Stored | Written)  # noqa: S101 # others have one type
    return replace(value, types=value.types - INEXACT)


def _by_row(is_inexact: str, inexact: Value, exact: Value, let: Let) -> Value:
    """A double where one of the numbers is, and else an exact number."""
    sql = f"CASE WHEN {is_inexact} THEN {inexact.text()} ELSE {exact.text()} END"
    return Written(sql, let, inexact.types | exact.types)


def _divided(left: Value, right: Value, let: Let) -> str:
    if left.types & NUMERIC == right.types & NUMERIC == {t.INTEGER}:
        return quotient(left.whole(), right.whole())
    one, other = let(scaled(left.number())), let(scaled(right.number()))
    short = f"{one} % {_HALF} = 0 AND {other} % {_HALF} = 0"
    halved = quotient(f"({one} // {_HALF})", f"({other} // {_HALF})")
    return f"CASE WHEN {short} THEN {halved} ELSE {quotient(one, other)} END"


def _multiplied(left: Value, right: Value, let: Let) -> str:
    one, other = let(scaled(left.number())), let(scaled(right.number()))
    short = f"{one} % {_HALF} = 0 AND {other} % {_HALF} = 0"
    product = unscaled(f"({one} // {_HALF}) * ({other} // {_HALF})")
    absent = f"WHEN {one} IS NULL OR {other} IS NULL THEN NULL"
    too_long = stopped("'digits'", NUMBER)
    # By a whole number any digits may be multiplied, such as those of a quotient.
    by_whole = " ".join(
        f"WHEN {whole} % {_ONE} = 0 THEN {unscaled(f'{number} * ({whole} // {_ONE})')}"
        for number, whole in ((one, other), (other, one))
    )
    return f"CASE {absent} {by_whole} WHEN {short} THEN {product} ELSE {too_long} END"


def rounded(name: str, value: Value, let: Let) -> Value:
    """
    ABS, ROUND, CEIL, FLOOR and the minus before a number, which keep the datatype.

    Spec: https://www.w3.org/TR/sparql11-query/#func-numerics (17.4.4)
    """
    value = value.known()
    types = value.types & NUMERIC
    if not types:
        return NOTHING
    if types == {t.FLOAT}:
        return Plain(t.FLOAT, _ROUNDING[name].format(let(f"CAST({value.real()} AS FLOAT)")))
    if t.FLOAT in types:
        raise NotCompiled(f"{name} of what may be an xsd:float or another number is not compiled")
    if t.DOUBLE in types:
        inexact = Plain(t.DOUBLE, _ROUNDING[name].format(let(value.real())))
        if types == {t.DOUBLE}:
            return inexact
        return _by_row(f"{value.type()} = 'double'", inexact, rounded(name, _exact(value), let), let)
    found = _ROUNDING[name].format(let(value.number()))
    return of_kind(f"CAST({found} AS {NUMBER})", value, value, let)


_ROUNDING: Final = {
    "ABS": "abs({0})",
    # Halves go up. A half is not added: to the double below 0.5 that gives 1, and to -0.5 a zero without its sign.
    "ROUND": "CASE WHEN {0} - floor({0}) >= 0.5 THEN ceil({0}) ELSE floor({0}) END",
    "CEIL": "ceil({0})",
    "FLOOR": "floor({0})",
    "NEGATE": "(-({0}))",
    "PLUS": "({0})",
}
ROUNDINGS: Final = frozenset(_ROUNDING)
