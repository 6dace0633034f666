"""
Compiled queries, run by Spark over a folder of `kg.columns.parquet`, which the driver and all workers see.

The driver compiles: it asks the folder through DuckDB for the numbers of the terms that a query names.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.columns.dataset import HELD
from kg.columns.parquet import TERMS, open_folder
from kg.model.errors import EnvironmentFault
from kg.model.java import first_line
from kg.model.temporary import TemporaryFolder
from kg.ontology import vocabulary as v
from kg.sparql.algebra import NotCompiled
from kg.sparql.answers import Answered, answer_of, boolean
from kg.sparql.catalogue import Catalogue
from kg.sparql.forms import Compiled, compiled_over
from kg.sparql.limits import Deadline, Limits
from kg.sparql.spark.translation import Closure, Statement, View, translated

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SETTINGS: Final = {
    # Else a sum of two numbers with eighteen digits behind the point has seventeen.
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    # Conditions of joins often stand in WHERE, behind a list of tables.
    "spark.sql.crossJoin.enabled": "true",
    # Else a union of what was looked up beside two tables stops Spark 4 in its own planning: "key not found".
    "spark.sql.constraintPropagation.enabled": "false",
}
"""What a session must be set to, beside ANSI mode and UTC, for answers to be right."""

_GROUP: Final = "kg-query"
_HELD: Final = re.compile(r"CAST_INVALID_INPUT\] The value 'not held: (.*?)' of the type", re.DOTALL)
_CONDITION: Final = re.compile(r"\[[A-Z][A-Z_.]+[A-Z]\] [^\n]*")
"""How Spark names what went wrong, in the first of several errors."""

_LONGEST_PATH: Final = 10_000
"""Steps of a path, after which it is given up."""


class SparkQueries:
    """The dataset of a folder, asked through a session of Spark that has `SETTINGS` and no other user."""

    def __init__(self, session: Callable[[], SparkSession], folder: Path, limits: Limits | None = None) -> None:
        """
        `session` is asked for with the first query that is compiled.

        Raises:
            UsageError: The folder has no columns, or those of another version.
        """
        # It would print Java's stack whenever a query is refused.
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
        self._started = session
        self._folder = folder.resolve()
        self._limits = limits or Limits()
        self._spilt = TemporaryFolder("kg-query-")
        self._db = open_folder(folder, self._spilt.path)
        self._catalogue = Catalogue(self._db)
        self._known: set[str] = set()

    @cached_property
    def _session(self) -> SparkSession:
        return self._started()

    def close(self) -> None:
        """Let go of the folder; the session goes on."""
        self._db.close()
        self._spilt.remove()

    def compiled(self, text: str) -> Compiled:
        """
        A query as the SQL that DuckDB would be given.

        Raises:
            NotCompiled: It has a part that is not compiled.
        """
        return compiled_over(self._catalogue, text)

    def answer(self, compiled: Compiled) -> Answered:
        """
        What a query comes to; rows come a partition at a time.

        Raises:
            NotCompiled: Spark cannot run it, or comes upon a value that it cannot work on exactly.
            EnvironmentFault: It takes too long, or a worker fails.
        """
        frame = self.frame(translated(compiled.sql))
        rows = self._rows(frame)
        first = next(rows, None)
        if compiled.form == "ASK":
            return boolean(first is not None)
        return answer_of(compiled, _again(first, rows))

    def frame(self, statement: Statement) -> DataFrame:
        """The rows of a statement, not asked for yet; closures of paths are."""
        with self._told():
            for name in sorted(statement.tables - self._known):
                self._table(name)
            for one in statement.before:
                if isinstance(one, View):
                    self._kept(one.name, self._session.sql(one.sql))
                else:
                    self._close_over(one)
            return self._session.sql(statement.sql)

    def plan(self, compiled: Compiled) -> str:
        """The SQL that Spark is given, and its plan."""
        statement = translated(compiled.sql)
        with redirect_stdout(StringIO()) as told:
            self.frame(statement).explain()
        return f"{statement.sql}\n\n{told.getvalue()}"

    # ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _table(self, name: str) -> None:
        kind, _, number = name.partition("_")
        if kind == "class":
            self._need("triple")
            type_of = self._catalogue.constant(str(v.RDF_TYPE)).id
            sql = f"SELECT s FROM triple WHERE p = {type_of} AND o = {int(number)}"
            self._session.sql(sql).createOrReplaceTempView(name)
        elif number:
            self._need(kind)
            self._session.sql(f"SELECT {HELD[kind]} FROM {kind} WHERE p = {int(number)}").createOrReplaceTempView(name)
        else:
            self._need(name)
        self._known.add(name)

    def _need(self, name: str) -> None:
        """A view of the files of a table."""
        if name in self._known:
            return
        if name in HELD:
            schema = ", ".join(f"{column} INT" for column in (*HELD[name].split(", "), "p"))
            found = self._session.read.schema(schema).parquet(str(self._folder / name))
        else:
            found = self._session.read.parquet(str(self._folder / TERMS))
        found.createOrReplaceTempView(name)
        self._known.add(name)

    def _kept(self, name: str, frame: DataFrame) -> DataFrame:
        """Rows that are computed now, as a view."""
        kept = frame.localCheckpoint(eager=True)
        kept.createOrReplaceTempView(name)
        return kept

    def _close_over(self, closure: Closure) -> None:
        """
        Make the view of a closure: from step to step, until nothing is new.

        Spark's own recursion takes a pair as often as ways lead to it, and so has no end where they lead in a circle.
        """
        steps = found = fresh = self._session.table(closure.steps)
        others = [column for column in closure.columns if column not in {"a", "b"}]
        for _ in range(_LONGEST_PATH):
            onwards = steps.selectExpr("a AS b", "b AS c", *others)
            reached = fresh.join(onwards, ["b", *others]).selectExpr("a", "c AS b", *others).distinct()
            fresh = reached.join(found, list(closure.columns), "left_anti").localCheckpoint(eager=True)
            if fresh.isEmpty():
                break
            found = self._kept(closure.name, found.unionByName(fresh))
        else:
            raise NotCompiled(f"a path has more than {_LONGEST_PATH:,} steps")
        found.createOrReplaceTempView(closure.name)

    # ── Rows ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _rows(self, frame: DataFrame) -> Iterator[tuple[Any, ...]]:
        with self._told():
            yield from map(tuple, frame.toLocalIterator(prefetchPartitions=True))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Spark's exceptions as ours, and an end when time is over."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        context = self._session.sparkContext
        context.setJobGroup(_GROUP, "kg query", interruptOnCancel=True)
        deadline = Deadline(self._limits.seconds, lambda: context.cancelJobGroup(_GROUP))
        try:
            yield
        except (PySparkException, Py4JError) as error:
            if deadline.passed:
                raise self._limits.late() from error
            raise _as_ours(error) from error
        finally:
            deadline.met()


def _again(first: tuple[Any, ...] | None, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    if first is not None:
        yield first
        yield from rows


def _as_ours(error: Exception) -> Exception:
    """What Spark says, in one line: a value or a query that it cannot work on, or a fault of the cluster."""
    whole = str(error)
    held = _HELD.search(whole)
    if held is not None:
        return NotCompiled(f"it comes upon a value that cannot be worked on exactly: {held[1]}")
    told = _CONDITION.search(whole)
    if told is not None:
        return NotCompiled(f"Spark stopped: {told[0].rstrip(':. ')}")
    return EnvironmentFault(f"Spark broke off: {first_line(error)}", "the logs of Spark's driver and workers say more")
