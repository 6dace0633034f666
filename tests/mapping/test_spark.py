"""What the Spark engine gives is what DuckDB gives of the same expression, on one machine and on a cluster."""

from __future__ import annotations

import gzip
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.mapping.engines.parquet import csv_table, spread
from kg.mapping.engines.spark import SparkEngine, SparkOptions, compiled
from kg.model.errors import EnvironmentFault, UsageError
from tests.mapping.spark_cluster import Cluster, running

ibis = pytest.importorskip("ibis")
duckdb = pytest.importorskip("duckdb")
pytest.importorskip("pyspark")

pytestmark = [pytest.mark.integration, pytest.mark.slow]

TEXTS = ["", "a", " b ", 'q"q', "it's", "back\\slash", "line\nfeed", "${x}", "é", "😀", "x\\", "\\n", "NULL", "a,b"]
LOOK_UP = [*((text, f'"{index}"') for index, text in enumerate(TEXTS) if index % 3), ("a,b", None)]
COLUMNS = ["c0", "c1"]
ROWS = 20_000
CSV_ROWS = [(TEXTS[row % len(TEXTS)], TEXTS[row * 5 // 3 % len(TEXTS)]) for row in range(ROWS)]


def tables() -> tuple[Any, Any]:
    return (
        ibis.table({"row": "int64", "c0": "string", "c1": "string"}, name="cells"),
        ibis.table({"text": "string", "term": "string"}, name="terms"),
    )


def a_plan() -> Any:
    """Several lines a row, an IRI with a digest, and a line that is only there where a term was found."""
    cells, terms = tables()
    found = cells.left_join(terms, cells.c0 == terms.text).select("row", "c0", "c1", "term")
    key = found.c0.length().cast("string") + ":" + found.c0 + found.c1.length().cast("string") + ":" + found.c1
    subject = ibis.literal("<https://example.org/${x}/") + key.hexdigest("sha256").substr(0, 16) + ">"
    escaped = found.c1.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    always = subject + ' <https://example.org/c1> "' + escaped + '" <https://example.org/g> .'
    perhaps = subject + " <https://example.org/term> " + found.term + " <https://example.org/g> ."
    return found.select(lines=ibis.literal("\n").join([always, perhaps]))


def a_quad_plan() -> Any:
    cells, _ = tables()
    quads = [ibis.struct({"s": cells.row.cast("string"), "p": ibis.literal(p), "o": cells[p]}) for p in COLUMNS]
    quad = cells.select(quad=ibis.array(quads).unnest())
    return quad.select(s=quad.quad.s, p=quad.quad.p, o=quad.quad.o)


@pytest.fixture(scope="module")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("table")
    with (folder / "cells.csv").open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{','.join(map(_cell, row))}\n" for row in [("one", "two"), *CSV_ROWS])
    with duckdb.connect() as db:
        csv_table(db, "cells", folder / "cells.csv", COLUMNS)
        spread(db, "cells", folder / "parquet", rows=2048, groups=2)
    return folder / "parquet"


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@pytest.fixture(scope="module")
def expected(parquet: Path) -> dict[str, list[Any]]:
    """What DuckDB makes of the plans: sorted lines, and sorted quads."""
    with duckdb.connect() as db:
        db.read_parquet(str(parquet / "*.parquet")).create_view("cells")
        db.execute("CREATE TABLE terms (text VARCHAR, term VARCHAR)")
        db.executemany("INSERT INTO terms VALUES (?, ?)", LOOK_UP)
        texts = db.execute(str(ibis.to_sql(a_plan(), dialect="duckdb"))).fetchall()
        quads = db.execute(str(ibis.to_sql(a_quad_plan(), dialect="duckdb"))).fetchall()
    return {"lines": sorted(line for (text,) in texts for line in text.split("\n")), "quads": sorted(quads)}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture(scope="module", params=["one machine", "cluster"])
def engine(request: pytest.FixtureRequest, parquet: Path) -> Iterator[SparkEngine]:
    master = "local[2]" if request.param == "one machine" else request.getfixturevalue("cluster").master
    options = SparkOptions(master, settings={"spark.executor.memory": "700m", "spark.sql.shuffle.partitions": "4"})
    with SparkEngine.open(options) as opened:
        opened.rows("cells", [parquet])
        opened.look_up("terms", ["text", "term"], LOOK_UP)
        yield opened


def lines_of(folder: Path) -> list[str]:
    found: list[str] = []
    for part in folder.glob("part-*"):
        raw = part.read_bytes()
        found += (gzip.decompress(raw) if part.suffix == ".gz" else raw).decode().splitlines()
    return sorted(found)


def test_distinct_cells_are_read(engine: SparkEngine) -> None:
    assert sorted(engine.distinct("cells", COLUMNS)) == sorted(set(CSV_ROWS))


def test_rows_are_counted_and_numbered(engine: SparkEngine) -> None:
    cells, _ = tables()
    assert engine.count(cells) == ROWS
    assert {str(row) for (row,) in engine.distinct("cells", ["row"])} == {str(row) for row in range(ROWS)}


@pytest.mark.parametrize("compress", [False, True], ids=["plain", "gzip"])
def test_lines_are_those_of_duckdb(
    engine: SparkEngine, expected: dict[str, list[Any]], tmp_path: Path, *, compress: bool
) -> None:
    engine.write_lines(a_plan(), tmp_path / "out", compress=compress)
    assert lines_of(tmp_path / "out") == expected["lines"]
    assert len(list((tmp_path / "out").glob("part-*.gz"))) > 1 or not compress


def test_quads_are_those_of_duckdb(engine: SparkEngine, expected: dict[str, list[Any]], tmp_path: Path) -> None:
    engine.write_parquet(a_quad_plan(), tmp_path / "out")
    with duckdb.connect() as db:
        assert sorted(db.read_parquet(str(tmp_path / "out/*.parquet")).fetchall()) == expected["quads"]


def test_a_folder_that_is_there_is_not_touched(engine: SparkEngine, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="could not write") as told:
        engine.write_lines(a_plan(), tmp_path)
    assert told.value.hint == "remove the folder or name another one"
    assert not list(tmp_path.iterdir())


def test_files_that_are_not_there_are_told(engine: SparkEngine, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="could not read"):
        engine.rows("nothing", [tmp_path / "absent"])


def test_a_deep_plan_is_run(engine: SparkEngine) -> None:
    cells, _ = tables()
    deep = cells.c0
    for _ in range(150):
        deep = deep.hexdigest("sha256")
    assert engine.count(cells.select(deep=deep).distinct()) == len(TEXTS)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("\\'\"${}\n\r\t\0`%")), max_size=12)))
def test_any_text_of_a_plan_reaches_spark_unchanged(engine: SparkEngine, texts: list[str]) -> None:
    cells, _ = tables()
    one = cells.filter(cells.row == 0)
    same = one.select("row", **{f"x{index}": ibis.literal(text) for index, text in enumerate(texts)})
    assert [tuple(row)[1:] for row in engine._session.sql(compiled(same)).collect()] == [tuple(texts)]


def test_an_executor_that_dies_midway_is_survived(cluster: Cluster, parquet: Path) -> None:
    settings = {"spark.executor.memory": "700m", "spark.sql.files.minPartitionNum": "10"}
    with (
        SparkEngine.open(SparkOptions(cluster.master, settings=settings)) as engine,
        ThreadPoolExecutor(1) as thread,
    ):
        engine.rows("cells", [parquet])
        job = thread.submit(engine.count, _slow_plan())
        victim = _midway(engine, cluster, job)
        os.kill(victim, signal.SIGKILL)
        assert not job.done()
        assert job.result(240) == ROWS * 100
        assert victim not in cluster.executors()


def _slow_plan() -> Any:
    """Some seconds of digests, in ten tasks."""
    cells, _ = tables()
    many = cells.select("row", "c0", n=ibis.range(0, 100).unnest())
    digest = many.c0 + many.row.cast("string") + many.n.cast("string")
    for _ in range(8):
        digest = digest.hexdigest("sha256")
    return many.select(digest=digest).filter(lambda table: table.digest != "")


def _midway(engine: SparkEngine, cluster: Cluster, job: Future[int]) -> int:
    """Waits until some tasks are done and both executors are there; one of them."""
    tracker = engine._session.sparkContext.statusTracker()
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not job.done():
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        if len(found := cluster.executors()) >= 2 and any(s and s.numCompletedTasks for s in stages):
            return found[0]
        time.sleep(0.02)
    pytest.fail("the job ended, or never began, before an executor could be killed")


def test_a_master_that_does_not_answer_is_told_at_once() -> None:
    with pytest.raises(EnvironmentFault, match="no Spark master answers at"):
        SparkEngine.open(SparkOptions("spark://127.0.0.1:1"))


def test_an_address_without_a_port_is_told() -> None:
    with pytest.raises(UsageError, match="no address of a Spark master"):
        SparkEngine.open(SparkOptions("spark://there"))


def test_without_pyspark_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(EnvironmentFault) as told:
        SparkEngine.open(SparkOptions())
    assert told.value.hint == "pip install 'conflict-kg[spark]'"
