"""
VALUES as a table.

Spec: https://www.w3.org/TR/sparql11-query/#inline-data (10.2)
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.sparql import algebra as a
from kg.sparql.catalogue import Catalogue
from kg.sparql.relation import EMPTY, Column, Names, Relation
from kg.sparql.sources import Table
from kg.sparql.values import ID, TEXT, Constant


def inline_data(node: a.Values, names: Names, catalogue: Catalogue) -> Relation:
    """
    The solutions that a query gives itself; a variable that is UNDEF in each of them is as if it were not there.

    Spec: https://www.w3.org/TR/sparql11-query/#inline-data (10.2)
    """
    given = {variable.name: [row[place] for row in node.rows] for place, variable in enumerate(node.variables)}
    told = {name: terms for name, terms in given.items() if not node.rows or any(terms)}
    if not told:
        return _nameless(len(node.rows), names)
    alias = names.alias("v")
    columns, cells = {}, []
    for name, terms in told.items():
        constants = [None if term is None else catalogue.constant(term.text) for term in terms]
        columns[name], sql = _column(constants, f"{alias}.{names.column(name)}")
        cells.append(sql)
    rows = ", ".join(f"({', '.join(row)})" for row in zip(*cells, strict=True))
    if not rows:
        nothing = ", ".join(f"NULL::INTEGER AS {names.column(name)}" for name in told)
        return Relation((Table(f"(SELECT {nothing} WHERE false)", alias),), (), columns)
    return Relation((Table(f"(VALUES {rows})", alias, tuple(map(names.column, told))),), (), columns)


def _nameless(count: int, names: Names) -> Relation:
    """Solutions without variables."""
    if count == 1:
        return EMPTY
    rows = " UNION ALL ".join(["SELECT 1"] * count) or "SELECT 1 WHERE false"
    return Relation((Table(f"({rows})", names.alias("v")),))


def _column(constants: Sequence[Constant | None], place: str) -> tuple[Column, list[str]]:
    """A column, and its cells: numbers where the data has all its terms, else texts."""
    there = [one for one in constants if one is not None]
    form, kind = (ID, "INTEGER") if all(one.id is not None for one in there) else (TEXT, "VARCHAR")
    held = ["NULL" if one is None else one.held() if form == ID else one.text() for one in constants]
    types = frozenset[str]().union(*(one.types for one in there))
    return Column(place, form, types, len(there) == len(constants)), [f"CAST({one} AS {kind})" for one in held]
