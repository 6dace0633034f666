"""The cells of a table that a mapping reads, given to DuckDB as the engines expect them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.mapping.engines.expression import CELLS, column_name
from kg.mapping.opened import Opened
from kg.mapping.templates.holes import columns_of
from kg.mapping.templates.table_mapping import TableMapping
from kg.tables import Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_RAW: Final = "raw"


class Loaded(NamedTuple):
    """How many rows a table has, and the numbers of those that repeat its header, which are none."""

    rows: int
    headers: list[int]


def load_cells(db: DuckDBPyConnection, mapping: TableMapping, table: Table) -> Loaded:
    """
    Give a connection the cells that a mapping reads, as the engines expect them.

    Raises:
        OSError: The disk of the temporary folder is full; it names that folder.
    """
    wanted = [(number, mapping.names.get(column, column)) for number, column in enumerate(mapping.columns)]
    there = [(number, name) for number, name in wanted if name in table.columns]
    names = list(dict.fromkeys(name for _, name in there))
    try:
        rows = table.load(db, _RAW, names)
    except OSError as error:
        raise OSError(error.errno, error.strerror, error.filename or tempfile.gettempdir()) from error
    known = dict(there)
    cells = "".join(
        f", c{names.index(known[number])} AS {column_name(number)}" if number in known
        else f", '' AS {column_name(number)}"
        for number, _ in wanted
    )  # fmt: skip
    repeats = _repeats_header(names) if not mapping.header else ""
    headers = db.execute(f'SELECT "row" FROM "{_RAW}" WHERE {repeats} ORDER BY "row"').fetchall() if repeats else []
    where = f" WHERE NOT ({repeats})" if headers else ""
    db.execute(f'CREATE VIEW "{CELLS}" AS SELECT "row"{cells} FROM "{_RAW}"{where}')
    return Loaded(rows - len(headers), [row for (row,) in headers])


def _repeats_header(names: Sequence[str]) -> str:
    """SQL for whether each cell of a row is the name of its column; nothing where one name alone might be a text."""
    texts = [name.replace("'", "''") for name in names]
    return " AND ".join(f"c{number} = '{text}'" for number, text in enumerate(texts)) if len(texts) > 1 else ""


def keep_taken(db: DuckDBPyConnection, opened: Opened) -> int:
    """Drop the cells of the rows that the mapping's `where` does not take; how many rows it takes."""
    columns = opened.mapping.columns
    read = columns_of(opened.mapping.where)
    names = [column_name(columns.index(column)) for column in read]
    cursor = db.cursor()
    cursor.execute(f'SELECT DISTINCT {", ".join(names)} FROM "{CELLS}"')
    db.execute(f"CREATE TABLE taken ({', '.join(f't{n} VARCHAR' for n in range(len(names)))})")
    while rows := cursor.fetchmany(20_000):
        taken = [row for row in rows if opened.taken(dict(zip(read, row, strict=True)))]
        if taken:
            unnested = ", ".join("unnest(?)" for _ in names)
            db.execute(f"INSERT INTO taken SELECT {unnested}", [list(column) for column in zip(*taken, strict=True)])
    same = " AND ".join(f"{name} = t{n}" for n, name in enumerate(names))
    db.execute(f'CREATE TABLE "{CELLS}_taken" AS SELECT c.* FROM "{CELLS}" c SEMI JOIN taken ON {same}')
    db.execute(f'CREATE OR REPLACE VIEW "{CELLS}" AS SELECT * FROM "{CELLS}_taken"')
    found = db.execute(f'SELECT count(*) FROM "{CELLS}"').fetchone()
    return int(found[0]) if found else 0
