"""The cases of `tests/cases/ci/jobs.yaml`, and what running a script of a service has in common."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests/cases"
PROGRAMS = Path(sys.executable).parent
ATTACK = "$(touch stolen)`touch stolen`;touch stolen;'\"\ntouch stolen\n"
"""A value which, where a shell reads it as a program, leaves a file behind."""


@dataclass(frozen=True, slots=True)
class Job:
    """A case: see the head of `jobs.yaml`."""

    name: str
    folder: str
    inputs: Mapping[str, str]
    expect: int
    before: str = ""
    finds: Sequence[str] = field(default_factory=list)
    says: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """How a script ended: its exit code, and all that it printed."""

    exit_code: int
    log: str


def jobs() -> list[Job]:
    """All cases."""
    read = yaml.safe_load((CASES / "ci/jobs.yaml").read_text(encoding="utf-8"))
    return [Job(name=name, folder=one.pop("in"), **one) for name, one in read.items()]


def bash(
    script: str, folder: Path, environment: Mapping[str, str], shell: Sequence[str] = ("bash", "-eo", "pipefail")
) -> Done:
    """Run a script as the services do."""
    done = subprocess.run(
        [*shell, "-c", script],
        cwd=folder,
        env=environment,
        check=False,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return Done(done.returncode, done.stdout)


def schema_faults(schema: str, path: Path) -> str:
    """What the official JSON schema of a file has against it; empty where nothing."""
    more = ["--data-transform", "gitlab-ci"] if schema == "vendor.gitlab-ci" else []
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *more, path],
        capture_output=True,
        check=False,
        text=True,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def filled(text: str, pattern: str, values: Mapping[str, str]) -> str:
    """A text in which a service puts values for expressions; one that has no value raises KeyError."""
    return re.sub(pattern, lambda found: values[found[1]], text)
