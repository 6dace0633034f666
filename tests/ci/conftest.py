from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.ci.jobs import CASES, PROGRAMS, ROOT

INSTALLED = (
    *(".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE", "hatch_build.py"),
    *("kg", "ontology", "shapes", "queries", "mappings", "frames", "views", "docs/reference/findings"),
)
"""What pip and pre-commit read of a checkout."""


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is installed from, as it stands now, committed or not."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in INSTALLED:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of somebody's: a project in `kestria`, RDF in `people`."""
    folder = tmp_path / "repository"
    shutil.copytree(CASES / "ci/people", folder / "people")
    shutil.copytree(CASES / "cli/kestria", folder / "kestria")
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """The variables of a machine without service and without settings of git; kg and pre-commit are in the path."""
    foreign = ("GIT_", "GITHUB_", "GITLAB_", "CI", "RUNNER_", "KG_", "PRE_COMMIT")
    names = [f"GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")]
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(foreign)},
        "PATH": os.pathsep.join([str(PROGRAMS), os.environ["PATH"]]),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        **dict.fromkeys(names, "ci@example.org"),
    }


@pytest.fixture(scope="session", autouse=True)
def _programs() -> None:
    for name in ("kg", "pre-commit"):
        if not (PROGRAMS / name).is_file():
            pytest.fail(f"there is no {name} beside {sys.executable}: make install", pytrace=False)
    subprocess.run(["git", "--version"], check=True, capture_output=True)
