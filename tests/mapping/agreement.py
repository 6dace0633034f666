"""
Runs a mapping over rows twice, by the row-at-a-time reference and by its plan on DuckDB, and holds both side by side.

Texts come and go without files, so that a property test can run hundreds of tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from pyoxigraph import Quad, RdfFormat, parse

from kg.facts import from_yaml
from kg.mapping.context import Context
from kg.mapping.engines.duckdb import DuckDB
from kg.mapping.engines.expression import CELLS, column_name
from kg.mapping.engines.links import Links
from kg.mapping.engines.rows import OfRow, map_rows
from kg.mapping.engines.run import Run, run
from kg.mapping.opened import Opened
from kg.mapping.sheets import map_reading
from kg.mapping.templates.names import Names
from kg.mapping.templates.reading import read_mapping
from kg.mapping.templates.table_mapping import TableMapping
from kg.model.findings import Finding
from kg.model.records import Limits, Reading, Sheet
from kg.model.statements import Mapped
from kg.pipeline.cells import keep_taken
from kg.pipeline.project import Project, Settings
from kg.pipeline.reading import context_of

BASE = "https://example.org/"
FILE = "mappings/m.yaml"


class Made(NamedTuple):
    """
    What one engine made of a table.

    `lines` are those of N-Quads. `findings` are faults of rows: the row, counted from 0, and the finding with its place
    in the mapping. `introduced` holds IRI, classes, row and place; `referred` IRI, classes expected, key, whether it is
    a use, and place, with the first row that has it.
    """

    lines: frozenset[str]
    findings: frozenset[tuple[int, str]]
    introduced: Counter[tuple[Any, ...]]
    referred: dict[tuple[Any, ...], int]


@dataclass(frozen=True)
class Prepared:
    """A mapping without a mistake, and the facts beside it."""

    mapping: TableMapping
    context: Context
    named: tuple[Quad, ...]

    def opened(self) -> tuple[Opened, Mapped]:
        """Afresh, since it collects."""
        names = Names(self.named, self.context.ontology, self.context.base)
        opened, described = Opened.of(self.mapping, self.context, names)
        assert opened is not None, [str(finding) for finding in described.findings]
        return opened, described

    def by_rows(self, rows: Sequence[Mapping[str, str]]) -> Made:
        """What the reference makes of it."""
        opened, described = self.opened()
        return of_reference(described, map_rows(opened, enumerate(self._whole(rows))))

    def by_plan(self, rows: Sequence[Mapping[str, str]]) -> tuple[Made, Run]:
        """What the plan on DuckDB makes of it, with the rows that it leaves to the reference."""
        opened, described = self.opened()
        with duckdb.connect() as db:
            load(db, self.mapping.columns, self._whole(rows))
            if self.mapping.where is not None:
                keep_taken(db, opened)
            done = run(opened, described, DuckDB(db, self.mapping.columns), len(rows))
            return of_run(done), done

    def _whole(self, rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
        return [{column: row.get(column, "") for column in self.mapping.columns} for row in rows]


@cache
def context() -> Context:
    """Of a project without files."""
    return context_of(Project(Path(), Settings(base=BASE, analyst="us")))


def prepared(mapping: str, facts: str = "") -> Prepared:
    """A mapping file's text, read. A mistake in it fails the test."""
    found, findings = read_text(mapping)
    assert [str(finding) for finding in findings] == []
    assert found is not None
    named: tuple[Quad, ...] = ()
    if facts:
        sheet = _sheet(facts, "facts/register.yaml", [])
        mapped = map_reading(sheet.file, Reading((sheet,), ()), context())
        assert [str(finding) for finding in mapped.findings] == []
        named = tuple(statement.quad for statement in mapped.statements)
    return Prepared(found, context(), named)


def read_text(mapping: str) -> tuple[TableMapping | None, list[Finding]]:
    """A mapping file's text, and what is wrong with it."""
    findings: list[Finding] = []
    sheet = _sheet(mapping, FILE, findings)
    return read_mapping(sheet, context().ontology, lambda _name: None, findings), findings


def _sheet(text: str, name: str, findings: list[Finding]) -> Sheet:
    reading = from_yaml.read(text.encode(), name, Limits())
    findings.extend(reading.findings)
    return reading.sheets[0]


def load(db: duckdb.DuckDBPyConnection, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """The cells as a table's engine has them."""
    names = [column_name(number) for number in range(len(columns))]
    texts = "".join(f", {name} VARCHAR" for name in names)
    db.execute(f'CREATE TABLE loaded ("row" BIGINT{texts})')
    cells = [[number, *(row[column] for column in columns)] for number, row in enumerate(rows)]
    if cells:
        marks = ", ".join("?" * (len(columns) + 1))
        db.executemany(f"INSERT INTO loaded VALUES ({marks})", cells)  # noqa: S608 # marks and nothing else
    db.execute(f'CREATE VIEW "{CELLS}" AS FROM loaded')


def of_reference(described: Mapped, rows: Any) -> Made:
    """What the reference made."""
    lines = {_line(statement.quad) for statement in described.statements}
    findings: set[tuple[int, str]] = set()
    introduced: Counter[tuple[Any, ...]] = Counter()
    referred: dict[tuple[Any, ...], int] = {}
    one: OfRow
    for one in rows:
        lines |= {_line(statement.quad) for statement in one.mapped.statements}
        findings |= {(one.row, str(finding)) for finding in one.mapped.findings}
        for i in one.mapped.introductions:
            types = " ".join(cls.value for cls in i.types)
            introduced[i.iri.value, types, one.row, i.position.line, i.position.column] += 1
        for r in one.mapped.references:
            key = (r.iri.value, r.expected, r.key, r.is_use, r.position.line, r.position.column)
            referred.setdefault(key, one.row)
    return Made(frozenset(lines), frozenset(findings), introduced, referred)


def of_run(done: Run) -> Made:
    """What a plan made, and the reference of the odd rows."""
    text = b"".join(done.lines()).decode()
    lines = text.split("\n")
    assert lines.pop() == ""
    assert "" not in lines, "a line has nothing on it"
    parsed = {_line(quad) for quad in parse(text.encode(), RdfFormat.N_QUADS)}
    assert parsed == set(lines), "a line is no canonical N-Quads"
    findings = {(odd.row, str(finding)) for odd in done.odd for finding in odd.mapped.findings}
    introduced: Counter[tuple[Any, ...]] = Counter()
    referred: dict[tuple[Any, ...], int] = {}
    links = Links(done)
    for batch in done.engine.fetch(links._introduced_rows):
        for iri, types, row, site in batch:
            _, line, column = links._sites[site]
            introduced[iri, types, row, line, column] += 1
    for batch in done.engine.fetch(links._referred_rows):
        for iri, subject, row, site in batch:
            assert subject is not None
            _, expected, key, line, column, is_use = links._references[site]
            name = (iri, expected, key, is_use, line, column)
            referred[name] = min(row, referred.get(name, row))
    return Made(frozenset(lines), frozenset(findings), introduced, referred)


def _line(quad: Any) -> str:
    return f"{quad.subject} {quad.predicate} {quad.object} {quad.graph_name} ."


def assert_agree(of: Prepared, rows: Sequence[Mapping[str, str]]) -> Run:
    """
    The plan makes what the reference makes.

    What is wrong with the mapping whatever the rows say is told once by the plan, and with each row by the reference.
    """
    expected = of.by_rows(rows)
    made, done = of.by_plan(rows)
    always = {str(finding) for finding in done.findings}
    assert sorted(expected.lines - made.lines) == [], "lines that the plan lacks"
    assert sorted(made.lines - expected.lines) == [], "lines that only the plan has"
    assert {f for f in expected.findings if f[1] not in always} == {f for f in made.findings if f[1] not in always}
    assert made.introduced == expected.introduced
    assert made.referred == expected.referred
    return done
