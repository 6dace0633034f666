"""
What is gathered for a view's edges: answers of a store as tables of DuckDB, where they are joined as sets.

An answer goes there as a file, so that no row passes through Python.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import QuerySolutions

from kg.columns.connection import connect
from kg.columns.plain import read_rows
from kg.columns.terms import lexical, quoted
from kg.model.errors import EnvironmentFault, disk_full, is_full
from kg.model.temporary import TemporaryFolder
from kg.stores.protocol import RowsFile, rows_as_tsv

if TYPE_CHECKING:
    from kg.stores.protocol import GraphStore

_MEMORY: Final = "1GB"

_SUFFIX: Final = "split_part(x, '\"', -1)"
# Numbers and truth values may stand without quotes.
_TABLES: Final = f"""
CREATE MACRO text_of(x) AS
    CASE WHEN x IS NULL THEN '' WHEN x[1] IN ('<', '"') THEN {lexical("x", _SUFFIX)} ELSE x END;
CREATE TABLE documents (document VARCHAR, issued VARCHAR);
CREATE TABLE claims (claim VARCHAR, source VARCHAR);
CREATE TABLE ends (side INTEGER, thing VARCHAR, "end" VARCHAR, claim VARCHAR);
CREATE TABLE stated (source VARCHAR, property VARCHAR, target VARCHAR, claim VARCHAR);
CREATE TABLE links (id VARCHAR, source VARCHAR, target VARCHAR, kind VARCHAR, label VARCHAR, directed BOOLEAN,
                    rule INTEGER, thing VARCHAR, claim VARCHAR, weight DOUBLE);
CREATE TABLE times (thing VARCHAR, "begin" VARCHAR, "end" VARCHAR);
CREATE TABLE told (thing VARCHAR, rule INTEGER, title VARCHAR, value VARCHAR);
CREATE TABLE answered (source VARCHAR, target VARCHAR, kind VARCHAR, label VARCHAR, thing VARCHAR, claim VARCHAR,
                       "begin" VARCHAR, "end" VARCHAR, weight DOUBLE);
CREATE TABLE amounts (thing VARCHAR, amount DOUBLE);
CREATE TABLE wanted (thing VARCHAR);
"""


class Evidence:
    """
    Tables in a file of their own, which goes with the object that holds it.

    `only_claims` is true where rows count only if they rest on a claim that is among the claims.
    """

    def __init__(self, *, only_claims: bool = False) -> None:
        self._folder = TemporaryFolder("kg-view-")
        self._only_claims = only_claims
        self._files = 0
        self._wanted: Sequence[str] = ()
        self.tables = connect(self._folder.path / "evidence", self._folder.path / "spilt", memory=_MEMORY)
        self.tables.execute(_TABLES)

    def close(self) -> None:
        """Let go of the tables."""
        self.tables.close()
        self._folder.remove()

    def ask(
        self, store: GraphStore, query: str, into: str, select: str, given: Mapping[str, str] | None = None
    ) -> None:
        """
        Put the rows of a question into a table, as a selection from `{rows}` says, whose columns are the variables.

        Terms are as `RowsFile` has them; `text_of` makes texts of them.

        Raises:
            UsageError: The question is no SELECT, or no SPARQL.
        """
        self._files += 1
        self._take(store.rows_file(query, self._folder.path / str(self._files)), into, select, given)

    def take(self, answer: QuerySolutions, into: str, select: str, given: Mapping[str, str] | None = None) -> None:
        """The same for an answer that is at hand."""
        self._files += 1
        self._take(rows_as_tsv(answer, self._folder.path / str(self._files)), into, select, given)

    def _take(self, rows: RowsFile, into: str, select: str, given: Mapping[str, str] | None) -> None:
        is_parquet = rows.path.suffix == ".parquet"
        read = f"read_parquet({quoted(str(rows.path))})" if is_parquet else read_rows(rows.path, rows.names)
        self._insert(into, select.replace("{rows}", read), given)
        rows.path.unlink()

    def add(self, rows: Iterable[Sequence[str]], names: Sequence[str], into: str, select: str) -> None:
        """Put rows of texts without tabs and breaks, such as addresses, into a table."""
        self._files += 1
        path = self._folder.path / f"{self._files}.tsv"
        with path.open("w", encoding="utf-8") as file:
            file.writelines("\t".join(row) + "\n" for row in (names, *rows))
        self._insert(into, select.replace("{rows}", read_rows(path, names)), None)
        path.unlink()

    def _insert(self, into: str, select: str, given: Mapping[str, str] | None) -> None:
        self.tables.execute(f"INSERT INTO {into} {select}", dict(given or {}))

    def count_claims(self, claims: Iterable[str]) -> int:
        """How many claims there are that edges rest on, or that are among those given."""
        self.tables.execute("CREATE OR REPLACE TABLE others (claim VARCHAR)")
        self.add(([claim] for claim in claims), ["claim"], "others", "SELECT claim FROM {rows}")
        found = self._one("SELECT count(*) FROM (SELECT claim FROM links WHERE claim <> '' UNION SELECT * FROM others)")
        return int(found)

    def _one(self, query: str) -> Any:
        row = self.tables.execute(query).fetchone()
        assert row is not None  # noqa: S101 # an aggregate has a row
        return row[0]

    def of_claims(self, claim: str = "text_of(claim)") -> str:
        """SQL for whether a row counts, by its claim."""
        return f"{claim} IN (SELECT claim FROM claims)" if self._only_claims else "true"

    def keep(self, store: GraphStore, queries: Sequence[str], table: str, rule: int | None = None) -> None:
        """Drop rows of things that no row of some questions names; of links, those of one rule."""
        if self._wanted != queries:  # rules of one class ask the same
            self.tables.execute("DELETE FROM wanted")
            for query in queries:
                self.ask(store, query, "wanted", "SELECT text_of(thing) FROM {rows}")
            self._wanted = queries
        of_rule = "" if rule is None else f" AND rule = {rule:d}"
        self.tables.execute(f"DELETE FROM {table} WHERE thing NOT IN (SELECT thing FROM wanted){of_rule}")

    def join_ends(self, label: str, rule: int, *, directed: bool) -> None:
        """Make links between the ends of one side and those of the other, for each thing; then forget the ends."""
        source, target = ('a."end"', 'b."end"')
        if not directed:
            source, target = f"least({source}, {target})", f"greatest({source}, {target})"
        joined = 'ends a JOIN ends b ON b.side = 1 AND a.thing = b.thing WHERE a.side = 0 AND a."end" <> b."end"'
        rows = " UNION ".join(
            f"SELECT {source} AS s, {target} AS t, a.thing AS thing, {claim} AS claim FROM {joined}"
            for claim in ("a.claim", "b.claim")
        )
        self.tables.execute(
            f"INSERT INTO links SELECT s || ' ' || ? || ' ' || t, s, t, ?, ?, ?, ?, thing, claim, NULL FROM ({rows})",
            [label, label, label, directed, rule],
        )
        self.tables.execute("DELETE FROM ends")

    def join_stated(
        self, labels: Mapping[str, str], above: Iterable[tuple[str, str]], rule: int, *, directed: bool
    ) -> None:
        """
        Make links of statements, by the narrowest of the properties that one claim tells of two ends; then forget them.

        `labels` are by property; `above` pairs each property with all that are wider.
        """
        self.tables.execute(
            "CREATE OR REPLACE TABLE labels (property VARCHAR, label VARCHAR);"
            "CREATE OR REPLACE TABLE above (property VARCHAR, wider VARCHAR)"
        )
        self.tables.executemany("INSERT INTO labels VALUES (?, ?)", [list(pair) for pair in labels.items()])
        if wider := [list(pair) for pair in above]:
            self.tables.executemany("INSERT INTO above VALUES (?, ?)", wider)
        source, target = ("source", "target") if directed else ("least(source, target)", "greatest(source, target)")
        self.tables.execute(
            f"""
            INSERT INTO links
            SELECT s || ' ' || label || ' ' || t, s, t, label, label, ?, ?, thing, claim, NULL FROM (
              SELECT DISTINCT {source} AS s, {target} AS t, label, source AS thing, claim
              FROM stated JOIN labels USING (property)
              WHERE NOT EXISTS (
                SELECT 1 FROM stated narrow JOIN above ON above.property = narrow.property
                WHERE above.wider = stated.property AND narrow.source = stated.source
                  AND narrow.target = stated.target AND narrow.claim = stated.claim))
            """,
            [directed, rule],
        )
        self.tables.execute("DELETE FROM stated")

    def join_answered(self, label: str, rule: int, *, directed: bool) -> None:
        """
        Make links of the rows of a view's own query; then forget them.

        `label` stands for a kind that is empty, the kind for such a label, and the edge for the thing it is about.
        """
        self.tables.execute(
            """
            CREATE OR REPLACE TABLE named AS SELECT * REPLACE (
                coalesce(nullif(kind, ''), $label) AS kind,
                coalesce(nullif(label, ''), nullif(kind, ''), $label) AS label,
                coalesce(nullif(thing, ''), concat_ws(' ', source, coalesce(nullif(kind, ''), $label), target)) AS thing
              ) FROM answered
            """,
            {"label": label},
        )
        self.tables.execute(
            f"""
            INSERT INTO links SELECT source || ' ' || kind || ' ' || target, source, target, kind, label, $directed,
                $rule, thing, claim, weight FROM named WHERE {self.of_claims("claim")}
            """,
            {"directed": directed, "rule": rule},
        )
        self.tables.execute(
            'INSERT INTO times SELECT thing, "begin", "end" FROM named WHERE "begin" <> \'\' OR "end" <> \'\';'
            "DELETE FROM answered"
        )

    def things(self, rule: int) -> list[str]:
        """The things that the links of a rule stand for."""
        rows = self.tables.execute("SELECT DISTINCT thing FROM links WHERE rule = ? ORDER BY 1", [rule])
        return [row[0] for row in rows.fetchall()]

    def weigh(self, rule: int) -> None:
        """Give the links of a rule the least of their things' amounts; things without one weigh nothing."""
        self.tables.execute(
            "UPDATE links SET weight = coalesce((SELECT min(amount) FROM amounts a WHERE a.thing = links.thing), 0) "
            f"WHERE rule = {rule:d}"
        )
        self.tables.execute("DELETE FROM amounts")

    def drop_ends(self, kept: Iterable[str]) -> None:
        """Drop links whose ends are not among those kept."""
        self.tables.execute("CREATE OR REPLACE TABLE nodes (id VARCHAR)")
        self.add(([iri] for iri in kept), ["id"], "nodes", "SELECT id FROM {rows}")
        self.tables.execute(
            "DELETE FROM links WHERE source NOT IN (SELECT id FROM nodes) OR target NOT IN (SELECT id FROM nodes)"
        )

    def keep_sources(self, least: int) -> None:
        """Drop edges that fewer than so many sources tell of."""
        self.tables.execute(
            "DELETE FROM links WHERE id NOT IN (SELECT id FROM links LEFT JOIN claims USING (claim) GROUP BY id"
            " HAVING count(DISTINCT nullif(claims.source, '')) >= ?)",
            [least],
        )

    def ends(self) -> list[str]:
        """The ends of all links, sorted."""
        rows = self.tables.execute("SELECT source FROM links UNION SELECT target FROM links ORDER BY 1")
        return [row[0] for row in rows.fetchall()]


@contextmanager
def told_faults() -> Iterator[None]:
    """
    Say what DuckDB met as a fault of the machine.

    Raises:
        EnvironmentFault: There is no room on the disk, or in memory.
    """
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        if is_full(error):
            raise disk_full(Path(tempfile.gettempdir()), "make room, or let TMPDIR name another folder") from error
        raise EnvironmentFault(f"the view could not be gathered: {error}", "is there room on the disk?") from error
