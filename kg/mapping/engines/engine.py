"""What every engine has in common: questions about cells are expressions, and it only has to run them."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.mapping.engines.expression import Expression, column_name, is_plain
from kg.mapping.plan.forms import Form
from kg.mapping.plan.look_ups import LookUp
from kg.mapping.plan.pieces import Plain

if TYPE_CHECKING:
    import ibis.expr.types as ir

_DEPTH: Final = 20_000


class Engine(ABC):
    """
    The cells of a table, and whatever runs expressions over them; see `kg.mapping.plan.learning.Cells`.

    `columns` are the mapping's. `tables` are the look-ups that it was given. Without `by_plan` the reference does all
    rows, and the engine only hands them to it.
    """

    def __init__(self, columns: Sequence[str], *, by_plan: bool = True) -> None:
        self.by_plan = by_plan
        self.columns = tuple(columns)
        self.expression = Expression(columns)
        self.tables: dict[str, LookUp] = {}
        self._names = {name: column_name(number) for number, name in enumerate(columns)}
        self._empty: dict[str, bool] = {}
        self._plain: dict[tuple[str, Form], bool] = {}

    @abstractmethod
    def fetch(self, rows: ir.Table) -> Iterator[Sequence[tuple[Any, ...]]]:
        """What an expression gives, some rows at a time."""

    @abstractmethod
    def keep(self, name: str, rows: ir.Table) -> ir.Table:
        """Keep what an expression gives under a name; a table to read it by."""

    @abstractmethod
    def make(self, name: str, columns: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> ir.Table:
        """Make a table of texts; it replaces one of this name."""

    @abstractmethod
    def write(self, texts: Sequence[ir.Table], more: bytes, out: Path | str, compression: str) -> None:
        """Write lines: what is given, then a column of texts of each expression, each without its last line feed."""

    @abstractmethod
    def write_quads(self, quads: Sequence[ir.Table], out: Path | str) -> None:
        """Write the columns s, p, o, g of all expressions as Parquet."""

    def ask(self, questions: Questions) -> None:
        """Answer questions together, in one pass over the cells."""
        cells = self.expression.cells()
        asked: dict[str, Any] = {}
        for number, column in enumerate(questions.columns):
            asked[f"e{number}"] = (cells[self._names[column]] == "").any()
        for number, (column, form) in enumerate(questions.forms):
            cell = cells[self._names[column]]
            asked[f"p{number}"] = (is_plain(cell, form) | (cell == "")).all()
        row = next(iter(self.fetch(cells.aggregate(**asked))))[0] if asked else ()
        answers = dict(zip(asked, row, strict=True))
        self._empty = {column: answers[f"e{n}"] is not False for n, column in enumerate(questions.columns)}
        self._plain = {one: answers[f"p{n}"] is True for n, one in enumerate(questions.forms)}

    # ── See Cells ───────────────────────────────────────────────────────────────────────────────────────────────────

    def all_plain(self, plain: Plain) -> bool:
        """See `Cells`; asked before, see `ask`."""
        return all(self._plain[one] for one in plain)

    def any_empty(self, column: str) -> bool:
        """See `Cells`; asked before, see `ask`."""
        return self._empty[column]

    def distinct(self, columns: tuple[str, ...], unless: Plain) -> Iterator[tuple[str, ...]]:
        """See `Cells`."""
        cells = self.expression.cells()
        if unless and self.all_plain(unless):
            return
        if unless:
            some = None
            for column, form in unless:
                here = ~is_plain(cells[self._names[column]], form)
                some = here if some is None else some | here
            cells = cells.filter(some)
        for rows in self.fetch(cells.select(*(self._names[column] for column in columns)).distinct()):
            yield from rows

    def look_up(self, table: LookUp) -> None:
        """See `Cells`."""
        self.tables[table.name] = table
        keys = [f"{table.name}_t{n}" for n in range(len(table.columns))]
        self.make(table.name, [*keys, *(f"{table.name}_{column}" for column in table.names)], table.rows)


class Questions:
    """What a plan will ask of the cells, gathered by compiling it once over no cells at all; see `Cells`."""

    def __init__(self) -> None:
        self.columns: dict[str, None] = {}
        self.forms: dict[tuple[str, Form], None] = {}

    def all_plain(self, plain: Plain) -> bool:
        """Note the forms, and the columns that may be empty."""
        self.forms.update(dict.fromkeys(plain))
        self.columns.update(dict.fromkeys(column for column, _ in plain))
        return False

    def any_empty(self, column: str) -> bool:
        """Note the column."""
        self.columns[column] = None
        return True

    def distinct(self, columns: tuple[str, ...], unless: Plain) -> Iterator[tuple[str, ...]]:  # noqa: ARG002
        """Nothing: there are no cells."""
        return iter(())

    def look_up(self, table: LookUp) -> None:
        """Nothing is looked up."""


def to_sql(expression: ir.Table, dialect: str) -> str:
    """The SQL of an expression, on one line. The compiler walks it to its depth: more than Python allows by default."""
    import ibis

    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        return str(ibis.to_sql(expression, dialect=dialect, pretty=False))
    finally:
        sys.setrecursionlimit(before)
