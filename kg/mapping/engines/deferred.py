"""
Rows that an expression would give. The expression is made only where its SQL is not known yet.

Ibis takes half a second to be loaded, and the plan of a mapping with a hundred lines takes it seconds. The same mapping
over the same kinds of values has the same SQL in every build, so it is kept; see `kg.mapping.engines.compiled`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from kg.model.errors import Bug

if TYPE_CHECKING:
    import ibis.expr.types as ir


class Rows:
    """
    What a function makes of some values: an expression over tables that an engine knows by their names.

    `key` says which function and which values: where two keys are the same, the expressions are. So the function is
    one that knows no more than it is given, and what it is given prints all that it is. Rows may be among it, also in
    a list; the function gets their expressions.
    """

    __slots__ = ("_given", "_made", "_make", "key")

    def __init__(self, make: Callable[..., ir.Table], *given: object) -> None:
        if make.__closure__ is not None or "<" in make.__qualname__:
            raise Bug(f"{make.__qualname__} may know more than it is given")
        self._make, self._given = make, given
        self._made: ir.Table | None = None
        said = f"{make.__module__}.{make.__qualname__}{given!r}"
        self.key: Final = hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()

    def __repr__(self) -> str:
        return f"Rows({self.key})"

    def table(self) -> ir.Table:
        """The expression, made when it is first asked for."""
        if self._made is None:
            self._made = self._make(*map(_opened, self._given))
        return self._made


def _opened(value: object) -> Any:
    """A value, with expressions in the place of rows."""
    if isinstance(value, Rows):
        return value.table()
    if isinstance(value, list):
        return [_opened(one) for one in value]
    return value


def named(name: str, like: ir.Table) -> ir.Table:
    """What an engine keeps under a name: a table with the columns of another."""
    import ibis

    return ibis.table(like.schema(), name=name)


def texts(name: str, columns: list[str]) -> ir.Table:
    """A table of texts that an engine knows under a name."""
    import ibis

    return ibis.table(dict.fromkeys(columns, "string"), name=name)


def union(tables: list[ir.Table]) -> ir.Table:
    """The rows of all tables."""
    import ibis

    return tables[0] if len(tables) == 1 else ibis.union(*tables)
