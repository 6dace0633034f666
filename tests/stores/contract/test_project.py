"""`kg build`, `kg query` and `kg export` over every kind of endpoint: the same answers as from the local build."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions

from kg import Project, ask, build, export
from kg.endpoint.faults import QueryRefused
from kg.pipeline.check_store import StoreCheck
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


# What Virtuoso 7.2.5 cannot compile, answers wrongly or not for minutes, and why as far as it is known; other servers
# give the right rows for the same text. They are not asked there: how they fail differs from run to run.
NOT_ON_VIRTUOSO = {
    # Of several OPTIONAL sub-selects with computed bounds one loses a row, and which depends on its statistics
    "air-strikes-after-base-attacks",
    # "Bad dfe in sqlo_place_exp": a filter or a grouping by what both halves of a UNION compute; also where each half
    # filters by itself and names its kind
    "candidates-for-descriptions",
    # A sub-select in OPTIONAL whose path begins at its own variable (`?where kg:place*/kg:within* ?region`) gives
    # nothing, so that divisions are empty; publishers are lost too
    "rows-for-acled",
    # A filter on the sum of a sub-select that OPTIONALs follow drops a row; EXISTS inside of BIND does not compile
    "rows-for-ucdp",
    # An OPTIONAL that ends in `kg:unitOf*/kg:side` beside a NOT EXISTS loses half of its rows
    "who-acted-where",
    # Of two OPTIONAL sub-selects, each over alternative paths, the second changes what the first gives
    "who-controls",
    # A pair of one township is lost; the cause is not known
    "who-coordinated-where",
}

# Those of them that it never compiles: they are asked, and the test fails once they give the right rows.
NOT_COMPILED = {"rows-for-ucdp", "who-controls"}


def rows_of(project: Project, query: Query, place: Place) -> list[list[str]]:
    with ask(project, query, given(query)) as asked:
        assert isinstance(asked.answer, QuerySolutions)
        text = asked.answer.serialize(format=QueryResultsFormat.CSV) or b""
    rows = csv.reader(io.StringIO(text.decode()))
    return sorted([by_value(cell) for cell in row] if place.kind == "virtuoso" else row for row in rows)


def by_value(cell: str) -> str:
    """
    Virtuoso gives 1 for true, days as midnights, and other forms of a number, where a query computes them.

    It joins texts in any order: that of a sub-select is none for GROUP_CONCAT there, as the standard has it.
    """
    try:
        return str(Decimal(cell).normalize())
    except InvalidOperation:
        cell = "; ".join(sorted(cell.split("; ")))
        return {"true": "1", "false": "0"}.get(cell, cell.removesuffix("T00:00:00"))


def same(remote: Project, local: Project, query: Query, place: Place) -> bool:
    try:
        return rows_of(remote, query, place) == rows_of(local, query, place)
    except QueryRefused:
        return False


def exported(project: Project, place: Place) -> list[str]:
    """The lines of the graph, but on Virtuoso for its geometries, which it rounds."""
    output = io.BytesIO()
    export(project, "nquads", output)
    lines = output.getvalue().decode().splitlines()
    return sorted(line for line in lines if place.kind != "virtuoso" or "wktLiteral" not in line)


def test_the_shipped_queries_give_the_same_rows(project: Project, remote: Place) -> None:
    loaded = publish(project)
    assert loaded.quads > 9_000
    assert loaded.notes == ()
    local = replace(project, endpoint="")
    asked = QUERIES.keys() - (NOT_ON_VIRTUOSO if remote.kind == "virtuoso" else set())
    assert len(asked) == len(QUERIES) - (len(NOT_ON_VIRTUOSO) if remote.kind == "virtuoso" else 0)
    assert [name for name in sorted(asked) if not same(project, local, QUERIES[name], remote)] == []
    if remote.kind == "virtuoso":
        assert NOT_COMPILED < NOT_ON_VIRTUOSO
        assert [name for name in sorted(NOT_COMPILED) if same(project, local, QUERIES[name], remote)] == []
    assert exported(project, remote) == exported(local, remote)


def test_only_what_changed_is_sent(project: Project, remote: Place) -> None:
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
    assert exported(project, remote) == exported(replace(project, endpoint=""), remote)


def notes_of_check(project: Project) -> list[str]:
    """What `kg check --store` says beside its findings."""
    shapes = project.root / "one.ttl"
    shapes.write_text("[] a <http://www.w3.org/ns/shacl#NodeShape> ; <http://www.w3.org/ns/shacl#targetNode> <urn:x> .")
    check = StoreCheck(project.endpoint, [shapes])
    assert list(check.findings()) == []
    return check.notes


def test_a_reader_is_told_of_a_build_that_broke_off(project: Project) -> None:
    publish(project)
    assert warning_of(project) == ""
    assert len(notes_of_check(project)) == 1
    store = endpoint_of(project)
    assert store is not None
    store._begun().update(store.marks.marked(Mark(LOADING)))
    assert "a build into it is under way or broke off: statements may be missing" in warning_of(project)
    assert "a build into it is under way or broke off: statements may be missing" in notes_of_check(project)
    publish(project)
    assert warning_of(project) == ""
