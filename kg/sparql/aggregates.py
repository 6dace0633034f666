"""
Set functions of groups.

Spec: https://www.w3.org/TR/sparql11-query/#aggregateAlgebra (18.5.1)
"""

from __future__ import annotations

from kg.columns import terms as t
from kg.columns.terms import quoted
from kg.sparql.algebra import Aggregate, NotCompiled
from kg.sparql.arithmetic import quotient, scaled, unscaled
from kg.sparql.ordering import keys_of
from kg.sparql.relation import Column, SortKey, order_by
from kg.sparql.values import EXACT, INTEGERS, NUMERIC, STRINGS, TEXT, TEXTS, Plain, Value


def aggregated(
    aggregate: Aggregate, value: Value | None, columns: list[str], order: tuple[SortKey, ...], *, grouped: bool
) -> Column:
    """
    The column of a set function; `columns` are those of all variables, for COUNT(DISTINCT *).

    Without GROUP BY (`grouped`) the one group may have no solution: its average and its sum are 0, as an integer.

    Raises:
        NotCompiled: The datatype of what comes out cannot be told before.

    Spec: https://www.w3.org/TR/sparql11-query/#setFunctions (18.5.1.1)
    """
    if aggregate.name == "COUNT":
        return Column(_counted(aggregate, value, columns), t.INTEGER, INTEGERS)
    assert value is not None  # noqa: S101 # only COUNT takes *
    match aggregate.name:
        case "SUM":
            return _sum(value, distinct=aggregate.distinct, grouped=grouped)
        case "AVG":
            return _average(value, distinct=aggregate.distinct, grouped=grouped)
        case "MIN" | "MAX":
            return _extreme(aggregate.name, value)
        case "SAMPLE":
            return Column(f"any_value({value.held()})", value.form, value.types, certain=False)
        case "GROUP_CONCAT":
            return _concatenated(aggregate, value, order)
    raise NotCompiled(f"{aggregate.name} is not compiled")


def _counted(aggregate: Aggregate, value: Value | None, columns: list[str]) -> str:
    """
    COUNT passes over errors.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_aggCount (18.5.1.2)
    """
    distinct = "DISTINCT " if aggregate.distinct else ""
    if value is not None:
        return f"count({distinct}{value.held()})"
    if not distinct:
        return "count(*)"
    return f"count(DISTINCT row({', '.join(columns) or '1'}))"


def _numeric(value: Value, name: str) -> str:
    """The one datatype of numbers that a value may have."""
    types = value.types & NUMERIC
    if (len(types) > 1 and not types <= EXACT) or t.FLOAT in types:
        raise NotCompiled(f"{name} of numbers of several datatypes is not compiled")
    return t.DECIMAL if len(types) > 1 else next(iter(types), t.INTEGER)


def _all_or_error(sql: str, number: str) -> str:
    """One that is no number makes the whole an error."""
    return f"CASE WHEN count(*) = count({number}) THEN {sql} END"


def _or_zero(sql: str, kind: str, *, grouped: bool) -> Column:
    """A number of this type; of no solution an integer, so that only a text can hold both."""
    if grouped or kind == t.INTEGER:
        whole = sql if grouped else f"CASE WHEN count(*) = 0 THEN 0 ELSE {sql} END"
        return Column(whole, kind, frozenset((kind,)), certain=False)
    return _text_or_zero(Plain(kind, sql).text(), frozenset((t.INTEGER, kind)))


def _text_or_zero(text: str, types: frozenset[str]) -> Column:
    whole = f"CASE WHEN count(*) = 0 THEN {Plain(t.INTEGER, '0').text()} ELSE {text} END"
    return Column(whole, TEXT, types, certain=False)


def _total(value: Value, number: str, *, distinct: bool) -> tuple[str, str]:
    """SQL for the sum, and for how many there are: of distinct terms, which may have the same value."""
    if not distinct or isinstance(value, Plain):
        only = "DISTINCT " if distinct else ""
        return f"sum({only}{number})", f"count({only}{number})"
    each = f"list(DISTINCT {{'term': {value.held()}, 'number': {number}}}) FILTER ({number} IS NOT NULL)"
    return f"list_sum(list_transform({each}, lambda one: one.number))", f"len({each})"


def _sum(value: Value, *, distinct: bool, grouped: bool) -> Column:
    """
    SUM: an integer where all are.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_aggSum (18.5.1.3)
    """
    value = value.known()
    kind = _numeric(value, "SUM")
    number = value.whole() if kind == t.INTEGER else value.number() if kind == t.DECIMAL else value.real()
    total, _ = _total(value, number, distinct=distinct)
    sql = _all_or_error(total, number)
    if len(value.types & NUMERIC) == 1:
        return _or_zero(sql, kind, grouped=grouped)
    whole = f"bool_and({value.type()} = 'integer')"
    text = f"CASE WHEN {whole} THEN {Plain(t.INTEGER, sql).text()} ELSE {Plain(t.DECIMAL, sql).text()} END"
    return _text_or_zero(text, EXACT)


def _average(value: Value, *, distinct: bool, grouped: bool) -> Column:
    """
    AVG: the sum divided by the count, so a decimal where all are exact.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_aggAvg (18.5.1.4)
    """
    value = value.known()
    kind = _numeric(value, "AVG")
    number = value.real() if kind == t.DOUBLE else value.whole() if kind == t.INTEGER else value.number()
    total, count = _total(value, number, distinct=distinct)
    if kind == t.DOUBLE:
        return _or_zero(_all_or_error(f"{total} / {count}", number), kind, grouped=grouped)
    count = f"{count}::HUGEINT"
    if kind == t.DECIMAL:
        # The sum has its eighteen digits already.
        total = unscaled(f"{scaled(total)} // {count}")
    else:
        total = quotient(f"CAST({total} AS HUGEINT)", count)
    return _or_zero(_all_or_error(total, number), t.DECIMAL, grouped=grouped)


def _extreme(name: str, value: Value) -> Column:
    """
    MIN and MAX, by the order of ORDER BY: the term itself, as it was written; an error where one has no value.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_aggMin (18.5.1.5),
    https://www.w3.org/TR/sparql11-query/#defn_aggMax (18.5.1.6)
    """
    by = "min_by" if name == "MIN" else "max_by"
    held = value.held()
    if isinstance(value, Plain):
        found = f"{name.lower()}({held})"
    else:
        keys = keys_of(value)
        key = keys[0] if len(keys) == 1 else f"row({', '.join(keys)})"
        found = f"{by}({held}, {key})"
    sql = f"CASE WHEN count(*) = count({held}) THEN {found} END"
    return Column(sql, value.form, value.types, certain=False)


def _concatenated(aggregate: Aggregate, value: Value, order: tuple[SortKey, ...]) -> Column:
    """
    GROUP_CONCAT, in the order of a sub-SELECT where it has one, else of the texts: the same data gives the same answer.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_aggGroupConcat (18.5.1.7)
    """
    form = value.lexical() if value.types <= TEXTS else f"CASE WHEN {value.is_type(TEXTS)} THEN {value.lexical()} END"
    by = order_by(order) if order and not aggregate.distinct else f" ORDER BY {form}"
    separator = quoted(aggregate.separator)
    if aggregate.distinct and value.types & {t.LANGUAGE}:
        # Texts of two languages are two terms, which may look the same.
        each = f"list(DISTINCT {{'form': {form}, 'suffix': {value.suffix()}}}) FILTER ({form} IS NOT NULL)"
        sql = f"array_to_string(list_transform(list_sort({each}), lambda one: one.form), {separator})"
    else:
        sql = f"string_agg({'DISTINCT ' * aggregate.distinct}{form}, {separator}{by})"
    whole = f"CASE WHEN count(*) = 0 THEN '' WHEN count(*) = count({form}) THEN {sql} END"
    return Column(whole, t.STRING, STRINGS, certain=False)
