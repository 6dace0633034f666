"""
A build of a large table that is stopped, killed, or runs out of disk changes nothing, and leaves nothing behind.

Each is a process of its own, met in the midst of a phase; what it was doing shows in the folders that it made.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.slow]

ROWS = 100_000
HEADER = "id,date,what,dead\n"
MAPPING = """\
table: ../tables/a.csv
document: {id: ds, type: DataSet}
claims:
  - claim: "{id}"
    codedIn: "row {id}"
    says:
      - {id: "e-{id}", type: ArmedClash, day: "{date}", description: "{what}", killed: {count: "{dead}"}}
"""
TOML = 'base = "https://example.org/large/"\ntimezone = "UTC"\n'


def is_reading(project: Path, temporary: Path) -> bool:
    """The cells are being read, or have just been."""
    del project
    return any(temporary.glob("kg-tables-*"))


def is_loading(project: Path, temporary: Path) -> bool:
    """The new store is begun."""
    del temporary
    return any(project.glob(".kg/g000002/store"))


PHASES: dict[str, Callable[[Path, Path], bool]] = {"reading": is_reading, "loading": is_loading}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A project with a build of one row, whose table then grows."""
    root = tmp_path / "project"
    for folder in ("facts", "mappings", "tables"):
        (root / folder).mkdir(parents=True)
    (root / "kg.toml").write_text(TOML, encoding="utf-8")
    (root / "mappings/a.yaml").write_text(MAPPING, encoding="utf-8")
    (root / "tables/a.csv").write_text(HEADER + "1,2023-11-03,the old row,2\n", encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    assert kg(root, tmp_path / "tmp", "build") == (0, "built 46 quads from 0 files and 1 row: no findings")
    query = "SELECT ?text { ?event <https://w3id.org/conflict-kg/ontology#description> ?text }"
    (root / "described.rq").write_text(query, encoding="utf-8")
    rows = "".join(f"{n},2023-11-03,a clash near the bridge,{n % 40}\n" for n in range(ROWS))
    (root / "tables/a.csv").write_text(HEADER + rows, encoding="utf-8")
    yield root
    shutil.rmtree(root)


def start(root: Path, temporary: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "kg", "-C", str(root), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)


def kg(root: Path, temporary: Path, *arguments: str) -> tuple[int, str]:
    process = start(root, temporary, *arguments)
    printed, _ = process.communicate(timeout=300)
    return process.returncode, printed.strip()


def described(root: Path, temporary: Path) -> list[str]:
    """What the store that answers says of its events."""
    code, printed = kg(root, temporary, "query", "--format", "csv", str(root / "described.rq"))
    assert code == 0, printed
    return printed.splitlines()[1:]


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(
    ("sent", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)],
    ids=["ctrl-c", "term", "kill"],
)
def test_a_build_that_is_ended(phase: str, sent: signal.Signals, code: int, project: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    process = start(project, temporary, "build")
    while not PHASES[phase](project, temporary):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    process.send_signal(sent)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == code, printed
    assert described(project, temporary) == ["the old row"]
    if sent != signal.SIGKILL:
        assert printed.strip() == "stopped"
        assert list(temporary.iterdir()) == []
        assert not (project / ".kg/g000002").exists()
    (project / "tables/a.csv").write_text(HEADER + "2,2023-11-03,the new row,2\n", encoding="utf-8")
    assert kg(project, temporary, "build") == (0, "built 46 quads from 0 files and 1 row: no findings")
    assert [path.name for path in (project / ".kg").glob("g*")] == ["g000002"]
    assert list(temporary.iterdir()) == []  # also what was killed has left nothing
    assert described(project, temporary) == ["the new row"]


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of 16 MB in the place of a folder."""
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only the administrator may mount a disk")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], check=False)
    if made.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["/bin/umount", str(folder)], check=True)


def test_a_full_disk(project: Path, tmp_path: Path) -> None:
    """The output does not fit; what is built stays."""
    small = tmp_path / "small"
    small.mkdir()
    with small_disk(small):
        code, printed = kg(project, tmp_path / "tmp", "build", "--out", f"{small}/quads.nq")
        assert code == 3, printed
        assert "kg: the disk is full: there is no room left in " in printed
        assert "Traceback" not in printed
        assert list((tmp_path / "tmp").iterdir()) == []
        assert described(project, tmp_path / "tmp") == ["the old row"]
        assert not list(small.glob("*quads*"))


def test_a_full_disk_under_the_store(project: Path, tmp_path: Path) -> None:
    """The new store does not fit beside the old one, which answers, and is the only one left."""
    built = tmp_path / "built"
    (project / ".kg").rename(built)
    (project / ".kg").mkdir()
    with small_disk(project / ".kg"):
        shutil.copytree(built, project / ".kg", dirs_exist_ok=True)
        before = sorted(path.name for path in (project / ".kg").iterdir())
        code, printed = kg(project, tmp_path / "tmp", "build")
        assert code == 3, printed
        assert f"kg: the disk is full: there is no room left in {project}/.kg" in printed
        assert "the old build still answers" in printed
        assert "Traceback" not in printed
        assert list((tmp_path / "tmp").iterdir()) == []
        assert sorted(path.name for path in (project / ".kg").iterdir()) == before
        assert described(project, tmp_path / "tmp") == ["the old row"]
