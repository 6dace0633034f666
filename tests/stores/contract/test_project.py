"""`kg build`, `kg query` and `kg export` over every kind of endpoint: the same answers as from the local build."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions

from kg import Project, ask, build, export
from kg.pipeline.publish import publish
from kg.pipeline.stores import endpoint_of, warning_of
from kg.queries.catalogue import Query, load_queries
from kg.stores.protocol import Loaded
from kg.stores.remote.marks import LOADING, Mark
from tests.queries.test_rows_on_the_example import given
from tests.stores.conftest import Place

ROOT = Path(__file__).parents[3]
QUERIES = load_queries([ROOT / "queries"])


@pytest.fixture
def project(remote: Place, tmp_path: Path) -> Iterator[Project]:
    """The worked example, with the endpoint in its kg.toml."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "examples/operation-1027", root, ignore=shutil.ignore_patterns(".kg"))
    with (root / "kg.toml").open("a", encoding="utf-8") as file:
        file.write(f'\nstore = "{remote.url}"\n')
        if remote.quads:
            file.write(f'store-graphs = "{remote.quads}"\n')
    found = Project.open(root)
    assert build(found).written
    yield found
    store = endpoint_of(found)
    assert store is not None
    store.replace(lambda: ())


def rows_of(project: Project, query: Query) -> list[list[str]]:
    with ask(project, query, given(query)) as asked:
        assert isinstance(asked.answer, QuerySolutions)
        text = asked.answer.serialize(format=QueryResultsFormat.CSV) or b""
    return sorted(csv.reader(io.StringIO(text.decode())))


def exported(project: Project) -> list[str]:
    output = io.BytesIO()
    export(project, "nquads", output)
    return sorted(output.getvalue().decode().splitlines())


def test_the_shipped_queries_give_the_same_rows(project: Project) -> None:
    loaded = publish(project)
    assert loaded.quads > 9_000
    assert loaded.notes == ()
    local = replace(project, endpoint="")
    different = {
        name: (rows_of(project, query), rows_of(local, query))
        for name, query in QUERIES.items()
        if rows_of(project, query) != rows_of(local, query)
    }
    assert len(QUERIES) > 25
    assert different == {}
    assert exported(project) == exported(local)


def test_only_what_changed_is_sent(project: Project) -> None:
    all_of_it = publish(project)
    assert publish(project) == Loaded()
    changed_file = max((project.root / "facts").glob("*2023*.yaml"))
    text = changed_file.read_text(encoding="utf-8")
    changed_file.write_text(text.replace("publisher: ", "publisher: The ", 1), encoding="utf-8")
    assert text != changed_file.read_text(encoding="utf-8")
    assert build(project).written
    changed = publish(project)
    assert 0 < changed.graphs <= 3
    assert changed.quads < all_of_it.quads / 5
    assert exported(project) == exported(replace(project, endpoint=""))


def test_a_reader_is_told_of_a_build_that_broke_off(project: Project) -> None:
    publish(project)
    assert warning_of(project) == ""
    store = endpoint_of(project)
    assert store is not None
    store._begun().update(store.marks.marked(Mark(LOADING)))
    assert "a build into it is under way or broke off: statements may be missing" in warning_of(project)
    publish(project)
    assert warning_of(project) == ""
