"""
Each page of `tests/cases/cli` is a session at the terminal: commands, what they print, `[exit 1]` where that is not 0.

The format is that of `tests/transcripts.py`. Folders: `kestria`, an invented country as it lies in `tests/cases/cli`;
`built`, the same after `kg build`; `empty`. `KG_WRITE=1` writes what is printed into the pages, but for wildcards.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from click import Context

from kg.cli import cli
from tests.transcripts import Stage, blocks, play, rewritten, steps

CASES = Path(__file__).parents[1] / "cases/cli"
PAGES = sorted(CASES.glob("*.md"))


class Terminal(Stage):
    """Shows the exit code below what a command prints."""

    def run(self, command: str) -> str:
        self.exit_code = 0
        printed = super().run(command)
        return "\n".join(filter(None, [printed, f"[exit {self.exit_code}]" if self.exit_code else ""]))


@pytest.fixture(scope="session")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    home = tmp_path_factory.mktemp("cli")
    terminal = Terminal(home)
    for kind in ("kestria", "built"):
        terminal.templates[kind] = home / "templates" / kind / "kestria"
        shutil.copytree(CASES / "kestria", terminal.templates[kind])
    (home / "templates/empty/empty").mkdir(parents=True)
    terminal.templates["empty"] = home / "templates/empty/empty"
    terminal.folder = terminal.templates["built"]
    assert terminal.run("kg build").startswith("built ")
    return terminal


def commands(page: Path) -> list[str]:
    consoles = [block for block in blocks(page.read_text(encoding="utf-8")) if block.language == "console"]
    return [step.command for block in consoles for step in steps(block)]


def case(page: Path) -> Any:
    return pytest.param(page, id=page.stem)


def test_all_sessions_are_found() -> None:
    assert len(PAGES) == 15
    assert sum(len(commands(page)) for page in PAGES) == 288
    assert {page.stem for page in PAGES} >= set(cli.list_commands(Context(cli)))


@pytest.mark.parametrize("page", [case(page) for page in PAGES])
def test_session(page: Path, terminal: Terminal) -> None:
    text = page.read_text(encoding="utf-8")
    wrong = play(text, terminal)
    if wrong and os.environ.get("KG_WRITE"):
        page.write_text(rewritten(text, wrong), encoding="utf-8")
    assert not wrong, "\n\n".join([page.name, *map(str, wrong)])
