"""
Joins of solutions: two are compatible where they agree on each variable that both have.

Spec: https://www.w3.org/TR/sparql11-query/#sparqlAlgebra
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kg.columns import terms as t
from kg.sparql.algebra import NotCompiled
from kg.sparql.patterns import met
from kg.sparql.relation import Column, Names, Relation
from kg.sparql.values import ID, TEXT, Plain

_HIDDEN: Final = "."
"""How names of variables begin that no query can name."""


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
    """SQL conditions for the compatibility of two solutions."""
    found = []
    for name in sorted(left.columns.keys() & right.columns.keys()):
        one, other = left.columns[name], right.columns[name]
        absent = [f"{column.sql} IS NULL" for column in (one, other) if not column.certain]
        found.append(" OR ".join([agreeing(one, other), *absent]))
    return found


def joined(left: Relation, right: Relation, names: Names) -> Relation:
    """Join."""
    shared = left.columns.keys() & right.columns.keys()
    if all(one.certain and one.form == ID for name in shared for one in (left.columns[name], right.columns[name])):
        return met(left, right)
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


def optional(left: Relation, right: Relation, conditions: list[str], names: Names) -> Relation:
    """LeftJoin; both sides are one table each, which the conditions speak of."""
    on = [*compatible(left, right), *conditions] or ["true"]
    tables = (f"{left.tables[0]} LEFT JOIN {right.tables[0]} ON {' AND '.join(f'({one})' for one in on)}",)
    columns = dict(left.columns)
    for name, column in right.columns.items():
        maybe = replace(column, certain=False)
        if name not in columns:
            columns[name] = maybe
        elif not columns[name].certain:
            columns[name] = _either(columns[name], maybe)
    return names.close(Relation(tables, (), columns))


def optional_lateral(left: Relation, right: Relation, names: Names) -> Relation:
    """LeftJoin with what the right side comes to for each solution of the left, whose columns it speaks of."""
    alias = names.alias("o")
    table = f"{left.tables[0]} LEFT JOIN LATERAL ({names.select(right)}) {alias} ON true"
    columns = dict(left.columns)
    for name, column in right.columns.items():
        maybe = replace(column, sql=f"{alias}.{names.column(name)}", certain=False)
        if name not in columns:
            columns[name] = maybe
        elif not columns[name].certain:
            columns[name] = _either(columns[name], maybe)
    return names.close(Relation((table,), (), columns))


def minus(left: Relation, right: Relation) -> Relation:
    """
    Minus: the solutions of the left that are compatible with none of the right that shares a variable with it.

    Spec: https://www.w3.org/TR/sparql11-query/#neg-minus
    """
    shared = sorted(left.columns.keys() & right.columns.keys())
    told = [name for name in shared if not name.startswith(_HIDDEN)]
    if not told:
        return left
    conditions = compatible(left, right)
    if not any(left.columns[name].certain and right.columns[name].certain for name in told):
        both = (f"({left.columns[n].sql} IS NOT NULL AND {right.columns[n].sql} IS NOT NULL)" for n in told)
        conditions.append(" OR ".join(both))
    return left.where([f"NOT EXISTS ({right.where(conditions).select('1')})"])


def united(left: Relation, right: Relation, names: Names) -> Relation:
    """Union."""
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
    """
    shared = left.columns.keys() & right.columns.keys()
    if not all(right.columns[name].certain for name in shared):
        raise NotCompiled(
            "EXISTS of a pattern that may leave a variable of the query around it unbound is not compiled"
        )
    return f"EXISTS ({right.where(compatible(left, right)).select('1')})"
