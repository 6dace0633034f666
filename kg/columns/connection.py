"""Connections to DuckDB that neither fetch nor load anything of their own accord."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def connect(
    path: Path | str,
    spilt: Path | str,
    *,
    memory: str | None = None,
    in_order: bool = False,
    threads: int | None = None,
) -> DuckDBPyConnection:
    """
    A connection to a file, or to `:memory:`; what does not fit in `memory` spills into the folder `spilt`.

    `memory` is a size such as `4GB`; None leaves it to DuckDB: 80 % of the machine's. `in_order` keeps rows in the
    order in which they came, which costs memory.
    """
    import duckdb

    db = duckdb.connect(
        str(path),
        config={
            "temp_directory": str(spilt),
            # Nothing that a query of ours needs, and nothing that one may do.
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            # Each small table takes a block for each of its columns; the usual block of 256 KiB is too much for that.
            "default_block_size": "65536",
            "preserve_insertion_order": str(in_order).lower(),
            **({"memory_limit": memory} if memory else {}),
            **({"threads": str(threads)} if threads else {}),
        },
    )
    db.execute("SET enable_progress_bar = false")
    return db
