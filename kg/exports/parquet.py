"""
A table as Parquet: every column with its type, for data frames, DuckDB, Spark and notebooks.

Spec: https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg.exports.losses import Losses
from kg.exports.rows import Column, Table, batches, cell_of, type_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ROWS_AT_ONCE = 10_000
_SQL_TYPE = {
    "iri": "VARCHAR",
    "string": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DOUBLE",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "dateTime": "TIMESTAMPTZ",
}
# DuckDB counts years before our era in words; years in RDF have four digits, and a minus then.
_READ = {
    "date": (
        "CASE WHEN {0} LIKE '-%' "
        "THEN TRY_CAST(printf('%04d', CAST(substr({0}, 2, 4) AS INTEGER) + 1) || substr({0}, 6) || ' (BC)' AS DATE) "
        "ELSE TRY_CAST({0} AS DATE) END"
    ),
    "boolean": "CASE {0} WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END",
}


def write_parquet(table: Table, path: Path, losses: Losses) -> int:
    """
    Write a table; how many rows there were.

    A column has the type that the query's header gives it, else that of all its values, else it is text. A value that
    does not fit a declared type is left out and counted among the losses. Decimals become doubles, and moments lose
    their offset, not their instant.
    """
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = true")
        seen, count = _take_in(connection, table)
        types = [_type(column, kinds) for column, kinds in zip(table.columns, seen, strict=True)]
        columns = ", ".join(
            f"{_as(kind, f'c{number}')} AS {_name(column.name)}"
            for number, (column, kind) in enumerate(zip(table.columns, types, strict=True))
        )
        _count_misfits(connection, table, types, losses)
        connection.execute(f"COPY (SELECT {columns} FROM cells ORDER BY n) TO ? (FORMAT parquet)", [str(path)])
    return count


def _take_in(connection: DuckDBPyConnection, table: Table) -> tuple[list[set[str]], int]:
    """All rows as texts, and the types of values that each column has."""
    width = len(table.columns)
    cells = "".join(f", c{number} VARCHAR" for number in range(width))
    connection.execute(f"CREATE TABLE cells (n BIGINT{cells})")
    lists = ", ".join(["unnest(?::BIGINT[])", *["unnest(?::VARCHAR[])"] * width])
    seen: list[set[str]] = [set() for _ in range(width)]
    count = 0
    for batch in batches(table.rows, _ROWS_AT_ONCE):
        columns = [[row[number] for row in batch] for number in range(width)]
        for kinds, column in zip(seen, columns, strict=True):
            kinds.update(type_of(term) for term in column if term is not None)
        texts = [[cell_of(term) for term in column] for column in columns]
        connection.execute(f"INSERT INTO cells SELECT {lists}", [list(range(count, count + len(batch))), *texts])
        count += len(batch)
    return seen, count


def _type(column: Column, seen: set[str]) -> str:
    return column.type or (next(iter(seen)) if len(seen) == 1 else "string")


def _as(kind: str, cell: str) -> str:
    return _READ.get(kind, f"TRY_CAST({{0}} AS {_SQL_TYPE[kind]})").format(cell)


def _count_misfits(connection: DuckDBPyConnection, table: Table, types: list[str], losses: Losses) -> None:
    for number, (column, kind) in enumerate(zip(table.columns, types, strict=True)):
        cell = f"c{number}"
        found = connection.execute(
            f"SELECT count(*), min({cell}) FROM cells WHERE {cell} IS NOT NULL AND {_as(kind, cell)} IS NULL"
        ).fetchone()
        if found and found[0]:
            losses.add(f"values of {column.name} that are no {kind}", found[0], str(found[1]))


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
