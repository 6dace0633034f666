"""
Queries of shapes over the columns that validation has, as the SQL of `kg.sparql`.

The tables have the names and columns of a build's (see `kg.columns.dataset`), but each is made when a query first asks
for it. The focus nodes of a query are a class of their own, so `$this` is bound by one pattern more. That is
pre-binding where a join is (see `kg.validation.sparql.setwise.joins`). Terms are kept as they are written, so nothing
has to be translated back.

What is not compiled, or takes too long, is left to Oxigraph.

Spec: https://www.w3.org/TR/shacl/#sparql-constraints-validation (5.3)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kg.columns.encode import Columns
from kg.model.errors import EnvironmentFault
from kg.ontology.vocabulary import RDF_TYPE
from kg.sparql.algebra import NotCompiled
from kg.sparql.answers import texts
from kg.sparql.catalogue import Catalogue
from kg.sparql.forms import compiled_over
from kg.sparql.limits import Limits
from kg.sparql.running import Rows
from kg.validation.shapes.constraints import Sparql
from kg.validation.sparql.graph import SHAPES_GRAPH
from kg.validation.sparql.prebinding import Prepared
from kg.validation.sparql.setwise import joined, joins

_FOCUS: Final = "urn:x-kg:focus:"
_KEPT_APART: Final = frozenset({"GRAPH", "SELECT", "*", "+"})
"""
What makes a query Oxigraph's: the shapes graph, sub-SELECTs, which pre-binding reaches into, and closures of paths.

Oxigraph follows a path from what is bound; here all of it would be followed first. (Signs of arithmetic count too.)
"""
_NOTHING: Final = "triple_0"
"""The table of predicates that the data does not have."""
_SECONDS: Final = 20.0
"""After so long a query is left to Oxigraph, which takes 4 seconds to be loaded with a million triples."""


def can_be_compiled(sparql: Sparql) -> bool:
    """Whether a constraint may be answered over columns, as far as its text tells."""
    prepared = sparql.query
    if sparql.per_value or any((token.keyword or token.text) in _KEPT_APART for token in prepared.body):
        return False
    return joins(prepared)


class ColumnQueries:
    """Answers queries over the columns; the first makes the dictionary's values and the profile."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._catalogue: _Growing | None = None
        self._asked = 0

    def select(self, prepared: Prepared, nodes: str, constants: Mapping[str, str]) -> list[dict[str, str]] | None:
        """
        The solutions for all focus nodes, as `SparqlGraph.select` gives them; None if Oxigraph has to be asked.

        `nodes` is SQL for the numbers of the focus nodes, in a column `node`.
        """
        focus = f"<{_FOCUS}{self._asked}>"
        bound = {"shapesGraph": f"<{SHAPES_GRAPH}>", **constants}
        text = joined(prepared, f"?this {RDF_TYPE} {focus} .", bound)
        if not text:
            return None
        self._asked += 1
        catalogue = self._ready()
        table = catalogue.add_class(self._columns.ids([focus])[focus], nodes)
        try:
            return self._answered(text, catalogue)
        except (NotCompiled, EnvironmentFault):
            return None
        finally:
            catalogue.discard_class(table)

    def _ready(self) -> _Growing:
        if self._catalogue is None:
            self._columns.add_values()
            self._catalogue = _Growing(self._columns)
        return self._catalogue

    def _answered(self, text: str, catalogue: Catalogue) -> list[dict[str, str]]:
        compiled = compiled_over(catalogue, text)
        rows = Rows(self._columns.db, compiled.sql, Limits(seconds=_SECONDS))
        return [
            {name: cell for name, cell in zip(compiled.variables, row, strict=True) if cell is not None}
            for row in texts(compiled.forms, rows)
        ]


class _Growing(Catalogue):
    """A catalogue whose tables are made when a query asks for them: one may name a few of ten thousand classes."""

    def __init__(self, columns: Columns) -> None:
        super().__init__(columns.db)
        self._made: dict[str, bool] = {}
        self._type = columns.ids([str(RDF_TYPE)])[str(RDF_TYPE)]

    def table(self, predicate: int | None, *, named: bool) -> str:
        """See `Catalogue.table`; there are no named graphs here."""
        if named:
            raise NotCompiled("a graph's name is not compiled")
        number = predicate if predicate is not None and predicate in self.sizes else 0
        name = f"triple_{number}"
        self._make(name, f"SELECT s, o FROM triple WHERE p = {number}")
        return name

    def table_of_class(self, number: int) -> str | None:
        """See `Catalogue.table_of_class`."""
        name = f"class_{number}"
        return name if self._make(name, f"SELECT s FROM triple WHERE p = {self._type} AND o = {number}") else None

    def add_class(self, number: int, nodes: str) -> str:
        """Make a class of nodes that the data does not have as one; gives its table."""
        name = f"class_{number}"
        self._make(name, f"SELECT node AS s FROM ({nodes})")
        return name

    def discard_class(self, table: str) -> None:
        """Take such a class away."""
        if self._made.pop(table):
            self.db.execute(f"DROP TABLE {table}")

    def _make(self, name: str, rows: str) -> bool:
        """Make a table of the distinct rows, unless it is there; whether there is one."""
        if name not in self._made:
            there = name == _NOTHING or self.db.execute(f"SELECT EXISTS ({rows})").fetchone() == (True,)
            if there:
                self.db.execute(f"CREATE TABLE {name} AS SELECT DISTINCT * FROM ({rows}) ORDER BY ALL")
            self._made[name] = there
        return self._made[name]
