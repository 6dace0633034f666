"""One file of a table, whatever its format: rows with places, one after the other, and a way into DuckDB."""

from __future__ import annotations

import csv
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.model.findings import Finding
from kg.model.positions import Position
from kg.model.records import Scalar
from kg.model.temporary import TemporaryFolder

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NO_NULL: Final = "\x01"
"""What stands for NULL when DuckDB reads text: a character that no table may hold."""


class RowFile(ABC):
    """
    One file of a table.

    `columns` are the names in its header, each once; `nameless` says how many of its columns have none and cannot be
    asked for. `findings` are those of the header, and, once the file has been
    read to its end, those of its rows; reading it again gives the same. `is_text` is true where `path` holds characters
    of some encoding.
    """

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path
        self.columns: tuple[str, ...] = ()
        self.nameless = 0
        self.findings: tuple[Finding, ...] = ()
        self.sheet = ""
        self.is_text = False

    @abstractmethod
    def read(self) -> Iterator[Sequence[Scalar]]:
        """The cells of each row that is not left out, in the order of `columns`."""

    def beginning(self) -> Iterator[Sequence[Scalar]]:
        """The rows from the first on, titles and header among them; none where a format names its columns itself."""
        return iter(())

    def load(self, db: DuckDBPyConnection, table: str, columns: Sequence[str]) -> None:
        """Make a table of the texts in these columns, called c0, c1 …, its rows in order from rowid 0."""
        wanted = [self.columns.index(column) for column in columns]
        spool(db, table, ([row[number].text for number in wanted] for row in self.read()), len(wanted))

    def places(self, wanted: Mapping[int, Collection[str]]) -> Iterator[tuple[int, str, Position]]:
        """Where cells stand, asked for by row and column; what is not there gives nothing."""
        last = max(wanted, default=-1)
        for number, row in enumerate(self.read()):
            for column in wanted.get(number, ()):
                if column in self.columns:
                    cell = row[self.columns.index(column)]
                    yield number, column, Position(self.name, cell.line, cell.column, self.sheet)
            if number >= last:
                return


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def read_csv(width: int, delimiter: str, skip: int, longest: int, options: str = "") -> str:
    """
    The call that reads a CSV file with nothing left to guess; its path is bound to the one parameter.

    Args:
        width: How many columns the file has; they are called c0, c1 …
        delimiter: One of `csv_check.DELIMITERS`.
        skip: How many lines stand before the first row.
        longest: How many bytes a row may have.
        options: More of DuckDB's options, each with a comma behind it.
    """
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(width))
    return (
        f"read_csv(?, auto_detect = false, delim = '{delimiter}', quote = '\"', escape = '\"', comment = '', "
        f"header = false, skip = {skip}, columns = {{{columns}}}, strict_mode = true, nullstr = chr({ord(NO_NULL)}), "
        f"compression = 'none', {options}max_line_size = {longest}, buffer_size = {max(32_000_000, 2 * longest)})"
    )


def spool(db: DuckDBPyConnection, table: str, rows: Iterator[Sequence[str]], width: int) -> None:
    """Make a table of texts by way of a file, which costs no memory."""
    longest = 2_000_000
    with TemporaryFolder("kg-table-") as folder:
        path = folder.path / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            write = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
            for row in rows:
                written = write(row or ("",))
                longest = max(longest, 4 * written)  # characters of up to four bytes
        # Threads that begin within quotes guess wrong where a text in quotes looks like rows.
        call = read_csv(max(width, 1), ",", 0, longest, "parallel = false, ")
        db.execute(f"CREATE TABLE {quoted(table)} AS SELECT * FROM {call}", [str(path)])
