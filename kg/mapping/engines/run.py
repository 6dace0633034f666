"""
A mapping run over a table that an engine holds: by its plan, and row by row where a row is odd.

    cells ── questions ── plan, look-ups ──┬── lines of all rows, as one text each
                                           └── odd rows ── the reference ── lines, findings
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kg.mapping.engines.deferred import Rows
from kg.mapping.engines.engine import Engine, Meanwhile, Questions, nothing
from kg.mapping.engines.expression import Expression
from kg.mapping.engines.faults import Fault, Faults
from kg.mapping.opened import Opened
from kg.mapping.plan.compiling import Compiler
from kg.mapping.plan.facets import NotCompiled
from kg.mapping.plan.learning import Learner
from kg.mapping.plan.pieces import EntryPlan
from kg.mapping.plan.walks import tables_of
from kg.mapping.templates.holes import Entry
from kg.model.findings import Finding
from kg.model.progress import Progress, Step, silent
from kg.model.statements import Mapped


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """
    An entry with its plan, None where only the reference does what it asks for.

    `rows` are those that have the entry, with all that its lines read; see `Expression.entry`.
    """

    entry: Entry
    shared: bool
    plan: EntryPlan | None
    rows: Rows | None


@dataclass(slots=True)
class OddRow:
    """What the reference made of a row that an entry's plan left to it. Positions are the mapping's."""

    row: int
    entry: Entry
    mapped: Mapped


@dataclass(slots=True)
class Run:
    """
    A mapping, ready to give the quads of a table. `engine` has a look-up for each value that is not plain.

    `findings` are about the mapping itself. `odd` are rows that the reference did. `again` says how many more rows have
    a fault that one of them has, `untold` how many were not looked at.
    """

    opened: Opened
    described: Mapped
    engine: Engine
    planned: list[PlannedEntry]
    findings: tuple[Finding, ...]
    odd: list[OddRow] = field(default_factory=list)
    again: Counter[Fault] = field(default_factory=Counter)
    untold: int = 0
    rows: int = 0
    progress: Progress = silent

    # ── Lines ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def lines(self, *, merge: bool = False) -> Iterator[bytes]:
        """N-Quads, in pieces that end with a line; with `merge` each statement a second time, in the default graph."""
        yield _serialized(self.described_quads(), merge=merge)
        done = quads = 0
        of = self.rows * sum(not one.shared for one in self.planned)
        for one in self.planned:
            texts = self._texts(one, merge=merge)
            for rows in self.engine.fetch(texts) if texts is not None else ():
                piece = "\n".join([*(row[0] for row in rows), ""]).encode()
                done += 0 if one.shared else len(rows)
                quads += piece.count(b"\n") // (2 if merge else 1)
                self.progress(Step("making quads of rows", done, of, quads))
                yield piece
        yield _serialized(self.odd_quads(), merge=merge)

    def write(
        self, out: Path | str, compression: str = "none", more: bytes = b"", meanwhile: Meanwhile = nothing
    ) -> None:
        """
        Write the same lines, and some more before them: to a file, or to a folder where the engine is of many machines.

        `compression` is `none`, `gzip` or `zstd`; for `meanwhile` see `Engine.write`.
        """
        texts = [found for one in self.planned if (found := self._texts(one, merge=False)) is not None]
        own = _serialized(self.described_quads(), merge=False) + _serialized(self.odd_quads(), merge=False)
        self.progress(Step(f"writing the quads of {self.rows:,} rows"))
        self.engine.write(texts, more + own, out, compression, meanwhile)

    def write_quads(self, out: Path | str, more: Iterable[Quad] = ()) -> None:
        """Write the same quads, and some more, as Parquet: columns s, p, o and g of N-Triples texts."""
        rows = [
            tuple(map(str, (quad.subject, quad.predicate, quad.object, quad.graph_name)))
            for quad in (*more, *self.described_quads(), *self.odd_quads())
        ]
        found = [self.engine.make("quad", list("spog"), rows)]
        found += (
            self.engine.rows(Expression.quads, one.rows, one.plan, one.shared)
            for one in self.planned
            if one.plan is not None and one.rows is not None
        )
        self.engine.write_quads(found, out)

    def described_quads(self) -> Iterator[Quad]:
        """What is said of the document."""
        return (statement.quad for statement in self.described.statements)

    def odd_quads(self) -> Iterator[Quad]:
        """What odd rows say."""
        return (statement.quad for odd in self.odd for statement in odd.mapped.statements)

    def _texts(self, one: PlannedEntry, *, merge: bool) -> Rows | None:
        if one.plan is None or one.rows is None:
            return None
        return self.engine.rows(Expression.lines, one.rows, one.plan, merge, one.shared)

    # ── Odd rows ────────────────────────────────────────────────────────────────────────────────────────────────────

    def take_odd_rows(self) -> None:
        """Do the rows that the plans left over; where very many are faulty, those with new faults. See `Faults`."""
        for one in self.planned:
            faults = Faults(one.entry)
            self._take_odd_rows(one, faults)
            self.again.update(faults.again)

    def _take_odd_rows(self, one: PlannedEntry, faults: Faults) -> None:
        seen: set[str] = set()
        rows = self._odd_rows(one)
        for number, row in rows:
            if faults.too_many:
                self.untold += 1 + sum(1 for _ in rows)
                return
            if faults.passes_over(row):
                continue
            if one.shared:
                same = self.opened.fingerprint(one.entry, row)
                if same and same in seen:
                    continue
                seen.add(same)
            mapped = self.opened.claim(one.entry, row, shared=one.shared)
            faults.note(row, mapped.findings)
            self.odd.append(OddRow(number, one.entry, mapped))

    def _odd_rows(self, one: PlannedEntry) -> Iterator[tuple[int, dict[str, str]]]:
        if one.rows is None:
            yield from self._filled(self.engine.rows(Expression.in_order))
        else:
            yield from self._filled(self.engine.rows(Expression.left_over, one.rows))

    def filled(self, rows: Iterable[int]) -> Iterator[tuple[int, dict[str, str]]]:
        """The cells of some rows, by column."""
        asked = self.engine.make("some", ["row_text"], [(str(row),) for row in sorted(set(rows))])
        yield from self._filled(self.engine.rows(Expression.some, asked))

    def _filled(self, cells: Rows) -> Iterator[tuple[int, dict[str, str]]]:
        for rows in self.engine.fetch(cells):
            for number, *texts in rows:
                yield number, dict(zip(self.engine.columns, texts, strict=True))

    def of_rows(self, rows: Iterable[int]) -> Iterator[OddRow]:
        """What the reference makes of some rows, every entry of each."""
        for number, row in self.filled(rows):
            for one in self.planned:
                yield OddRow(number, one.entry, self.opened.claim(one.entry, row, shared=one.shared))

    # ── Which rows ──────────────────────────────────────────────────────────────────────────────────────────────────

    def rows_about(self, iris: Iterable[str]) -> dict[str, int]:
        """The first row whose claims or things have one of these IRIs, for those that some row has."""
        wanted = sorted(set(iris))
        found: dict[str, int] = {}
        for odd in self.odd:
            for statement in odd.mapped.statements:
                for term in (statement.quad.subject, statement.quad.graph_name):
                    if isinstance(term, NamedNode):
                        found.setdefault(term.value, odd.row)
        asked = self.engine.make("wanted", ["iri"], [(iri,) for iri in wanted])
        for one in self.planned if wanted else ():
            if one.plan is None or one.rows is None:
                continue
            for thing in one.plan.things:
                for batch in self.engine.fetch(self.engine.rows(Expression.first_about, one.rows, thing, asked)):
                    found.update({iri: min(row, found.get(iri, row)) for iri, row in batch})
        return {iri: found[iri] for iri in wanted if iri in found}


def run_names(opened: Opened, engine: Engine) -> Run:
    """A run that only knows what its rows are about: for `rows_about` and `of_rows`."""
    entries = [*((e, True) for e in opened.mapping.shared), *((e, False) for e in opened.mapping.claims)]
    questions = Questions()
    for entry, _ in entries:
        with suppress(NotCompiled):
            Compiler(opened.within(entry), Learner(questions)).compile_names(entry)
    engine.ask(questions)
    learner = Learner(engine)
    planned = []
    for number, (entry, shared) in enumerate(entries):
        try:
            plan = Compiler(opened.within(entry), learner).compile_names(entry)
        except NotCompiled:
            planned.append(PlannedEntry(entry, shared, None, None))
            continue
        planned.append(PlannedEntry(entry, shared, plan, _kept(engine, number, plan)))
    return Run(opened, Mapped(opened.mapping.file), engine, planned, ())


def run(opened: Opened, described: Mapped, engine: Engine, rows: int, progress: Progress = silent) -> Run:
    """
    Compile a mapping over the cells of an engine, and do the rows that the plans leave over.

    Reads every value that is not plain, once for each distinct text.
    """
    entries = [*((e, True) for e in opened.mapping.shared), *((e, False) for e in opened.mapping.claims)]
    learner = Learner(engine)
    if engine.by_plan:
        planned = list(_planned(opened, learner, (engine, rows), entries, progress))
    else:
        planned = [PlannedEntry(entry, shared, None, None) for entry, shared in entries]
    done = Run(opened, described, engine, planned, tuple(learner.findings), rows=rows, progress=progress)
    done.take_odd_rows()
    return done


def _planned(
    opened: Opened,
    learner: Learner,
    where: tuple[Engine, int],
    entries: list[tuple[Entry, bool]],
    progress: Progress,
) -> Iterator[PlannedEntry]:
    """The entries with their plans, over an engine's cells of so many rows."""
    engine, rows = where
    questions = Questions()
    for entry, shared in entries:
        _compiled(opened, Learner(questions), entry, shared=shared)
    engine.ask(questions)
    for number, (entry, shared) in enumerate(entries):
        progress(Step(f"reading what the cells of {rows:,} rows say", number, len(entries)))
        plan = _compiled(opened, learner, entry, shared=shared)
        kept = _kept(engine, number, plan) if plan is not None else None
        yield PlannedEntry(entry, shared, plan, kept)


def _kept(engine: Engine, number: int, plan: EntryPlan) -> Rows:
    """The rows of an entry with all that its lines read, kept by the engine."""
    tables = [engine.tables[name] for name in tables_of(plan)]
    return engine.keep(f"entry{number}", engine.rows(Expression.entry, plan, tables))


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
