"""The 20 answers that a careful reader of the seed report expects, from the registries and that report alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg import Project, build, query
from kg.cli.solutions import readable
from kg.ontology.vocabulary import PREFIXES
from kg.queries.catalogue import Query

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/operation-1027"
CASES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "tests/cases/gold/answers.yaml").read_text(encoding="utf-8"))
FOLLOW_UPS = ("2023-10", "2023-11-06", "2023-11-09", "briefing")


@pytest.fixture(scope="module")
def seed_alone(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("seed") / "project"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns(".kg"))
    for path in (root / "facts").iterdir():
        if path.name.startswith(FOLLOW_UPS):
            path.unlink()
    project = Project.open(root)
    assert build(project).written
    return project


def test_all_answers_are_asked_for() -> None:
    assert list(CASES) == [f"Q{number}" for number in range(1, 21)]


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_as_the_reader_expects(seed_alone: Project, name: str) -> None:
    case = CASES[name]
    asked: Query | str = case.get("query", "")
    if not asked:
        prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
        asked = Query(name, prefixes + case["sparql"])
    base = seed_alone.settings.base
    rows = [
        {column: readable(term, base) for column, term in row.items()}
        for row in query(seed_alone, asked, {k: [v] for k, v in case.get("params", {}).items()})
    ]
    kept = [row for row in rows if all(row[column] == value for column, value in case.get("where", {}).items())]
    found = {" ".join(row[column] for column in case["columns"]) for row in kept}
    if "answer" in case:
        assert found == set(case["answer"])
    else:
        assert set(case["has"]) <= found
        assert not set(case["lacks"]) & found
