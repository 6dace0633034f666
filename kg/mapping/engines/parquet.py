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
    """
    relation = db.table(table) if table in _tables(db) else db.view(table)
    relation.to_parquet(
        str(folder), compression="zstd", row_group_size=rows, row_groups_per_file=groups, overwrite=False
    )


def csv_table(db: DuckDBPyConnection, name: str, file: Path, columns: Sequence[str], delimiter: str = ",") -> None:
    """
    Make the view `name` of a CSV file: `row`, counted from 0 after the header, and one column of text for each cell.

    No cell is NULL: an empty one is the empty text. Nothing is guessed, and no blank is dropped.

    Raises:
        UsageError: The file is no CSV, or a row has more or fewer cells than there are columns.
    """
    import duckdb

    try:
        cells = db.read_csv(
            str(file),
            header=True,
            names=list(columns),
            delimiter=delimiter,
            quotechar='"',
            escapechar='"',
            all_varchar=True,
            auto_detect=False,
            dtype=dict.fromkeys(columns, "VARCHAR"),
        )
    except duckdb.Error as error:
        raise UsageError(f"{file}: {error}", "does every row have as many cells as the header?") from error
    texts = ", ".join(f"coalesce({_quoted(column)}, '') AS {_quoted(column)}" for column in columns)
    cells.project(f"row_number() OVER () - 1 AS row, {texts}").create_view(name)


def _tables(db: DuckDBPyConnection) -> set[str]:
    return {name for (name,) in db.execute("SELECT table_name FROM duckdb_tables()").fetchall()}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
