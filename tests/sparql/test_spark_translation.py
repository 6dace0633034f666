"""SQL of DuckDB → Spark SQL, as text: what is rewritten, and that what is not known is refused. No Spark runs here."""

# ruff: noqa: S608 -- SQL that no one runs

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sparql.algebra import NotCompiled
from kg.sparql.nesting import selected
from kg.sparql.sources import Computed, Table
from kg.sparql.spark.patterns import in_java, whole_in_java
from kg.sparql.spark.translation import Closure, View, translated

pytest.importorskip("sqlglot")


@pytest.mark.parametrize(
    ("duck", "spark"),
    [
        ("t.text[5]", "substring(t.text, 5, 1)"),
        ("('@' || t.text)[1]", "substring(('@' || t.text), 1, 1)"),
        ("regexp_matches(t.text, '^a$')", r"(t.text RLIKE '(?d)\\Aa\\z')"),
        ("regexp_full_match(t.text, 'a|b')", r"(t.text RLIKE '(?d)\\A(?:a|b)\\z')"),
        ("regexp_replace(t.text, '(a)', '<\\1>', 'g')", "regexp_replace(t.text, '(?d)(a)', '<$1>')"),
        ("min_by(t.s, row(t.a, t.b))", "min_by(t.s, struct(t.a IS NULL, t.a, t.b IS NULL, t.b))"),
        ("make_timestamp(epoch_us(TRY_CAST(t.x AS TIMESTAMPTZ)))", "CAST(TRY_CAST(t.x AS TIMESTAMP) AS TIMESTAMP_NTZ)"),
        ("CAST(t.x AS HUGEINT)", "CAST(t.x AS DECIMAL(38, 0))"),
        ("any_value(t.x)", "ANY_VALUE(t.x) IGNORE NULLS"),
        ("'a\\b'", r"'a\\b'"),
        ("'${x}'", "'${x}'"),
    ],
)
def test_what_differs_is_said_otherwise(duck: str, spark: str) -> None:
    assert translated(f"SELECT {duck} FROM t").sql == f"SELECT {spark} FROM t"


@pytest.mark.parametrize("function", ["levenshtein(t.a, t.b)", "random()", "date_trunc('day', t.a)", "unheard_of(t.a)"])
def test_a_function_that_nobody_looked_at_is_refused(function: str) -> None:
    with pytest.raises(NotCompiled, match="is not said for Spark"):
        translated(f"SELECT {function} FROM t")


def test_closures_are_made_before_the_query() -> None:
    found = translated(
        "WITH RECURSIVE c1_step AS MATERIALIZED (SELECT DISTINCT a, b FROM (SELECT s AS a, o AS b FROM triple_7)), "
        "c1(a, b) AS (SELECT a, b FROM c1_step UNION SELECT c1.a, e.b FROM c1 JOIN c1_step e ON e.a = c1.b) "
        "SELECT w.a FROM (SELECT a, b FROM c1) w"
    )
    steps = "SELECT DISTINCT a, b FROM (SELECT s AS a, o AS b FROM triple_7)"
    assert found.before == (View("c1_step", steps), Closure("c1", "c1_step", ("a", "b")))
    assert found.sql == "SELECT w.a FROM (SELECT a, b FROM c1) AS w"
    assert found.tables == {"triple_7"}


def test_the_solutions_of_a_construct_stay_in_the_query() -> None:
    sql = "WITH RECURSIVE s AS MATERIALIZED (SELECT t.a, row_number() OVER () AS n FROM t) SELECT s.a FROM s"
    assert translated(sql).sql == "WITH s AS (SELECT t.a, monotonically_increasing_id() AS n FROM t) SELECT s.a FROM s"


def test_solutions_that_are_numbered_for_two_uses_are_made_before_the_query() -> None:
    found = translated(
        "WITH RECURSIVE nodes AS MATERIALIZED (SELECT s AS id FROM triple) "
        "SELECT q1.a FROM (WITH m1 AS MATERIALIZED (SELECT t.a, row_number() OVER () AS n FROM t) "
        "SELECT m1.a FROM m1 LEFT JOIN "
        "(SELECT m1.n FROM m1 WHERE EXISTS (SELECT 1 FROM nodes WHERE nodes.id = m1.a)) q2 ON m1.n = q2.n) q1"
    )
    numbered = "SELECT t.a, monotonically_increasing_id() AS n FROM t"
    assert found.before == (View("nodes", "SELECT s AS id FROM triple"), View("m1", numbered))
    assert found.sql == (
        "SELECT q1.a FROM (SELECT m1.a FROM m1 LEFT JOIN (SELECT m1.n FROM m1 WHERE "
        "EXISTS(SELECT 1 FROM nodes WHERE nodes.id = m1.a)) AS q2 ON m1.n = q2.n) AS q1"
    )
    assert found.tables == {"t", "triple"}


def test_solutions_that_would_be_numbered_for_each_of_others_are_refused() -> None:
    inner = "WITH m1 AS MATERIALIZED (SELECT t.a, row_number() OVER () AS n FROM t WHERE t.b = u.b) SELECT m1.a FROM m1"
    with pytest.raises(NotCompiled, match="for each of others"):
        translated(f"SELECT u.a FROM u WHERE EXISTS (SELECT 1 FROM ({inner}) q1)")


def test_rows_are_numbered_in_an_order() -> None:
    sql = "SELECT row_number() OVER (ORDER BY t.a ASC NULLS FIRST, t.b DESC NULLS LAST) AS n FROM t"
    # That NULL comes first where it goes up is what Spark does if nothing is said.
    assert translated(sql).sql == "SELECT row_number() OVER (ORDER BY t.a ASC, t.b DESC) AS n FROM t"


def test_a_computed_column_that_asks_the_data_stands_in_a_sub_select() -> None:
    column = Computed("l2", ("EXISTS (SELECT 1 FROM triple_7 t9 WHERE t9.s = t1.s)",))
    inner = "SELECT EXISTS(SELECT 1 FROM triple_7 AS t9 WHERE t9.s = t1.s) AS v1 FROM triple_5 AS t1"
    sql = translated(selected("l2.v1", [Table("triple_5", "t1"), column], ["l2.v1"])).sql
    assert sql == f"SELECT l2.v1 FROM ({inner}) AS l2 WHERE (l2.v1)"


def test_terms_are_looked_up_beside_the_table_of_a_join() -> None:
    sql = "SELECT q.x FROM q LEFT JOIN (SELECT 1 AS y) r ON q.t = (SELECT text FROM term WHERE id = r.y)"
    wider = "(SELECT r.*, (SELECT text FROM term WHERE id = r.y) AS `.text0` FROM (SELECT 1 AS y) AS r) AS r"
    assert translated(sql).sql == f"SELECT q.x FROM q LEFT JOIN {wider} ON q.t = r.`.text0`"


@given(
    st.text("ab^$[].|\n-", max_size=8), st.text("ab\n^$]-", max_size=6), st.sampled_from(["", "(?m)", "(?s)", "(?i)"])
)
def test_patterns_find_what_re2_finds(pattern: str, text: str, flags: str) -> None:
    """Python's expressions have `\\A`, `\\Z`, looking around and classes as Java's do, but not `(?d)` and `\\z`."""
    try:
        (wanted,) = duckdb.execute("SELECT regexp_matches($1, $2)", [text, flags + pattern]).fetchall()[0]
    except duckdb.Error:
        return
    for java, whole in ((in_java(flags + pattern), False), (whole_in_java(flags + pattern), True)):
        python = re.sub(
            r"^\(\?d(i?)(u?)(s?)\)", lambda found: f"(?{found[1]}{found[3]})" if found[1] + found[3] else "", java
        )
        found = re.search(python.replace(r"\z", r"\Z"), text) is not None
        if whole:
            (wanted,) = duckdb.execute("SELECT regexp_full_match($1, $2)", [text, flags + pattern]).fetchall()[0]
        assert found == wanted, (java, text)
