"""The hooks, through pre-commit itself: commits to a local repository, with a local clone as the hooks' repository."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.ci.jobs import Done, bash

pytestmark = pytest.mark.integration

CLAIM = """\
document: {id: new-report, type: NewsArticle, issued: 2024-05-20}
claims:
  - about: halden-base
    near: nowhere-at-all
    quote: Halden, near nowhere
"""


@dataclass(frozen=True, slots=True)
class Team:
    """A repository in which hooks are installed."""

    folder: Path
    hooks: Path
    environment: Mapping[str, str]

    def sh(self, script: str) -> Done:
        return bash(script, self.folder, self.environment)

    def use(self, *hooks: Mapping[str, object]) -> None:
        """Configure hooks, and commit all that is there without asking them."""
        revision = bash("git rev-parse HEAD", self.hooks, self.environment).log.strip()
        repositories = [{"repo": str(self.hooks), "rev": revision, "hooks": list(hooks)}]
        text = yaml.safe_dump({"repos": repositories})
        (self.folder / ".pre-commit-config.yaml").write_text(text, encoding="utf-8")
        done = self.sh("git init -q && git add . && git commit -q -m first && pre-commit install")
        assert done.exit_code == 0, done.log

    def commit(self, *paths: str) -> Done:
        return self.sh(f"git add -A {' '.join(paths) or '.'} && git commit -m change")

    def commits(self) -> int:
        return int(self.sh("git rev-list --count HEAD").log)


@pytest.fixture
def team(tmp_path: Path, repository: Path, checkout: Path, environment: Mapping[str, str]) -> Team:
    source, clone = tmp_path / "source", tmp_path / "clone"
    shutil.copytree(checkout, source)
    script = f"git init -q {source} && cd {source} && git add . && git commit -q -m kg && git clone -q {source} {clone}"
    done = bash(script, tmp_path, environment)
    assert done.exit_code == 0, done.log
    (repository / "people/data/boris.ttl").unlink()
    return Team(repository, clone, environment)


def here(hook: str, **more: object) -> dict[str, object]:
    """A hook that runs what is installed in the environment of the tests, in place of one that pre-commit makes."""
    return {"id": hook, "language": "system", **more}


DATA = {"args": ["--shapes", "people/shapes.ttl"], "files": r"^people/data/.*\.ttl$"}
FACTS = {"entry": "kg -C kestria check"}


def write(team: Team, name: str, text: str) -> None:
    (team.folder / name).parent.mkdir(exist_ok=True)
    (team.folder / name).write_text(text, encoding="utf-8")


def person(name: str, more: str = "") -> str:
    return f"@prefix ex: <https://example.org/> .\n\nex:{name} a ex:Person {more}.\n"


def test_the_hooks_are_of_the_form_that_pre_commit_wants(team: Team) -> None:
    done = team.sh(f"pre-commit validate-manifest {team.hooks}/.pre-commit-hooks.yaml")
    assert done == Done(0, "")


def test_rdf_files_of_a_commit_are_checked_against_the_shapes(team: Team) -> None:
    team.use(here("kg-check-data", **DATA))
    write(team, "people/data/vera.ttl", person("vera", '; ex:name "Vera" '))
    write(team, "people/data/a name.ttl", person("zoe", '; ex:name "Zoe" '))
    done = team.commit()
    assert (done.exit_code, team.commits()) == (0, 2), done.log
    assert "Passed" in done.log
    write(team, "people/data/of boris.ttl", person("boris"))
    done = team.commit()
    assert (done.exit_code, team.commits()) == (1, 2), done.log
    assert "people/data/of boris.ttl:3:1: violation: a-name: Give a name." in done.log
    assert "1 triple from 1 file" in done.log


def test_other_files_of_a_commit_are_not_checked(team: Team) -> None:
    team.use(here("kg-check-data", **DATA), here("kg-check", **FACTS))
    write(team, "people/notes.txt", "ex:boris a ex:Person .")
    done = team.commit()
    assert (done.exit_code, done.log.count("Skipped"), team.commits()) == (0, 2, 2), done.log


def test_all_facts_are_checked_when_some_change(team: Team) -> None:
    team.use(here("kg-check", **FACTS))
    write(team, "kestria/facts/new.yaml", CLAIM)
    done = team.commit()
    assert (done.exit_code, team.commits()) == (1, 1), done.log
    assert "facts/new.yaml:4:11: error: unknown-reference: no entry introduces 'nowhere-at-all'" in done.log
    write(team, "kestria/facts/new.yaml", CLAIM.splitlines(keepends=True)[0])
    done = team.commit()
    assert (done.exit_code, team.commits()) == (0, 2), done.log
    assert "Passed" in done.log


def test_what_is_not_part_of_the_commit_does_not_stop_it(team: Team) -> None:
    team.use(here("kg-check", **FACTS))
    army = team.folder / "kestria/facts/army.yaml"
    whole = army.read_text(encoding="utf-8")
    army.write_text(f"{whole}# checked\n", encoding="utf-8")
    assert team.sh("git add -A").exit_code == 0
    army.write_text(f"{whole}# checked\nnonsense: true\n", encoding="utf-8")
    done = team.sh("git commit -m 'part of it'")
    assert (done.exit_code, team.commits()) == (0, 2), done.log
    assert army.read_text(encoding="utf-8").endswith("nonsense: true\n")


@pytest.mark.slow
def test_pre_commit_installs_kg_by_itself(team: Team) -> None:
    team.use({"id": "kg-check-data", **DATA}, {"id": "kg-check", **FACTS})
    write(team, "people/data/vera.ttl", person("vera", '; ex:name "Vera" '))
    write(team, "kestria/facts/new.yaml", CLAIM.splitlines(keepends=True)[0])
    # Without the kg of the tests in the path.
    own = {**team.environment, "PATH": team.environment["PATH"].partition(":")[2]}
    outside = Team(team.folder, team.hooks, own)
    done = outside.commit()
    assert (done.exit_code, done.log.count("Passed"), team.commits()) == (0, 2, 2), done.log
    write(team, "people/data/boris.ttl", person("boris"))
    write(team, "kestria/facts/new.yaml", CLAIM)
    done = outside.commit()
    assert (done.exit_code, done.log.count("Failed"), team.commits()) == (1, 2, 2), done.log
    assert "people/data/boris.ttl:3:1: violation: a-name: Give a name." in done.log
    assert "facts/new.yaml:4:11: error: unknown-reference" in done.log
