"""The GitLab template: its syntax by the official schema, its script as a runner starts it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.ci.jobs import ATTACK, PROGRAMS, ROOT, Done, Job, bash, filled, jobs, schema_faults

PATH = ROOT / "templates/check.yml"
HEADER, BODY = PATH.read_text(encoding="utf-8").split("\n---\n")
INPUTS: dict[str, dict[str, Any]] = yaml.safe_load(HEADER)["spec"]["inputs"]
EXPRESSION = r"\$\[\[ *inputs\.([\w-]+) *\]\]"
SHELLS = {"bash": ("bash", "-eo", "pipefail"), "sh": ("sh", "-e")}  # what a runner finds in an image


def template(inputs: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The job that GitLab makes of the template: its name, and what it is."""
    values = {name: str(one["default"]) for name, one in INPUTS.items()} | dict(inputs)
    ((name, job),) = _filled(yaml.safe_load(BODY), values).items()
    return name, job


def _filled(node: Any, values: Mapping[str, str]) -> Any:
    match node:
        case str():
            return filled(node, EXPRESSION, values)
        case list():
            return [_filled(one, values) for one in node]
        case dict():
            return {_filled(key, values): _filled(one, values) for key, one in node.items()}
    return node


def run(
    inputs: Mapping[str, str],
    project: Path,
    environment: Mapping[str, str],
    shell: str = "bash",
    *,
    install: bool = False,
) -> Done:
    """Run the script of the job; without `install`, the part behind the installation."""
    _, job = template(inputs)
    script: list[str] = job["script"]
    variables = {**job["variables"], "CI_PROJECT_DIR": str(project), "programs": str(PROGRAMS)}
    lines = script if install else script[-1:]
    return bash("\n".join(lines), project, {**environment, **variables}, SHELLS[shell])


def quality(project: Path) -> list[str]:
    found = json.loads((project / "kg-codequality.json").read_text(encoding="utf-8"))
    return [f"{one['location']['path']}:{one['location']['lines']['begin']}" for one in found]


def test_the_official_schema_has_nothing_against_it(tmp_path: Path) -> None:
    _, job = template({})
    parts = {"header": HEADER, "body": BODY, "job": yaml.safe_dump({"kg-check": job})}
    for name, text in parts.items():
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
        assert schema_faults("vendor.gitlab-ci", tmp_path / f"{name}.yml") == ""


@pytest.mark.parametrize(
    ("part", "right", "wrong"), [(HEADER, "options: [info,", "type: [info,"), (BODY, "when: always", "when: ever")]
)
def test_the_schema_is_one_that_finds_faults(part: str, right: str, wrong: str, tmp_path: Path) -> None:
    assert right in part
    (tmp_path / "part.yml").write_text(part.replace(right, wrong), encoding="utf-8")
    assert schema_faults("vendor.gitlab-ci", tmp_path / "part.yml")


def test_no_expression_stands_in_a_script_and_no_input_is_forgotten() -> None:
    unfilled = yaml.safe_load(BODY)
    (job,) = unfilled.values()
    assert "$[[" not in "\n".join(job["script"])
    used = {name for name in INPUTS if f"$[[ inputs.{name} ]]" in BODY}
    assert used == set(INPUTS)


def test_the_job_is_named_and_placed_as_asked() -> None:
    name, job = template({"job": "rules", "stage": "lint", "image": "registry.example/python:3.12"})
    assert (name, job["stage"], job["image"]) == ("rules", "lint", "registry.example/python:3.12")


@pytest.mark.integration
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("job", jobs(), ids=lambda job: job.name)
def test_a_job(job: Job, shell: str, repository: Path, environment: Mapping[str, str]) -> None:
    assert bash(job.before or "true", repository / job.folder, environment).exit_code == 0
    done = run({"working-directory": job.folder, **job.inputs}, repository, environment, shell)
    assert done.exit_code == job.expect, done.log
    assert job.says in done.log
    if job.expect == 2:
        return
    assert quality(repository) == job.finds
    tests = ET.fromstring((repository / "kg-junit.xml").read_bytes())  # noqa: S314 - our own report
    assert tests.tag == "testsuites"
    _, made = template({})
    assert all((repository / report).is_file() for report in made["artifacts"]["reports"].values())


@pytest.mark.integration
@pytest.mark.parametrize("name", sorted(set(INPUTS) - {"job", "stage", "image", "package"}))
def test_no_input_is_run_as_a_program(name: str, repository: Path, environment: Mapping[str, str]) -> None:
    inputs = {"working-directory": "people", "data": "data", "shapes": "shapes.ttl", name: ATTACK}
    done = run(inputs, repository, environment)
    assert done.exit_code in {1, 2}, done.log
    assert "checked" not in done.log
    assert not list(repository.rglob("stolen*"))


@pytest.mark.integration
def test_a_star_is_no_pattern(repository: Path, environment: Mapping[str, str]) -> None:
    inputs = {"working-directory": "people", "data": "data/*.ttl", "shapes": "shapes.ttl"}
    done = run(inputs, repository, environment)
    assert (done.exit_code, "data/*.ttl: no such file" in done.log) == (2, True), done.log


@pytest.mark.slow
@pytest.mark.integration
def test_it_installs_what_it_is_told_to(repository: Path, environment: Mapping[str, str], checkout: Path) -> None:
    inputs = {"package": str(checkout), "working-directory": "people", "data": "data", "shapes": "shapes.ttl"}
    done = run(inputs, repository, environment, "sh", install=True)
    assert (done.exit_code, quality(repository)) == (1, ["people/data/boris.ttl:3"]), done.log
