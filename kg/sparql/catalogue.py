"""What a compiler asks of the columns: numbers of terms, and what the objects of predicates may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from kg.columns.dataset import numbered
from kg.columns.terms import dictionary
from kg.sparql.values import ANY, NODES, Constant

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


NOWHERE: Final = -1
"""A number that no term has: it matches nothing."""


class Catalogue:
    """The dictionary and the profile of a dataset. `sizes` are numbers of triples by predicate."""

    def __init__(self, db: DuckDBPyConnection) -> None:
        self.db = db
        self._constants: dict[str, Constant] = {}
        self._types: dict[int, frozenset[str]] = {}
        self.sizes: dict[int, int] = defaultdict(int)
        found: dict[int, set[str]] = defaultdict(set)
        for predicate, kind, triples in db.execute("SELECT p, type, triples FROM profile").fetchall():
            found[predicate].add(kind)
            self.sizes[predicate] += triples
        self._types = {predicate: frozenset(types) for predicate, types in found.items()}
        self._tables = {kind: frozenset(numbered(db, kind)) for kind in ("triple", "quad", "class")}
        self._all = frozenset().union(*self._types.values()) if self._types else frozenset()

    def look_up(self, texts: Iterable[str]) -> None:
        """Find terms that a query names, all at once."""
        wanted = sorted(set(texts) - self._constants.keys())
        if not wanted:
            return
        rows = self.db.execute(
            f"""
            SELECT w.text, term.id, w.type FROM (
              {dictionary("SELECT unnest($1::VARCHAR[]) AS text")}) w
            LEFT JOIN term ON term.text = w.text
            """,
            [wanted],
        ).fetchall()
        for text, number, kind in rows:
            self._constants[text] = Constant(text, number, frozenset((kind,)))

    def constant(self, text: str) -> Constant:
        """A term that a query names."""
        if text not in self._constants:
            self.look_up([text])
        return self._constants[text]

    def number(self, text: str) -> int:
        """The number of a term that a query names: `NOWHERE`, where the data does not have it."""
        number = self.constant(text).id
        return NOWHERE if number is None else number

    def table(self, predicate: int | None, *, named: bool) -> str:
        """The table of a predicate's triples, of the default graph or of named ones; empty where it has none."""
        kind = "quad" if named else "triple"
        return f"{kind}_{predicate if predicate in self._tables[kind] else 0}"

    def table_of_class(self, number: int) -> str | None:
        """The table of what has a type in the default graph."""
        return f"class_{number}" if number in self._tables["class"] else None

    def objects(self, predicate: int | None) -> frozenset[str]:
        """The types that objects of a predicate have; of any predicate, where it is None."""
        return self._all if predicate is None else self._types.get(predicate, frozenset())

    def nodes(self) -> frozenset[str]:
        """The types that whatever stands anywhere in a triple may have."""
        return (self._all | NODES) & ANY
