"""SQL that was compiled before: kept for the next build, by what decides it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from kg.mapping.engines.deferred import Rows
from kg.model.kept import Kept, digest_of
from kg.model.recursion import deep_recursion
from kg.ontology import vocabulary

_COMPILERS: Final = ("ibis-framework", "sqlglot")


class Compiled:
    """The SQL of rows, kept in `file`; see `Kept`."""

    def __init__(self, file: Path | None = None) -> None:
        self._kept = Kept(file)

    def sql(self, rows: Rows, dialect: str) -> str:
        """The SQL of rows, on one line."""
        key = f"mapping {_compiler()} {dialect} {rows.key}"
        found = self._kept.get(key)
        if found is None:
            found = to_sql(rows, dialect)
            self._kept.put(key, found)
        return found

    def close(self) -> None:
        """See `Kept.close`."""
        self._kept.close()


@cache
def _compiler() -> str:
    """Changes with what makes SQL of a plan: the libraries, the modules of expressions, and the words they know."""
    here = Path(__file__).parent
    return digest_of(_COMPILERS, [here, here.parent / "plan", Path(vocabulary.__file__)])


def to_sql(rows: Rows, dialect: str) -> str:
    """Compile the expression of rows."""
    import ibis

    with deep_recursion():
        return str(ibis.to_sql(rows.table(), dialect=dialect, pretty=False))
