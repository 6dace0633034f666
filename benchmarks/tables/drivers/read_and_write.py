"""
The least that anybody must do: read the table, every cell, and write bytes that are there already.

    python read_and_write.py csv|duckdb TABLE.csv BYTES OUTPUT
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path


def read_with_csv(table: str) -> int:
    """Characters in all cells, read by Python's own module."""
    with Path(table).open(encoding="utf-8", newline="") as lines:
        return sum(len(cell) for row in csv.reader(lines) for cell in row)


def read_with_duckdb(table: str) -> int:
    """The same by DuckDB, on all cores."""
    import duckdb

    with duckdb.connect() as connection:
        every = "sum(length(COLUMNS(*)))"
        connection.execute(f"SELECT {every} FROM read_csv(?, all_varchar = true, header = true)", [table])
        return sum(int(number or 0) for number in (connection.fetchone() or ()))


if __name__ == "__main__":
    kind, table, source, output = sys.argv[1:]
    {"csv": read_with_csv, "duckdb": read_with_duckdb}[kind](table)
    with Path(source).open("rb") as there, Path(output).open("wb") as out:
        while block := there.read(1 << 20):
            out.write(block)
