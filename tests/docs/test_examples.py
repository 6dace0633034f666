"""What the pages show is what happens."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.transcripts import ROOT, Stage, play, rewritten

PAGES = sorted(
    path
    for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    if "<!-- in: " in path.read_text(encoding="utf-8") or "```console" in path.read_text(encoding="utf-8")
)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("docs"))


def test_there_are_pages_to_run() -> None:
    assert {page.stem for page in PAGES} >= {"README", "tutorial"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_page_shows_what_happens(page: Path, stage: Stage) -> None:
    text = page.read_text(encoding="utf-8")
    wrong = play(text, stage)
    if wrong and os.environ.get("KG_WRITE"):
        page.write_text(rewritten(text, wrong), encoding="utf-8")
    assert not wrong, "\n\n".join([page.name, *map(str, wrong)])
