"""Compiled queries: limits that hold, files that stay closed, and terms that come back as they were written."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from kg.columns.connection import connect
from kg.columns.dataset import of_quads, write_dataset
from kg.model.errors import EnvironmentFault
from kg.model.terms import XSD
from kg.sparql.algebra import NotCompiled
from kg.sparql.limits import Limits
from kg.sparql.running import ColumnEngine
from tests.sparql.engines import columns_of

P = NamedNode("urn:p")
QUADS = [Quad(NamedNode(f"urn:s{number}"), P, Literal(number)) for number in range(3000)]
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z FILTER(?x + ?y * ?z = 7) }"


def stored(folder: Path, quads: list[Quad], limits: Limits | None = None) -> ColumnEngine:
    """The engine over a file, as a build leaves it."""
    with connect(folder / "columns.duckdb", folder / "spilt") as db:
        write_dataset(db, [of_quads(quads, folder)])
    return ColumnEngine.open(folder / "columns.duckdb", limits)


def rows(engine: ColumnEngine, text: str) -> list[list[str]]:
    answer = engine.answer(engine.compiled(text))
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return [[str(row[name]) for name in names] for row in answer]


def test_a_query_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    engine = stored(tmp_path, QUADS, Limits(seconds=0.3))
    with pytest.raises(EnvironmentFault, match=r"longer than 0\.3 seconds"):
        rows(engine, ENDLESS)
    assert rows(engine, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [[f'"3000"^^<{XSD}integer>']]
    engine.close()


@pytest.mark.parametrize("datatype", ["integer", "decimal"])
@pytest.mark.parametrize("function", ["SUM", "AVG"])
def test_of_no_solution_the_sum_is_an_integer(tmp_path: Path, function: str, datatype: str) -> None:
    engine = stored(tmp_path, [Quad(NamedNode("urn:s"), P, Literal("1", datatype=NamedNode(f"{XSD}{datatype}")))])
    nothing = f"SELECT ({function}(?o) AS ?n) {{ ?s <urn:p> ?o FILTER(?s = <urn:other>) }}"
    assert rows(engine, nothing) == [[f'"0"^^<{XSD}integer>']]
    assert rows(engine, f"{nothing} GROUP BY ?s") == []
    engine.close()


@pytest.mark.parametrize("function", ["SUM", "AVG"])
def test_a_double_or_an_integer_of_nothing(tmp_path: Path, function: str) -> None:
    number = Literal("1.5E0", datatype=NamedNode(f"{XSD}double"))
    engine = stored(tmp_path, [Quad(NamedNode("urn:s"), P, number)])
    assert rows(engine, f"SELECT ({function}(?o) AS ?n) {{ ?s <urn:p> ?o }}") == [[f'"1.5"^^<{XSD}double>']]
    nothing = f"SELECT ({function}(?o) AS ?n) {{ ?s <urn:p> ?o FILTER(?s = <urn:other>) }}"
    assert rows(engine, nothing) == [[f'"0"^^<{XSD}integer>']]
    assert rows(engine, f"SELECT ({function}(?o) AS ?n) {{ ?s <urn:p> ?o }} GROUP BY ?s") == [[str(number)]]
    engine.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY term TO '/tmp/kg-test-leak.csv'",
        "ATTACH '/tmp/kg-test-leak.duckdb'",
        "SELECT * FROM read_parquet('https://example.org/a.parquet')",
        "SET enable_external_access = true",
        "DELETE FROM term",
    ],
)
def test_no_file_and_no_network_can_be_reached(tmp_path: Path, sql: str) -> None:
    engine = stored(tmp_path, QUADS[:3])
    with pytest.raises(duckdb.Error):
        engine.db.execute(sql).fetchall()
    engine.close()


def test_what_does_not_fit_in_memory_is_spilt(tmp_path: Path) -> None:
    engine = stored(tmp_path, QUADS, Limits(memory="100MB"))
    # 900,000 pairs, sorted by the second number: the last is that of the greatest numbers.
    text = "SELECT ?x ?y { ?a <urn:p> ?x . ?b <urn:p> ?y FILTER(?x < 300) } ORDER BY ?y ?x LIMIT 1 OFFSET 899999"
    assert rows(engine, text) == [[f'"299"^^<{XSD}integer>', f'"2999"^^<{XSD}integer>']]
    engine.close()


def test_a_closure_is_computed_once_for_all_queries(tmp_path: Path) -> None:
    things = [NamedNode(f"urn:s{number}") for number in range(40)]
    inside, beside = NamedNode("urn:inside"), NamedNode("urn:beside")
    quads = [Quad(one, inside, other) for one, other in pairwise(things)]
    quads += [Quad(things[-1], beside, things[0]), Quad(things[0], beside, things[-1])]
    engine = stored(tmp_path, quads)
    count = "SELECT (COUNT(*) AS ?n) {{ {} }}".format
    for _ in range(2):
        assert rows(engine, count("?a <urn:inside>+ ?b")) == [[f'"780"^^<{XSD}integer>']]
        assert rows(engine, count("<urn:s30> <urn:inside>* ?b")) == [[f'"10"^^<{XSD}integer>']]
        assert rows(engine, count("?a (<urn:inside>|<urn:beside>)+ ?b")) == [[f'"1600"^^<{XSD}integer>']]
        # What names a part of one query alone is computed with it.
        assert rows(engine, count("?a (<urn:inside>/<urn:inside>)+ ?b")) == [[f'"380"^^<{XSD}integer>']]
    kept = "SELECT table_name, estimated_size FROM duckdb_tables() WHERE database_name = 'memory' ORDER BY table_name"
    assert engine.db.execute(kept).fetchall() == [("kept_closure_0", 780), ("kept_closure_1", 1600)]
    engine.close()


def test_terms_come_back_as_they_were_written(tmp_path: Path) -> None:
    texts = ['"007"^^<http://www.w3.org/2001/XMLSchema#integer>', '"a \\"hill\\"\\n\\t\\\\"@en', '"1.50"^^<urn:dt>']
    values = [
        Literal("007", datatype=NamedNode(f"{XSD}integer")),
        Literal('a "hill"\n\t\\', language="en"),
        Literal("1.50", datatype=NamedNode("urn:dt")),
    ]
    engine = columns_of([Quad(NamedNode("urn:s"), P, value) for value in values], tmp_path)
    assert sorted(row[0] for row in rows(engine, "SELECT ?o { ?s ?p ?o }")) == sorted(texts)
    assert rows(engine, "SELECT ?s { ?s ?p ?o FILTER(?o = 7) }") == [["<urn:s>"]]


def test_a_value_that_columns_do_not_hold_is_left_to_another_engine(tmp_path: Path) -> None:
    duration = Literal("P1D", datatype=NamedNode(f"{XSD}duration"))
    engine = columns_of([Quad(NamedNode("urn:s"), P, duration)], tmp_path)
    with pytest.raises(NotCompiled, match="duration"):
        engine.compiled("SELECT ?s { ?s <urn:p> ?o FILTER(?o > 3) }")
    assert rows(engine, "SELECT ?o { ?s <urn:p> ?o }") == [[f'"P1D"^^<{XSD}duration>']]


def test_columns_of_another_version_are_told(tmp_path: Path) -> None:
    with connect(tmp_path / "columns.duckdb", tmp_path / "spilt") as db:
        write_dataset(db, [of_quads(QUADS[:3], tmp_path)])
        db.execute("UPDATE about SET value = 'old'")
    with pytest.raises(EnvironmentFault, match="have version old"):
        ColumnEngine.open(tmp_path / "columns.duckdb")
