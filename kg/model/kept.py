"""
Texts that took long to make, kept in a file for this user by what decides them.

The file is nobody's evidence. Without it, or where it cannot be read, everything is made again, with the same result.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final

_MOST: Final = 2_000
"""Texts that are kept; the oldest go."""

_WAIT: Final = 0.5
"""Seconds to wait for another process that reads or writes: to make them takes no longer."""


class Kept:
    """The texts of a file. What is new goes to it when this is closed, and nowhere if there is none."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._old: sqlite3.Connection | None = None
        self._new: dict[str, str] = {}
        if file is not None and file.exists():
            with suppress(sqlite3.Error):
                self._old = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=_WAIT)

    def get(self, key: str) -> str | None:
        """The text of a key, None where there is none."""
        if key in self._new:
            return self._new[key]
        if self._old is not None:
            with suppress(sqlite3.Error):
                for (found,) in self._old.execute("SELECT text FROM kept WHERE key = ?", [key]):
                    return str(found)
        return None

    def put(self, key: str, text: str) -> None:
        """Keep a text by its key."""
        if self._file is not None:
            self._new[key] = text

    def close(self) -> None:
        """Write what is new; where the file cannot be written, nothing is kept."""
        if self._old is not None:
            self._old.close()
        if self._file is None or not self._new:
            return
        with suppress(OSError, sqlite3.Error):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=_WAIT)) as db, db:
                db.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT UNIQUE, text TEXT)")
                db.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", self._new.items())
                db.execute("DELETE FROM kept WHERE rowid <= (SELECT max(rowid) FROM kept) - ?", [_MOST])


def digest_of(libraries: Iterable[str], modules: Iterable[Path]) -> str:
    """Changes with the versions of some libraries and with the bytes of some modules, or of all below some folders."""
    digest = hashlib.sha256(" ".join(map(version, libraries)).encode())
    for path in modules:
        for module in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(module.read_bytes())
    return digest.hexdigest()[:16]
