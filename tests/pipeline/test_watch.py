"""Checks run once files have changed and are at rest; time is a list of what happens in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.pipeline.watch import snapshot, watch
from tests.pipeline.conftest import MakeProject

Event = Callable[[], object]


def told(
    folder: Path, events: Iterable[Event | None], skip: Callable[[Path], bool] = lambda _: False
) -> list[set[str]]:
    """
    What the check is told at each call, by names seen from the folder.

    One event happens in each wait; None is a wait in which nothing does. After the last one somebody presses Ctrl-C.
    """
    calls: list[set[str]] = []
    coming = iter(events)

    def sleep(_seconds: float) -> None:
        try:
            event = next(coming)
        except StopIteration:
            raise KeyboardInterrupt from None
        if event is not None:
            event()

    def check(changed: frozenset[Path]) -> None:
        calls.append({path.relative_to(folder).as_posix() for path in changed})

    watch([folder], check, sleep=sleep, skip=skip)
    return calls


def write(path: Path, text: str = "") -> Event:
    return lambda: path.write_text(text)


def test_the_first_check_is_told_of_all_files(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts/a.yaml").touch()
    (tmp_path / "kg.toml").touch()
    assert told(tmp_path, [None, None]) == [{"facts/a.yaml", "kg.toml"}]


def test_what_comes_changes_and_goes_is_told(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    assert told(tmp_path, [write(a), None, write(a, "more"), None, write(b), None, a.unlink, None, None]) == [
        set(),
        {"a"},
        {"a"},
        {"b"},
        {"a"},
    ]


def test_what_is_saved_in_steps_is_checked_once(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    assert told(tmp_path, [write(a, "1"), write(b, "1"), write(a, "12"), None, None]) == [set(), {"a", "b"}]


def test_what_is_written_without_end_is_not_waited_for(tmp_path: Path) -> None:
    calls = told(tmp_path, [write(tmp_path / "a", "x" * n) for n in range(100)])
    assert len(calls) > 2
    assert set(map(frozenset, calls[1:])) == {frozenset("a")}


def test_a_file_that_came_and_went_between_two_looks_is_nothing_new(tmp_path: Path) -> None:
    a = tmp_path / "a"
    assert told(tmp_path, [write(a), a.unlink, None, None]) == [set()]


def test_a_file_that_took_the_place_of_another_has_changed(tmp_path: Path) -> None:
    a, aside = tmp_path / "a", tmp_path / ".a.part"
    a.write_text("old")
    aside.write_text("new")
    os.utime(aside, ns=(a.stat().st_atime_ns, a.stat().st_mtime_ns))
    assert told(tmp_path, [lambda: aside.replace(a), None, None]) == [{"a"}, {"a"}]


def test_what_changes_while_the_check_runs_is_told_at_its_next_call(tmp_path: Path) -> None:
    calls: list[frozenset[Path]] = []

    def check(changed: frozenset[Path]) -> None:
        calls.append(changed)
        if len(calls) > 1:
            raise KeyboardInterrupt
        (tmp_path / "a").touch()

    watch([tmp_path], check, sleep=lambda _: None)
    assert calls == [frozenset(), frozenset({tmp_path / "a"})]


def test_hidden_and_skipped_files_and_folders_are_not_looked_at(tmp_path: Path) -> None:
    for name in (".kg/store", "out/graph.ttl", "facts/.a.yaml.swp", "facts/a.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert told(tmp_path, [], skip=lambda path: path.name == "out") == [{"facts/a.yaml"}]


def test_what_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    assert snapshot([tmp_path / "none", tmp_path / "link"]) == {}
    (tmp_path / "link").symlink_to("nowhere")
    assert snapshot([tmp_path]) == {}
    (tmp_path / "none").touch()
    assert list(snapshot([tmp_path / "none"])) == [tmp_path / "none"]


def test_what_the_check_raises_ends_the_watch(tmp_path: Path) -> None:
    def check(_changed: frozenset[Path]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        watch([tmp_path], check)


_WATCHING = """
import sys
from pathlib import Path
from kg.pipeline.watch import watch
watch([Path(sys.argv[1])], lambda changed: print(*sorted(p.name for p in changed), flush=True), interval=0.01)
print("ended")
"""


@contextmanager
def started(*command: str) -> Iterator[tuple[subprocess.Popen[str], Callable[[str], str]]]:
    """A process, and what reads its output up to the next line that begins with a word."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        killer = threading.Timer(120, process.kill)
        killer.start()

        def until(word: str) -> str:
            assert process.stdout is not None
            return next((line for line in process.stdout if line.startswith(word)), "")

        try:
            yield process, until
        finally:
            process.kill()
            killer.cancel()


no_sigint = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for another process")


@no_sigint
@pytest.mark.integration
def test_ctrl_c_ends_it_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with started("-c", _WATCHING, str(tmp_path)) as (process, until):
        assert until("a") == "a\n"
        (tmp_path / "b").touch()
        assert until("") == "b\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate()[0] == "ended\n"
    assert process.returncode == 0


@no_sigint
@pytest.mark.integration
def test_the_command_goes_on_after_a_mistake_and_ends_as_its_last_check_did(make_project: MakeProject) -> None:
    project = make_project({})
    settings, facts = project.root / "kg.toml", project.root / "facts/report.yaml"
    others = ("--format", f"text={project.root / 'facts/report.txt'}")
    with started("-m", "kg", "-C", str(project.root), "check", "--watch", *others) as watching:
        process, until = watching
        assert until("checked").rstrip().endswith(": 1 violation")
        before = settings.read_text()
        settings.write_text("base = ")
        assert "not readable as TOML" in until("kg: ")
        settings.write_text(before)
        assert until("checked").rstrip().endswith(": 1 violation")
        facts.write_text(facts.read_text().replace("attacker: red", "attacker: rad"))
        assert until("checked").rstrip().endswith(": 2 errors")
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.communicate()[0]
    assert process.returncode == 1
