"""Questions of an analyst's notebook: columns answer each, with the rows of Oxigraph in their order."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyoxigraph import Store

from kg import Project, build, opened
from kg.sparql.running import ColumnEngine
from tests.sparql.engines import columns_of
from tests.sparql.w3c import by_value, rows, value_of

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK: dict[str, Any] = yaml.safe_load((ROOT / "tests/cases/sparql/notebook.yaml").read_text(encoding="utf-8"))
QUESTIONS = 54


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ColumnEngine, Store]]:
    root = tmp_path_factory.mktemp("notebook")
    shutil.copytree(ROOT / "examples/operation-1027", root / "project", ignore=shutil.ignore_patterns(".kg"))
    project = Project.open(root / "project")
    assert build(project).written
    store = Store()
    with opened(project) as built:
        store.extend(built)
    engine = columns_of(store, root)
    yield engine, store
    engine.close()


def test_all_questions_are_collected() -> None:
    assert len(NOTEBOOK["questions"]) == QUESTIONS


@pytest.mark.parametrize("name", NOTEBOOK["questions"])
def test_columns_answer_as_oxigraph_does(engines: tuple[ColumnEngine, Store], name: str) -> None:
    engine, store = engines
    text = f"{NOTEBOOK['prefix']}{NOTEBOOK['questions'][name]}"
    mine, theirs = rows(engine.answer(engine.compiled(text))), rows(store.query(text))
    assert mine
    assert by_value(mine) == by_value(theirs)
    if "} ORDER BY" in " ".join(text.split()) and text.rstrip().rpartition("ORDER BY")[2].count("}") == 0:
        one, other = ([[(key, value_of(cell)) for key, cell in row] for row in found] for found in (mine, theirs))
        assert one == other
