"""A dataset in a folder of Parquet files, asked through Spark: queries alone, and only those that are compiled."""

from __future__ import annotations

import time

from kg.model.errors import UsageError
from kg.sparql.algebra import NotCompiled
from kg.sparql.forms import Compiled
from kg.sparql.spark.running import SparkQueries
from kg.stores.columnar import Told
from kg.stores.embedded import check_sparql
from kg.stores.protocol import Answer


class SparkStore:
    """Answers through Spark; no other engine stands behind it. `told` says how the last query was answered."""

    def __init__(self, queries: SparkQueries) -> None:
        self.told = Told("spark", "nothing was asked")
        self._queries = queries
        self._last: Compiled | None = None

    def answer(self, query: str) -> Answer:
        """
        The answer to a SPARQL query.

        Raises:
            NotSparql: The text is no SPARQL.
            UsageError: It is not compiled, or Spark cannot run it.
            EnvironmentFault: Spark does not start, breaks off, or takes too long.
        """
        began = time.perf_counter()
        try:
            compiled = self._queries.compiled(query)
            seconds = time.perf_counter() - began
            found = self._queries.answer(compiled)
        except NotCompiled as error:
            check_sparql(query)
            hint = "ask the build on this machine: leave --engine out"
            raise UsageError(f"Spark cannot answer this: {error.message}", hint) from error
        self._last = compiled
        self.told = Told("spark", "", compiled.sql, seconds, time.perf_counter() - began - seconds)
        return found

    def plan(self) -> str:
        """The SQL that Spark was given for the last query, and its plan; empty where nothing was asked."""
        return self._queries.plan(self._last) if self._last is not None else ""

    def close(self) -> None:
        """Let go of the folder."""
        self._queries.close()
