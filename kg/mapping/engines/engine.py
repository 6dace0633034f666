"""What every engine has in common: questions about cells are expressions, and it only has to run them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kg.mapping.engines.deferred import Rows
from kg.mapping.engines.expression import Expression, Keyed
from kg.mapping.plan.forms import Form
from kg.mapping.plan.look_ups import LookUp
from kg.mapping.plan.pieces import Plain

Meanwhile = Callable[[], None]
"""What is done beside something that takes long."""


def nothing() -> None:
    """There is nothing to do meanwhile."""


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
        self.tables: dict[str, Keyed] = {}
        self._empty: dict[str, bool] = {}
        self._plain: dict[tuple[str, Form], bool] = {}

    def rows(self, make: Callable[..., Any], *given: object) -> Rows:
        """What a method of `Expression` makes of some values."""
        return Rows(make, self.expression, *given)

    @abstractmethod
    def fetch(self, rows: Rows) -> Iterator[Sequence[tuple[Any, ...]]]:
        """What an expression gives, some rows at a time."""

    @abstractmethod
    def keep(self, name: str, rows: Rows, *, once: bool = False) -> Rows:
        """Keep what an expression gives under a name; a table to read it by. `once`: it must not be computed again."""

    @abstractmethod
    def make(self, name: str, columns: Sequence[str], rows: Sequence[tuple[str | None, ...]]) -> Rows:
        """Make a table of texts; it replaces one of this name."""

    @abstractmethod
    def write(
        self, texts: Sequence[Rows], more: bytes, out: Path | str, compression: str, meanwhile: Meanwhile = nothing
    ) -> None:
        """
        Write lines: what is given, then a column of texts of each expression, each without its last line feed.

        `meanwhile` is called once, by this thread, perhaps while the lines are written; what it raises ends that.
        """

    @abstractmethod
    def write_quads(self, quads: Sequence[Rows], out: Path | str) -> None:
        """Write the columns s, p, o, g of all expressions as Parquet."""

    def ask(self, questions: Questions) -> None:
        """Answer questions together, in one pass over the cells."""
        columns, forms = list(questions.columns), list(questions.forms)
        asked = self.rows(Expression.asked, columns, forms)
        row = next(iter(self.fetch(asked)))[0] if columns or forms else ()
        self._empty = {column: found is not False for column, found in zip(columns, row, strict=False)}
        self._plain = {one: found is True for one, found in zip(forms, row[len(columns) :], strict=True)}

    # ── See Cells ───────────────────────────────────────────────────────────────────────────────────────────────────

    def all_plain(self, plain: Plain) -> bool:
        """See `Cells`; asked before, see `ask`."""
        return all(self._plain[one] for one in plain)

    def any_empty(self, column: str) -> bool:
        """See `Cells`; asked before, see `ask`."""
        return self._empty[column]

    def distinct(self, columns: tuple[str, ...], unless: Plain) -> Iterator[tuple[str, ...]]:
        """See `Cells`."""
        if unless and self.all_plain(unless):
            return
        for rows in self.fetch(self.rows(Expression.distinct, columns, unless)):
            yield from rows

    def look_up(self, table: LookUp) -> None:
        """See `Cells`."""
        keyed = self.tables[table.name] = Keyed(table.name, table.columns, table.names)
        self.make(table.name, [*keyed.keys(), *keyed.found()], table.rows)


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
