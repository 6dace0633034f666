"""
Temporary folders that do not pile up: what a killed process left behind goes when the next one needs a folder.

A folder holds a file that its process keeps locked. The system takes the lock away with the process, however that
ends, so that an unlocked one is nobody's.

What this process has not finished is known, so that it can be taken away when there is no time to go back through all
that is open.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Self

_LOCK: Final = ".kg-lock"
_UNFINISHED: Final[set[Path]] = set()


@contextmanager
def unfinished(path: Path) -> Iterator[None]:
    """A file or folder counts as not finished until the block ends, which takes it away or gives it another name."""
    _UNFINISHED.add(path)
    try:
        yield
    finally:
        _UNFINISHED.discard(path)


def remove_unfinished() -> None:
    """Take away what this process has not finished, also while another thread works on it."""
    for path in tuple(_UNFINISHED):
        shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):
            path.unlink()


class TemporaryFolder:
    """
    A new folder, locked until it is removed; those of the same name that nobody holds any more go.

    Args:
        prefix: What its name begins with.
        parent: Where it is made; the folder for temporary files where it is None.

    Raises:
        OSError: It cannot be made.
    """

    def __init__(self, prefix: str, parent: Path | None = None) -> None:
        parent = parent or Path(tempfile.gettempdir())
        _sweep(parent, prefix)
        # It has the name by which others find it once it is locked.
        made = Path(tempfile.mkdtemp(prefix=f".{prefix}", dir=parent))
        self._lock = os.open(made / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.path = made.rename(parent / made.name.removeprefix("."))
        _UNFINISHED.add(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def remove(self) -> None:
        """Remove it with all that it holds; more than once does no harm."""
        shutil.rmtree(self.path, ignore_errors=True)
        _UNFINISHED.discard(self.path)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _sweep(parent: Path, prefix: str) -> None:
    try:
        found = [Path(one) for one in os.scandir(parent) if one.name.startswith(prefix)]
    except OSError:
        return  # making the new one tells what is wrong
    for folder in found:
        if _is_left(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path) -> bool:
    """Whether it is ours, and the process that made it is no more."""
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False  # no folder of this kind, or somebody else's
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.fstat(lock).st_uid == os.geteuid()
    except OSError:
        return False
    finally:
        os.close(lock)
