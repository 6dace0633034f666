"""
A whole dataset as columns, kept in a file: the dictionary of terms and all quads as numbers.

Tables in DuckDB:

- `term`: each distinct term once, under the number `id`; for its columns see `kg.columns.terms`.
- `triple (s, p, o)`: each triple of the default graph once, in the order of predicate, subject and object.
- `quad (s, p, o, g)`: each quad of a named graph once, in the same order.
- `profile (p, type, triples)`: how many objects of a type a predicate has, in `triple` and `quad` together.
- `about (name, value)`: the version of this form.

Lines and rows are worked on as sets: no quad passes through Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import Quad, RdfFormat, serialize

from kg.columns.plain import read_lines
from kg.columns.terms import dictionary, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FORMAT: Final = "2"
"""Raise it when the tables change, so that no reader takes those of an older version for its own."""

_LITERAL_AND_MORE: Final = r'"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^<>]*>)? [^ ]+'
_ENDS: Final = (("subjects", "s"), ("predicates", "p"), ("objects", "o"), ("graphs", "g"))


def of_quads(quads: Iterable[Quad], folder: Path) -> str:
    """A query for quads as texts, with columns s, p, o and g; they go through a file of the folder."""
    lines = folder / "quads.nq"
    serialize(quads, lines, format=RdfFormat.N_QUADS)
    return of_lines([lines]) if lines.stat().st_size else "SELECT '' AS s, '' AS p, '' AS o, '' AS g WHERE false"


def of_lines(paths: Sequence[Path]) -> str:
    """A query for the quads in files of canonical N-Quads; g is empty where there is no graph."""
    files = ", ".join(quoted(str(path)) for path in paths)
    lines = read_lines(f"[{files}]")
    # What follows the last blank is the graph's name if it is a term and something stands before it.
    last = "split_part(rest, ' ', -1)"
    named = (
        f"length({last}) < length(rest) AND regexp_full_match({last}, '<[^<>\"]*>|_:[^\"<> ]+') "
        f"AND (rest[1] <> '\"' OR regexp_full_match(rest, {quoted(_LITERAL_AND_MORE)}))"
    )
    return f"""
        SELECT s, p, CASE WHEN g = '' THEN rest ELSE rest[: length(rest) - length(g) - 1] END AS o, g FROM (
          SELECT s, p, rest, CASE WHEN {named} THEN {last} ELSE '' END AS g FROM (
            SELECT split_part(line, ' ', 1) AS s, split_part(line, ' ', 2) AS p,
              line[length(s) + length(p) + 3 : length(line) - 2] AS rest
            FROM {lines} WHERE line IS NOT NULL AND line[1] <> '#'))
        """


def of_parquet(paths: Sequence[Path]) -> str:
    """A query for the quads in Parquet files with columns s, p, o and g of texts."""
    return f"SELECT s, p, o, g FROM read_parquet([{', '.join(quoted(str(path)) for path in paths)}])"


def write_dataset(db: DuckDBPyConnection, sources: Sequence[str], apart: str = "") -> None:
    """
    Write the tables from queries for quads as texts, such as `of_lines` gives.

    The default graph gets the quads without a graph, and the statements of all graphs but the one named `apart`; with
    `apart` empty no graph is merged.
    """
    rows = " UNION ALL ".join(f"({source})" for source in sources)
    merged = f"line.g NOT IN ('', {quoted(apart)})" if apart else "false"
    db.execute(f"CREATE TEMP TABLE line AS SELECT s, p, o, g FROM ({rows})")
    ends = " UNION ".join(f"SELECT {column} AS text FROM line WHERE {column} <> ''" for _, column in _ENDS)
    db.execute(
        f"""
        CREATE TABLE term AS SELECT row_number() OVER ()::INTEGER AS id, * FROM ({dictionary(ends)});
        CREATE TEMP TABLE number AS SELECT a.id AS s, b.id AS p, c.id AS o, d.id AS g, line.g = '' OR {merged} AS merged
          FROM line JOIN term a ON a.text = line.s JOIN term b ON b.text = line.p
          JOIN term c ON c.text = line.o LEFT JOIN term d ON d.text = line.g;
        DROP TABLE line;
        CREATE TABLE triple AS SELECT DISTINCT s, p, o FROM number WHERE merged ORDER BY p, s, o;
        CREATE TABLE quad AS SELECT DISTINCT s, p, o, g FROM number WHERE g IS NOT NULL ORDER BY p, s, o, g;
        DROP TABLE number;
        """
    )
    _write_profile(db)
    db.execute("CREATE TABLE about (name VARCHAR, value VARCHAR)")
    db.execute("INSERT INTO about VALUES ('format', ?)", [FORMAT])


def _write_profile(db: DuckDBPyConnection) -> None:
    db.execute(
        """
        CREATE OR REPLACE TABLE profile AS SELECT p, type, sum(n)::BIGINT AS triples FROM (
            SELECT p, type, count(*) AS n FROM triple JOIN term ON id = o GROUP BY ALL
            UNION ALL SELECT p, type, count(*) FROM quad JOIN term ON id = o GROUP BY ALL) GROUP BY ALL
        """
    )


def lines(db: DuckDBPyConnection) -> Iterable[bytes]:
    """All of the dataset as N-Quads, in pieces that end with a line; lazy."""
    cursor = db.cursor()
    cursor.execute(
        """
        SELECT a.text || ' ' || b.text || ' ' || c.text || ' .' FROM triple
          JOIN term a ON a.id = s JOIN term b ON b.id = p JOIN term c ON c.id = o
        UNION ALL SELECT a.text || ' ' || b.text || ' ' || c.text || ' ' || d.text || ' .' FROM quad
          JOIN term a ON a.id = s JOIN term b ON b.id = p JOIN term c ON c.id = o JOIN term d ON d.id = g
        """
    )
    while rows := cursor.fetchmany(20_000):
        yield "\n".join([*(row[0] for row in rows), ""]).encode()


def change_dataset(db: DuckDBPyConnection, removed: str, added: str) -> None:
    """
    Take quads out that are there, and put others in that are not; both are queries for quads as texts.

    What is in the default graph is among both, with an empty graph.
    """
    db.execute(
        f"CREATE TEMP TABLE line AS SELECT *, false AS fresh FROM ({removed}) UNION ALL SELECT *, true FROM ({added})"
    )
    ends = " UNION ".join(f"SELECT {column} AS text FROM line WHERE {column} <> '' AND fresh" for _, column in _ENDS)
    fresh = f"SELECT text FROM ({ends}) WHERE text NOT IN (SELECT text FROM term)"
    db.execute(
        f"""
        INSERT INTO term SELECT (SELECT coalesce(max(id), 0) FROM term) + (row_number() OVER ())::INTEGER, *
          FROM ({dictionary(fresh)});
        CREATE TEMP TABLE number AS SELECT a.id AS s, b.id AS p, c.id AS o, d.id AS g, fresh FROM line
          JOIN term a ON a.text = line.s JOIN term b ON b.text = line.p JOIN term c ON c.text = line.o
          LEFT JOIN term d ON d.text = line.g;
        DELETE FROM triple USING number n WHERE NOT fresh AND n.g IS NULL
          AND triple.s = n.s AND triple.p = n.p AND triple.o = n.o;
        DELETE FROM quad USING number n WHERE NOT fresh
          AND quad.s = n.s AND quad.p = n.p AND quad.o = n.o AND quad.g = n.g;
        INSERT INTO triple SELECT DISTINCT s, p, o FROM number n WHERE fresh AND g IS NULL
          AND NOT EXISTS (SELECT 1 FROM triple t WHERE t.s = n.s AND t.p = n.p AND t.o = n.o);
        INSERT INTO quad SELECT DISTINCT s, p, o, g FROM number n WHERE fresh AND g IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM quad t WHERE t.s = n.s AND t.p = n.p AND t.o = n.o AND t.g = n.g);
        DROP TABLE number; DROP TABLE line;
        """
    )
    _write_profile(db)


def write_parquet(db: DuckDBPyConnection, folder: Path) -> None:
    """The same tables as Parquet files of a folder, for engines of many machines."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in ("term", "triple", "quad", "profile"):
        db.execute(f"COPY {table} TO {quoted(str(folder / (table + '.parquet')))} (FORMAT parquet, COMPRESSION zstd)")


def one(db: DuckDBPyConnection, sql: str) -> Any:
    """The single value of a query."""
    row = db.execute(sql).fetchone()
    return row[0] if row else None


def count(db: DuckDBPyConnection, paths: Sequence[Path]) -> int:
    """How many rows Parquet files have."""
    return int(one(db, f"SELECT count(*) FROM ({of_parquet(paths)})")) if paths else 0
