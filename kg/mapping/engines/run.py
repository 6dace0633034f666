"""
A mapping run over a table that DuckDB holds: by its plan, and row by row where a row is odd.

    cells ── questions ── plan, look-ups ──┬── lines of all rows, as one text each
                                           └── odd rows ── the reference ── lines, findings
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad

from kg.mapping.engines.duckdb import DuckDBCells, Questions, keep_taken, to_sql
from kg.mapping.engines.expression import ROW, Expression
from kg.mapping.engines.rows import Opened
from kg.mapping.plan.compiling import Compiler, NotCompiled
from kg.mapping.plan.learning import Learner
from kg.mapping.plan.pieces import EntryPlan
from kg.mapping.templates.holes import Entry
from kg.model.findings import Finding
from kg.model.statements import Mapped

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from duckdb import DuckDBPyConnection

_MOST_FAULTY: Final = 1_000
"""Rows with findings that are told; nobody reads more."""

_AT_ONCE: Final = 2_000
_EXTRA: Final = "extra"


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """
    An entry with its plan, None where only the reference does what it asks for.

    `rows` are those that have the entry, with all that its lines read; see `Expression.entry`.
    """

    entry: Entry
    shared: bool
    plan: EntryPlan | None
    rows: ir.Table | None


@dataclass(slots=True)
class OddRow:
    """What the reference made of a row that an entry's plan left to it. Positions are the mapping's."""

    row: int
    entry: Entry
    mapped: Mapped


@dataclass(slots=True)
class Run:
    """
    A mapping, ready to give the quads of a table. `cells` has a look-up for each value that is not plain.

    `findings` are about the mapping itself. `odd` are rows that the reference did, `untold` how many more have faults.
    """

    opened: Opened
    described: Mapped
    cells: DuckDBCells
    planned: list[PlannedEntry]
    expression: Expression
    findings: tuple[Finding, ...]
    odd: list[OddRow] = field(default_factory=list)
    untold: int = 0
    rows: int = 0

    # ── Lines ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def lines(self, *, merge: bool = False) -> Iterator[bytes]:
        """N-Quads, in pieces that end with a line; with `merge` each statement a second time, in the default graph."""
        yield _serialized(self.described_quads(), merge=merge)
        for one in self.planned:
            texts = self._texts(one, merge=merge)
            if texts is not None:
                yield from self._fetched(texts)
        yield _serialized(self.odd_quads(), merge=merge)

    def write(self, path: Path, compression: str = "none") -> None:
        """Write the same lines to a file, on all processors; `compression` is `none`, `gzip` or `zstd`."""
        db = self.cells.db
        db.execute(f'CREATE OR REPLACE TABLE "{_EXTRA}" (text VARCHAR)')
        for quads in (self.described_quads(), self.odd_quads()):
            text = _serialized(quads, merge=False).decode()
            if text:
                db.execute(f'INSERT INTO "{_EXTRA}" VALUES (?)', [text])
        parts = [to_sql(texts) for one in self.planned if (texts := self._texts(one, merge=False)) is not None]
        union = " UNION ALL ".join([f'SELECT text FROM "{_EXTRA}"', *(f"({part})" for part in parts)])
        db.execute(
            f"COPY ({union}) TO ? (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01',"
            f" COMPRESSION {compression})",
            [str(path)],
        )

    def described_quads(self) -> Iterator[Quad]:
        """What is said of the document."""
        return (statement.quad for statement in self.described.statements)

    def odd_quads(self) -> Iterator[Quad]:
        """What odd rows say."""
        return (statement.quad for odd in self.odd for statement in odd.mapped.statements)

    def _texts(self, one: PlannedEntry, *, merge: bool) -> ir.Table | None:
        if one.plan is None or one.rows is None:
            return None
        texts = self.expression.lines(one.rows, one.plan, merge=merge).select("text")
        return texts.distinct() if one.shared else texts

    def _fetched(self, texts: ir.Table) -> Iterator[bytes]:
        cursor = self.cells.db.cursor()
        cursor.execute(to_sql(texts))
        while rows := cursor.fetchmany(_AT_ONCE):
            yield "\n".join([*(row[0] for row in rows), ""]).encode()

    # ── Odd rows ────────────────────────────────────────────────────────────────────────────────────────────────────

    def take_odd_rows(self) -> None:
        """Do the rows that the plans left over; once more than `_MOST_FAULTY` of them are faulty the rest is counted."""
        faulty = 0
        for one in self.planned:
            seen: set[str] = set()
            rows = self._odd_rows(one)
            for number, row in rows:
                if faulty >= _MOST_FAULTY:
                    self.untold += 1 + sum(1 for _ in rows)
                    break
                if one.shared:
                    same = self.opened.fingerprint(one.entry, row)
                    if same and same in seen:
                        continue
                    seen.add(same)
                mapped = self.opened.claim(one.entry, row, shared=one.shared)
                faulty += bool(mapped.findings)
                self.odd.append(OddRow(number, one.entry, mapped))

    def _odd_rows(self, one: PlannedEntry) -> Iterator[tuple[int, dict[str, str]]]:
        cells = self.expression.cells()
        if one.rows is not None:
            cells = cells.semi_join(self.expression.odd(one.rows), ROW)
        yield from self._filled(to_sql(cells.order_by(ROW)))

    def filled(self, rows: Iterable[int]) -> Iterator[tuple[int, dict[str, str]]]:
        """The cells of some rows, by column."""
        numbers = sorted(set(rows))
        cells = self.expression.cells()
        for at in range(0, len(numbers), _AT_ONCE):
            wanted = cells.filter(cells[ROW].isin(numbers[at : at + _AT_ONCE]))
            yield from self._filled(to_sql(wanted.order_by(ROW)))

    def _filled(self, sql: str) -> Iterator[tuple[int, dict[str, str]]]:
        cursor = self.cells.db.cursor()
        cursor.execute(sql)
        while rows := cursor.fetchmany(_AT_ONCE):
            for number, *texts in rows:
                yield number, dict(zip(self.cells.columns, texts, strict=True))

    def of_rows(self, rows: Iterable[int]) -> Iterator[OddRow]:
        """What the reference makes of some rows, every entry of each."""
        for number, row in self.filled(rows):
            for one in self.planned:
                yield OddRow(number, one.entry, self.opened.claim(one.entry, row, shared=one.shared))

    # ── Which rows ──────────────────────────────────────────────────────────────────────────────────────────────────

    def rows_about(self, iris: Iterable[str]) -> dict[str, int]:
        """The first row whose claims or things have one of these IRIs, for those that some row has."""
        db = self.cells.db
        db.execute("CREATE OR REPLACE TEMP TABLE wanted (iri VARCHAR)")
        wanted = sorted(set(iris))
        if wanted:
            db.execute("INSERT INTO wanted SELECT unnest(?)", [wanted])
        found: dict[str, int] = {}
        for odd in self.odd:
            for statement in odd.mapped.statements:
                for term in (statement.quad.subject, statement.quad.graph_name):
                    if isinstance(term, NamedNode):
                        found.setdefault(term.value, odd.row)
        for one in self.planned if wanted else ():
            if one.plan is None or one.rows is None:
                continue
            texts = {f"t{number}": thing for number, thing in enumerate(one.plan.things)}
            rows = self.expression.texts(one.rows, texts)
            for name in texts:
                sql = (
                    f"SELECT {name}, min(row) FROM ({to_sql(rows)}) WHERE {name} IN (SELECT iri FROM wanted) GROUP BY 1"
                )
                for iri, row in db.execute(sql).fetchall():
                    found[iri] = min(row, found.get(iri, row))
        return {iri: found[iri] for iri in wanted if iri in found}


def run(opened: Opened, described: Mapped, db: DuckDBPyConnection, rows: int, columns: tuple[str, ...]) -> Run:
    """
    Compile a mapping over the cells that a connection holds as `CELLS`, and do the rows that the plans leave over.

    Rows that the mapping does not take are dropped. Reads every value that is not plain, once for each distinct text.
    """
    entries = [*((e, True) for e in opened.mapping.shared), *((e, False) for e in opened.mapping.claims)]
    questions = Questions()
    for entry, shared in entries:
        _compiled(opened, Learner(questions), entry, shared=shared)
    if opened.mapping.where is not None:
        keep_taken(db, opened, columns)
    cells = DuckDBCells(db, columns, questions)
    learner = Learner(cells)
    expression = Expression(columns)
    planned = []
    for number, (entry, shared) in enumerate(entries):
        plan = _compiled(opened, learner, entry, shared=shared)
        kept = cells.keep(f"entry{number}", expression.entry(plan, cells.tables)) if plan is not None else None
        planned.append(PlannedEntry(entry, shared, plan, kept))
    done = Run(opened, described, cells, planned, expression, tuple(learner.findings), rows=rows)
    done.take_odd_rows()
    return done


def _compiled(opened: Opened, learner: Learner, entry: Entry, *, shared: bool) -> EntryPlan | None:
    try:
        return Compiler(opened.within(entry), learner).compile(entry, shared=shared)
    except NotCompiled:
        return None


def _serialized(quads: Iterable[Quad], *, merge: bool) -> bytes:
    lines: list[str] = []
    for quad in quads:
        lines.append(f"{quad.subject} {quad.predicate} {quad.object} {quad.graph_name} .\n")
        if merge:
            lines.append(f"{quad.subject} {quad.predicate} {quad.object} .\n")
    return "".join(lines).encode()
