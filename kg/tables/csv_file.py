"""
CSV and TSV files: plain ones are read by DuckDB, on all processors; all others by `csv_rows`, to the same rows.

Spec: https://www.rfc-editor.org/rfc/rfc4180
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg.facts.reporting import Report, count
from kg.facts.tree import shortened
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.records import Scalar
from kg.tables import csv_check, csv_rows, titles
from kg.tables.csv_check import Shape
from kg.tables.row_file import RowFile, quoted, read_csv

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MOST_COLUMNS: Final = 2_000  # beyond, DuckDB plans longer than it reads
_LONGEST: Final = 16_000_000
_USUAL_BLANKS: Final = " \n"


class CsvFile(RowFile):
    """
    A file of cells between separators; its first row that is not blank is the header, where none is given.

    Args:
        name: How positions call it.
        path: The file, in UTF-8.
        delimiter: One character, or nothing: then the header decides.
        header: The names of the columns of a file whose first row is none.
    """

    def __init__(self, name: str, path: Path, delimiter: str, header: Sequence[str] = ()) -> None:
        super().__init__(name, path)
        self.is_text = True
        self._option = delimiter
        self._delimiter = csv_rows.separator(path, delimiter)
        self._numbers: tuple[int, ...] = ()
        self._width = 0
        self._header_line = 0
        self._begins_plain = self._is_plain = False
        self._skips_rows = False
        report = Report(name)
        first = next(csv_rows.rows(path, delimiter, report), None)
        self._is_given = bool(header)
        self._of_header = report.findings()
        if first is None and not self._of_header:
            hint = "write something, or remove the file"
            nothing = Finding("empty-file", Severity.warning, "the table holds nothing", report.at(0, 0), hint)
            self._of_header = (nothing,)
        elif first is not None and not self._of_header:
            names = [Scalar(name, 0, 0) for name in header]
            self._name_columns(first._replace(cells=names, line=0) if self._is_given else first)
        self.findings = self._of_header

    def _name_columns(self, header: csv_rows.Row) -> None:
        """Nameless columns cannot be asked for; of two with one name the first can."""
        first: dict[str, int] = {}
        repeated = []
        for number, cell in enumerate(header.cells):
            if cell.text and first.setdefault(cell.text, number) != number:
                repeated.append(self._repeated(cell, header.cells[first[cell.text]]))
        self.columns, self._numbers = tuple(first), tuple(first.values())
        self.nameless = sum(not cell.text for cell in header.cells)
        self._width, self._header_line = len(header.cells), header.line
        self._begins_plain = (
            self._width <= _MOST_COLUMNS
            and self._delimiter in csv_check.DELIMITERS
            and (header.line <= 1 or csv_rows.only_header(self.path, header.line))
        )
        self._of_header += tuple(repeated)

    def _repeated(self, cell: Scalar, first: Scalar) -> Finding:
        report = Report(self.name)
        message = f"two columns are called '{shortened(cell.text)}'; the first is read"
        related = (("here it stands first", report.at(first.line, first.column)),)
        at = report.at(cell.line, cell.column)
        return Finding("duplicate-key", Severity.warning, message, at, "rename one of them", related)

    def read(self) -> Iterator[Sequence[Scalar]]:
        """The cells of each row that is as wide as the header."""
        if not self.columns:
            return
        report = Report(self.name)
        rows = csv_rows.rows(self.path, self._option, report)
        if not self._is_given:
            next(rows)
        all_named = self._numbers == tuple(range(self._width))
        for row in rows:
            cells = row.cells
            if len(cells) != self._width:
                message = f"this row has {count(len(cells), 'cell')}, the header has {self._width:,}"
                hint = "a cell that holds the separator must stand in double quotes"
                report.add("ragged-row", message, row.line, cells[0].column, hint=hint)
            else:
                yield cells if all_named else [cells[number] for number in self._numbers]
        self.findings = self._of_header + report.findings()

    def beginning(self) -> Iterator[Sequence[Scalar]]:
        """The rows from the first on, cut in the way that gives the most cells: a title may show no separator."""

        def rows(delimiter: str) -> Iterator[Sequence[Scalar]]:
            return (row.cells for row in csv_rows.rows(self.path, delimiter, Report(self.name)))

        ways = (self._option,) if self._option else tuple(csv_check.DELIMITERS)
        return rows(max(ways, key=lambda way: max(map(len, islice(rows(way), titles.MOST_ROWS)), default=0)))

    def load(self, db: DuckDBPyConnection, table: str, columns: Sequence[str]) -> None:
        """Make the table, by DuckDB where it can be trusted with this file."""
        self._is_plain = self._load_plain(db, table, columns)
        if not self._is_plain:
            super().load(db, table, columns)
        else:
            self.findings = self._of_header

    def _load_plain(self, db: DuckDBPyConnection, table: str, columns: Sequence[str]) -> bool:
        """Whether DuckDB made the table and surely read what `read` would; if not, there is no table."""
        import duckdb

        if not self._begins_plain:
            return False
        numbers = [self._numbers[self.columns.index(column)] for column in columns] or [0]
        with ThreadPoolExecutor(1) as executor:
            checking = executor.submit(csv_check.shape, self.path, self._delimiter)
            try:
                self._create(db, table, numbers)
                shape = checking.result()
                if shape is not None:
                    self._mend(db, table, numbers, shape)
                    return True
            except duckdb.Error:
                pass  # a row that DuckDB cannot read; the careful reader says which
        db.execute(f"DROP TABLE IF EXISTS {quoted(table)}")
        return False

    def _create(
        self, db: DuckDBPyConnection, table: str, numbers: Sequence[int], blanks: str = "", where: str = ""
    ) -> None:
        taken = ", ".join(f"{_stripped(f'c{number}', blanks)} AS c{place}" for place, number in enumerate(numbers))
        sql = f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT {taken} FROM {self._call()} {where}"
        db.execute(sql, [str(self.path)])

    def _call(self) -> str:
        return read_csv(self._width, self._delimiter, self._header_line, _LONGEST)

    def _mend(self, db: DuckDBPyConnection, table: str, numbers: Sequence[int], shape: Shape) -> None:
        """Make the table anew where odd blanks stand around cells, or rows hold nothing."""
        if shape.maybe_blank and self._has_blank_rows(db, table, numbers, shape.blanks):
            blank = " AND ".join(f"{_stripped(f'c{number}', shape.blanks)} = ''" for number in range(self._width))
            self._create(db, table, numbers, shape.blanks, f"WHERE NOT ({blank})")
            self._skips_rows = True
        elif shape.blanks:
            odd = " OR ".join(_is_odd(f"c{place}", shape.blanks) for place in range(len(numbers)))
            if _one(db, f"SELECT count(*) FROM (FROM {quoted(table)} WHERE {odd} LIMIT 1)")[0]:
                every = ", ".join(
                    f"{_stripped(f'c{place}', shape.blanks)} AS c{place}" for place in range(len(numbers))
                )
                db.execute(f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT {every} FROM {quoted(table)}")

    def _has_blank_rows(self, db: DuckDBPyConnection, table: str, numbers: Sequence[int], blanks: str) -> bool:
        """Whether a row holds nothing; the columns that were asked for often tell."""
        loaded = [f"c{place}" for place in range(len(numbers))]  # without the usual blanks already
        taken = " AND ".join(f"{_stripped(cell, blanks) if blanks else cell} = ''" for cell in loaded)
        if not _one(db, f"SELECT count(*) FROM (FROM {quoted(table)} WHERE {taken} LIMIT 1)")[0]:
            return False
        every = " AND ".join(f"{_stripped(f'c{number}', blanks)} = ''" for number in range(self._width))
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {self._call()} WHERE {every} LIMIT 1)"
        return bool(_one(db, sql, [str(self.path)])[0])

    def places(self, wanted: Mapping[int, Collection[str]]) -> Iterator[tuple[int, str, Position]]:
        """Where cells stand; in a plain file only the rows that are asked for are taken apart."""
        if not (self._is_plain and not self._skips_rows):
            yield from super().places(wanted)
            return
        by_name = dict(zip(self.columns, self._numbers, strict=True))
        for number, line, text in _records(self.path, self._delimiter, self._header_line, wanted):
            row = next(iter(csv_rows.TableCells(text, self._delimiter, Report(self.name), line=line)))
            for column in wanted[number]:
                if column in by_name:
                    cell = row[by_name[column]]
                    yield number, column, Position(self.name, cell.line, cell.column)


def _records(path: Path, delimiter: str, header_line: int, wanted: Collection[int]) -> Iterator[tuple[int, int, str]]:
    """Of the rows of a plain file those that are wanted: number, line and text. An empty line is no row."""
    left = len(wanted)
    number = -2 if header_line else -1  # the header is the row before the first
    start = max(header_line, 1)
    begins, record = start, ""
    is_open = _open_record(delimiter)
    with path.open(encoding="utf-8-sig") as file:
        for line, text in enumerate(islice(file, start - 1, None), start):
            if not record:
                if text == "\n":
                    continue
                number += 1
                begins = line
            record += text
            if '"' in record and ('"' not in text or is_open.match(record)):
                continue
            if number in wanted:
                yield number, begins, record
                left -= 1
                if not left:
                    return
            record = ""


def _open_record(delimiter: str) -> re.Pattern[str]:
    """Matches a record whose last quote is not closed yet."""
    mark = re.escape(delimiter)
    inside = r' *+"[^"]*+(?:""[^"]*+)*+'
    return re.compile(rf'(?:(?:{inside}" *+|(?! *+")[^{mark}\n]*+){mark})*+{inside}\Z')


def _stripped(cell: str, blanks: str) -> str:
    """SQL for a cell without blanks around it, its lines ended by a line feed. `blanks` are others that may occur."""
    lines = cell
    if "\r" in blanks:
        returned = f"replace(replace({cell}, chr(13) || chr(10), chr(10)), chr(13), chr(10))"
        lines = f"CASE WHEN contains({cell}, chr(13)) THEN {returned} ELSE {cell} END"
    every = " || ".join(f"chr({ord(blank)})" for blank in _USUAL_BLANKS + blanks)
    ends = " OR ".join(f"ends_with({cell}, chr({ord(blank)}))" for blank in _USUAL_BLANKS)
    odd = f" OR {_has_ends(cell, blanks)}" if blanks else ""
    # What begins with a usual blank comes before the first character that shows.
    return f"CASE WHEN {cell} < '!' OR {ends}{odd} THEN trim({lines}, {every}) ELSE {lines} END"


def _has_ends(cell: str, blanks: str) -> str:
    """SQL for whether a cell begins or ends with one of these characters."""
    return " OR ".join(
        f"starts_with({cell}, chr({ord(blank)})) OR ends_with({cell}, chr({ord(blank)}))" for blank in blanks
    )


def _is_odd(cell: str, blanks: str) -> str:
    """SQL for whether a cell is not what `_stripped` makes of it."""
    return _has_ends(cell, blanks) + (f" OR contains({cell}, chr(13))" if "\r" in blanks else "")


def _one(db: DuckDBPyConnection, sql: str, values: Sequence[object] = ()) -> tuple[int, ...]:
    row = db.execute(sql, values).fetchone()
    assert row is not None  # noqa: S101  an aggregate has a row
    return row
