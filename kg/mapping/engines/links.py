"""
What the rows of a table introduce and refer to, over whole columns: the few of them that a check over all files needs.

Millions of rows introduce millions of things. What is kept is what stands twice, what others refer to, and one example
of each reference that leads to nothing or to a thing of another kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode

from kg.mapping.engines.duckdb import to_sql
from kg.mapping.engines.run import PlannedEntry, Run
from kg.mapping.plan.pieces import EntryPlan
from kg.mapping.templates.holes import Entry

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from duckdb import DuckDBPyConnection

_MOST: Final = 10_000
"""Of things introduced twice, or referred to and not introduced: nobody mends more by hand."""


class RowIntroduction(NamedTuple):
    """A thing that a row introduces; line and column are those of the mapping."""

    iri: str
    types: str
    row: int
    entry: Entry
    line: int
    column: int


class RowReference(NamedTuple):
    """A thing that a row refers to; see `kg.model.statements.Reference`."""

    iri: str
    expected: tuple[NamedNode, ...]
    key: str
    subject: str
    row: int
    entry: Entry
    line: int
    column: int
    is_use: bool


class Links:
    """The introductions and references of one run, as tables beside its cells."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._db: DuckDBPyConnection = run.cells.db
        self._sites: list[tuple[Entry, int, int]] = []
        self._references: list[tuple[Entry, tuple[NamedNode, ...], str, int, int, bool]] = []
        columns = "iri VARCHAR, types VARCHAR, row BIGINT, site INTEGER"
        for table in ("introduced", "shared"):
            self._db.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")
        self._db.execute("CREATE OR REPLACE TABLE referred (iri VARCHAR, subject VARCHAR, row BIGINT, site INTEGER)")
        for one in run.planned:
            if one.plan is not None and one.rows is not None:
                self._add(one, one.plan, one.rows)
        self._add_odd()
        # What rows share is introduced once, by the first of them.
        self._db.execute(
            "INSERT INTO introduced SELECT iri, min_by(types, row), min(row), min_by(site, row) FROM shared GROUP BY iri"
        )

    def _add(self, one: PlannedEntry, plan: EntryPlan, rows: ir.Table) -> None:
        target = "shared" if one.shared else "introduced"
        for spot in plan.introduced:
            texts = {"iri": (spot.iri, spot.when), "types": (spot.types, spot.when)}
            sql = to_sql(self._run.expression.texts(rows, texts))
            site = self._site(one.entry, spot.line, spot.column)
            self._db.execute(f"INSERT INTO {target} SELECT iri, types, row, {site} FROM ({sql}) WHERE iri IS NOT NULL")
        for ref in plan.referred:
            refers = {"iri": (ref.iri, ref.when), "subject": (ref.subject, ref.when)}
            sql = to_sql(self._run.expression.texts(rows, refers))
            site = len(self._references)
            self._references.append((one.entry, ref.expected, ref.key, ref.line, ref.column, ref.is_use))
            self._db.execute(
                f"INSERT INTO referred SELECT iri, min_by(subject, row), min(row), {site} FROM ({sql})"
                " WHERE iri IS NOT NULL GROUP BY iri"
            )

    def _add_odd(self) -> None:
        shared = {id(one.entry) for one in self._run.planned if one.shared}
        for odd in self._run.odd:
            table = "shared" if id(odd.entry) in shared else "introduced"
            for i in odd.mapped.introductions:
                site = self._site(odd.entry, i.position.line, i.position.column)
                types = " ".join(cls.value for cls in i.types)
                self._db.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", [i.iri.value, types, odd.row, site])
            for r in odd.mapped.references:
                site = len(self._references)
                self._references.append(
                    (odd.entry, r.expected, r.key, r.position.line, r.position.column, r.is_use)
                )  # fmt: skip
                self._db.execute(
                    "INSERT INTO referred VALUES (?, ?, ?, ?)", [r.iri.value, r.subject.value, odd.row, site]
                )

    def _site(self, entry: Entry, line: int, column: int) -> int:
        self._sites.append((entry, line, column))
        return len(self._sites) - 1

    def introductions(self, asked: Iterable[str]) -> Iterator[RowIntroduction]:
        """Things that are introduced twice, those of `asked`, and one for each kind of thing that rows refer to."""
        self._db.execute("CREATE OR REPLACE TEMP TABLE asked (iri VARCHAR)")
        texts = sorted(set(asked))
        if texts:
            self._db.execute("INSERT INTO asked SELECT unnest(?)", [texts])
        sql = f"""
            WITH wanted AS (
              (SELECT iri FROM introduced GROUP BY iri HAVING count(*) > 1 ORDER BY min(row) LIMIT {_MOST})
              UNION SELECT iri FROM asked
              UNION SELECT min(r.iri) FROM referred r JOIN introduced i ON r.iri = i.iri GROUP BY r.site, i.types)
            SELECT iri, types, row, site FROM introduced WHERE iri IN (SELECT iri FROM wanted) ORDER BY row, site
            """
        for iri, types, row, site in self._db.execute(sql).fetchall():
            entry, line, column = self._sites[site]
            yield RowIntroduction(iri, types, row, entry, line, column)

    def references(self) -> Iterator[RowReference]:
        """Distinct references: those that no row introduces, and one for each kind of thing that rows introduce."""
        sql = f"""
            (SELECT r.* FROM referred r WHERE r.iri NOT IN (SELECT iri FROM introduced) ORDER BY row LIMIT {_MOST * 10})
            UNION ALL SELECT r.* FROM referred r JOIN (
              SELECT r.site AS site, min(r.iri) AS iri FROM referred r JOIN introduced i ON r.iri = i.iri
              GROUP BY r.site, i.types) e ON r.site = e.site AND r.iri = e.iri
            """
        for iri, subject, row, site in self._db.execute(sql).fetchall():
            entry, expected, key, line, column, is_use = self._references[site]
            yield RowReference(iri, expected, key, subject, row, entry, line, column, is_use)
