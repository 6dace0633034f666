"""
Facts and tables → findings of shapes, at the cell that each is about, with no map of places in memory.

The shapes are checked over lines that the engine writes. Where a finding is, is found out afterwards: the rows that the
results are about are looked for by the names of their things, and mapped again by the reference, with places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Quad, RdfFormat

from kg.model.positions import Position
from kg.model.statements import Mapped
from kg.model.temporary import TemporaryFolder
from kg.pipeline.project import Project
from kg.pipeline.tables import MappedTable
from kg.stores.index import Index
from kg.validation.locate import Located, locate
from kg.validation.results import Result
from kg.validation.shapes.sources import ShapesSource
from kg.validation.validate import SetBased

_EXACT: Final = 200
"""Rows that are mapped again for results of one kind; for further ones the column is that of the ones before."""


@dataclass(slots=True)
class Validated:
    """The results of all shapes, and how many statements they were checked on."""

    results: list[Result]
    statements: int


def validate_with_tables(
    project: Project, mapped: Iterable[Mapped], tables: Sequence[MappedTable], engine: SetBased
) -> Validated:
    """Check the shapes over what facts and tables say."""
    facts = list(dict.fromkeys(s.quad for m in mapped for s in m.statements))
    ontology = [Quad(t.subject, t.predicate, t.object) for t in project.ontology.triples]
    with TemporaryFolder("kg-check-") as folder:
        files = []
        for number, table in enumerate(tables):
            if table.run is not None:
                path = folder.path / f"{number}.nq"
                table.run.write(path)
                files.append((path, RdfFormat.N_QUADS))
        shapes = ShapesSource.of_folders(project.folders("shapes"))
        results = list(engine.validate_files(files, [*facts, *ontology], shapes))
    return Validated(results, engine.triples - len(ontology))


def located(results: Sequence[Result], mapped: Iterable[Mapped], tables: Sequence[MappedTable]) -> Iterator[Located]:
    """Where each result belongs, in their order: in the facts, or at a cell of a table."""
    rows = [_Rows(table, results) for table in tables if table.run is not None]
    with Index.create() as index:
        for one in mapped:
            index.add(one, "")
        for own in rows:
            index.add(own.exact(), "")
        for result in results:
            found = locate(result, index)
            if not found.position.file:
                found = next((at for own in rows if (at := own.place(result)) is not None), found)
            yield found


class _Rows:
    """The rows of one table that results are about."""

    def __init__(self, table: MappedTable, results: Sequence[Result]) -> None:
        assert table.run is not None  # noqa: S101 # asked of tables that were read
        self._table = table
        self._run = table.run
        named = {name for result in results for iri in (result.focus, result.value) for name in _names(iri)}
        self._row_of = table.run.rows_about(named)
        self._by_kind: dict[tuple[str, str], list[tuple[Result, int]]] = defaultdict(list)
        for result in results:
            row = self._row(result.focus)
            if row is not None:
                self._by_kind[result.shape, result.path].append((result, row))
        self._columns: dict[tuple[str, str], str] = {}
        self._places: dict[tuple[int, str], Position] = {}

    def exact(self) -> Mapped:
        """What the rows say that are mapped again, with places; also finds out the columns for the others."""
        first = {row for pairs in self._by_kind.values() for _, row in pairs[:_EXACT]}
        others = {row for iri, row in self._row_of.items() if len(first) < _EXACT}
        odd = list(self._run.of_rows(first | others))
        placed = self._table.placed(odd)
        # A thing that rows share is introduced by the first of them alone, as all rows know.
        known: set[str] = set()
        placed.introductions = [
            i
            for i in placed.introductions
            if i.iri.value not in known and not known.add(i.iri.value)  # type: ignore[func-returns-value]
        ]
        self._learn_columns(placed, first)
        return placed

    def _learn_columns(self, placed: Mapped, rows: set[int]) -> None:
        """In which column results of a kind are, as the rows that were mapped again show."""
        with Index.create() as index:
            index.add(placed, "")
            for kind, pairs in self._by_kind.items():
                if len(pairs) <= _EXACT:
                    continue
                at = locate(pairs[0][0], index).position
                self._columns[kind] = self._table.column_at(pairs[0][1], at)
        wanted = [
            (row, self._columns[kind])
            for kind, pairs in self._by_kind.items()
            if self._columns.get(kind)
            for _, row in pairs
            if row not in rows
        ]
        if wanted:
            assert self._table.table is not None  # noqa: S101 # as above
            self._places = self._table.table.places(wanted)

    def place(self, result: Result) -> Located | None:
        """The cell of a result whose row was not mapped again."""
        row, column = self._row(result.focus), self._columns.get((result.shape, result.path))
        if row is None or not column:
            return None
        found = self._places.get((row, column))
        return Located(found, "value") if found is not None else None

    def _row(self, iri: str) -> int | None:
        return next((self._row_of[name] for name in _names(iri) if name in self._row_of), None)


def _names(iri: str) -> Iterator[str]:
    """The address of a thing, and those of what it may be nested in, from the longest to the shortest."""
    if not iri.startswith("<"):
        return
    name = iri[1:-1]
    while name.count("/") > 2 or ":" in name.rpartition("/")[2]:
        yield name
        name = name.rpartition("/")[0]
