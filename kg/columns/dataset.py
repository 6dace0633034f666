"""
A whole dataset as columns, kept in a file: the dictionary of terms and all quads as numbers.

Tables in DuckDB:

- `term`: each distinct term once, under the number `id`; for its columns see `kg.columns.terms`.
- `triple_N (s, o)`: each triple of the default graph with the predicate N once, in the order of subject and object.
- `class_N (s)`: what has the type N in the default graph.
- `quad_N (s, o, g)`: each quad of a named graph, in the same way as `triple_N`.
- `triple (s, p, o)` and `quad (s, p, o, g)`: views of all of them.
- `profile (p, type, triples)`: how many objects of a type a predicate has, in `triple` and `quad` together.
- `about (name, value)`: the version of this form.

A table for each predicate and class, because DuckDB then knows how many rows it has, and of how many things, when it
orders joins. `triple_0` and `quad_0` are always there, and empty.

Lines and rows are worked on as sets: no quad passes through Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import Quad, RdfFormat, serialize

from kg.columns.plain import read_lines
from kg.columns.terms import dictionary, quoted
from kg.model.errors import EnvironmentFault
from kg.ontology import vocabulary as v

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FORMAT: Final = "4"
"""Raise it when the tables change, so that no reader takes those of an older version for its own."""

_LITERAL_AND_MORE: Final = r'"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^<>]*>)? [^ ]+'
_ENDS: Final = ("s", "p", "o", "g")
HELD: Final = {"triple": "s, o", "quad": "s, o, g"}
"""The columns of a predicate's table."""


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
    ends = " UNION ".join(f"SELECT {column} AS text FROM line WHERE {column} <> ''" for column in _ENDS)
    db.execute(
        f"""
        CREATE TABLE term AS SELECT row_number() OVER ()::INTEGER AS id, * FROM ({dictionary(ends)});
        CREATE TEMP TABLE number AS SELECT a.id AS s, b.id AS p, c.id AS o, d.id AS g, line.g = '' OR {merged} AS merged
          FROM line JOIN term a ON a.text = line.s JOIN term b ON b.text = line.p
          JOIN term c ON c.text = line.o LEFT JOIN term d ON d.text = line.g;
        DROP TABLE line;
        CREATE TEMP TABLE sorted_triple AS SELECT DISTINCT s, p, o FROM number WHERE merged ORDER BY p, s, o;
        CREATE TEMP TABLE sorted_quad AS SELECT DISTINCT s, p, o, g FROM number WHERE g IS NOT NULL ORDER BY p, s, o, g;
        DROP TABLE number;
        """
    )
    for kind, held in HELD.items():
        db.execute(f"CREATE TABLE {kind}_0 AS SELECT {held} FROM sorted_{kind} WHERE false")
        for table, columns, where in _tables(db, kind, f"sorted_{kind}"):
            rows = f"SELECT {columns} FROM sorted_{kind} WHERE {where} ORDER BY {columns}"
            db.execute(f"CREATE TABLE {table} AS {rows}")
        db.execute(f"DROP TABLE sorted_{kind}")
    _write_views(db)
    write_profile(db, ("triple", "quad"))
    db.execute("CREATE TABLE about (name VARCHAR, value VARCHAR)")
    db.execute("INSERT INTO about VALUES ('format', ?)", [FORMAT])


def _tables(db: DuckDBPyConnection, kind: str, source: str) -> Iterator[tuple[str, str, str]]:
    """The tables that rows of a source belong to: name, columns, and which of the rows."""
    for predicate in _column(db, f"SELECT DISTINCT p FROM {source}"):
        yield f"{kind}_{predicate}", HELD[kind], f"p = {predicate}"
    kind_of = one(db, f"SELECT id FROM term WHERE text = '{v.RDF_TYPE}'") if kind == "triple" else None
    if kind_of is not None:
        for value in _column(db, f"SELECT DISTINCT o FROM {source} WHERE p = {kind_of}"):
            yield f"class_{value}", "s", f"p = {kind_of} AND o = {value}"


def numbered(db: DuckDBPyConnection, kind: str) -> list[int]:
    """The numbers that have a table of a kind: `triple`, `quad` or `class`; 0 is among them for the first two."""
    names = _column(
        db,
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() "
        f"AND regexp_full_match(table_name, '{kind}_[0-9]+')",
    )
    return sorted(int(name.rpartition("_")[2]) for name in names)


def _write_views(db: DuckDBPyConnection) -> None:
    for kind, held in HELD.items():
        parts = (f"SELECT {predicate} AS p, {held} FROM {kind}_{predicate}" for predicate in numbered(db, kind))
        columns = held.replace("s,", "s, p,")
        db.execute(f"CREATE OR REPLACE VIEW {kind} AS SELECT {columns} FROM ({' UNION ALL '.join(parts)})")


def write_profile(db: DuckDBPyConnection, sources: Sequence[str]) -> None:
    """Write the table `profile` of some tables with columns p and o."""
    counts = " UNION ALL ".join(
        f"SELECT p, type, count(*) AS n FROM {source} JOIN term ON id = o GROUP BY ALL" for source in sources
    )
    db.execute(
        f"CREATE OR REPLACE TABLE profile AS SELECT p, type, sum(n)::BIGINT AS triples FROM ({counts}) GROUP BY ALL"
    )


def lines(db: DuckDBPyConnection, *, merge: bool = True) -> Iterable[bytes]:
    """The named graphs as N-Quads, with the default graph or without, in pieces that end with a line; lazy."""
    ends = "JOIN term a ON a.id = s JOIN term b ON b.id = p JOIN term c ON c.id = o"
    triples = f"SELECT a.text || ' ' || b.text || ' ' || c.text || ' .' FROM triple {ends} UNION ALL "
    name = one(db, "SELECT current_database()")  # a cursor begins in the database that was opened first
    cursor = db.cursor()
    cursor.execute(f'USE "{name}"')
    cursor.execute(
        f"{triples if merge else ''}SELECT a.text || ' ' || b.text || ' ' || c.text || ' ' || d.text || ' .' "
        f"FROM quad {ends} JOIN term d ON d.id = g"
    )
    while rows := cursor.fetchmany(20_000):
        yield "\n".join([*(row[0] for row in rows), ""]).encode()


def sizes_of_graphs(db: DuckDBPyConnection) -> dict[str, int]:
    """How many quads each named graph has, by its address."""
    found = db.execute("SELECT lexical, count(*) FROM quad JOIN term ON id = g WHERE kind = 'iri' GROUP BY lexical")
    return dict(found.fetchall())


def check_version(db: DuckDBPyConnection) -> None:
    """
    Refuse a dataset of another version of this form.

    Raises:
        EnvironmentFault: It is of one.
    """
    version = one(db, "SELECT value FROM about WHERE name = 'format'")
    if version != FORMAT:
        hint = "build again with `kg build --fresh`"
        raise EnvironmentFault(f"the columns have version {version} of their form, and version {FORMAT} is read", hint)


def change_dataset(db: DuckDBPyConnection, removed: str, added: str) -> None:
    """
    Take quads out that are there, and put others in that are not; both are queries for quads as texts.

    What is in the default graph is among both, with an empty graph.
    """
    db.execute(
        f"CREATE TEMP TABLE line AS SELECT *, false AS fresh FROM ({removed}) UNION ALL SELECT *, true FROM ({added})"
    )
    ends = " UNION ".join(f"SELECT {column} AS text FROM line WHERE {column} <> '' AND fresh" for column in _ENDS)
    fresh = f"SELECT text FROM ({ends}) WHERE text NOT IN (SELECT text FROM term)"
    db.execute(
        f"""
        INSERT INTO term SELECT (SELECT coalesce(max(id), 0) FROM term) + (row_number() OVER ())::INTEGER, *
          FROM ({dictionary(fresh)});
        CREATE TEMP TABLE number AS SELECT a.id AS s, b.id AS p, c.id AS o, d.id AS g, fresh FROM line
          JOIN term a ON a.text = line.s JOIN term b ON b.text = line.p JOIN term c ON c.text = line.o
          LEFT JOIN term d ON d.text = line.g;
        """
    )
    for kind in HELD:
        _change_tables(db, kind)
    db.execute("DROP TABLE number; DROP TABLE line")
    _write_views(db)
    write_profile(db, ("triple", "quad"))


def _change_tables(db: DuckDBPyConnection, kind: str) -> None:
    """Change the tables that rows of the table `number` belong to."""
    of_kind = f"g IS {'NOT NULL' if kind == 'quad' else 'NULL'}"
    for table, columns, where in list(_tables(db, kind, f"(FROM number WHERE {of_kind})")):
        rows = f"FROM number WHERE {where} AND {of_kind}"
        same = " AND ".join(f"t.{column} = n.{column}" for column in columns.split(", "))
        db.execute(
            f"""
            CREATE TABLE IF NOT EXISTS {table} AS SELECT {columns} FROM number WHERE false;
            DELETE FROM {table} t USING ({rows} AND NOT fresh) n WHERE {same};
            INSERT INTO {table} SELECT DISTINCT {columns} FROM ({rows} AND fresh) n
              WHERE NOT EXISTS (FROM {table} t WHERE {same});
            """
        )


def _column(db: DuckDBPyConnection, sql: str) -> list[Any]:
    return [row[0] for row in db.execute(sql).fetchall()]


def one(db: DuckDBPyConnection, sql: str) -> Any:
    """The single value of a query."""
    row = db.execute(sql).fetchone()
    return row[0] if row else None


def count(db: DuckDBPyConnection, paths: Sequence[Path]) -> int:
    """How many rows Parquet files have."""
    return int(one(db, f"SELECT count(*) FROM ({of_parquet(paths)})")) if paths else 0
