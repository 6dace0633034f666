"""
What the rows of a table introduce and refer to, over whole columns: the few of them that a check over all files needs.

Millions of rows introduce millions of things. What is kept is what stands twice, what others refer to, and one example
of each reference that leads to nothing or to a thing of another kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from pyoxigraph import NamedNode

from kg.mapping.engines.deferred import Rows, union
from kg.mapping.engines.expression import ROW, Expression
from kg.mapping.engines.run import PlannedEntry, Run
from kg.mapping.plan.pieces import EntryPlan, Introduced, Referred
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
        introduced: list[Rows] = []
        shared: list[Rows] = []
        referred: list[Rows] = []
        for one in run.planned:
            if one.plan is not None and one.rows is not None:
                introduced += self._introduced(one, one.plan, one.rows) if not one.shared else []
                shared += self._introduced(one, one.plan, one.rows) if one.shared else []
                referred += self._referred(one, one.plan, one.rows)
        odd = self._odd()
        introduced.append(odd[0])
        # What rows share is introduced once, by the first of them.
        introduced.append(Rows(_first_of, [*shared, odd[1]]))
        self._introduced_rows = self._engine.keep("introduced", Rows(union, introduced))
        self._referred_rows = self._engine.keep("referred", Rows(union, [*referred, odd[2]]), once=True)
        met = Rows(_met, self._introduced_rows, self._referred_rows)
        self._met_rows = self._engine.keep("met", met, once=True)

    def _introduced(self, one: PlannedEntry, plan: EntryPlan, rows: Rows) -> list[Rows]:
        found = []
        for spot in plan.introduced:
            site = self._site(one.entry, spot.line, spot.column)
            found.append(self._engine.rows(_introduced, rows, spot, site))
        return found

    def _referred(self, one: PlannedEntry, plan: EntryPlan, rows: Rows) -> list[Rows]:
        found = []
        for ref in plan.referred:
            site = len(self._references)
            self._references.append((one.entry, ref.expected, ref.key, ref.line, ref.column, ref.is_use))
            found.append(self._engine.rows(_referred, rows, ref, site))
        return found

    def _odd(self) -> tuple[Rows, Rows, Rows]:
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
            made.append(Rows(_numbered, table, second))
        return made[0], made[1], made[2]

    def _site(self, entry: Entry, line: int, column: int) -> int:
        self._sites.append((entry, line, column))
        return len(self._sites) - 1

    def introductions(self, asked: Iterable[str]) -> Iterator[RowIntroduction]:
        """Things that are introduced twice, those of `asked`, and one for each kind of thing that rows refer to."""
        wanted = self._engine.make("asked", ["iri"], [(iri,) for iri in sorted(set(asked))])
        found = Rows(_worth_a_look, self._introduced_rows, self._referred_rows, self._met_rows, wanted)
        for batch in self._engine.fetch(found):
            for iri, types, row, site, more in batch:
                entry, line, column = self._sites[site]
                yield RowIntroduction(iri, types, row, entry, line, column, more)

    def references(self) -> Iterator[RowReference]:
        """Distinct references: those that no row introduces, and one for each kind of thing that rows introduce."""
        for which in (_unknown, _known):
            for batch in self._engine.fetch(Rows(which, self._met_rows, self._referred_rows)):
                for iri, subject, row, site in batch:
                    entry, expected, key, line, column, is_use = self._references[site]
                    yield RowReference(iri, expected, key, subject, row, entry, line, column, is_use)


# ── Expressions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _introduced(expression: Expression, rows: ir.Table, spot: Introduced, site: int) -> ir.Table:
    """What the rows of an entry introduce at one place of the mapping: `iri`, `types`, `row`, `site`."""
    texts = expression.texts(rows, {"iri": (spot.iri, spot.when), "types": (spot.types, spot.when)})
    return _with_site(texts.filter(texts["iri"].notnull()), site).select("iri", "types", ROW, "site")


def _referred(expression: Expression, rows: ir.Table, ref: Referred, site: int) -> ir.Table:
    """The first of the rows that refer to a thing at one place of the mapping: `iri`, `subject`, `row`, `site`."""
    texts = expression.texts(rows, {"iri": (ref.iri, ref.when), "subject": (ref.subject, ref.when)})
    first = texts.filter(texts["iri"].notnull()).group_by("iri")
    first = first.aggregate(subject=texts["subject"].argmin(texts[ROW]), row=texts[ROW].min())
    return _with_site(first, site).select("iri", "subject", ROW, "site")


def _numbered(table: ir.Table, second: str) -> ir.Table:
    """A table of texts with `row` and `site` as numbers."""
    numbers = {ROW: table["row_text"].cast("int64"), "site": table["site_text"].cast("int64")}
    return table.select("iri", second, **numbers)


def _met(introduced: ir.Table, referred: ir.Table) -> ir.Table:
    """The introductions of things that rows refer to: few, so that all further questions are about few rows."""
    return introduced.semi_join(referred, "iri")


def _worth_a_look(introduced: ir.Table, referred: ir.Table, met: ir.Table, asked: ir.Table) -> ir.Table:
    """What is introduced twice or asked for, and an example of each kind of thing that is referred to."""
    counted = introduced.group_by("iri").aggregate(times=introduced.count(), first=introduced[ROW].min())
    twice = counted.filter(counted["times"] > 1).order_by("first").limit(_MOST).select("iri")
    found = introduced.semi_join(union([twice, asked, _examples(met, referred).select("iri")]), "iri")
    return _first_rows(found.select("iri", "types", ROW, "site")).order_by(ROW, "site")


def _unknown(met: ir.Table, referred: ir.Table) -> ir.Table:
    """References to what no row introduces."""
    unknown = referred.anti_join(met, "iri").order_by(ROW).limit(10 * _MOST)
    return unknown.select("iri", "subject", ROW, "site")


def _known(met: ir.Table, referred: ir.Table) -> ir.Table:
    """One reference to each kind of thing that rows introduce."""
    example = _examples(met, referred).select("site", "iri").distinct()
    return referred.semi_join(example, ["site", "iri"]).select("iri", "subject", ROW, "site")


def _examples(met: ir.Table, referred: ir.Table) -> ir.Table:
    """A thing for each place of the mapping that refers and each kind of what it refers to: `iri`, `site`, `types`."""
    both = referred.select("iri", "site").join(met.select("iri", "types"), "iri")
    return both.group_by("site", "types").aggregate(iri=both["iri"].min())


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


def _first_of(tables: list[ir.Table]) -> ir.Table:
    """Of the rows of all tables with one IRI the first, with its site."""
    rows = union(tables)
    first = rows.group_by("iri").aggregate(row=rows[ROW].min())
    own = rows.join(first, ["iri", ROW]).group_by("iri", ROW)
    return own.aggregate(types=rows["types"].argmin(rows["site"]), site=rows["site"].min()).select(
        "iri", "types", ROW, "site"
    )
