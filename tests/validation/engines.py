"""The two set-based engines over one list of triples, for tests that hold of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pyoxigraph import Quad, Triple

from kg.columns.encode import Columns
from kg.validation.engine import SetEngine
from kg.validation.shapes.sources import ShapesSource
from kg.validation.validate import in_memory, over_columns

NAMES = ("memory", "columns")


@contextmanager
def engine(name: str, triples: Sequence[Triple], shapes: ShapesSource) -> Iterator[SetEngine]:
    if name == "memory":
        yield in_memory(triples, shapes)
        return
    with Columns(threads=1) as columns:
        columns.load([], [Quad(t.subject, t.predicate, t.object) for t in triples])
        yield over_columns(columns, shapes)
