"""
Builds side by side on disk, so that one is always whole.

A folder holds numbered generations and a file `current` that names the one that answers. A build makes a new
generation aside and then replaces `current`, which is one rename: whoever fails, is killed or runs out of disk before
it has changed nothing. Readers hold a shared lock on the generation they read, so that a later build does not remove it
under them; a writer holds the folder's lock.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kg.model.errors import EnvironmentFault, UsageError, disk_full, is_full

_NAME = re.compile(r"g[0-9]{6,}")
_CURRENT = "current"
_LOCK = "lock"
_READERS = "readers"


class Generations:
    """The generations below one folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def current(self) -> Path | None:
        """The generation that answers now; None before the first build."""
        try:
            name = (self.folder / _CURRENT).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise EnvironmentFault(
                f"{self.folder} cannot be read: {error.strerror}", "builds need a folder there"
            ) from error
        generation = self.folder / name
        return generation if name and generation.is_dir() else None

    @contextmanager
    def reading(self) -> Iterator[Path]:
        """
        The current generation, kept in place until the block ends.

        Raises:
            UsageError: There is none.
        """
        while True:
            generation = self.current()
            if generation is None:
                raise UsageError(f"nothing is built yet: {self.folder} holds no store", "run `kg build` first")
            try:
                lock = (generation / _READERS).open("rb")
            except FileNotFoundError:
                continue  # a build has just replaced it
            with lock:
                fcntl.flock(lock, fcntl.LOCK_SH)
                if self.current() == generation:
                    yield generation
                    return

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """
        A new, empty generation to fill; it becomes the current one when the block ends without an error.

        Raises:
            EnvironmentFault: Another process is building, or the disk refuses.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / _LOCK).open("a+", encoding="utf-8")
        except OSError as error:
            raise EnvironmentFault(f"cannot write to {self.folder}: {error.strerror}") from error
        with lock:
            self._take(lock)
            self._clean()
            generation = self._next()
            try:
                generation.mkdir()
                (generation / _READERS).touch()
                yield generation
                self._swap(generation)
            except BaseException as error:
                shutil.rmtree(generation, ignore_errors=True)
                if isinstance(error, OSError | RuntimeError | sqlite3.OperationalError) and is_full(error):
                    named = Path(error.filename) if isinstance(error, OSError) and error.filename else self.folder
                    raise disk_full(named, "make room, and build again; the old build still answers") from error
                if isinstance(error, OSError | sqlite3.OperationalError):
                    raise EnvironmentFault(
                        f"the build could not be written: {error}", "the old one still answers"
                    ) from error
                raise
            self._clean()

    def _take(self, lock: IO[str]) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            other = lock.read().strip()
            raise EnvironmentFault(
                f"another build is writing to {self.folder}" + (f" (process {other})" if other else ""),
                "wait for it to end, and build again",
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()

    def _next(self) -> Path:
        numbers = [int(path.name[1:]) for path in self._all()]
        return self.folder / f"g{max(numbers, default=0) + 1:06d}"

    def _all(self) -> list[Path]:
        """The folders that are generations; whatever else lies here is not ours to touch."""
        return [path for path in self.folder.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()]

    def _swap(self, generation: Path) -> None:
        aside = self.folder / f"{_CURRENT}.new"
        with aside.open("w", encoding="utf-8") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / _CURRENT)

    def _clean(self) -> None:
        """Remove the generations that neither answer nor are read: old ones, and those of builds that were killed."""
        current = self.current()
        for path in self._all():
            if path == current:
                continue
            try:
                with (path / _READERS).open("rb") as readers:
                    fcntl.flock(readers, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path, ignore_errors=True)
            except FileNotFoundError:
                shutil.rmtree(path, ignore_errors=True)
            except BlockingIOError:
                continue  # somebody reads it
