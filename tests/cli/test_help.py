"""Every command explains itself, and what its help shows works on the worked example."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kg.cli import cli
from tests.transcripts import Stage

CONTEXT = click.Context(cli, info_name="kg")
NAMES = cli.list_commands(CONTEXT)

# What the examples name and the worked example does not hold.
PREPARED = """
git init -q && git add facts sources kg.toml && git commit -q -m facts && git tag v1.0
kg export nquads -o last-week.nq
echo 'The Arakan Army attacked a base in Kawlin on Friday.' > report.txt
echo '<urn:a> <urn:p> 1 .' > graph.ttl
echo '[] <http://www.w3.org/ns/shacl#targetSubjectsOf> <urn:p> .' > shapes.ttl
echo 'SELECT ?s { ?s a <https://w3id.org/conflict-kg/ontology#Event> }' > my-question.rq
"""

SECONDS = 0.2  # of `kg --help` on a quiet machine; the test allows for a busy one


def command(name: str) -> click.Command:
    found = cli.get_command(CONTEXT, name)
    assert found, name
    return found


def help_of(name: str) -> str:
    return command(name).get_help(click.Context(command(name), CONTEXT, info_name=name, max_content_width=100))


def examples() -> Iterator[str]:
    for name in NAMES:
        section = re.split(r"\n {2}Examples?:\n", help_of(name))[1].split("\n\n")[0]
        yield from re.findall(r"^ {4}(kg .*)$", section, re.MULTILINE)


EXAMPLES = list(examples())


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    stage = Stage(tmp_path_factory.mktemp("help"))
    stage.enter("operation-1027")
    for line in PREPARED.strip().splitlines():
        printed = stage.run(line)
        assert stage.exit_code == 0, f"{line}\n{printed}"
    return stage


@pytest.mark.parametrize("name", NAMES)
def test_help_says_what_the_command_does_and_shows_it(name: str) -> None:
    text = help_of(name)
    summary = text.split("\n\n")[1].strip()
    assert summary.endswith(".")
    assert len(summary.split()) < 25
    assert re.search(rf"\n {{2}}Examples?:\n {{4}}kg {name}", text)
    assert max(map(len, text.splitlines())) <= 100
    undescribed = [p.opts for p in command(name).params if isinstance(p, click.Option) and not p.help]
    assert undescribed == []


def test_the_list_of_commands_says_what_their_help_says() -> None:
    listed = cli.get_help(CONTEXT).split("Commands:\n")[1]
    for name in NAMES:
        assert re.search(rf"^ {{2}}{name} ", listed, re.MULTILINE)
        assert callable(command(name).callback)


def test_all_examples_are_found() -> None:
    assert len(EXAMPLES) == 33
    assert {line.split()[1] for line in EXAMPLES} == set(NAMES)


def write_tables(folder: Path) -> None:
    """What the examples of `kg init` begin with."""
    from openpyxl import Workbook

    (folder / "tables").mkdir()
    (folder / "tables/incidents.csv").write_text("id,date\n1,2024-05-16\n", encoding="utf-8")
    book = Workbook()
    for row in (["id", "date"], [1, "2024-05-16"]):
        book.worksheets[0].append(row)
    book.save(folder / "incidents.xlsx")


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_works(line: str, prepared: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if line.startswith("kg init"):
        monkeypatch.setattr(prepared, "folder", tmp_path)
        write_tables(tmp_path)
    printed = prepared.run(line)
    assert prepared.exit_code == 0, printed
    written = re.search(r" -o (\S+)", line)
    assert (prepared.folder / written[1]).stat().st_size if written else printed


def test_help_answers_at_once() -> None:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "kg", "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    assert min(times) < 5 * SECONDS
