"""`kg review` on a terminal: one key decides, the quote stands out, and what is decided can be undone."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

FACTS = """\
document: {id: post, type: NewsArticle, text: post.txt}
claims:
  - {id: front, type: ArmedGroup, name: Hill Front, review: proposed, quote: Hill Front}   # who
  - id: base
    type: Base
    name: Halden base
    place: unknown
    quote: Halden base
    review: proposed
"""
TEXT = "It rained.\n\nHill Front fighters attacked Halden base.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kg.toml").write_text('base = "https://example.org/"\nanalyst = "M. A."\n', encoding="utf-8")
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts/post.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "facts/post.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def play(folder: Path, typed: list[tuple[str, str]], editor: str = "") -> str:
    """All that is shown; each text is typed once the one before it has come up."""
    command = [sys.executable, "-m", "kg", "review", "--on", "2023-11-05"]
    child, terminal = pty.fork()
    if not child:
        os.chdir(folder)
        environment = {**os.environ, "TERM": "xterm", "EDITOR": editor, "VISUAL": ""}
        os.execve(sys.executable, command, environment)  # noqa: S606 (no shell, on purpose)
    shown = ""
    for awaited, keys in typed:
        shown += _until(terminal, awaited)
        time.sleep(0.3)  # what is typed before the terminal listens for single keys is dropped
        os.write(terminal, keys.encode())
    shown += _until(terminal, None)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, shown
    return shown


def _until(terminal: int, awaited: str | None) -> str:
    """What comes until a text does; with None until the end."""
    shown, last = "", time.monotonic() + 60
    while awaited is None or awaited not in shown:
        ready, _, _ = select.select([terminal], [], [], max(0, last - time.monotonic()))
        assert ready, f"{awaited!r} did not come: {shown}"
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            part = b""
        if not part:
            assert awaited is None, f"{awaited!r} did not come: {shown}"
            break
        shown += part.decode()
    return shown


def facts(folder: Path) -> str:
    return (folder / "facts/post.yaml").read_text(encoding="utf-8")


def test_one_key_accepts_and_the_quote_stands_out(folder: Path) -> None:
    shown = play(folder, [("[?] ", "a"), ("[?] ", "s"), ("[q]uit ", "q")])
    assert "\x1b[7mHill Front\x1b[0m fighters attacked Halden base." in shown
    assert "It rained" not in shown
    assert "1 accepted; 1 left" in shown
    marks = "review: accepted, reviewer: M. A., reviewedOn: 2023-11-05"
    assert facts(folder) == FACTS.replace("review: proposed", marks, 1)


def test_a_rejection_asks_why(folder: Path) -> None:
    play(folder, [("[?] ", "r"), ("why", "not a group: a front\r"), ("[?] ", "q")])
    assert (
        'review: rejected, reviewer: M. A., reviewedOn: 2023-11-05, rejectedBecause: "not a group: a front"'
        in facts(folder)
    )


def test_all_can_be_undone(folder: Path) -> None:
    shown = play(folder, [("[?] ", "a"), ("[?] ", "a"), ("[q]uit ", "u"), ("[?] ", "u"), ("[?] ", "q")])
    assert shown.count("no longer accepted") == 2
    assert facts(folder) == FACTS


def test_an_editor_mends_an_entry(folder: Path) -> None:
    shown = play(folder, [("[?] ", "e"), ("[?] ", "q")], editor="sed -i s/ArmedGroup/Militia/")
    assert "1 edited; 1 left" in shown
    assert "type: Militia, name: Hill Front, review: edited, reviewer: M. A." in facts(folder)
    assert "proposalKey: " in facts(folder)


def test_an_edit_with_an_error_is_not_written(folder: Path) -> None:
    shown = play(folder, [("[?] ", "e"), ("[?] ", "q")], editor="sed -i s/ArmedGroup/Armee/")
    assert "not written: unknown-type" in shown
    assert facts(folder) == FACTS


def test_ctrl_c_ends_it_and_keeps_what_was_decided(folder: Path) -> None:
    shown = play(folder, [("[?] ", "a"), ("[?] ", "\x03")])
    assert "1 accepted; 1 left" in shown
