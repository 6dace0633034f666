"""A project whose names are in another language than English gets the same answers, names and all."""

from __future__ import annotations

import shutil

import pytest
from pyoxigraph import Literal, Quad, Store

from kg import Project, build, opened
from kg.ontology.vocabulary import SKOS_PREF_LABEL
from kg.queries.parameters import bind
from tests.queries.test_rows_on_the_example import CASES, QUERIES, ROOT, as_csv, given


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Store]:
    """The worked example, with each name in the place of an English one said to be Spanish."""
    root = tmp_path_factory.mktemp("renamed") / "project"
    shutil.copytree(ROOT / "examples/operation-1027", root, ignore=shutil.ignore_patterns(".kg"))
    project = Project.open(root)
    assert build(project).written
    store = Store()
    with opened(project) as built:
        store.extend(map(spanish, built))
    return project, store


def spanish(quad: Quad) -> Quad:
    value = quad.object
    if quad.predicate == SKOS_PREF_LABEL and isinstance(value, Literal) and value.language == "en":
        return Quad(quad.subject, quad.predicate, Literal(value.value, language="es"), quad.graph_name)
    return quad


@pytest.mark.parametrize("name", QUERIES)
def test_names_in_another_language_are_shown(renamed: tuple[Project, Store], name: str) -> None:
    project, store = renamed
    rows = as_csv(store.query(bind(QUERIES[name], given(QUERIES[name]), project.settings.base)))
    assert rows == (CASES / f"{name}.csv").read_bytes()
