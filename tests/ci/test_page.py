"""What the page shows for the services is what they take, and names inputs and hooks that there are."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci.jobs import PROGRAMS, ROOT, schema_faults
from tests.ci.test_action import ACTION
from tests.ci.test_gitlab import INPUTS
from tests.transcripts import blocks

PAGE = ROOT / "docs/how-to/check-in-ci.md"
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
OURS = "conflict-kg/conflict-kg"


def shown(name: str) -> list[tuple[str, Any]]:
    """The text and the content of the blocks which begin with a comment that names such a file."""
    texts = [block.text for block in blocks(PAGE.read_text(encoding="utf-8")) if block.language == "yaml"]
    return [(text, yaml.safe_load(text)) for text in texts if text.startswith(f"# {name}")]


@pytest.mark.parametrize(
    ("name", "schema"), [(".github/workflows/", "vendor.github-workflows"), (".gitlab-ci.yml", "vendor.gitlab-ci")]
)
def test_the_official_schemas_have_nothing_against_them(name: str, schema: str, tmp_path: Path) -> None:
    found = shown(name)
    assert found
    for text, _ in found:
        (tmp_path / "shown.yml").write_text(text, encoding="utf-8")
        assert schema_faults(schema, tmp_path / "shown.yml") == ""


def test_pre_commit_takes_its_configuration(tmp_path: Path) -> None:
    ((text, content),) = shown(".pre-commit-config.yaml")
    (tmp_path / "shown.yaml").write_text(text, encoding="utf-8")
    done = subprocess.run([PROGRAMS / "pre-commit", "validate-config", tmp_path / "shown.yaml"], check=False)
    assert done.returncode == 0
    assert {hook["id"] for repository in content["repos"] for hook in repository["hooks"]} == set(HOOKS)


def test_inputs_of_the_action_are_those_that_it_has() -> None:
    steps = [step for _, flow in shown(".github/workflows/") for job in flow["jobs"].values() for step in job["steps"]]
    used = [step.get("with", {}) for step in steps if step.get("uses", "").startswith(f"{OURS}@")]
    assert len(used) > 1
    assert {name for inputs in used for name in inputs} <= set(ACTION["inputs"])


def test_inputs_of_the_template_are_those_that_it_has() -> None:
    used = [one["inputs"] for _, content in shown(".gitlab-ci.yml") for one in content["include"]]
    assert {name for inputs in used for name in inputs} <= set(INPUTS)


def test_the_page_explains_every_input() -> None:
    named = set(re.findall(r"`([a-z-]+)`", PAGE.read_text(encoding="utf-8")))
    assert set(ACTION["inputs"]) | set(INPUTS) <= named
