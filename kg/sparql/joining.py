"""
Operators on two multisets of solutions: Join, LeftJoin, Union, Minus, and exists.

Two solutions are compatible where they agree on each variable that both have.

Spec: https://www.w3.org/TR/sparql11-query/#sparqlAlgebra (18.5),
https://www.w3.org/TR/sparql11-query/#defn_algCompatibleMapping (18.3)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kg.columns import terms as t
from kg.sparql.algebra import HIDDEN, NotCompiled
from kg.sparql.relation import Column, Names, Relation
from kg.sparql.sources import LeftJoined, Table
from kg.sparql.values import ID, TEXT, Plain


def as_text(column: Column) -> str:
    """SQL for the N-Triples text of a column."""
    if column.form == ID:
        return f"(SELECT text FROM term WHERE id = {column.sql})"
    return column.sql if column.form == TEXT else Plain(column.form, column.sql).text()


def agreeing(left: Column, right: Column) -> str:
    """SQL for whether two columns are the same term, where both have one."""
    if left.form == right.form and left.form not in {t.DOUBLE, t.FLOAT}:
        return f"{left.sql} = {right.sql}"
    return f"{as_text(left)} = {as_text(right)}"


def compatible(left: Relation, right: Relation) -> list[str]:
    """
    SQL conditions for the compatibility of two solutions: a variable that one of them leaves unbound is no hindrance.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algCompatibleMapping
    """
    found = []
    for name in sorted(left.columns.keys() & right.columns.keys()):
        one, other = left.columns[name], right.columns[name]
        absent = [f"{column.sql} IS NULL" for column in (one, other) if not column.certain]
        found.append(" OR ".join([agreeing(one, other), *absent]))
    return found


def natural_join(left: Relation, right: Relation) -> Relation:
    """Two open relations joined on what they share; every shared variable is certain, and a number, on both sides."""
    shared = left.columns.keys() & right.columns.keys()
    found = left.beside(right)
    columns = {
        name: replace(column, types=column.types & right.columns[name].types) if name in shared else column
        for name, column in found.columns.items()
    }
    conditions = [f"{left.columns[name].sql} = {right.columns[name].sql}" for name in sorted(shared)]
    return found.with_columns(columns).where(conditions)


def joined(left: Relation, right: Relation, names: Names) -> Relation:
    """
    Join.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algJoin
    """
    shared = left.columns.keys() & right.columns.keys()
    if all(one.certain and one.form == ID for name in shared for one in (left.columns[name], right.columns[name])):
        return natural_join(left, right)
    found = left.beside(right).where(compatible(left, right))
    columns = dict(found.columns)
    for name in shared:
        columns[name] = _either(left.columns[name], right.columns[name])
    return names.close(found.with_columns(columns))


def _either(left: Column, right: Column) -> Column:
    """The column of a join: the side that has a value."""
    types = left.types | right.types
    if left.certain:
        return left
    if right.certain:
        return right
    if left.form == right.form:
        return Column(f"coalesce({left.sql}, {right.sql})", left.form, types, certain=False)
    return Column(f"coalesce({as_text(left)}, {as_text(right)})", TEXT, types, certain=False)


def optional(left: Relation, right: Relation, conditions: list[str]) -> Relation:
    """
    LeftJoin, still open; the right side is one table, and the left side has no conditions of its own.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algLeftJoin
    """
    on = [*compatible(left, right), *conditions] or ["true"]
    (table,) = right.sources
    assert isinstance(table, Table)  # noqa: S101 # a closed relation is one
    return _beside_optional(left, LeftJoined(table, " AND ".join(f"({one})" for one in on)), right.columns)


def optional_lateral(left: Relation, right: Relation, names: Names) -> Relation:
    """LeftJoin with what the right side comes to for each solution of the left, whose columns it speaks of."""
    table = Table(f"LATERAL ({names.select(right)})", names.alias("o"))
    return _beside_optional(left, LeftJoined(table, "true"), names.within(table.alias, right.columns))


def _beside_optional(left: Relation, source: LeftJoined, columns: Mapping[str, Column]) -> Relation:
    """The left side with a source that may have nothing to add; `columns` are those of the source."""
    merged = dict(left.columns)
    for name, column in columns.items():
        maybe = replace(column, certain=False)
        if name not in merged:
            merged[name] = maybe
        elif not merged[name].certain:
            merged[name] = _either(merged[name], maybe)
    return Relation((*left.sources, source), (), merged)


def minus(left: Relation, right: Relation) -> Relation:
    """
    Minus: the solutions of the left that are compatible with none of the right that shares a variable with it.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algMinus
    """
    shared = sorted(left.columns.keys() & right.columns.keys())
    told = [name for name in shared if not name.startswith(HIDDEN)]
    if not told:
        return left
    conditions = compatible(left, right)
    if not any(left.columns[name].certain and right.columns[name].certain for name in told):
        both = (f"({left.columns[n].sql} IS NOT NULL AND {right.columns[n].sql} IS NOT NULL)" for n in told)
        conditions.append(" OR ".join(both))
    return left.where([f"NOT EXISTS ({right.where(conditions).select('1')})"])


def united(left: Relation, right: Relation, names: Names) -> Relation:
    """
    Union.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_algUnion
    """
    columns: dict[str, Column] = {}
    selects: list[list[str]] = [[], []]
    for name in dict.fromkeys([*left.columns, *right.columns]):
        sides = [left.columns.get(name), right.columns.get(name)]
        there = [side for side in sides if side is not None]
        form = there[0].form if len({side.form for side in there}) == 1 else TEXT
        for select, side in zip(selects, sides, strict=True):
            sql = "NULL" if side is None else side.sql if side.form == form else as_text(side)
            select.append(f"{sql} AS {names.column(name)}")
        types = frozenset[str]().union(*(side.types for side in there))
        columns[name] = Column("", form, types, certain=len(there) == 2 and all(side.certain for side in there))
    one, other = (
        side.select(", ".join(select) or "1 AS nothing") for select, side in zip(selects, (left, right), strict=True)
    )
    return names.closed(f"({one}) UNION ALL ({other})", columns)


def exists(left: Relation, right: Relation) -> str:
    """
    SQL for whether a solution of the right agrees with one of the left.

    Raises:
        NotCompiled: The right may leave a shared variable without a value: substitution is not compatibility then.

    Spec: https://www.w3.org/TR/sparql11-query/#defn_evalExists
    """
    shared = left.columns.keys() & right.columns.keys()
    if not all(right.columns[name].certain for name in shared):
        raise NotCompiled(
            "EXISTS of a pattern that may leave a variable of the query around it unbound is not compiled"
        )
    return f"EXISTS ({right.where(compatible(left, right)).select('1')})"
