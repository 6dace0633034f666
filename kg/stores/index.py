"""
The index of places: for every quad the file, line and column it came from, and what files introduce and refer to.

It lies beside the store, never in it, and is what makes a build incremental: a file whose bytes have not changed is
not read again. SQLite from the standard library; `:memory:` serves where nothing is to be kept.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, Self

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from kg.model.errors import EnvironmentFault
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.statements import Introduction, Mapped, Reference

_FILE = "index.sqlite"
_SCHEMA = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE file (file TEXT PRIMARY KEY, digest TEXT, texts TEXT, reviews TEXT);
CREATE TABLE term (id INTEGER PRIMARY KEY, text TEXT UNIQUE);
CREATE TABLE statement (s INTEGER, p INTEGER, o INTEGER, g INTEGER, file TEXT, at TEXT, line INTEGER, col INTEGER,
                        sheet TEXT, key_line INTEGER, key_col INTEGER);
CREATE TABLE introduction (iri TEXT, types TEXT, is_proposed INTEGER, file TEXT, at TEXT, line INTEGER, col INTEGER,
                           sheet TEXT);
CREATE TABLE reference (iri TEXT, expected TEXT, key TEXT, subject TEXT, is_use INTEGER,
                        is_proposed INTEGER, file TEXT, at TEXT, line INTEGER, col INTEGER, sheet TEXT);
CREATE TABLE finding (file TEXT, code TEXT, severity INTEGER, message TEXT, at TEXT, line INTEGER, col INTEGER,
                      sheet TEXT, hint TEXT, related TEXT);
CREATE INDEX statement_spo ON statement (s, p, o);
CREATE INDEX statement_file ON statement (file);
CREATE INDEX introduction_iri ON introduction (iri);
"""
_PLACE = "at, line, col, sheet"
_ORDER = "ORDER BY at, sheet, line, col, rowid"


class Places(NamedTuple):
    """Where a quad was written: the value's place and the key's."""

    value: Position
    key: Position


class Index:
    """The index of one generation; close it, or use it in a `with` block."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._ids: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is pending and let go of the file."""
        self._db.commit()
        self._db.close()

    @staticmethod
    def create(generation: Path | None = None) -> Index:
        """A new, empty index: on disk in a generation's folder, or in memory."""
        db = sqlite3.connect(":memory:" if generation is None else generation / _FILE)
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        return Index(db)

    @staticmethod
    def open(generation: Path) -> Index:
        """
        The index of a finished generation, to read only.

        Raises:
            EnvironmentFault: It is damaged.
        """
        uri = (generation / _FILE).resolve().as_uri()
        try:
            db = sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True)
            db.execute("SELECT 1 FROM setting")
        except sqlite3.DatabaseError as error:
            raise EnvironmentFault(
                f"the index cannot be read: {error}", "build again with `kg build --fresh`"
            ) from error
        return Index(db)

    def copied(self, generation: Path) -> Index:
        """A copy of this index in another generation, to change."""
        target = sqlite3.connect(generation / _FILE)
        target.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        self._db.backup(target)
        return Index(target)

    # ── Settings and files ──────────────────────────────────────────────────────────────────────────────────────────

    def setting(self, name: str) -> str:
        """A value kept with the build; empty where there is none."""
        row = self._db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def set_setting(self, name: str, value: str) -> None:
        """Keep a value with the build."""
        self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def files(self) -> dict[str, tuple[str, list[tuple[str, str]]]]:
        """The facts files of the build: their digest, and path and digest of each text they name."""
        rows = self._db.execute("SELECT file, digest, texts FROM file")
        return {file: (digest, [tuple(text) for text in json.loads(texts)]) for file, digest, texts in rows}

    # ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def remove(self, file: str) -> set[Quad]:
        """Forget a file; the distinct quads that it gave, which other files may still give."""
        rows = self._db.execute("SELECT DISTINCT s, p, o, g FROM statement WHERE file = ?", (file,)).fetchall()
        quads = set(self._quads(rows))
        for table in ("statement", "introduction", "reference", "finding", "file"):
            self._db.execute(f"DELETE FROM {table} WHERE file = ?", (file,))
        return quads

    def add(self, mapped: Mapped, digest: str) -> None:
        """Take in what mapping made of a file."""
        file = mapped.file
        reviews = json.dumps(mapped.reviews, sort_keys=True)
        self._db.execute("INSERT INTO file VALUES (?,?,?,?)", (file, digest, json.dumps(mapped.texts), reviews))
        ids = self._term_ids(mapped)
        self._db.executemany(
            "INSERT INTO statement VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                (
                    ids[str(quad.subject)],
                    ids[str(quad.predicate)],
                    ids[str(quad.object)],
                    ids[str(quad.graph_name)],
                    file,
                    value.file,
                    value.line,
                    value.column,
                    value.sheet,
                    key.line,
                    key.column,
                )
                for quad, value, key in mapped.statements
            ),
        )
        self._db.executemany(
            "INSERT INTO introduction VALUES (?,?,?,?,?,?,?,?)",
            ((i.iri.value, _joined(i.types), i.is_proposed, file, *_row(i.position)) for i in mapped.introductions),
        )
        self._db.executemany(
            "INSERT INTO reference VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                (iri.value, _joined(expected), key, subject.value, is_use, proposed, file, *_row(position))
                for iri, expected, key, subject, position, is_use, proposed in mapped.references
            ),
        )
        self._db.executemany(
            "INSERT INTO finding VALUES (?,?,?,?,?,?,?,?,?,?)",
            (
                (file, f.code, int(f.severity), f.message, *_row(f.position), f.hint, json.dumps(f.related))
                for f in mapped.findings
            ),
        )

    def _term_ids(self, mapped: Mapped) -> dict[str, int]:
        texts = {str(term): None for quad, *_ in mapped.statements for term in quad}
        new = [text for text in texts if text not in self._ids]
        self._db.executemany("INSERT OR IGNORE INTO term (text) VALUES (?)", ((text,) for text in new))
        for text in new:
            self._ids[text] = self._db.execute("SELECT id FROM term WHERE text = ?", (text,)).fetchone()[0]
        return self._ids

    # ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def introductions(self) -> Iterator[Introduction]:
        """All introductions, in the order of their places."""
        query = f"SELECT iri, types, is_proposed, {_PLACE} FROM introduction {_ORDER}"
        for iri, types, proposed, *place in self._db.execute(query):
            yield Introduction(NamedNode(iri), _split(types), _position(place), bool(proposed))

    def references(self) -> Iterator[Reference]:
        """All references, in the order of their places."""
        query = f"SELECT iri, expected, key, subject, is_use, is_proposed, {_PLACE} FROM reference {_ORDER}"
        for iri, expected, key, subject, is_use, proposed, *place in self._db.execute(query):
            of = NamedNode(subject)
            yield Reference(NamedNode(iri), _split(expected), key, of, _position(place), bool(is_use), bool(proposed))

    def reviews(self) -> Counter[str]:
        """How many entries have which status, by its IRI; those written by hand have none."""
        return sum((Counter(json.loads(text)) for (text,) in self._db.execute("SELECT reviews FROM file")), Counter())

    def findings(self) -> Iterator[Finding]:
        """What reading and mapping found, in the order of the places."""
        query = f"SELECT code, severity, message, hint, related, {_PLACE} FROM finding {_ORDER}"
        for code, severity, message, hint, related, *place in self._db.execute(query):
            others = tuple((text, Position(*position)) for text, position in json.loads(related))
            yield Finding(code, Severity(severity), message, _position(place), hint, others)

    def unread(self) -> list[str]:
        """The files that could not be read, so that it is not known what they introduce; see `Mapped.unread`."""
        rows = self._db.execute(
            "SELECT DISTINCT file FROM finding WHERE severity = ? AND file NOT IN (SELECT file FROM introduction)"
            " ORDER BY file",
            (int(Severity.error),),
        )
        return [file for (file,) in rows]

    def quads(self) -> Iterator[Quad]:
        """Every quad of the claim and document graphs, once, in no order."""
        return self._quads(self._db.execute("SELECT DISTINCT s, p, o, g FROM statement"))

    def count(self) -> int:
        """How many distinct quads the claim and document graphs hold."""
        (number,) = self._db.execute("SELECT COUNT(*) FROM (SELECT DISTINCT s, p, o, g FROM statement)").fetchone()
        return int(number)

    def quads_with(self, predicates: Iterable[NamedNode]) -> Iterator[Quad]:
        """The quads with these predicates, once each, in no order."""
        ids = [number for predicate in predicates if (number := self._id(str(predicate))) is not None]
        marks = ", ".join("?" for _ in ids)
        return self._quads(self._db.execute(f"SELECT DISTINCT s, p, o, g FROM statement WHERE p IN ({marks})", ids))

    def has_quad(self, quad: Quad) -> bool:
        """Whether a file still gives this quad."""
        return self._exists("s = ? AND p = ? AND o = ? AND g = ?", quad, quad.graph_name)

    def has_triple(self, quad: Quad) -> bool:
        """Whether a file still gives this statement, in whichever graph."""
        return self._exists("s = ? AND p = ? AND o = ?", quad)

    def _exists(self, where: str, quad: Quad, *more: object) -> bool:
        terms = [str(term) for term in (quad.subject, quad.predicate, quad.object, *more)]
        ids = [self._id(term) for term in terms]
        return None not in ids and bool(
            self._db.execute(f"SELECT 1 FROM statement WHERE {where} LIMIT 1", ids).fetchone()
        )

    def places(self, subject: str, predicate: str = "", value: str = "") -> list[Places]:
        """
        Where statements were written, by N-Triples terms; an empty one stands for any.

        In the order of the files; several where several claims say the same.
        """
        wanted = [(name, text) for name, text in (("s", subject), ("p", predicate), ("o", value)) if text]
        ids = [self._id(text) for _, text in wanted]
        if None in ids:
            return []
        where = " AND ".join(f"{name} = ?" for name, _ in wanted)
        rows = self._db.execute(f"SELECT {_PLACE}, key_line, key_col FROM statement WHERE {where} {_ORDER}", ids)
        return [Places(_position(row[:4]), Position(row[0], row[4], row[5], row[3])) for row in rows]

    def quad_places(self, quad: Quad) -> list[Position]:
        """Where one quad was written."""
        ids = [self._id(str(term)) for term in quad]
        query = f"SELECT {_PLACE} FROM statement WHERE s = ? AND p = ? AND o = ? AND g = ? {_ORDER}"
        return [_position(row) for row in self._db.execute(query, ids)] if None not in ids else []

    def introduced(self, iri: str) -> Position | None:
        """Where a thing is introduced."""
        where = f"WHERE iri = ? AND NOT is_proposed {_ORDER} LIMIT 1"
        row = self._db.execute(f"SELECT {_PLACE} FROM introduction {where}", (iri,)).fetchone()
        return _position(row) if row else None

    def _id(self, text: str) -> int | None:
        row = self._db.execute("SELECT id FROM term WHERE text = ?", (text,)).fetchone()
        return row[0] if row else None

    def _quads(self, rows: Iterable[tuple[int, int, int, int]]) -> Iterator[Quad]:
        texts = dict(self._db.execute("SELECT id, text FROM term"))
        lines = (f"{texts[s]} {texts[p]} {texts[o]} {texts[g]} .\n" for s, p, o, g in rows)
        return iter(parse("".join(lines), format=RdfFormat.N_QUADS))


def _row(position: Position) -> tuple[str, int, int, str]:
    return position.file, position.line, position.column, position.sheet


def _position(row: Iterable[object]) -> Position:
    file, line, column, sheet = row
    return Position(str(file), int(str(line)), int(str(column)), str(sheet))


def _joined(iris: tuple[NamedNode, ...]) -> str:
    return " ".join(iri.value for iri in iris)


def _split(text: str) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(iri) for iri in text.split())
