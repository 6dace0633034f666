"""Computed columns as sub-selects: what a text only looks like is left alone, and rows are those of LATERAL joins."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sparql.nesting import selected
from kg.sparql.sources import Computed, LeftJoined, Source, Table


def test_texts_and_names_that_look_like_columns_are_left_alone() -> None:
    tables: list[Source] = [Table("t", "t1"), Computed("l2", ("t1.a || 't1.a'",))]
    sql = selected("""'t1.a it''s l2.v1' AS "t1.a", l2.v1, t1."a b" AS b""", tables, ["t1.a <> 't1.b'"])
    assert """'t1.a it''s l2.v1' AS "t1.a", l2.v1, l2.c1 AS b""" in sql
    assert """(SELECT t1."a b" AS c1, t1.a || 't1.a' AS v1 FROM t t1 WHERE (t1.a <> 't1.b')) l2""" in sql


def test_a_condition_on_later_tables_stays_outside() -> None:
    tables: list[Source] = [Table("t", "t1"), Computed("l2", ("t1.a + 1",)), Table("t", "t3")]
    sql = selected("t3.a", tables, ["t1.a = t3.a", "t1.b > 0", "l2.v1 > 0"], " ORDER BY t1.b")
    assert sql == (
        "SELECT t3.a FROM (SELECT t1.b AS c1, t1.a AS c2, t1.a + 1 AS v1 FROM t t1 WHERE (t1.b > 0)) l2"
        " CROSS JOIN t t3 WHERE (l2.c2 = t3.a) AND (l2.v1 > 0) ORDER BY l2.c1"
    )


@pytest.fixture(scope="module")
def db() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.execute("CREATE TABLE t AS SELECT range % 4 AS a, range % 3 AS b FROM range(12)")
    return found


@given(st.lists(st.tuples(st.sampled_from(["table", "left", "lateral"]), st.integers(0, 5)), min_size=1, max_size=6))
def test_rows_are_those_of_lateral_joins(db: duckdb.DuckDBPyConnection, steps: list[tuple[str, int]]) -> None:
    sources: list[Source] = [Table("t", "t0")]
    numbers, conditions = ["t0.a", "t0.b"], []
    for number, (step, pick) in enumerate(steps, 1):
        column = numbers[pick % len(numbers)]
        if step == "table":
            sources.append(Table("t", f"t{number}"))
            conditions.append(f"t{number}.a = {column} AND t{number}.b = 1")
            numbers.append(f"t{number}.b")
        elif step == "left":
            found = Table("(SELECT DISTINCT a FROM t)", f"x{number}")
            sources.append(LeftJoined(found, f"x{number}.a = {column} + 2"))
            numbers.append(f"x{number}.a")
        else:
            there = f"exists(FROM t u{number} WHERE u{number}.a = {column})"
            sources.append(Computed(f"l{number}", (f"{column} + {pick}", there)))
            numbers.append(f"l{number}.v1")
            conditions.append(f"l{number}.v1 IS NULL OR l{number}.v1 < 9")
    head = ", ".join(f"{column} AS n{place}" for place, column in enumerate(numbers))
    where = f" WHERE {' AND '.join(f'({one})' for one in conditions)}" if conditions else ""
    plain = f"SELECT {head} FROM {' '.join(map(_lateral, sources)).removeprefix('CROSS JOIN ')}{where}"  # noqa: S608
    nested = selected(head, sources, conditions)
    assert "LATERAL" not in nested
    assert sorted(map(repr, db.execute(nested).fetchall())) == sorted(map(repr, db.execute(plain).fetchall()))


def _lateral(source: Source) -> str:
    """A source as it would stand in FROM if levels of computed columns were LATERAL joins."""
    if isinstance(source, LeftJoined):
        return str(source)
    return f"CROSS JOIN {source if isinstance(source, Table) else f'LATERAL (SELECT {source.cells()}) {source.alias}'}"
