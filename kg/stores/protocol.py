"""What every store can do, wherever it is: the embedded one and any SPARQL 1.1 endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias

from pyoxigraph import Quad, QueryBoolean, QueryResultsFormat, QuerySolutions, Triple

from kg.model.errors import UsageError

Answer: TypeAlias = QuerySolutions | QueryBoolean | Iterator[Triple]
"""The rows of a SELECT, the answer to an ASK, or the triples of a CONSTRUCT."""

Lines: TypeAlias = Iterable[bytes]
"""N-Quads, a line each: terms one blank apart, in canonical form, no blank nodes, each quad once and with its graph."""


class NotSparql(UsageError):
    """A query cannot be read; `what` says where it stops to be SPARQL."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(f"the query is no SPARQL: {what}", hint)
        self.what = what


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load came to: the quads that were sent, the graphs they belong to, and the graphs that were dropped."""

    quads: int = 0
    graphs: int = 0
    dropped: int = 0
    notes: tuple[str, ...] = ()


class RowsFile(NamedTuple):
    """
    The rows of a SELECT in a file, with the names of their columns. No row is told apart by where it stands.

    A cell is a term as N-Triples writes it, or as tab-separated values do, nothing where there is no value. The file is
    Parquet where its name ends so; else it has tab-separated values below a header.

    Spec: https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv
    """

    path: Path
    names: tuple[str, ...]


def rows_as_tsv(answer: Answer, place: Path) -> RowsFile:
    """
    Write the rows of an answer as tab-separated values, as they come.

    Raises:
        UsageError: The answer has no rows.
    """
    if not isinstance(answer, QuerySolutions):
        raise UsageError("only a SELECT query has rows")
    path = place.with_suffix(".tsv")
    names = tuple(variable.value for variable in answer.variables)
    answer.serialize(str(path), QueryResultsFormat.TSV)
    return RowsFile(path, names)


class GraphStore(Protocol):
    """
    A store of named graphs, with their merge as the default graph.

    Whoever writes speaks of named graphs only: the store keeps the merge, as far as it has one. The graph of the
    ontology is outside the merge. Graphs that were not loaded through the store are left alone.
    """

    def answer(self, query: str) -> Answer:
        """
        The answer to a SPARQL query.

        Raises:
            NotSparql: The text is no SPARQL.
            EnvironmentFault: The store does not answer, or not in full.
        """

    def rows_file(self, query: str, place: Path) -> RowsFile:
        """
        Write the rows of a SELECT to a new file called `place`, with an ending.

        Raises:
            UsageError: The query is no SELECT, or no SPARQL.
            EnvironmentFault: As `answer`.
        """

    def load(self, lines: Lines) -> Loaded:
        """
        Load graphs in bulk: each that the lines name then holds what they say of it and nothing else; others stay.

        Lines come as they are needed and are never held in memory all at once. To load the same again changes nothing.

        Raises:
            EnvironmentFault: The store cannot be written. What a load has begun, the next one ends.
        """

    def replace(self, source: Callable[[], Lines]) -> Loaded:
        """
        As `load`, and graphs that the source does not name are dropped. The source is asked several times.

        Raises:
            EnvironmentFault: As `load`.
        """

    def change(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """
        Take quads out that are there, and put others in that are not. A graph that is left empty is no more.

        Raises:
            EnvironmentFault: As `load`.
        """

    def quads(self) -> Iterator[Quad]:
        """Every quad of the graphs that were loaded, the merge left out; in no order."""

    def counts(self) -> dict[str, int]:
        """How many quads each graph holds, by its address."""

    def close(self) -> None:
        """Let go of it."""
