"""`kg export columns`: a folder that holds the whole dataset, written whole or not at all."""

# ruff: noqa: S608 -- the names in these queries are of the test

from __future__ import annotations

import shutil
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import duckdb
import pytest
from pyoxigraph import QuerySolutions

from kg.columns.parquet import ABOUT
from kg.model.errors import EnvironmentFault, UsageError
from kg.pipeline.build import build
from kg.pipeline.export import export
from kg.pipeline.project import Project
from kg.pipeline.stores import store_of
from tests.answers import EXAMPLE


@pytest.fixture(scope="module", params=["auto", "always"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The example, built without columns and with them."""
    root = tmp_path_factory.mktemp("project") / "example"
    shutil.copytree(EXAMPLE, root)
    with (root / "kg.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\ncolumns = "{request.param}"\n')
    opened = Project.open(root)
    assert build(opened).written
    return opened


@pytest.fixture
def folder(project: Project, tmp_path: Path) -> Path:
    export(project, "columns", tmp_path / "columns")
    return tmp_path / "columns"


def test_all_quads_are_in_it_as_they_were_written(project: Project, folder: Path) -> None:
    text = "(SELECT text FROM read_parquet($folder || '/term.parquet') WHERE id = {0})".format
    rows = duckdb.execute(
        f"SELECT {text('s')}, {text('p')}, {text('o')}, {text('g')} FROM read_parquet($folder || '/quad/*/*.parquet')",
        {"folder": str(folder)},
    ).fetchall()
    with store_of(project) as store:
        wanted = [(str(one.subject), str(one.predicate), str(one.object), str(one.graph_name)) for one in store.quads()]
    assert _without_labels(rows) == _without_labels(wanted)
    assert len(wanted) > 7000


def _without_labels(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return sorted(tuple("_:" if cell.startswith("_:") else cell for cell in row) for row in rows)


def test_the_merge_is_in_it_without_the_ontology(project: Project, folder: Path) -> None:
    (count,) = duckdb.execute(
        "SELECT count(*) FROM read_parquet($1 || '/triple/*/*.parquet')", [str(folder)]
    ).fetchall()[0]
    with store_of(project) as store:
        rows = store.answer("SELECT ?s ?p ?o { ?s ?p ?o }")
        assert isinstance(rows, QuerySolutions)
        assert count == sum(1 for _ in rows) > 0


def test_the_numbers_of_integers_are_exact(folder: Path) -> None:
    described = duckdb.execute(f"DESCRIBE SELECT * FROM read_parquet('{folder / 'term.parquet'}')").fetchall()
    types = {name: kind for name, kind, *_ in described}
    assert types["whole"] == "DECIMAL(38,0)"
    assert types["number"] == "DECIMAL(38,18)"
    assert types["instant"] == "TIMESTAMP"


def test_an_older_folder_is_replaced(project: Project, folder: Path) -> None:
    (folder / "triple" / "p=999999").mkdir()
    export(project, "columns", folder)
    assert not (folder / "triple" / "p=999999").exists()
    assert sorted(path.name for path in folder.parent.iterdir()) == ["columns"]


def test_what_is_something_else_stays(project: Project, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already, and is something else"):
        export(project, "columns", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_stream_is_no_folder(project: Project) -> None:
    with pytest.raises(UsageError, match="a folder of files"):
        export(project, "columns", BytesIO())


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise duckdb.IOException("no")

    monkeypatch.setattr("kg.pipeline.export_columns.write_folder", broken)


@pytest.mark.usefixtures("failing")
def test_a_failure_leaves_the_older_folder(project: Project, tmp_path: Path) -> None:
    (tmp_path / "columns").mkdir()
    (tmp_path / "columns" / ABOUT).write_bytes(b"older")
    with pytest.raises(EnvironmentFault, match="could not be written"):
        export(project, "columns", tmp_path / "columns")
    assert [path.name for path in tmp_path.iterdir()] == ["columns"]
    assert (tmp_path / "columns" / ABOUT).read_bytes() == b"older"
