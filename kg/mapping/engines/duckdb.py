"""DuckDB: the cells of a table in a database of its own, which spills to a folder; look-ups beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from kg.mapping.engines.expression import CELLS, Expression, column_name, is_plain
from kg.mapping.plan.forms import Form
from kg.mapping.plan.learning import LookUp
from kg.mapping.plan.pieces import Plain
from kg.mapping.templates.holes import columns_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from duckdb import DuckDBPyConnection

    from kg.mapping.engines.rows import Opened

_DEPTH: Final = 20_000


class DuckDBCells:
    """
    The cells of a table; see `Cells`. `db` holds them as `CELLS`: `row`, and a column for each of `columns`.

    `ask` are questions that a plan will ask, answered together in one pass: columns that may be empty, forms.
    """

    def __init__(self, db: DuckDBPyConnection, columns: Sequence[str], ask: Questions) -> None:
        self.db = db
        self.columns = tuple(columns)
        self._names = {name: column_name(number) for number, name in enumerate(columns)}
        self._expression = Expression(columns)
        self.tables: dict[str, LookUp] = {}
        self._empty, self._plain = self._answer(ask)

    def all_plain(self, plain: Plain) -> bool:
        """See `Cells`."""
        return all(self._plain[one] for one in plain)

    def any_empty(self, column: str) -> bool:
        """See `Cells`."""
        return self._empty[column]

    def distinct(self, columns: tuple[str, ...], unless: Plain) -> Iterator[tuple[str, ...]]:
        """See `Cells`."""
        cells = self._expression.cells()
        odd = [(column, form) for column, form in unless if not self._plain[column, form]]
        if unless and not odd:
            return
        if odd:
            some = None
            for column, form in odd:
                here = ~is_plain(cells[self._names[column]], form)
                some = here if some is None else some | here
            cells = cells.filter(some)
        found = cells.select(*(self._names[column] for column in columns)).distinct()
        cursor = self.db.cursor()
        cursor.execute(to_sql(found))
        while rows := cursor.fetchmany(20_000):
            yield from rows

    def look_up(self, table: LookUp) -> None:
        """See `Cells`."""
        self.tables[table.name] = table
        names = [f"{table.name}_t{n}" for n in range(len(table.columns))] + [
            f"{table.name}_{column}" for column in table.names
        ]
        self.db.execute(f'CREATE TABLE "{table.name}" ({", ".join(f"{name} VARCHAR" for name in names)})')
        if table.rows:
            unnested = ", ".join("unnest(?)" for _ in names)
            columns = [list(column) for column in zip(*table.rows, strict=True)]
            self.db.execute(f'INSERT INTO "{table.name}" SELECT {unnested}', columns)

    def keep(self, name: str, rows: ir.Table) -> ir.Table:
        """
        Keep the rows of an expression under a name, and give them as a table to read.

        What only reads cells is read again each time; what has been looked up is kept.
        """
        kind = "TABLE" if self.tables else "VIEW"
        self.db.execute(f'CREATE {kind} "{name}" AS {to_sql(rows)}')
        import ibis

        return ibis.table(rows.schema(), name=name)

    def _answer(self, ask: Questions) -> tuple[dict[str, bool], dict[tuple[str, Form], bool]]:
        cells = self._expression.cells()
        asked: dict[str, Any] = {}
        for number, column in enumerate(ask.columns):
            asked[f"e{number}"] = (cells[self._names[column]] == "").any()
        for number, (column, form) in enumerate(ask.forms):
            asked[f"p{number}"] = is_plain(cells[self._names[column]], form).all()
        if not asked:
            return {}, {}
        row = self.db.execute(to_sql(cells.aggregate(**asked))).fetchone() or ()
        answers = dict(zip(asked, row, strict=True))
        empty = {column: answers[f"e{n}"] is not False for n, column in enumerate(ask.columns)}
        return empty, {one: answers[f"p{n}"] is True for n, one in enumerate(ask.forms)}


def keep_taken(db: DuckDBPyConnection, opened: Opened, columns: Sequence[str]) -> None:
    """Drop the cells of the rows that the mapping's `where` does not take."""
    read = columns_of(opened.mapping.where)
    names = [column_name(columns.index(column)) for column in read]
    cursor = db.cursor()
    cursor.execute(f'SELECT DISTINCT {", ".join(names)} FROM "{CELLS}"')
    db.execute(f"CREATE TABLE taken ({', '.join(f't{n} VARCHAR' for n in range(len(names)))})")
    while rows := cursor.fetchmany(20_000):
        taken = [row for row in rows if opened.taken(dict(zip(read, row, strict=True)))]
        if taken:
            unnested = ", ".join("unnest(?)" for _ in names)
            db.execute(f"INSERT INTO taken SELECT {unnested}", [list(column) for column in zip(*taken, strict=True)])
    same = " AND ".join(f"{name} = t{n}" for n, name in enumerate(names))
    db.execute(f'CREATE TABLE "{CELLS}_taken" AS SELECT c.* FROM "{CELLS}" c SEMI JOIN taken ON {same}')
    db.execute(f'CREATE OR REPLACE VIEW "{CELLS}" AS SELECT * FROM "{CELLS}_taken"')


class Questions:
    """What a plan will ask of the cells, gathered by compiling it once over no cells at all; see `Cells`."""

    def __init__(self) -> None:
        self.columns: dict[str, None] = {}
        self.forms: dict[tuple[str, Form], None] = {}

    def all_plain(self, plain: Plain) -> bool:
        self.forms.update(dict.fromkeys(plain))
        return True

    def any_empty(self, column: str) -> bool:
        self.columns[column] = None
        return True

    def distinct(self, columns: tuple[str, ...], unless: Plain) -> Iterator[tuple[str, ...]]:
        return iter(())

    def look_up(self, table: LookUp) -> None:
        return


def to_sql(expression: Any, dialect: str = "duckdb") -> str:
    """The SQL of an Ibis expression, which the compiler walks to its depth: more than Python allows by default."""
    import ibis

    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        return str(ibis.to_sql(expression, dialect=dialect))
    finally:
        sys.setrecursionlimit(before)
