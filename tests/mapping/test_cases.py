"""
Facts → quads, case by case: `tests/cases/mapping/<case>/facts.yaml` and the graph it becomes, `expected.trig`.

`KG_WRITE_CASES=1 pytest tests/mapping/test_cases.py` writes the expectations anew; read the difference.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest

from kg.exports.rdf import write_rdf
from kg.model.statements import Mapped
from kg.pipeline.project import Project, Settings
from kg.pipeline.reading import FactsFile, context_of, map_files

CASES = sorted((Path(__file__).parents[1] / "cases/mapping").iterdir())
BASE = "https://example.org/"


def mapped(folder: Path) -> Mapped:
    project = Project(folder, Settings(base=BASE, analyst="us"))
    (found,) = map_files([FactsFile(folder / "facts.yaml", "facts.yaml")], context_of(project))
    return found


def test_all_cases_are_collected() -> None:
    assert len(CASES) == 8


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_facts_become_these_quads(folder: Path) -> None:
    found = mapped(folder)
    out = BytesIO()
    write_rdf({statement.quad for statement in found.statements}, "trig", out, BASE)
    expected = folder / "expected.trig"
    if os.environ.get("KG_WRITE_CASES"):
        expected.write_bytes(out.getvalue())
    assert [str(finding) for finding in found.findings] == []
    assert out.getvalue().decode() == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_quad_knows_the_place_of_what_it_says(folder: Path) -> None:
    """The text at a literal's place begins with it, where it was written as it stands."""
    lines = (folder / "facts.yaml").read_text(encoding="utf-8").splitlines()
    found = mapped(folder)
    assert found.statements
    for statement in found.statements:
        line, column = statement.value.line, statement.value.column
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1])
        assert lines[line - 1][column - 1 :].strip()
