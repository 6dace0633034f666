"""
A table as Parquet files, for workers to share.

Spark reads a CSV file whose cells hold line feeds in one task; of Parquet it reads each row group in a task of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.model.errors import UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ROWS_IN_GROUP = 20_480
_GROUPS_IN_FILE = 4


def spread(
    db: DuckDBPyConnection, table: str, folder: Path, *, rows: int = _ROWS_IN_GROUP, groups: int = _GROUPS_IN_FILE
) -> None:
    """
    Write a table or view of DuckDB as Parquet files in a new folder.

    Args:
        db: The connection that knows the table.
        table: Its name.
        folder: Made here; where Spark has several machines, all must see it.
        rows: In a row group, which is what one task reads; DuckDB rounds up to whole vectors of 2,048.
        groups: Row groups in a file.

    Raises:
        UsageError: The table cannot be read, or the folder is there already.
    """
    import duckdb

    if folder.exists():
        raise UsageError(f"{folder} is there already", "remove it or name another one")
    try:
        db.execute(
            f"COPY (FROM {_name(table)}) TO {_text(str(folder))}"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {rows}, ROW_GROUPS_PER_FILE {groups})"
        )
    except duckdb.Error as error:
        raise UsageError(f"{table} cannot be written as Parquet: {error}", "is it a table that can be read?") from error


def csv_table(db: DuckDBPyConnection, name: str, file: Path, columns: Sequence[str], delimiter: str = ",") -> None:
    """
    Make the view `name` of a CSV file: `row`, counted from 0 after the header, and one column of text for each cell.

    No cell is NULL: an empty one is the empty text. Nothing is guessed, and no blank is dropped. A row with more or
    fewer cells than there are columns is an error when the view is read.
    """
    texts = ", ".join(f"coalesce({_name(column)}, '') AS {_name(column)}" for column in columns)
    types = ", ".join(f"{_text(column)}: 'VARCHAR'" for column in columns)
    db.execute(
        f"CREATE OR REPLACE VIEW {_name(name)} AS SELECT row_number() OVER () - 1 AS row, {texts}"
        f" FROM read_csv({_text(str(file))}, auto_detect = false, header = true, columns = {{{types}}},"
        f""" delim = {_text(delimiter)}, quote = '"', escape = '"')"""
    )


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
