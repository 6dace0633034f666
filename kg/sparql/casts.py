"""
Constructor functions of XML Schema's datatypes.

Spec: https://www.w3.org/TR/sparql11-query/#FunctionMapping (17.5)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from kg.columns import terms as t
from kg.columns.terms import NUMBER, datatype_suffix, quoted
from kg.model.terms import XSD
from kg.sparql.algebra import NotCompiled
from kg.sparql.comparisons import truth_of
from kg.sparql.computed import Written
from kg.sparql.values import BOOLEANS, EXACT, INEXACT, IRIS, NUMERIC, STRINGS, TIMES, Let, Plain, Value

_Cast: TypeAlias = Callable[[Value, Let], Value]
_REAL: Final = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN"


def cast_to(iri: str, value: Value, let: Let) -> Value:
    """
    The value of `xsd:integer(?x)` and its kind.

    Raises:
        NotCompiled: The function is not known, or the datatype not compiled.

    Spec: https://www.w3.org/TR/sparql11-query/#FunctionMapping (17.5)
    """
    name = iri.removeprefix(XSD)
    if not iri.startswith(XSD) or name not in _CASTS:
        raise NotCompiled(f"the function <{iri}> is not compiled")
    return _CASTS[name](value.known(), let)


def _cases(value: Value, *cases: tuple[frozenset[str], Callable[[], str]]) -> str:
    parts = [f"WHEN {value.is_type(types)} THEN {sql()}" for types, sql in cases if value.types & types]
    return f"CASE {' '.join(parts)} END" if parts else "NULL"


def _matching(value: Value, pattern: str, kind: str) -> str:
    form = value.lexical()
    return f"CASE WHEN regexp_full_match({form}, {quoted(pattern)}) THEN CAST({form} AS {kind}) END"


def _bit(value: Value, kind: str) -> str:
    return f"CASE WHEN {truth_of(value)} THEN CAST(1 AS {kind}) ELSE CAST(0 AS {kind}) END"


def _integer(value: Value, _: Let) -> Value:
    sql = _cases(
        value,
        (STRINGS, lambda: _matching(value, "[+-]?[0-9]+", "HUGEINT")),
        (EXACT, lambda: f"CAST(trunc({value.number()}) AS HUGEINT)"),
        (frozenset((t.DOUBLE, t.FLOAT)), lambda: f"TRY_CAST(trunc({value.real()}) AS HUGEINT)"),
        (BOOLEANS, lambda: _bit(value, "HUGEINT")),
    )
    return Plain(t.INTEGER, f"CAST({sql} AS HUGEINT)")


def _decimal(value: Value, _: Let) -> Value:
    if value.types & {t.DOUBLE, t.FLOAT}:
        raise NotCompiled("xsd:decimal of a double is not compiled")
    sql = _cases(
        value,
        (STRINGS, lambda: _matching(value, r"[+-]?([0-9]+(\.[0-9]{0,18})?|\.[0-9]{1,18})", NUMBER)),
        (EXACT, value.number),
        (BOOLEANS, lambda: _bit(value, NUMBER)),
    )
    return Plain(t.DECIMAL, f"CAST({sql} AS {NUMBER})")


def _double(value: Value, _: Let) -> Value:
    sql = _cases(
        value,
        (
            STRINGS,
            lambda: f"CASE WHEN regexp_full_match({value.lexical()}, {quoted(_REAL)}) THEN {_as_double(value)} END",
        ),
        (NUMERIC, value.real),
        (BOOLEANS, lambda: _bit(value, "DOUBLE")),
    )
    return Plain(t.DOUBLE, f"CAST({sql} AS DOUBLE)")


def _float(value: Value, _: Let) -> Value:
    is_number = f"regexp_full_match({value.lexical()}, {quoted(_REAL)})"
    sql = _cases(
        value,
        (STRINGS, lambda: f"CASE WHEN {is_number} THEN {_as_double(value, 'FLOAT')} END"),
        # From the digits, so that it is rounded once.
        (EXACT, lambda: f"CAST(CAST({value.number()} AS VARCHAR) AS FLOAT)"),
        (INEXACT, lambda: f"CAST({value.real()} AS FLOAT)"),
        (BOOLEANS, lambda: _bit(value, "FLOAT")),
    )
    return Plain(t.FLOAT, f"CAST({sql} AS FLOAT)")


def _as_double(value: Value, kind: str = "DOUBLE") -> str:
    return f"CAST(replace({value.lexical()}, 'INF', 'inf') AS {kind})"


def _boolean(value: Value, _: Let) -> Value:
    form = value.lexical()
    sql = _cases(
        value,
        (BOOLEANS, lambda: truth_of(value)),
        (STRINGS, lambda: f"CASE WHEN {form} IN ('true', '1') THEN true WHEN {form} IN ('false', '0') THEN false END"),
        (NUMERIC, lambda: truth_of(value)),
    )
    return Plain(t.BOOLEAN, f"CAST({sql} AS BOOLEAN)")


def _string(value: Value, _: Let) -> Value:
    """Numbers and truth values lose what is not canonical in them: "1.0" is "1"."""
    if isinstance(value, Plain):
        return Plain(t.STRING, value.lexical())
    form = value.lexical()
    if value.types & {t.LANGUAGE, t.OTHER, *TIMES}:
        raise NotCompiled("xsd:string of a moment, of a text with a language, or of what has no value is not compiled")
    sql = _cases(
        value,
        (STRINGS | IRIS, lambda: form),
        (EXACT, lambda: Plain(t.DECIMAL, value.number()).lexical()),
        (frozenset((t.DOUBLE,)), lambda: Plain(t.DOUBLE, value.real()).lexical()),
        (frozenset((t.FLOAT,)), lambda: Plain(t.FLOAT, f"CAST({value.real()} AS FLOAT)").lexical()),
        (BOOLEANS, lambda: Plain(t.BOOLEAN, truth_of(value)).lexical()),
    )
    return Plain(t.STRING, f"CAST({sql} AS VARCHAR)")


def _moment(name: str) -> _Cast:
    def cast(value: Value, let: Let) -> Value:
        if value.types & TIMES - {name}:
            raise NotCompiled(f"xsd:{name} of another kind of moment is not compiled")
        suffix = datatype_suffix(name)
        text = f"{t.in_quotes(value.lexical())} || {quoted(suffix)}"
        known = f"{t.type_of(text, quoted(suffix), value.lexical())} = {quoted(name)}"
        sql = _cases(value, (frozenset((name,)), value.text), (STRINGS, lambda: f"CASE WHEN {known} THEN {text} END"))
        return Written(f"CAST({sql} AS VARCHAR)", let, frozenset((name,)))

    return cast


_CASTS: Final[dict[str, _Cast]] = {
    "integer": _integer,
    "decimal": _decimal,
    "double": _double,
    "float": _float,
    "boolean": _boolean,
    "string": _string,
    "dateTime": _moment(t.TIME),
    "date": _moment(t.DATE),
    "time": _moment(t.CLOCK),
}
