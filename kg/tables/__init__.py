"""
Tables of any kind and size → rows in DuckDB, all cells as text, each with a place that can be found again.

    pattern or address ── opening ── unpacking, remote ── csv_file · jsonl_file · parquet_file · xlsx_file ── Table
                                                             │
                                    csv_check: is it plain? ─┤ yes: DuckDB reads it, on all processors
                                                             └ no:  csv_rows reads it, row by row

What is wrong in a row is a finding, and that row is left out. `Table.load` and `Table.rows` give the same rows.
"""

from __future__ import annotations

from kg.tables.opening import FORMATS, TableOptions, open_table
from kg.tables.table import Table

__all__ = ["FORMATS", "Table", "TableOptions", "open_table"]
