"""What is gathered for a view's edges, in a file beside memory: rows come in any order and go out edge by edge."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from kg.model.temporary import TemporaryFolder

_TABLES = """
CREATE TABLE claims (claim TEXT, source TEXT);
CREATE TABLE ends (side INTEGER, thing TEXT, end TEXT, claim TEXT);
CREATE TABLE links (id TEXT, source TEXT, target TEXT, kind TEXT, label TEXT, directed INTEGER, rule INTEGER,
                    thing TEXT, claim TEXT, weight REAL);
CREATE TABLE times (thing TEXT, begin TEXT, end TEXT);
CREATE TABLE told (thing TEXT, rule INTEGER, title TEXT, value TEXT);
CREATE TABLE wanted (thing TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE made (edge BLOB);
"""


class Link(NamedTuple):
    """A row for an edge: the thing that it stands for, and a claim that says so."""

    id: str
    source: str
    target: str
    kind: str
    label: str
    directed: int
    rule: int
    thing: str
    claim: str
    weight: float | None


class Evidence:
    """Tables in a file of their own, which goes with the object that holds it."""

    def __init__(self) -> None:
        self._folder = TemporaryFolder("kg-view-")
        self._tables = sqlite3.connect(self._folder.path / "evidence", isolation_level=None)
        self._tables.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
        self._tables.execute("BEGIN")

    def close(self) -> None:
        """Let go of the file."""
        self._tables.close()
        self._folder.remove()

    def add(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Take rows into one of the tables, as they come."""
        width = {"claims": 2, "ends": 4, "links": 10, "times": 3, "told": 4, "wanted": 1}[table]
        self._tables.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * width)})", rows)

    def empty(self, table: str) -> None:
        """Forget a table's rows."""
        self._tables.execute(f"DELETE FROM {table}")

    def keep_claims(self, table: str) -> None:
        """Drop rows that rest on a claim which is not among the claims."""
        self._tables.execute("CREATE INDEX IF NOT EXISTS by_claim ON claims (claim)")
        self._tables.execute(f"DELETE FROM {table} WHERE claim NOT IN (SELECT claim FROM claims)")

    def has_claim(self, claim: str) -> bool:
        """Whether a claim is among the claims."""
        self._tables.execute("CREATE INDEX IF NOT EXISTS by_claim ON claims (claim)")
        return self._tables.execute("SELECT 1 FROM claims WHERE claim = ?", (claim,)).fetchone() is not None

    def keep_wanted(self, table: str, rule: int | None = None) -> None:
        """Drop rows of things that are not wanted; of links, those of one rule."""
        of_rule = "" if rule is None else f" AND rule = {rule:d}"
        self._tables.execute(f"DELETE FROM {table} WHERE thing NOT IN (SELECT thing FROM wanted){of_rule}")

    def join_ends(self, label: str, rule: int, *, directed: bool) -> None:
        """Make links between the ends of one side and those of the other, for each thing; then forget the ends."""
        self._tables.execute("CREATE INDEX ends_by_thing ON ends (side, thing)")
        source, target = ("a.end", "b.end") if directed else ("MIN(a.end, b.end)", "MAX(a.end, b.end)")
        for claim in ("a.claim", "b.claim"):
            self._tables.execute(
                f"INSERT INTO links SELECT DISTINCT {source} || ' ' || ? || ' ' || {target}, {source}, {target}, ?, ?,"
                f" ?, ?, a.thing, {claim}, NULL FROM ends a JOIN ends b ON b.side = 1 AND a.thing = b.thing"
                " WHERE a.side = 0 AND a.end <> b.end",
                (label, label, label, int(directed), rule),
            )
        self._tables.execute("DROP INDEX ends_by_thing")
        self.empty("ends")

    def things(self, rule: int) -> list[str]:
        """The things that the links of a rule stand for."""
        return [r[0] for r in self._tables.execute("SELECT DISTINCT thing FROM links WHERE rule = ?", (rule,))]

    def weigh(self, rule: int, amounts: Iterable[tuple[float, str]]) -> None:
        """Set the weight that each thing of a rule has; things without one weigh nothing."""
        self._tables.execute("CREATE INDEX IF NOT EXISTS links_by_thing ON links (thing)")
        self._tables.execute("UPDATE links SET weight = 0 WHERE rule = ?", (rule,))
        self._tables.executemany(
            f"UPDATE links SET weight = ? WHERE thing = ? AND rule = {rule:d}",
            amounts,
        )

    def drop_ends(self, kept: Iterable[str]) -> None:
        """Drop links whose ends are not among those kept."""
        self._tables.execute("CREATE TEMP TABLE nodes (id TEXT PRIMARY KEY) WITHOUT ROWID")
        self._tables.executemany("INSERT OR IGNORE INTO nodes VALUES (?)", ((id_,) for id_ in kept))
        self._tables.execute(
            "DELETE FROM links WHERE source NOT IN (SELECT id FROM nodes) OR target NOT IN (SELECT id FROM nodes)"
        )
        self._tables.execute("DROP TABLE nodes")

    def keep_sources(self, least: int) -> None:
        """Drop edges that fewer than so many sources tell of."""
        self._tables.execute("CREATE INDEX IF NOT EXISTS by_claim ON claims (claim)")
        self._tables.execute(
            "DELETE FROM links WHERE id NOT IN (SELECT id FROM links LEFT JOIN claims USING (claim) GROUP BY id"
            " HAVING COUNT(DISTINCT NULLIF(claims.source, '')) >= ?)",
            (least,),
        )

    def index(self, base: str) -> None:
        """Be ready to be read: edges have the ids that they have in files, without the base, and are in their order."""
        short = "CASE WHEN SUBSTR({0}, 1, :n) = :base THEN SUBSTR({0}, :n + 1) ELSE {0} END"
        name = f"{short.format('source')} || ' ' || kind || ' ' || {short.format('target')}"
        self._tables.execute(f"UPDATE links SET id = {name}", {"base": base, "n": len(base)})
        for name, columns in (
            ("links_by_id", "links (id, thing)"),
            ("links_by_thing", "links (thing)"),
            ("by_claim", "claims (claim)"),
            ("times_by_thing", "times (thing)"),
            ("told_by_thing", "told (thing, rule)"),
        ):
            self._tables.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")

    def ends(self) -> list[str]:
        """The ends of all links, sorted."""
        rows = self._tables.execute("SELECT source FROM links UNION SELECT target FROM links ORDER BY 1")
        return [row[0] for row in rows]

    def count(self) -> int:
        """How many edges there are."""
        return int(self._tables.execute("SELECT COUNT(DISTINCT id) FROM links").fetchone()[0])

    def edges(self) -> Iterator[list[Link]]:
        """The links of each edge, by id."""
        rows = self._tables.execute("SELECT * FROM links ORDER BY id, thing, claim")
        for _, group in groupby(map(Link._make, rows), key=itemgetter(0)):
            yield list(group)

    def keep_made(self, edges: Iterable[bytes]) -> None:
        """Keep edges as they were made of their links, so that whoever goes through them again only reads."""
        self._tables.executemany("INSERT INTO made VALUES (?)", ((edge,) for edge in edges))

    def made(self) -> Iterator[bytes]:
        """The edges that were made, in the order in which they were."""
        yield from (row[0] for row in self._tables.execute("SELECT edge FROM made ORDER BY rowid"))

    def times(self, thing: str) -> list[tuple[str, str]]:
        """The times of a thing."""
        return self._tables.execute("SELECT DISTINCT begin, end FROM times WHERE thing = ?", (thing,)).fetchall()

    def told(self, thing: str, rule: int) -> list[tuple[str, str]]:
        """Titles and values of what is told of a thing, by a rule."""
        found = "SELECT DISTINCT title, value FROM told WHERE thing = ? AND rule = ?"
        return self._tables.execute(found, (thing, rule)).fetchall()

    def sources(self, claims: Iterable[str]) -> set[str]:
        """The sources of some claims."""
        found: set[str] = set()
        for claim in claims:
            rows = self._tables.execute("SELECT source FROM claims WHERE claim = ? AND source <> ''", (claim,))
            found.update(row[0] for row in rows)
        return found

    def all_told(self) -> Iterator[tuple[str, str]]:
        """Titles and values of what is told of any thing that an edge stands for."""
        found = (
            "SELECT DISTINCT title, value FROM told WHERE EXISTS (SELECT 1 FROM links WHERE links.thing = told.thing)"
        )
        yield from self._tables.execute(found)
