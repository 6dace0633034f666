"""`kg check FILE…` is `kg check --data FILE …`, written as people and pre-commit write it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import cli

PEOPLE = Path(__file__).parents[1] / "cases/ci/people"
FOUND = "data/boris.ttl:3:1: violation: a-name: Give a name."


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "people"
    shutil.copytree(PEOPLE, folder)
    monkeypatch.chdir(folder)
    return folder


def kg_check(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", *arguments])


@pytest.mark.parametrize(
    ("named", "as_data"),
    [
        (["data"], ["--data", "data"]),
        (["data/anna.ttl", "data/boris.ttl"], ["--data=data/anna.ttl", "--data=data/boris.ttl"]),
        (["--data=data/anna.ttl", "data/boris.ttl"], ["--data=data/anna.ttl", "--data=data/boris.ttl"]),
        (["--", "data/boris.ttl"], ["--data", "data/boris.ttl"]),
    ],
)
def test_names_are_data(named: list[str], as_data: list[str], people: Path) -> None:
    by_name, by_option = kg_check("--shapes=shapes.ttl", *named), kg_check(*as_data, "--shapes=shapes.ttl")
    assert by_name.exit_code == by_option.exit_code == 1
    assert by_name.output == by_option.output
    assert FOUND in by_name.output


@pytest.mark.parametrize("name", ["facts.yaml", "facts.yml", "facts.csv", "facts.tsv", "facts.xlsx"])
def test_one_file_of_facts_is_not_checked_alone(name: str, people: Path) -> None:
    done = kg_check(name)
    assert done.exit_code == 2
    assert f"{name} is no RDF; the facts of a project are checked all together: kg check\n" in done.output


def test_shapes_alone_are_nothing_to_check(people: Path) -> None:
    done = kg_check("--shapes", "shapes.ttl")
    assert done.exit_code == 2
    assert "--shapes goes with RDF files" in done.output


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal there")
def test_ctrl_c_ends_in_one_word_and_leaves_nothing(people: Path) -> None:
    lines = (f"<https://example.org/{n}> a <https://example.org/Person> .\n" for n in range(100_000))
    Path("many.ttl").write_text("".join(lines), encoding="utf-8")
    before = set(people.iterdir())
    command = [sys.executable, "-m", "kg", "check", "--shapes=shapes.ttl", "many.ttl", "--format=json=many.json"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while set(people.iterdir()) == before and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate()
    assert (process.returncode, told.split()) == (130, ["stopped"])
    assert set(people.iterdir()) == before
