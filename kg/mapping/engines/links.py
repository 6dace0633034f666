"""
What the rows of a table introduce and refer to, over whole columns: the few of them that a check over all files needs.

Millions of rows introduce millions of things. What is kept is what stands twice, what others refer to, and one example
of each reference that leads to nothing or to a thing of another kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode

from kg.mapping.engines.expression import ROW
from kg.mapping.engines.run import PlannedEntry, Run
from kg.mapping.plan.pieces import EntryPlan
from kg.mapping.templates.holes import Entry

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MOST: Final = 10_000
"""Of things introduced twice, or referred to and not introduced: nobody mends more by hand."""

_ROWS: Final = 2
"""Of one thing at one place of the mapping: the second is told, and how many more there are."""


class RowIntroduction(NamedTuple):
    """
    A thing that a row introduces; line and column are those of the mapping.

    `more` further rows introduce it at the same place of the mapping, and are left out.
    """

    iri: str
    types: str
    row: int
    entry: Entry
    line: int
    column: int
    more: int = 0


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
    """The introductions and references of one run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._engine = run.engine
        self._sites: list[tuple[Entry, int, int]] = []
        self._references: list[tuple[Entry, tuple[NamedNode, ...], str, int, int, bool]] = []
        introduced: list[ir.Table] = []
        shared: list[ir.Table] = []
        referred: list[ir.Table] = []
        for one in run.planned:
            if one.plan is not None and one.rows is not None:
                introduced += self._introduced(one, one.plan, one.rows) if not one.shared else []
                shared += self._introduced(one, one.plan, one.rows) if one.shared else []
                referred += self._referred(one, one.plan, one.rows)
        odd = self._odd()
        introduced.append(odd[0])
        # What rows share is introduced once, by the first of them.
        together = _union([*shared, odd[1]])
        introduced.append(_first_of(together))
        self._introduced_rows = self._engine.keep("introduced", _union(introduced))
        self._referred_rows = self._engine.keep("referred", _union([*referred, odd[2]]))

    def _introduced(self, one: PlannedEntry, plan: EntryPlan, rows: ir.Table) -> list[ir.Table]:
        found = []
        for spot in plan.introduced:
            texts = self._engine.expression.texts(
                rows, {"iri": (spot.iri, spot.when), "types": (spot.types, spot.when)}
            )
            site = self._site(one.entry, spot.line, spot.column)
            found.append(_with_site(texts.filter(texts["iri"].notnull()), site).select("iri", "types", ROW, "site"))
        return found

    def _referred(self, one: PlannedEntry, plan: EntryPlan, rows: ir.Table) -> list[ir.Table]:
        found = []
        for ref in plan.referred:
            refers = {"iri": (ref.iri, ref.when), "subject": (ref.subject, ref.when)}
            texts = self._engine.expression.texts(rows, refers)
            first = texts.filter(texts["iri"].notnull()).group_by("iri")
            first = first.aggregate(subject=texts["subject"].argmin(texts[ROW]), row=texts[ROW].min())
            site = len(self._references)
            self._references.append((one.entry, ref.expected, ref.key, ref.line, ref.column, ref.is_use))
            found.append(_with_site(first, site).select("iri", "subject", ROW, "site"))
        return found

    def _odd(self) -> tuple[ir.Table, ir.Table, ir.Table]:
        """What odd rows introduce, introduce in shared entries, and refer to."""
        shared = {id(one.entry) for one in self._run.planned if one.shared}
        rows: tuple[list[tuple[str, ...]], ...] = ([], [], [])
        for odd in self._run.odd:
            for i in odd.mapped.introductions:
                site = self._site(odd.entry, i.position.line, i.position.column)
                types = " ".join(cls.value for cls in i.types)
                rows[id(odd.entry) in shared].append((i.iri.value, types, str(odd.row), str(site)))
            for r in odd.mapped.references:
                site = len(self._references)
                self._references.append((odd.entry, r.expected, r.key, r.position.line, r.position.column, r.is_use))
                rows[2].append((r.iri.value, r.subject.value, str(odd.row), str(site)))
        names = ("odd_introduced", "types"), ("odd_shared", "types"), ("odd_referred", "subject")
        made = []
        for (name, second), texts in zip(names, rows, strict=True):
            table = self._engine.make(name, ["iri", second, "row_text", "site_text"], texts)
            numbers = {ROW: table["row_text"].cast("int64"), "site": table["site_text"].cast("int64")}
            made.append(table.select("iri", second, **numbers))
        return made[0], made[1], made[2]

    def _site(self, entry: Entry, line: int, column: int) -> int:
        self._sites.append((entry, line, column))
        return len(self._sites) - 1

    def introductions(self, asked: Iterable[str]) -> Iterator[RowIntroduction]:
        """Things that are introduced twice, those of `asked`, and one for each kind of thing that rows refer to."""
        rows, referred = self._introduced_rows, self._referred_rows
        counted = rows.group_by("iri").aggregate(times=rows.count(), first=rows[ROW].min())
        twice = counted.filter(counted["times"] > 1).order_by("first").limit(_MOST).select("iri")
        wanted = self._engine.make("asked", ["iri"], [(iri,) for iri in sorted(set(asked))])
        both = referred.select("iri", "site").join(rows.select("iri", "types"), "iri")
        example = both.group_by("site", "types").aggregate(iri=both["iri"].min()).select("iri")
        found = rows.semi_join(_union([twice, wanted, example]), "iri").select("iri", "types", ROW, "site")
        for batch in self._engine.fetch(_first_rows(found).order_by(ROW, "site")):
            for iri, types, row, site, more in batch:
                entry, line, column = self._sites[site]
                yield RowIntroduction(iri, types, row, entry, line, column, more)

    def references(self) -> Iterator[RowReference]:
        """Distinct references: those that no row introduces, and one for each kind of thing that rows introduce."""
        rows, referred = self._introduced_rows, self._referred_rows
        columns = ["iri", "subject", ROW, "site"]
        unknown = referred.anti_join(rows, "iri").order_by(ROW).limit(10 * _MOST).select(*columns)
        both = referred.select("iri", "site").join(rows.select("iri", "types"), "iri")
        example = both.group_by("site", "types").aggregate(iri=both["iri"].min()).select("site", "iri").distinct()
        known = referred.semi_join(example, ["site", "iri"]).select(*columns)
        for one in (unknown, known):
            for batch in self._engine.fetch(one):
                for iri, subject, row, site in batch:
                    entry, expected, key, line, column, is_use = self._references[site]
                    yield RowReference(iri, expected, key, subject, row, entry, line, column, is_use)


def _with_site(rows: ir.Table, site: int) -> ir.Table:
    import ibis

    return rows.mutate(site=ibis.literal(site, type="int64"))


def _first_rows(rows: ir.Table) -> ir.Table:
    """The first rows of each IRI and site, the last of them with the number of those left out (`more`)."""
    import ibis

    same = [rows["iri"], rows["site"]]
    order = ibis.row_number().over(group_by=same, order_by=rows[ROW])
    numbered = rows.mutate(order=order, size=rows.count().over(group_by=same))
    more = ibis.ifelse(numbered["order"] == _ROWS - 1, numbered["size"] - _ROWS, 0)
    return numbered.filter(numbered["order"] < _ROWS).mutate(more=more).drop("order", "size")


def _first_of(rows: ir.Table) -> ir.Table:
    """Of rows with one IRI the first, with its site."""
    first = rows.group_by("iri").aggregate(row=rows[ROW].min())
    own = rows.join(first, ["iri", ROW]).group_by("iri", ROW)
    return own.aggregate(types=rows["types"].argmin(rows["site"]), site=rows["site"].min()).select(
        "iri", "types", ROW, "site"
    )


def _union(tables: list[ir.Table]) -> ir.Table:
    import ibis

    return tables[0] if len(tables) == 1 else ibis.union(*tables)
