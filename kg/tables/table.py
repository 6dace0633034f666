"""A table: one or several files whose columns are matched by name and whose rows are numbered as one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from kg.model.errors import UsageError
from kg.model.findings import Finding
from kg.model.positions import Position
from kg.tables.row_file import RowFile, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Table:
    """
    The rows of some files. A cell is a text without blanks around it; what a file has no column for is empty there.

    Rows count from 0 over all files in order. A row with a finding is no row, and neither is a blank one.

    Attributes:
        name: How messages call it.
        columns: The names in the headers, in the order in which they come first.
        files: In order of their names.
    """

    def __init__(self, name: str, files: Sequence[RowFile], sources: Sequence[Path]) -> None:
        self.name = name
        self.files = tuple(files)
        self.columns = tuple(dict.fromkeys(column for file in files for column in file.columns))
        self._sources = tuple(sources)
        self._counts: list[int | None] = [None] * len(files)

    @property
    def findings(self) -> list[Finding]:
        """What is wrong in the headers, and in the rows of each file that was read to its end."""
        return [finding for file in self.files for finding in file.findings]

    def load(self, db: DuckDBPyConnection, name: str, columns: Sequence[str]) -> int:
        """
        Give a connection these columns of all rows: `row`, then c0, c1 …, as BIGINT and VARCHAR, never NULL.

        `name` becomes a view: a row's number is where it stands in the tables `name/0`, `name/1` … below, and need
        not be stored.

        Returns:
            The number of rows.

        Raises:
            UsageError: No file has one of the columns.
        """
        self._check(columns)
        db.execute("SET preserve_insertion_order = true")  # a row's number is its place
        parts = []
        start = 0
        for number, file in enumerate(self.files):
            part = f"{name}/{number}"
            own = [column for column in columns if column in file.columns]
            file.load(db, part, own)
            parts.append(_select(part, start, columns, own))
            found = db.execute(f"SELECT count(*) FROM {quoted(part)}").fetchone()
            size = self._counts[number] = int(found[0]) if found else 0
            start += size
        db.execute(f"CREATE VIEW {quoted(name)} AS " + " UNION ALL ".join(parts))
        return start

    def rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Number and texts of each row, in the order of `columns`: what `load` must agree with."""
        number = 0
        for index, file in enumerate(self.files):
            start = number
            order = [file.columns.index(column) if column in file.columns else None for column in self.columns]
            for row in file.read():
                yield number, tuple(["" if at is None else row[at].text for at in order])
                number += 1
            self._counts[index] = number - start

    def places(self, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Position]:
        """
        Where cells stand, in one pass over each file however many are asked for.

        What a file has no column or row for is left out.
        """
        by_row: dict[int, set[str]] = {}
        for row, column in wanted:
            by_row.setdefault(row, set()).add(column)
        found = {}
        for file, start, size in self._spans():
            own = {row - start: columns for row, columns in by_row.items() if start <= row < start + size}
            for row, column, position in file.places(own) if own else ():
                found[start + row, column] = position
        return found

    def digest(self) -> str:
        """A hash of the names and the bytes of all files."""
        whole = hashlib.sha256()
        for file, source in zip(self.files, self._sources, strict=True):
            with source.open("rb") as stream:
                whole.update(f"{file.name}\0{hashlib.file_digest(stream, hashlib.sha256).hexdigest()}\n".encode())
        return whole.hexdigest()

    def _spans(self) -> Iterator[tuple[RowFile, int, int]]:
        """Each file with the number of its first row, and of its rows."""
        for index, file in enumerate(self.files):
            if self._counts[index] is None:
                self._counts[index] = sum(1 for _ in file.read())
        sizes = [size or 0 for size in self._counts]
        yield from zip(self.files, accumulate(sizes, initial=0), sizes, strict=False)

    def _check(self, columns: Sequence[str]) -> None:
        for column in columns:
            if column not in self.columns and any(file.columns for file in self.files):
                near = get_close_matches(column, self.columns, 1)
                hint = f"did you mean '{near[0]}'?" if near else f"its columns are {', '.join(self.columns[:50])}"
                raise UsageError(f"{self.name}: there is no column '{column}'", hint)


def _select(part: str, start: int, columns: Sequence[str], own: Sequence[str]) -> str:
    cells = "".join(
        f", c{own.index(column)} AS c{number}" if column in own else f", '' AS c{number}"
        for number, column in enumerate(columns)
    )
    return f'SELECT rowid + {start} AS "row"{cells} FROM {quoted(part)}'
