"""Closures that are kept for the next query."""

from __future__ import annotations

from kg.sparql.closures import Closure, Closures

CLOSURE = Closure("closure1", "a, b", "SELECT a, b FROM p_1")
SQL = f"WITH RECURSIVE {CLOSURE.edges}, {CLOSURE.pairs} SELECT a FROM closure1"  # noqa: S608 # a query of the test


def test_what_a_stopped_query_did_not_make_is_made_by_the_next() -> None:
    closures = Closures("memory.main")
    stopped, _ = closures.kept(SQL, (CLOSURE,))
    closures.are_made({})  # of a query without closures, after it
    again, _ = closures.kept(SQL, (CLOSURE,))
    assert again == stopped != {}


def test_what_is_made_is_read_by_the_next() -> None:
    closures = Closures("memory.main")
    made, first = closures.kept(SQL, (CLOSURE,))
    closures.are_made(made)
    assert closures.kept(SQL, (CLOSURE,)) == ({}, first)
    assert "RECURSIVE closure1(a, b) AS NOT MATERIALIZED" in first
