"""
Runs plans on Spark: one session, some views, and what an Ibis expression over them gives.

A plan is compiled to SQL here and run by our own session. Executors need no Python: all that crosses is SQL.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from kg.model.errors import Bug, EnvironmentFault, UsageError
from kg.model.java import first_line

if TYPE_CHECKING:
    from ibis import Table
    from pyspark.sql import DataFrame, SparkSession

# What makes a plan mean on Spark what it means on DuckDB.
_MEANING = {
    # Else `${x}` inside a text of the plan is replaced, in silence, by nothing.
    "spark.sql.variable.substitute": "false",
    # The compiler escapes backslashes as the parser's default reads them.
    "spark.sql.parser.escapedStringLiterals": "false",
    # A cast of a dirty text raises, as elsewhere; NULL would be a silent drop.
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
}
# A plan is one expression of some hundred kilobytes, mostly texts.
_SIZE = {
    # HotSpot compiles no method above this, in bytes of bytecode; Spark's own limit is eight times as high.
    "spark.sql.codegen.hugeMethodLimit": "8000",
    # Each level of nested functions takes an iteration, and the default of 100 is reached by a plan of ours.
    "spark.sql.analyzer.maxIterations": "1000",
    "spark.sql.optimizer.maxIterations": "1000",
    "spark.sql.maxPlanStringLength": "20000",
    # Spark packs small files into one task; a megabyte of Parquet is work enough for one.
    "spark.sql.files.openCostInBytes": "0",
    "spark.sql.files.maxPartitionBytes": "8m",
}
# What can be said only before the Java machine starts. Deep expressions are walked recursively.
_START = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.extraJavaOptions": "-Xss16m",
    "spark.executor.extraJavaOptions": "-Xss16m",
}
# Where the driver and its workers are one machine, no port is open to others.
_LOOPBACK = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
# A look-up up to this size is sent whole to every worker; a larger one is joined by shuffling.
_MOST_BROADCAST_ROWS = 500_000
_CONNECT_SECONDS = 5


@dataclass(frozen=True)
class SparkOptions:
    """
    Where and how Spark runs.

    Args:
        master: `local[2]`, `spark://host:port` …; empty: what `spark-submit` or `spark-defaults.conf` say.
        packages: Maven coordinates to load, `org.apache.hadoop:hadoop-aws:3.5.0` for `s3a:` addresses.
        settings: Any setting of Spark; wins over ours, but not over those that hold a plan's meaning.

    Spec: https://spark.apache.org/docs/latest/configuration.html
    """

    master: str = "local[2]"
    packages: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)

    def before_start(self) -> dict[str, str]:
        """Settings for a session that does not run yet."""
        alone = self.master.startswith("local") or urlsplit(self.master).hostname == "127.0.0.1"
        return {
            **({"spark.master": self.master} if self.master else {}),
            **({"spark.jars.packages": ",".join(self.packages)} if self.packages else {}),
            **_START,
            **(_LOOPBACK if alone else {}),
            **_SIZE,
            **self.settings,
            **_MEANING,
        }


class SparkEngine:
    """
    A Spark session of our own: views go in by name, expressions over tables of those names are run.

    Folders that are written to must not exist, and with several machines all of them must see the same folder.
    Use it as a context manager, or call `stop`.
    """

    def __init__(self, session: SparkSession, options: SparkOptions, *, started: bool) -> None:
        self._session = session
        self._options = options
        self._started = started

    @classmethod
    def open(cls, options: SparkOptions) -> SparkEngine:
        """
        Start Spark, or join what runs in this process already.

        Raises:
            EnvironmentFault: pyspark or Java is missing, or the master does not answer.
            UsageError: The process runs Spark with another master.
        """
        build = _builder()
        _reach(options.master)
        with _told("start"):
            running = build.getActiveSession()
            session = running or _started(build, options)
        master = session.sparkContext.master
        if running and options.master not in {"", master}:
            raise UsageError(f"Spark already runs in this process, on {master}", "stop it, or give its master")
        return cls(_apart(session, options), options, started=running is None)

    def apart(self) -> SparkEngine:
        """Another on the same workers, with tables of its own: names of the one mean nothing to the other."""
        return SparkEngine(_apart(self._session, self._options), self._options, started=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def session(self) -> SparkSession:
        """The session, for what is no plan of a mapping."""
        return self._session

    def rows(self, name: str, files: Sequence[str | Path]) -> None:
        """Read Parquet files, or folders of them, as the table `name`; one row group is read by one task."""
        with _told(f"read {files[0]}"):
            self._session.read.parquet(*map(str, files)).createOrReplaceTempView(name)

    def distinct(self, name: str, columns: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
        """The distinct tuples of some columns, in no order; one partition at a time is held in memory."""
        with _told(f"read {name}"):
            found = self._session.table(name).select(*columns).distinct()
            yield from map(tuple, found.toLocalIterator(prefetchPartitions=True))

    def look_up(self, name: str, columns: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> None:
        """Make the table `name`, all of text, to be joined with; up to half a million rows it goes to every worker."""
        from pyspark.sql import functions
        from pyspark.sql.types import StringType, StructField, StructType

        texts = StructType([StructField(column, StringType()) for column in columns])
        with _told(f"send the look-up {name}"):
            table = self._session.createDataFrame(list(rows), texts)
            sent = functions.broadcast(table) if len(rows) <= _MOST_BROADCAST_ROWS else table
            sent.createOrReplaceTempView(name)

    def fetch(self, expression: Table) -> Iterator[tuple[Any, ...]]:
        """The rows that an expression gives; one partition at a time is held in memory."""
        frame = self._frame(expression)
        with _told("read the answer"):
            yield from map(tuple, frame.toLocalIterator(prefetchPartitions=True))

    def keep(self, name: str, expression: Table) -> None:
        """Make the view `name` of an expression."""
        frame = self._frame(expression)
        with _told(f"keep {name}"):
            frame.createOrReplaceTempView(name)

    def count(self, expression: Table) -> int:
        """The number of rows that an expression gives."""
        with _told("count the rows"):
            return int(self._frame(expression).count())

    def write_lines(self, expression: Table, folder: str | Path, *, compress: bool = False) -> None:
        """
        Write a column of texts as files of lines, `part-….txt` or `part-….txt.gz`.

        Args:
            expression: One column. A text may hold many lines; the last has no line feed, which is added here.
                NULL and the empty text are no line.
            folder: A new folder, local or `s3a://bucket/…`.
            compress: With gzip.
        """
        frame = self._frame(expression)
        lines = frame.where(frame[0] != "")
        with _told(f"write {folder}"):
            lines.write.text(str(folder), compression="gzip" if compress else "none")

    def write_parquet(self, expression: Table, folder: str | Path) -> None:
        """Write the rows that an expression gives as Parquet files, compressed with Zstandard."""
        with _told(f"write {folder}"):
            self._frame(expression).write.parquet(str(folder), compression="zstd")

    def stop(self) -> None:
        """End Spark, if it was started here."""
        if self._started:
            self._session.stop()

    def _frame(self, expression: Table) -> DataFrame:
        with _told("read the plan"):
            return self._session.sql(compiled(expression))


def compiled(expression: Table) -> str:
    """The Spark SQL of an expression; on one line, since indented it would be several times as long."""
    import ibis

    return str(ibis.to_sql(expression, dialect="pyspark", pretty=False))


def _builder() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EnvironmentFault("running on Spark needs pyspark", "pip install 'conflict-kg[spark]'") from error
    return SparkSession


def _apart(session: SparkSession, options: SparkOptions) -> SparkSession:
    """A session with settings and views of its own, which shares the workers."""
    own = session.newSession()
    for name, value in {**_SIZE, **options.settings, **_MEANING}.items():
        if own.conf.isModifiable(name):
            own.conf.set(name, value)
    return own


def _started(build: Any, options: SparkOptions) -> Any:
    builder = build.builder.appName("kg")
    for name, value in options.before_start().items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _reach(master: str) -> None:
    """Ask every `spark:` master for a connection: Spark itself would try for a minute and then show Java's stack."""
    if not master.startswith("spark://"):
        return
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        if not host or not port.isdecimal():
            raise UsageError(f"'{master}' is no address of a Spark master", "write spark://host:7077")
        with suppress(OSError), socket.create_connection((host, int(port)), _CONNECT_SECONDS):
            return
    raise EnvironmentFault(f"no Spark master answers at {master}", "start one, or run with local[2]")


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Spark's exceptions as ours: the first line is the message, its cause stays attached."""
    from py4j.protocol import Py4JError
    from pyspark.errors import AnalysisException, ParseException, PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        condition = error.getCondition() if isinstance(error, PySparkException) else ""
        message = f"Spark could not {what}: {first_line(error)}"
        if condition == "PATH_ALREADY_EXISTS":
            raise UsageError(message, "remove the folder or name another one") from error
        if condition == "PATH_NOT_FOUND":
            raise UsageError(message, "name files that are there") from error
        if "S3AFileSystem not found" in str(error):
            hint = f"--packages org.apache.hadoop:hadoop-aws:{_hadoop()}"
            raise EnvironmentFault("Spark lacks what s3a:// needs", hint) from error
        if condition == "JAVA_GATEWAY_EXITED":
            hint = "install a Java runtime, version 17 or 21, and set JAVA_HOME"
            raise EnvironmentFault("Spark needs Java, which did not start", hint) from error
        if isinstance(error, AnalysisException | ParseException):
            raise Bug(message) from error
        raise EnvironmentFault(message, "the logs of Spark's driver and workers say more") from error


def _hadoop() -> str:
    """The version of Hadoop that pyspark has."""
    import pyspark

    found = Path(pyspark.__file__).parent.glob("jars/hadoop-client-api-*.jar")
    return next((jar.stem.removeprefix("hadoop-client-api-") for jar in found), "3.5.0")
