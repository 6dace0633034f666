"""Mappings and the tables they name → quads, and findings at the cells that they are about."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad

from kg.facts import read
from kg.mapping.context import Context
from kg.mapping.opened import Opened
from kg.mapping.templates.holes import Entry, columns_at, holes_of
from kg.mapping.templates.names import Names
from kg.mapping.templates.reading import read_mapping
from kg.mapping.templates.table_mapping import TableMapping
from kg.model.errors import KgError, UsageError
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.progress import Progress, Step, silent
from kg.model.records import Limits, Sheet
from kg.model.shipped import shipped
from kg.model.statements import Introduction, Mapped, Reference, Statement
from kg.pipeline.cells import keep_taken, load_cells
from kg.pipeline.engines import EngineOptions, Engines, engines_of
from kg.pipeline.project import Project
from kg.pipeline.reading import FactsFile
from kg.tables import Table, TableOptions, open_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from kg.mapping.engines.engine import Engine
    from kg.mapping.engines.links import RowIntroduction, RowReference
    from kg.mapping.engines.run import OddRow, Run

_SUFFIXES: Final = (".yaml", ".yml")


def mapping_files(project: Project) -> list[FactsFile]:
    """The mapping files of a project, in the order of their names; none where it has no folder for them."""
    folder = project.root / project.settings.mappings
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(parent, name)
            if path.suffix.lower() in _SUFFIXES and not name.startswith("."):
                found.append(FactsFile(path, path.relative_to(project.root).as_posix()))
    return sorted(found, key=lambda file: file.name)


@dataclass(slots=True)
class MappedTable:
    """
    One mapping and its table. `run` is None where one of them cannot be used; `findings` then say why.

    `said` is a digest of the mapping and its preset, `seen` the number of rows, taken or not.
    """

    file: str
    findings: list[Finding]
    said: str = ""
    mapping: TableMapping | None = None
    table: Table | None = None
    run: Run | None = None
    described: Mapped = field(default_factory=lambda: Mapped(""))
    seen: int = 0
    _linked: tuple[list[RowIntroduction], list[RowReference]] | None = None
    _places: dict[tuple[int, str], Position] = field(default_factory=dict)
    _columns: dict[int, dict[tuple[int, int], tuple[str, ...]]] = field(default_factory=dict)

    def links(self, asked: Iterable[str], *, placed: bool) -> tuple[list[Introduction], list[Reference]]:
        """
        What a check over all files needs of what the rows introduce and refer to.

        `asked` are IRIs that others introduce or refer to. Positions are those of the mapping; with `placed` those of
        the cells, for which the table is read again.
        """
        if self.run is None:
            return [], []
        if self._linked is None:
            from kg.mapping.engines.links import Links

            links = Links(self.run)
            self._linked = list(links.introductions(asked)), list(links.references())
        introduced, referred = self._linked
        spots = [(i.row, i.entry, i.line, i.column) for i in introduced]
        spots += [(r.row, r.entry, r.line, r.column) for r in referred]
        places = iter(self._spots(spots) if placed else [Position(e.file, line, at) for _, e, line, at in spots])
        introductions = [Introduction(NamedNode(i.iri), _iris(i.types), next(places), more=i.more) for i in introduced]
        references = [
            Reference(NamedNode(r.iri), r.expected, r.key, NamedNode(r.subject), next(places), r.is_use)
            for r in referred
        ]
        described = self.run.described
        return [*described.introductions, *introductions], [*described.references, *references]

    def _spots(self, spots: list[tuple[int, Entry, int, int]]) -> list[Position]:
        """The cells behind places of the mapping, each in a row; the place itself where its entry has no cell."""
        assert self.table is not None  # noqa: S101 # asked of tables that were read
        entries = {id(entry): entry for _, entry, _, _ in spots}
        columns = {key: columns_at(entry) for key, entry in entries.items()}
        names = []
        for row, entry, line, column in spots:
            # What the mapping says itself, as `id: total` does, is where the row's name is.
            own = columns[id(entry)].get((entry.line, entry.column), ())
            names.append((row, self._column(columns[id(entry)].get((line, column), ())) or self._column(own)))
        found = self.table.places({one for one in names if one[1]})
        return [
            found.get(name, Position(entry.file, line, column))
            for name, (_, entry, line, column) in zip(names, spots, strict=True)
        ]

    def digest(self) -> str:
        """Changes with the mapping, its preset, and the bytes of the table, which are read for it."""
        own = self.table.digest() if self.table is not None else ""
        return hashlib.sha256(f"{self.said} {own}".encode()).hexdigest()

    @property
    def rows(self) -> int:
        """How many rows the mapping takes."""
        return self.run.rows if self.run is not None else 0

    def placed(self, odd: Iterable[OddRow]) -> Mapped:
        """What the reference made of some rows, with the places of their cells."""
        rows = list(odd)
        self._look_up(rows)
        whole = Mapped(self.file)
        for one in rows:
            for s in one.mapped.statements:
                place = self._place(one, s.value)
                # A key stands in the mapping; who looks for it in the table wants the cell that it reads.
                whole.statements.append(Statement(s.quad, place, place))
            whole.introductions += [i._replace(position=self._place(one, i.position)) for i in one.mapped.introductions]
            whole.references += [r._replace(position=self._place(one, r.position)) for r in one.mapped.references]
            whole.findings += [self._finding(one, f) for f in one.mapped.findings]
        return whole

    def column_at(self, row: int, position: Position) -> str:
        """The column, as the table calls it, that a cell of a row stands in; empty where none does."""
        assert self.table is not None  # noqa: S101 # asked of tables that were read
        found = self.table.places([(row, column) for column in self.table.columns])
        return next((column for (_, column), place in found.items() if place == position), "")

    def _look_up(self, rows: list[OddRow]) -> None:
        assert self.table is not None  # noqa: S101 # as above
        wanted: set[tuple[int, str]] = set()
        for one in rows:
            for columns in columns_at(one.entry).values():
                name = self._column(columns)
                if name:
                    wanted.add((one.row, name))
        self._places = self.table.places(wanted)

    def _column(self, columns: Iterable[str]) -> str:
        """The first of the mapping's columns that the table has, as the table calls it."""
        assert self.mapping is not None and self.table is not None  # noqa: S101, PT018 # as above
        named = (self.mapping.names.get(column, column) for column in columns)
        return next((name for name in named if name in self.table.columns), "")

    def _cell(self, odd: OddRow, position: Position) -> Position | None:
        known = self._columns.get(id(odd.entry))
        if known is None:
            known = self._columns[id(odd.entry)] = columns_at(odd.entry)
        columns = known.get((position.line, position.column))
        return self._places.get((odd.row, self._column(columns))) if columns else None

    def _place(self, odd: OddRow, position: Position) -> Position:
        """The cell behind a place of the mapping; of what the mapping says itself, that of the row's name."""
        entry = Position(odd.entry.file, odd.entry.line, odd.entry.column)
        return self._cell(odd, position) or self._cell(odd, entry) or position

    def _finding(self, odd: OddRow, finding: Finding) -> Finding:
        cell = self._cell(odd, finding.position)
        if cell is None:
            return finding
        related = (("the mapping reads it here", finding.position), *finding.related)
        return replace(finding, position=cell, related=related)


@contextmanager
def mapped_tables(
    project: Project,
    context: Context,
    named: Iterable[Quad],
    engines: EngineOptions | None = None,
    progress: Progress = silent,
) -> Iterator[list[MappedTable]]:
    """
    All mappings of a project, run over their tables; what they hold in memory and on disk goes when the block ends.

    `named` are quads of the facts: what things are called, their classes, and what lies in what.

    Raises:
        EnvironmentFault: The disk is full, or an engine cannot be had.
    """
    files = mapping_files(project)
    if not files:
        yield []
        return
    names = Names(named, context.ontology, context.base)
    with engines_of(engines or EngineOptions()) as make:
        yield [_mapped(file, _Work(project, context, names, make, progress)) for file in files]


def names_of(tables: Iterable[MappedTable]) -> frozenset[str]:
    """How positions call the files of these tables."""
    return frozenset(file.name for table in tables if table.table is not None for file in table.table.files)


def read_mapping_file(file: FactsFile, context: Context) -> tuple[TableMapping | None, list[Finding], str]:
    """A mapping file as a mapping, what is wrong with it, and a digest of it and its preset."""
    reading = read(file.path, file.name, Limits())
    findings = list(reading.findings)
    digest = hashlib.sha256(file.path.read_bytes())

    def preset(name: str) -> Sheet | None:
        path = shipped("mappings") / f"{name}.yaml"
        if not path.is_file() or path.parent != shipped("mappings"):
            return None
        digest.update(path.read_bytes())
        return next(iter(read(path, f"preset {name}", Limits()).sheets), None)

    mapping = read_mapping(reading.sheets[0], context.ontology, preset, findings) if reading.sheets else None
    return mapping, findings, digest.hexdigest()


def open_mapped_table(file: FactsFile, mapping: TableMapping, root: Path) -> Table:
    """
    The table that a mapping names.

    Raises:
        KgError: It cannot be opened, or lacks a column that the mapping needs.
    """
    form, delimiter, sheet, encoding = (
        mapping.options.get(key, "") for key in ("format", "delimiter", "sheet", "encoding")
    )
    options = TableOptions(form, delimiter, sheet, encoding, mapping.header, _first_line(mapping))
    return open_table(mapping.options.get("table", ""), file.path.parent, root, options)


def _first_line(mapping: TableMapping) -> int:
    text = mapping.options.get("firstLine", "1")
    if not (text.isdecimal() and int(text)):
        raise UsageError(f"`firstLine: {text}` is no line", "give its number: that of the first line is 1")
    return int(text)


def rows_about(project: Project, context: Context, named: Iterable[Quad], iris: Sequence[str]) -> list[Mapped]:
    """
    What the rows of tables say that are about these things or claims, with the places of their cells.

    Only names are computed for the whole table; the rows found are mapped by the reference. Mappings and tables that
    cannot be read are passed over: a build says what is wrong with them.
    """
    names = Names(named, context.ontology, context.base)
    found = []
    with engines_of(EngineOptions()) as engines:
        for file in mapping_files(project):
            done = _mapped(file, _Work(project, context, names, engines, only_names=True))
            if done.run is not None:
                rows = done.run.rows_about(iris).values()
                found.append(done.placed(done.run.of_rows(rows)))
    return found


@dataclass(frozen=True, slots=True)
class _Work:
    """What tables are read and run with; with `only_names` no more is computed than what rows are about."""

    project: Project
    context: Context
    names: Names
    engines: Engines
    progress: Progress = silent
    only_names: bool = False


def _mapped(file: FactsFile, work: _Work) -> MappedTable:
    mapping, findings, digest = read_mapping_file(file, work.context)
    done = MappedTable(file.name, findings, digest, mapping)
    if mapping is None or any(finding.severity is Severity.error for finding in findings):
        return done
    if not mapping.options.get("table"):
        hint = "write `table: ../tables/name.csv`, seen from this file"
        findings.append(_error("missing-table", "this mapping names no table", mapping.table_at, hint))
        return done
    try:
        done.table = table = open_mapped_table(file, mapping, work.project.root)
        if not table.columns and table.findings:
            # A download that failed looks so: no reason to forget what the last build knew.
            findings += (replace(finding, severity=Severity.error) for finding in table.findings)
            return done
        missing = lacking(mapping, table)
        if missing:
            findings.append(missing)
            return done
        db = work.engines.connect()
        work.progress(Step(f"reading {table.name}"))
        rows, headers = load_cells(db, mapping, table)
    except KgError as error:
        findings.append(_error("unreadable-table", error.message, mapping.table_at, error.hint))
        return done
    findings += table.findings
    findings += _repeated_headers(mapping, table, headers)
    if not rows and not table.findings and not headers:
        findings.append(_no_row(table))
    done.seen = rows
    opened, rows = _opened(done, work, db)
    if opened is None:
        return done
    if work.only_names:
        from kg.mapping.engines.run import run_names

        done.run = run_names(opened, work.engines.over(db, mapping.columns))
        return done
    _run(done, opened, work.engines.over(db, mapping.columns), rows, work.progress)
    return done


def lacking(mapping: TableMapping, table: Table) -> Finding | None:
    """The finding that a table has not all the columns that a mapping needs."""
    from kg.ontology.model import nearest

    for column in mapping.needed:
        name = mapping.names.get(column, column)
        if name not in table.columns:
            near = nearest(name, iter(table.columns))
            named = f"{near} A" if near else f"its columns are: {', '.join(table.columns[:60])}; a"
            hint = f"{named} column that only some tables have stands under `optional`"
            place = _hole_place(mapping, column)
            return Finding("unknown-column", Severity.error, f"{table.name} has no column '{name}'", place, hint)
    return None


def _no_row(table: Table) -> Finding:
    at = Position(table.files[0].name, 0, 0)
    message = "the table has a header and no row"
    return Finding("empty-file", Severity.warning, message, at, "is it the right file, and whole?")


def _repeated_headers(mapping: TableMapping, table: Table, rows: Sequence[int]) -> list[Finding]:
    message = "this row repeats the header"
    hint = "were files joined? Delete the row, or name the files by a pattern: `table: ../tables/part-*.csv`"
    related = (("the mapping names the table here", mapping.table_at),)
    found = table.places([(row, column) for row in rows for column in table.columns[:1]])
    return [Finding("unexpected-shape", Severity.error, message, at, hint, related) for at in found.values()]


def _hole_place(mapping: TableMapping, column: str) -> Position:
    for entry in (*mapping.shared, *mapping.claims):
        for hole in holes_of(entry):
            if column in hole.columns:
                return Position(entry.file, hole.line, hole.column)
    return Position(mapping.file, 0, 0)


def _opened(done: MappedTable, work: _Work, db: DuckDBPyConnection) -> tuple[Opened | None, int]:
    """A mapping ready for rows, and how many it takes, the others dropped; None where its document is wrong."""
    assert done.mapping is not None  # noqa: S101 # asked of mappings that were read
    opened, described = Opened.of(done.mapping, work.context, work.names)
    done.findings += described.findings
    done.described = described
    if opened is None or done.mapping.where is None:
        return opened, done.seen
    return opened, keep_taken(db, opened)


def _run(done: MappedTable, opened: Opened, engine: Engine, rows: int, progress: Progress) -> None:
    from kg.mapping.engines.run import run
    from kg.pipeline.row_faults import told

    done.run = run(opened, done.described, engine, rows, progress)
    done.findings += done.run.findings
    placed = done.placed(done.run.odd)
    # What is wrong with the mapping itself was told already.
    found = told(done.run.odd, placed.findings, done.run.again)
    done.findings += [one for one in found if one not in done.run.findings]
    if done.run.untold:
        message = f"{done.run.untold:,} more rows may have faults, which are not listed"
        done.findings.append(
            Finding("too-large", Severity.error, message, Position(done.file, 0, 0), "mend the first ones")
        )


def _error(code: str, message: str, at: Position, hint: str) -> Finding:
    return Finding(code, Severity.error, message, at, hint)


def _iris(texts: str) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(text) for text in texts.split())
