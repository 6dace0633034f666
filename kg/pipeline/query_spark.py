"""Questions → answers by Spark, over a folder of columns; the build is not asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kg.pipeline.project import Project
from kg.pipeline.query import Asked, asked_of
from kg.queries.catalogue import Query
from kg.sparql.limits import Limits

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True, slots=True)
class SparkQueryOptions:
    """
    The folder, which the driver and all workers see under one path, and where Spark runs.

    `settings` are Spark's; of `limits` only the seconds count, memory is a setting of Spark.
    """

    columns: Path
    master: str = "local[*]"
    limits: Limits = field(default_factory=Limits)
    settings: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def ask_spark(
    project: Project, query: Query, given: Mapping[str, Sequence[str]], options: SparkQueryOptions
) -> Iterator[Asked]:
    """
    Run a query by Spark; rows are lazy, and Spark ends with the block, if it was started here.

    Raises:
        UsageError: The folder has no columns, a parameter is wrong, or the query cannot be run by Spark.
        EnvironmentFault: Spark is not installed, does not start, or breaks off.
    """
    from kg.sparql.spark.running import SparkQueries
    from kg.stores.spark import SparkStore

    with ExitStack() as stack:

        def session() -> SparkSession:
            return _session(stack, options)

        store = stack.enter_context(closing(SparkStore(SparkQueries(session, options.columns, options.limits))))
        yield stack.enter_context(asked_of(store, project, query, given))


def _session(stack: ExitStack, options: SparkQueryOptions) -> SparkSession:
    from kg.mapping.engines.spark import SparkEngine, SparkOptions
    from kg.sparql.spark.running import SETTINGS

    settings = {**options.settings, **SETTINGS}
    return stack.enter_context(SparkEngine.open(SparkOptions(options.master, settings=settings))).session
