"""The GitHub Action: its syntax by the official schema, its scripts as a runner starts them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ci.jobs import ATTACK, PROGRAMS, ROOT, Done, Job, bash, filled, jobs, schema_faults

PATH = ROOT / "action.yml"
ACTION = yaml.safe_load(PATH.read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
SCRIPTS = {step["name"]: step for step in STEPS if "run" in step}
EXPRESSION = r"\$\{\{ *([\w.-]+) *\}\}"
SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")  # what `shell: bash` stands for


class Runner:
    """Does with a step what GitHub does: expressions, variables, folder, shell."""

    def __init__(self, home: Path, workspace: Path, environment: Mapping[str, str]) -> None:
        self.workspace = workspace
        self.temporary = home / "runner temp"
        self.summary = home / "summary.md"
        self.environment = {
            **environment,
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.temporary),
        }
        self.temporary.mkdir()

    def run(self, name: str, inputs: Mapping[str, str], **more: str) -> Done:
        values = {f"inputs.{key}": str(one.get("default", "")) for key, one in ACTION["inputs"].items()}
        values |= {f"inputs.{key}": value for key, value in inputs.items()}
        values["steps.python.outputs.python-path"] = sys.executable
        step = SCRIPTS[name]
        variables = {key: filled(value, EXPRESSION, values) for key, value in step["env"].items()}
        folder = filled(step.get("working-directory", "."), EXPRESSION, values)
        script = filled(step["run"], EXPRESSION, values)
        return bash(script, self.workspace / folder, {**self.environment, **variables, **more}, SHELL)


@pytest.fixture
def runner(tmp_path: Path, repository: Path, environment: Mapping[str, str]) -> Runner:
    """One on which kg is installed already."""
    runner = Runner(tmp_path, repository, environment)
    programs = runner.temporary / "conflict-kg/bin"
    programs.mkdir(parents=True)
    (programs / "kg").symlink_to(PROGRAMS / "kg")
    return runner


def annotated(log: str) -> list[str]:
    return [f"{file}:{line}" for file, line in re.findall(r"^::\w+ file=([^,]+),line=(\d+)", log, re.MULTILINE)]


def test_the_official_schema_has_nothing_against_it() -> None:
    assert schema_faults("vendor.github-actions", PATH) == ""


def test_the_schema_is_one_that_finds_faults(tmp_path: Path) -> None:
    (tmp_path / "action.yml").write_text(PATH.read_text(encoding="utf-8").replace("shell: bash", "shel: bash"))
    assert "shel" in schema_faults("vendor.github-actions", tmp_path / "action.yml")


def test_other_actions_are_named_by_their_commits() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", name)] == []


def test_no_expression_stands_in_a_script_and_no_input_is_forgotten() -> None:
    assert [name for name, step in SCRIPTS.items() if "${{" in step["run"]] == []
    used = re.findall(r"\$\{\{ *inputs\.([\w-]+)", PATH.read_text(encoding="utf-8"))
    assert set(used) == set(ACTION["inputs"])


@pytest.mark.integration
@pytest.mark.parametrize("job", jobs(), ids=lambda job: job.name)
def test_a_job(job: Job, runner: Runner) -> None:
    assert bash(job.before or "true", runner.workspace / job.folder, runner.environment).exit_code == 0
    done = runner.run("Check", {"working-directory": job.folder, "sarif": "kg.sarif", **job.inputs})
    assert done.exit_code == job.expect, done.log
    assert annotated(done.log) == job.finds
    assert job.says in done.log
    if job.expect == 2:
        return
    headings = re.findall(r"^## (.+)$", runner.summary.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == [place.rsplit(":", 1)[0] for place in job.finds]
    log = json.loads((runner.workspace / job.folder / "kg.sarif").read_text(encoding="utf-8"))
    found = [result for result in log["runs"][0]["results"] if not result.get("suppressions")]
    assert len(found) == len(job.finds)


@pytest.mark.integration
def test_a_name_may_hold_blanks(runner: Runner) -> None:
    people = runner.workspace / "people"
    (people / "data").rename(people / "our data")
    done = runner.run("Check", {"working-directory": "people", "data": "our data\r\n", "shapes": "shapes.ttl"})
    assert (done.exit_code, annotated(done.log)) == (1, ["people/our data/boris.ttl:3"]), done.log


@pytest.mark.integration
@pytest.mark.parametrize("name", sorted(set(ACTION["inputs"]) - {"working-directory", "python-version", "package"}))
def test_no_input_is_run_as_a_program(name: str, runner: Runner) -> None:
    inputs = {"working-directory": "people", "data": "data", "shapes": "shapes.ttl", name: ATTACK}
    done = runner.run("Check", inputs)
    assert done.exit_code == (1 if name == "sarif" else 2), done.log  # a file may have any name
    assert not list(runner.workspace.rglob("stolen*"))


@pytest.mark.slow
@pytest.mark.integration
def test_it_installs_the_version_that_it_comes_with(
    tmp_path: Path, repository: Path, environment: Mapping[str, str], checkout: Path
) -> None:
    runner = Runner(tmp_path, repository, environment)
    done = runner.run("Install kg", {}, GITHUB_ACTION_PATH=str(checkout))
    assert done.exit_code == 0, done.log
    assert re.search(r"^kg \d", done.log, re.MULTILINE), done.log
    done = runner.run("Check", {"working-directory": "people", "data": "data", "shapes": "shapes.ttl"})
    assert (done.exit_code, annotated(done.log)) == (1, ["people/data/boris.ttl:3"]), done.log


@pytest.mark.slow
@pytest.mark.integration
def test_the_package_is_no_option_of_pip_and_no_program(
    tmp_path: Path, repository: Path, environment: Mapping[str, str]
) -> None:
    for package in (ATTACK, "--help"):
        home = tmp_path / f"{len(package)}"
        home.mkdir()
        runner = Runner(home, repository, environment)
        done = runner.run("Install kg", {"package": package}, PIP_NO_INDEX="1", GITHUB_ACTION_PATH="unused")
        assert done.exit_code != 0, done.log
        assert not list(tmp_path.rglob("stolen*"))
