"""What a claim says must stand in the words it quotes, or say that it was inferred."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.pipeline.gate import gate_of
from kg.pipeline.project import Project
from kg.pipeline.reading import context_of, facts_files, map_files

ROOT = Path(__file__).parents[2]


def _cases() -> list[dict[str, Any]]:
    # BaseLoader: every scalar is the text that was written.
    return list(yaml.load((ROOT / "tests/cases/gate/cases.yaml").read_text(encoding="utf-8"), yaml.BaseLoader))  # noqa: S506


CASES = _cases()
REGISTRY = """\
document: {id: registry, type: Registry}
claims:
  - {id: front, type: ArmedGroup, name: Hill Front, also: HF}
  - {id: base, type: Base, name: Halden base}
  - {id: merrow, type: Township, name: Merrow Township}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("gate")
    (folder / "kg.toml").write_text('base = "https://example.org/"\ntimezone = "UTC"\n', encoding="utf-8")
    (folder / "facts").mkdir()
    (folder / "facts/registry.yaml").write_text(REGISTRY, encoding="utf-8")
    return Project.open(folder)


def test_all_cases_are_found() -> None:
    assert len(CASES) == 36
    assert sum(bool(case["findings"]) for case in CASES) == 13


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_gate_says(case: dict[str, Any], project: Project) -> None:
    path = project.root / "facts/report.yaml"
    document = {"document": {"id": "post", "type": "NewsArticle"}, "claims": [case["entry"]]}
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    mapped = list(map_files(facts_files(project), context_of(project)))
    assert [finding for one in mapped for finding in one.findings] == []
    (report,) = (one for one in mapped if one.file == "facts/report.yaml")
    found = list(gate_of(project, mapped).findings(report.statements, strict=case.get("strict") == "true"))
    lines = path.read_text(encoding="utf-8").splitlines()

    def value_at(line: int, column: int) -> str:
        return str(json.loads(lines[line - 1][column - 1 :].rstrip(",")))

    told = [f"{f.code}: {value_at(f.position.line, f.position.column)}" for f in found]
    assert told == case["findings"]
