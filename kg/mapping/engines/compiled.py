"""
SQL that was compiled before: kept in a file for this user, by what decides it.

The file is nobody's evidence. Without it, or where it cannot be read, everything is compiled again, with the same
result.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from kg.mapping.engines.deferred import Rows
from kg.model.recursion import deep_recursion
from kg.ontology import vocabulary

_COMPILERS: Final = ("ibis-framework", "sqlglot")
_MOST: Final = 10_000
"""Texts that are kept, a hundred for a mapping of a hundred lines; the oldest go."""

_WAIT: Final = 0.5
"""Seconds to wait for another process that reads or writes: compiling takes no longer."""


class Compiled:
    """The SQL of rows. What is new goes to `file` when this is closed, and nowhere if there is none."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._old: sqlite3.Connection | None = None
        self._new: dict[str, str] = {}
        if file is not None and file.exists():
            with suppress(sqlite3.Error):
                self._old = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=_WAIT)

    def sql(self, rows: Rows, dialect: str) -> str:
        """The SQL of rows, on one line."""
        if self._file is None:
            return to_sql(rows, dialect)
        key = f"{_compiler()} {dialect} {rows.key}"
        found = self._new.get(key) or self._kept(key)
        if found is None:
            found = self._new[key] = to_sql(rows, dialect)
        return found

    def _kept(self, key: str) -> str | None:
        if self._old is not None:
            with suppress(sqlite3.Error):
                for (found,) in self._old.execute("SELECT sql FROM compiled WHERE key = ?", [key]):
                    return str(found)
        return None

    def close(self) -> None:
        """Keep what is new; where the file cannot be written, nothing is kept."""
        if self._old is not None:
            self._old.close()
        if self._file is None or not self._new:
            return
        with suppress(OSError, sqlite3.Error):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=_WAIT)) as db, db:
                db.execute("CREATE TABLE IF NOT EXISTS compiled (key TEXT UNIQUE, sql TEXT)")
                db.executemany("INSERT OR REPLACE INTO compiled VALUES (?, ?)", self._new.items())
                db.execute(f"DELETE FROM compiled WHERE rowid <= (SELECT max(rowid) FROM compiled) - {_MOST}")


@cache
def _compiler() -> str:
    """Changes with what makes SQL of a plan: the libraries, the modules of expressions, and the words they know."""
    digest = hashlib.sha256(" ".join(map(version, _COMPILERS)).encode())
    folders = (Path(__file__).parent, Path(__file__).parents[1] / "plan")
    for module in (*(one for folder in folders for one in sorted(folder.glob("*.py"))), Path(vocabulary.__file__)):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:16]


def to_sql(rows: Rows, dialect: str) -> str:
    """Compile the expression of rows."""
    import ibis

    with deep_recursion():
        return str(ibis.to_sql(rows.table(), dialect=dialect, pretty=False))
