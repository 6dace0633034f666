"""
Compiled queries, run by DuckDB over the file of a dataset: with limits of time, memory and files.

Rows come as they are found.
"""

from __future__ import annotations

import gc
import re
import shutil
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.columns import terms as t
from kg.columns.connection import connect
from kg.columns.dataset import check_version, one
from kg.columns.terms import quoted
from kg.model.errors import EnvironmentFault
from kg.model.temporary import TemporaryFolder
from kg.sparql.algebra import NotCompiled
from kg.sparql.answers import Answered, answer_of, boolean
from kg.sparql.catalogue import Catalogue
from kg.sparql.closures import Closures
from kg.sparql.forms import Compiled, compiled_over
from kg.sparql.kept import KeptQueries
from kg.sparql.limits import Deadline, Limits
from kg.sparql.look_ups import names_many

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_AT_ONCE: Final = 5_000
_KEPT: Final = 128
"""Compiled queries, in memory."""

_TELLS_TIME: Final = re.compile(r"\bNOW\s*\(", re.IGNORECASE)

_PATIENCE: Final = 500
"""Times that a cursor is asked to close, in hundredths of a second."""

_NAME: Final = "dataset"
_OWN: Final = "memory"
"""How DuckDB calls the database that a connection in memory begins with."""

_ROWS: Final = "rows"


class ColumnEngine:
    """A dataset's file, read by SQL that was made of SPARQL."""

    def __init__(self, db: DuckDBPyConnection, limits: Limits | None = None, kept: KeptQueries | None = None) -> None:
        self.db = db
        self.limits = limits or Limits()
        self.catalogue = Catalogue(db)
        self._known = lru_cache(_KEPT)(self._known_of)
        self._kept = kept
        self._folder: TemporaryFolder | None = None
        self._closures = Closures(f"{_OWN}.main")

    @staticmethod
    def open(path: Path, limits: Limits | None = None, kept: Path | None = None) -> ColumnEngine:
        """
        The engine over a file, which it reads only. No query can read another file, or the network.

        `kept` is a file for compiled queries.

        Raises:
            EnvironmentFault: The file is damaged, or of another version.
        """
        import duckdb

        limits = limits or Limits()
        folder = TemporaryFolder("kg-query-")
        try:
            db = connect(":memory:", folder.path, memory=limits.memory)
            db.execute(f"ATTACH {quoted(str(path))} AS {_NAME} (READ_ONLY)")
            db.execute(f"USE {_NAME}")
            # From here on no file can be opened but in this folder; while the engine runs, this cannot be taken back.
            db.execute(f"SET allowed_directories = [{quoted(f'{folder.path}/')}]")
            db.execute("SET enable_external_access = false")
            check_version(db)
            engine = ColumnEngine(db, limits, KeptQueries(kept, path) if kept else None)
        except EnvironmentFault:
            folder.remove()
            raise
        except duckdb.Error as error:
            folder.remove()
            raise EnvironmentFault(
                f"the columns cannot be opened: {error}", "build again with `kg build --fresh`"
            ) from error
        engine._folder = folder
        return engine

    def close(self) -> None:
        """Let go of the file, and of what was spilt."""
        self.db.close()
        if self._kept is not None:
            self._kept.close()
        if self._folder is not None:
            self._folder.remove()

    def compiled(self, text: str) -> Compiled:
        """
        A query as SQL; kept for the next time it is asked, unless it tells the time or names many things.

        Raises:
            NotCompiled: It has a part that is not compiled.
        """
        once = names_many(text) or _TELLS_TIME.search(text)
        return compiled_over(self.catalogue, text) if once else self._known(text)

    def _known_of(self, text: str) -> Compiled:
        found = self._kept.get(text) if self._kept is not None else None
        if found is None:
            found = compiled_over(self.catalogue, text)
            if self._kept is not None:
                self._kept.put(text, found)
        return found

    def answer(self, compiled: Compiled) -> Answered:
        """
        What a query comes to; rows are lazy.

        Raises:
            NotCompiled: The engine comes upon a value that it cannot hold, before the first row.
            EnvironmentFault: It takes too long, or there is no room.
        """
        rows = self._rows(compiled, "{}")
        return boolean(bool(rows.first)) if compiled.form == "ASK" else answer_of(compiled, rows)

    def rows_file(self, compiled: Compiled, place: Path) -> tuple[Path, tuple[str, ...]]:
        """
        Write the rows of a SELECT as Parquet to `place` with that ending, in no order; the path, and the columns.

        Raises:
            NotCompiled: As `answer`; or it is no SELECT, or a column may have doubles, of which DuckDB writes others.
            EnvironmentFault: As `answer`.
        """
        if compiled.form != "SELECT" or self._folder is None or t.DOUBLE in compiled.forms:
            raise NotCompiled("its rows are not written to a file")
        cells = ", ".join(f'CAST(c{at} AS VARCHAR) AS "{name}"' for at, name in enumerate(compiled.variables))
        columns = ", ".join(f"c{at}" for at, _ in enumerate(compiled.variables))
        made = self._folder.path / f"{_ROWS}.parquet"
        rows = f"SELECT {cells} FROM ({{}}) AS rows({columns})"
        list(self._rows(compiled, f"COPY ({rows}) TO {quoted(str(made))} (FORMAT parquet)"))
        return Path(shutil.move(made, place.with_suffix(".parquet"))), compiled.variables

    def _rows(self, compiled: Compiled, around: str) -> Rows:
        """The rows of a query, whose SQL stands for the braces in `around`; its closures are computed before."""
        before, sql = self._closures.kept(compiled.sql, compiled.closures)
        rows = Rows(self.db, around.replace("{}", sql), self.limits, list(before.values()))
        self._closures.are_made(before)
        return rows


class Rows:
    """
    The rows of some SQL, the first of them read at once; stopped by Ctrl-C and when time is over.

    The statements `before` are run first, within the same time.
    """

    def __init__(self, db: DuckDBPyConnection, sql: str, limits: Limits, before: Sequence[str] = ()) -> None:
        self._cursor = db.cursor()
        name = one(db, "SELECT current_database()")
        self._cursor.execute(f"USE {name}")
        self._limits = limits
        stop = weakref.WeakMethod(self._interrupt)
        self._deadline = Deadline(limits.seconds, lambda: (still := stop()) and still())
        self.first: list[tuple[Any, ...]] = self._asked(lambda: self._begun(sql, before), first=True)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        batch = self.first
        try:
            while batch:
                yield from batch
                batch = self._asked(lambda: self._cursor.fetchmany(_AT_ONCE))
        finally:
            self._deadline.met()

    def _begun(self, sql: str, before: Sequence[str]) -> list[tuple[Any, ...]]:
        for statement in before:
            self._cursor.execute(statement)
        return self._cursor.execute(sql).fetchmany(_AT_ONCE)

    def _interrupt(self) -> None:
        self._cursor.interrupt()

    def _asked(self, call: Callable[[], list[tuple[Any, ...]]], *, first: bool = False) -> list[tuple[Any, ...]]:
        """The rows of a call, which runs in a thread: Python sees Ctrl-C only while it waits."""
        import duckdb

        found: list[Any] = []

        def run() -> None:
            try:
                found.append(call())
            except BaseException as error:  # noqa: BLE001 -- raised again where it is waited for
                found.append(error)

        thread = threading.Thread(target=run, daemon=True)
        with _no_collection():
            thread.start()
            try:
                while thread.is_alive():
                    thread.join(0.1)
            except BaseException:
                self._cursor.interrupt()
                thread.join()
                self._close()
                raise
        result = found[0]
        if isinstance(result, duckdb.Error):
            self._close()
            raise self._told(result, first=first) from result
        if isinstance(result, BaseException):
            raise result
        return list(result)

    def _close(self) -> None:
        """Let go of what was stopped, which DuckDB calls busy for a moment more."""
        import duckdb

        self._deadline.met()
        for _ in range(_PATIENCE):
            with suppress(duckdb.Error):
                self._cursor.close()
                return
            time.sleep(0.01)

    def _told(self, error: Exception, *, first: bool) -> Exception:
        import duckdb

        if self._deadline.passed:
            return self._limits.late()
        if isinstance(error, duckdb.OutOfMemoryException):
            hint = "ask for less, or give it more: `query-memory` in kg.toml"
            return EnvironmentFault(f"the query needs more than {self._limits.memory} of memory", hint)
        if first:
            return NotCompiled(f"DuckDB stopped: {str(error).splitlines()[0]}")
        return EnvironmentFault(f"the query broke off: {str(error).splitlines()[0]}", "ask it with --engine oxigraph")


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage is collected meanwhile: another thread may not end what belongs to pyoxigraph in this one."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
