"""Which engine validates: dictionaries a small graph, columns a large one, pySHACL what neither compiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from kg.model.terms import term_of
from kg.validation.engine import SetEngine, constants, queries_of
from kg.validation.memory import Memory
from kg.validation.results import Result, Statistic
from kg.validation.shapes.sources import ShapesSource
from kg.validation.sparql.solutions import Solver
from kg.validation.triple_index import TripleIndex

if TYPE_CHECKING:
    from kg.columns.encode import Columns
    from kg.validation.sparql.graph import SparqlGraph

SMALL = 60_000
"""Up to so many triples dictionaries are quicker: DuckDB takes as long to start as they take to check them."""


class SetBased:
    """Validates sets at a time; see `Engine`."""

    def __init__(self) -> None:
        self.statistics: dict[str, Statistic] = {}
        self.triples = 0

    def validate(self, triples: Iterable[Triple], shapes: ShapesSource) -> Iterator[Result]:
        """See `Engine.validate`."""
        found = triples if isinstance(triples, Sequence) else list(triples)
        if len(found) <= SMALL:
            yield from self._results(in_memory(found, shapes))
            return
        from kg.columns.encode import Columns

        with Columns() as columns:
            columns.load([], [Quad(t.subject, t.predicate, t.object) for t in found])
            yield from self._results(over_columns(columns, shapes))

    def validate_files(
        self, files: Sequence[tuple[Path, RdfFormat]], more: Sequence[Quad], shapes: ShapesSource
    ) -> Iterator[Result]:
        """
        See `Engine.validate`; the triples are those of files and some more. `triples` is then how many there were.

        Raises:
            UsageError: A file cannot be read.
        """
        from kg.columns.encode import Columns

        with Columns() as columns:
            columns.load(files, more)
            self.triples = columns.count()
            yield from self._results(over_columns(columns, shapes))

    def _results(self, engine: SetEngine) -> Iterator[Result]:
        yield from engine.results()
        self.statistics = engine.statistics


def in_memory(triples: Iterable[Triple], shapes: ShapesSource) -> SetEngine:
    """An engine over dictionaries of these triples."""
    return over_index(TripleIndex((str(t.subject), str(t.predicate), str(t.object)) for t in triples), shapes)


def over_index(index: TripleIndex, shapes: ShapesSource) -> SetEngine:
    """An engine over an index."""

    def triples() -> Iterator[Triple]:
        return (Triple(*map(term_of, texts)) for texts in index)  # type: ignore[arg-type]

    return SetEngine(shapes.plan, Memory(index, _solver(triples, shapes)), _foreign(triples, shapes))


def over_columns(columns: Columns, shapes: ShapesSource) -> SetEngine:
    """An engine over columns."""
    from kg.validation.columnar import Columnar
    from kg.validation.sparql.compiled import ColumnQueries, can_be_compiled

    def triples() -> Iterator[Triple]:
        return (Triple(*map(term_of, texts)) for texts in columns.triples())  # type: ignore[arg-type]

    def load() -> SparqlGraph:
        from kg.validation.sparql.graph import SparqlGraph

        literals = ((NamedNode(p[1:-1]), term_of(o)) for p, o in columns.typed())
        # A label in a file is no more than that file's, so these triples come by themselves.
        blank = [Triple(*map(term_of, texts)) for texts in columns.with_blank_nodes()]  # type: ignore[arg-type]
        lines = columns.write_lines()
        return SparqlGraph.of_lines(lines, blank, literals, triples, shapes.triples)  # type: ignore[arg-type]

    # One query that is left to the store has it loaded, and then it answers the others as quickly.
    queries = ColumnQueries(columns) if all(map(can_be_compiled, queries_of(shapes.plan))) else None
    evaluator = Columnar(columns, constants(shapes.plan), Solver(load), queries)
    return SetEngine(shapes.plan, evaluator, _foreign(triples, shapes))


def _solver(triples: Callable[[], Iterable[Triple]], shapes: ShapesSource) -> Solver:
    def load() -> SparqlGraph:
        from kg.validation.sparql.graph import SparqlGraph

        return SparqlGraph(triples, shapes.triples)

    return Solver(load)


def _foreign(triples: Callable[[], Iterable[Triple]], shapes: ShapesSource) -> Callable[[], Iterator[Result]]:
    def results() -> Iterator[Result]:
        from kg.validation.reference import PySHACL

        yield from PySHACL(shapes.plan.foreign).validate(triples(), shapes)

    return results
