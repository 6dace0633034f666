"""
RDF files as columns.

Two tables in DuckDB:

- `term (id INTEGER, text VARCHAR, kind VARCHAR, suffix VARCHAR)`: each distinct term once. `text` is the canonical
  N-Triples text, `kind` is `iri`, `blank` or `literal`, `suffix` what follows a literal's closing quote: empty,
  `@` and the language, or `^^` and the datatype. It is NULL for the others.
- `triple (s INTEGER, p INTEGER, o INTEGER, place BIGINT)`: each distinct triple of the merge once, in the order of its
  predicate. `place` tells where it stands first: the number of the file in the upper bits, below it the line of
  N-Triples and N-Quads, or the number of the triple among all of the file.

Where queries are compiled against them (`Columns.add_values`), `term` has all columns of `kg.columns.terms`, and there
is the `profile` of a build's file, see `kg.columns.dataset`.

Lines that are written as they are printed here are split where they have blanks: the quick way, taken by most data.
Everything else goes through the parser first.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Self

from pyoxigraph import Quad, RdfFormat, serialize

from kg.columns.connection import connect
from kg.columns.dataset import write_profile
from kg.columns.files import BY_LINE, FILE_BITS, parsed, refused
from kg.columns.plain import NO_SUFFIX, OTHER_FILE, PLAIN, read_lines
from kg.columns.terms import base_columns, dictionary
from kg.model.errors import UsageError
from kg.model.temporary import TemporaryFolder
from kg.syntax.blanks import DRAWN, stable_blanks

_LINES = read_lines("?")
_GLOB = frozenset("*?[")  # in a name they would stand for several files


_IRI, _BLANK, _LITERAL = (pattern.replace("'", "''") for pattern in PLAIN)


class _NotPlain(Exception):
    """A file of lines that are not written as this project writes them, or are none."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A file of lines to split; `drawn` where labels of blank nodes are the parser's own."""

    number: int
    path: Path
    quads: bool
    drawn: bool = False

    def sql(self) -> str:
        """Subject, predicate, object, place, and whether the line ends as it should; one parameter, the path."""
        value = "rest[: length(rest) - 2]"
        if self.quads:
            # The graph's name, where there is one: what follows the last blank, if it is an IRI.
            graph = f"split_part({value}, ' ', -1)"
            named = f"length({graph}) < length({value}) AND regexp_full_match({graph}, '{_IRI}|{_BLANK}')"
            value = f"CASE WHEN {named} THEN {value}[: length({value}) - length({graph}) - 1] ELSE {value} END"
        # A label names a blank node within its file only.
        theirs = "{0}[1] = '_'" + ("" if self.number else f" AND regexp_full_match({{0}}, '{OTHER_FILE}')")
        s, o = (
            f"CASE WHEN {theirs.replace('{0}', term)} THEN '_:f{self.number}_' || {term}[3:] ELSE {term} END"
            for term in ("s", f"({value})")
        )
        return f"""
            SELECT {s} AS s, p, {o} AS o, place, ends_with(rest, ' .') AS whole FROM (
              SELECT split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p,
                line[length(s) + length(p) + 3 :] AS rest, place
              FROM (SELECT line, row_number() OVER () + {self.number << FILE_BITS} AS place FROM {_LINES})
              WHERE line IS NOT NULL AND line[1] <> '#')
            """


class Columns:
    """
    A data graph as columns, loaded from files. Close it when done: what does not fit in memory lies in a folder.

    `by_line` says of each file whether its places are lines. `memory` is DuckDB's limit, such as `4GB`; None leaves it
    to DuckDB: 80 % of the machine's.
    """

    def __init__(self, memory: str | None = None, threads: int | None = None) -> None:
        self._folder = TemporaryFolder("kg-columns-")
        self.db = connect(":memory:", self._folder.path, memory=memory, in_order=True, threads=threads)
        self.by_line: list[bool] = []
        self._valued = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give memory and files back."""
        self.db.close()
        self._folder.remove()

    def load(self, files: Sequence[tuple[Path, RdfFormat]], more: Iterable[Quad] = ()) -> None:
        """
        Read files, and quads from elsewhere, whose places are in a file of their own, numbered after the last.

        Blank nodes of different files are different nodes.

        Raises:
            UsageError: A file cannot be read: file, line and column.
        """
        extra = list(more)
        try:
            self._load(files, extra, split=True)
        except _NotPlain:
            self._load(files, extra, split=False)

    def _load(self, files: Sequence[tuple[Path, RdfFormat]], more: list[Quad], *, split: bool) -> None:
        import duckdb

        self.by_line = [split and form in BY_LINE and _can_be_split(path) for path, form in files]
        sources = [
            _Source(number, path, quads=form == RdfFormat.N_QUADS)
            if self.by_line[number]
            else self._printed(number, _named(path, form), drawn=form == RdfFormat.TURTLE)
            for number, (path, form) in enumerate(files)
        ]
        if more:
            sources.append(self._printed(len(files), more, drawn=False))
            self.by_line.append(False)
        try:
            self._read([source for source in sources if _size(source.path)])
            self._encode()
        except duckdb.Error as error:
            if split and any(self.by_line):
                raise _NotPlain from error
            raise
        if any(self.by_line) and self._has_odd():
            raise _NotPlain
        odd = self.one("SELECT text FROM term WHERE text[:2] = '<<' OR suffix[1] = '@' AND suffix[-5:-4] = '--'")
        if odd:
            raise refused(odd)
        self.db.execute("DROP TABLE line")

    def _printed(self, number: int, quads: Iterable[Quad], *, drawn: bool) -> _Source:
        """A file as the parser prints it: lines that are plain."""
        lines = self._folder.path / f"{number}.nq"
        serialize(quads, lines, format=RdfFormat.N_QUADS)
        return _Source(number, lines, quads=True, drawn=drawn)

    def _read(self, sources: Sequence[_Source]) -> None:
        selects = " UNION ALL ".join(source.sql() for source in sources) or "SELECT '', '', '', 0, false WHERE false"
        paths = [os.fspath(source.path) for source in sources]
        self.db.execute(f"CREATE OR REPLACE TABLE line (s, p, o, place, whole) AS {selects}", paths)
        for source in sources:
            if source.drawn:
                self._rename_drawn(source.number)

    def _rename_drawn(self, number: int) -> None:
        """Give blank nodes that the file has no label for the label that `kg.syntax.blanks.BlankNames` gives them."""
        of_file = f"place >> {FILE_BITS} = {number}"
        prefix = f"f{number}_" if number else ""
        self.db.execute(
            f"""
            CREATE OR REPLACE TABLE drawn AS
              SELECT text, '_:{prefix}anon' || (row_number() OVER (ORDER BY min(place)) - 1) AS name FROM (
                SELECT s AS text, 2 * place AS place FROM line WHERE s[1] = '_' AND {of_file}
                UNION ALL SELECT o, 2 * place + 1 FROM line WHERE o[1] = '_' AND {of_file})
              WHERE regexp_full_match('_:' || text[{len(prefix) + 3} :], '{DRAWN}') GROUP BY text
            """
        )
        if self.one("SELECT count(*) FROM drawn"):
            self.db.execute(
                f"""
                UPDATE line SET s = name FROM drawn WHERE s = text AND s[1] = '_' AND {of_file};
                UPDATE line SET o = name FROM drawn WHERE o = text AND o[1] = '_' AND {of_file};
                """
            )
        self.db.execute("DROP TABLE drawn")

    def _encode(self) -> None:
        self.db.execute(
            f"""
            CREATE OR REPLACE TABLE term AS SELECT row_number() OVER ()::INTEGER AS id, {base_columns()}
            FROM (SELECT s AS text FROM line UNION SELECT p FROM line UNION SELECT o FROM line);
            CREATE OR REPLACE TABLE triple AS SELECT a.id AS s, b.id AS p, c.id AS o, min(place) AS place FROM line
              JOIN term a ON a.text = line.s JOIN term b ON b.text = line.p JOIN term c ON c.text = line.o
              GROUP BY ALL ORDER BY p;
            """
        )

    def _has_odd(self) -> bool:
        """Whether a line that was split is no statement, or a term in it is not written as it is printed here."""
        return bool(
            self.one(
                f"""
                SELECT EXISTS (SELECT 1 FROM line WHERE NOT whole)
                  OR EXISTS (SELECT 1 FROM term WHERE NOT regexp_full_match(text, '{_IRI}|{_BLANK}|{_LITERAL}')
                    OR suffix IN {NO_SUFFIX})
                  OR EXISTS (SELECT 1 FROM term WHERE kind <> 'iri' AND id IN (SELECT DISTINCT p FROM triple))
                  OR EXISTS (SELECT 1 FROM term WHERE kind = 'literal' AND id IN (SELECT DISTINCT s FROM triple))
                """
            )
        )

    def ids(self, texts: Iterable[str]) -> dict[str, int]:
        """The numbers of terms; those that the data does not have are added to the dictionary."""
        wanted = sorted(set(texts))
        self.db.execute("CREATE OR REPLACE TEMP TABLE wanted (text VARCHAR)")
        if wanted:
            self.db.execute("INSERT INTO wanted SELECT unnest(?)", [wanted])
        fresh = "SELECT text FROM wanted WHERE text NOT IN (SELECT text FROM term)"
        self.db.execute(
            f"""
            INSERT INTO term SELECT (SELECT coalesce(max(id), 0) FROM term)::INTEGER + row_number() OVER ()::INTEGER, *
            FROM ({dictionary(fresh) if self._valued else f"SELECT {base_columns()} FROM ({fresh})"})
            """
        )
        rows = self.db.execute("SELECT text, id FROM term WHERE text IN (SELECT text FROM wanted)").fetchall()
        return dict(rows)

    def add_values(self) -> None:
        """Give the dictionary the values of its terms, and write the profile, so that queries can be compiled."""
        if not self._valued:
            self.db.execute(f"CREATE OR REPLACE TABLE term AS {dictionary('FROM term', 'id')}")
            write_profile(self.db, ["triple"])
            self._valued = True

    def count(self) -> int:
        """How many distinct triples there are."""
        return int(self.one("SELECT count(*) FROM triple"))

    def one(self, sql: str) -> Any:
        """The single value of a query."""
        row = self.db.execute(sql).fetchone()
        return row[0] if row else None

    def with_blank_nodes(self) -> list[tuple[str, str, str]]:
        """The triples that have a blank node, as texts."""
        return self.db.execute(
            """
            SELECT a.text, b.text, c.text FROM triple JOIN term a ON a.id = s JOIN term b ON b.id = p
              JOIN term c ON c.id = o WHERE a.kind = 'blank' OR c.kind = 'blank' ORDER BY place
            """
        ).fetchall()

    def write_lines(self) -> Path:
        """Write the triples without blank nodes as N-Triples to a file that goes with the columns; gives its path."""
        lines = self._folder.path / "merge.nt"
        self.db.execute(
            f"""
            COPY (SELECT a.text || ' ' || b.text || ' ' || c.text || ' .' FROM triple
              JOIN term a ON a.id = s JOIN term b ON b.id = p JOIN term c ON c.id = o
              WHERE a.kind <> 'blank' AND c.kind <> 'blank')
            TO '{lines}' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')
            """
        )
        return lines

    def typed(self) -> list[tuple[str, str]]:
        """Each literal with a datatype, once for each predicate that it stands under: (predicate, literal)."""
        return self.db.execute(
            """
            SELECT DISTINCT b.text, c.text FROM triple JOIN term b ON b.id = p JOIN term c ON c.id = o
            WHERE c.suffix[1] = '^' ORDER BY ALL
            """
        ).fetchall()

    def triples(self) -> Iterable[tuple[str, str, str]]:
        """All triples as texts, in the order of their places; lazy."""
        cursor = self.db.cursor()
        cursor.execute(
            """
            SELECT a.text, b.text, c.text FROM triple JOIN term a ON a.id = s JOIN term b ON b.id = p
              JOIN term c ON c.id = o ORDER BY place
            """
        )
        while rows := cursor.fetchmany(50_000):
            yield from rows


def _named(path: Path, form: RdfFormat) -> Iterable[Quad]:
    """The quads; those of TriG with the labels they will have, as names of graphs are not kept and have labels too."""
    quads = parsed(path, form)
    return stable_blanks(quads) if form == RdfFormat.TRIG else quads


def _can_be_split(path: Path) -> bool:
    """Whether the name means one file, and no line has the character that would end a column: DuckDB may drop it."""
    if _GLOB & set(os.fspath(path)):
        return False
    try:
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            return content.find(b"\x01") < 0
    except (OSError, ValueError):  # not there, or empty: what reads it will say so
        return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
