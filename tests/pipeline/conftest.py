from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from kg import Project

REGISTRY = """
document: {id: registry, type: Registry, publisher: test}
claims:
  - {id: red, type: ArmedGroup, name: Red}
  - {id: blue, type: ArmedGroup, name: Blue}
  - {id: hill, type: Town, name: Hill}
"""
REPORT = """
document: {id: report, type: NewsArticle, publisher: test, issued: 2024-05-14, timezone: UTC}
claims:
  - quote: Red attacked Hill on 13 May 2024 and killed at least 3 of Blue
    speaker: blue
    says:
      - {id: attack, type: ArmedClash, attacker: red, defender: blue, place: hill, time: 2024-05-13, killed: at least 3}
  - about: attack
    quote: Red again
    attacker: red
"""

MakeProject = Callable[[Mapping[str, str]], Project]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Makes a project of files by their names below the project folder; None of them is needed."""

    def make(files: Mapping[str, str]) -> Project:
        root = tmp_path / "project"
        defaults = {
            "kg.toml": 'base = "https://example.org/t/"\ntimezone = "UTC"\n',
            "facts/registry.yaml": REGISTRY,
            "facts/report.yaml": REPORT,
        }
        for name, text in {**defaults, **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return Project.open(root)

    return make
