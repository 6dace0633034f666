"""Temporary folders: gone after use, and what a killed process left goes with the next one."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from kg.model.temporary import TemporaryFolder

HOLD = """
import sys, time
from pathlib import Path
from kg.model.temporary import TemporaryFolder
folder = TemporaryFolder("kg-test-", Path(sys.argv[1]))
(folder.path / "large").write_text("x")
print(folder.path, flush=True)
time.sleep(300)
"""


def test_a_folder_goes_after_use(tmp_path: Path) -> None:
    with TemporaryFolder("kg-test-", tmp_path) as folder:
        assert folder.path.parent == tmp_path
        assert folder.path.name.startswith("kg-test-")
        (folder.path / "file").touch()
    assert list(tmp_path.iterdir()) == []
    folder.remove()


def test_what_a_killed_process_left_goes_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "kg-test-of-somebody").mkdir()
    (tmp_path / "kg-test-file").touch()
    processes = [
        subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        killed, alive = (Path(process.stdout.readline().strip()) for process in processes if process.stdout)
        processes[0].send_signal(signal.SIGKILL)
        processes[0].wait(30)
        assert killed.exists()
        with TemporaryFolder("kg-test-", tmp_path) as own, TemporaryFolder("kg-test-", tmp_path) as other:
            assert not killed.exists()
            assert (alive / "large").exists()
            assert own.path.exists()
            assert other.path.exists()
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    assert {path.name for path in tmp_path.iterdir()} == {"kg-test-of-somebody", "kg-test-file", alive.name}
