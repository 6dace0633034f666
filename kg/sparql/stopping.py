"""How SQL gives up: at a value that it cannot work on exactly, the whole query stops, and another engine answers."""

from __future__ import annotations


def stopped(reason: str, kind: str = "VARCHAR") -> str:
    """
    SQL that stops the query where it is computed, so that another engine answers; the reason is SQL.

    A cast that fails. `error()` would say the same, but DuckDB takes it for volatile: it then joins before it filters.

    >>> stopped("t.lexical", "DOUBLE")
    "CAST('not held: ' || t.lexical AS DOUBLE)"
    """
    failing = f"CAST('not held: ' || {reason} AS {'UTINYINT' if kind == 'VARCHAR' else kind})"
    return f"CAST({failing} AS VARCHAR)" if kind == "VARCHAR" else failing
