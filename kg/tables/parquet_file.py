"""
Parquet: read by DuckDB alone, its values as the texts that they would be in a CSV file.

Dates are written as in ISO 8601; a column of timestamps that are all midnight is one of days. A whole number has no
fraction (`2016.0` is `2016`): many tools keep whole numbers with gaps as fractions. What is no number is empty.
Structures become columns joined with a dot; a list of simple values is one cell, separated by `; `.

Spec: https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.facts.reporting import Report, count
from kg.facts.tree import shortened
from kg.model.positions import Position
from kg.model.records import Scalar
from kg.tables.csv_rows import MOST_CHARACTERS, report_character
from kg.tables.row_file import RowFile, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BATCH: Final = 1000
_SOURCE: Final = "read_parquet(?, file_row_number = true)"
# `kg.facts.decoding.CONTROL`, without halves of characters, which DuckDB does not hold.
_CONTROL: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{84}\x{86}-\x{9f}\x{fffe}\x{ffff}]"
_BLANKS: Final = " || ".join(
    f"chr({code})"
    for code in (
        *(9, 10, 11, 12, 13, *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)),
        *(0x2028, 0x2029, 0x202F, 0x205F, 0x3000),
    )
)


class ParquetFile(RowFile):
    """A Parquet file. The place of a cell is the number of its row and of its column, both from 1."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, path)
        self._cells: dict[str, str] = {}  # column → SQL that gives its text
        self._left_out: tuple[int, ...] | None = None
        report = Report(name)
        try:
            self._describe()
        except _error() as error:
            self._report_damage(error, report)
        self.columns = tuple(self._cells)
        self.findings = self._of_file = report.findings()

    def _report_damage(self, error: Exception, report: Report) -> None:
        reason = shortened(str(error).split("\n", 1)[0].replace(str(self.path), Path(self.name).name), 120)
        hint = "is all of it there? Fetch it again, or make it anew"
        report.add("unreadable-file", f"the Parquet file is damaged ({reason})", hint=hint)

    def _describe(self) -> None:
        db = _connected()
        described = db.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(self.path)]).description or ()
        days = self._days(db, [str(name) for name, kind, *_ in described if str(kind).startswith("TIMESTAMP")])
        for name, kind, *_ in described:
            for column, cell in _columns(str(name), quoted(str(name)), kind, days):
                self._cells.setdefault(column.strip(), cell)

    def _days(self, db: DuckDBPyConnection, columns: Sequence[str]) -> frozenset[str]:
        """Columns of timestamps that hold nothing but midnights."""
        if not columns:
            return frozenset()
        tests = ", ".join(f"bool_and(epoch_us({quoted(name)}::TIMESTAMP) % 86400000000 = 0)" for name in columns)
        found = db.execute(f"SELECT {tests} FROM read_parquet(?)", [str(self.path)]).fetchone() or ()
        return frozenset(name for name, are_days in zip(columns, found, strict=True) if are_days)

    def read(self) -> Iterator[Sequence[Scalar]]:
        """The cells of each row, but for those of rows that hold a control character or a text that is too long."""
        where = self._where()
        if not self.columns:
            return
        cells = ", ".join(self._cells.values())
        reader = _connected().execute(f"SELECT file_row_number, {cells} FROM {_SOURCE} {where}", [str(self.path)])
        while batch := reader.fetchmany(_BATCH):
            for line, *texts in batch:
                yield [Scalar(text, line + 1, column) for column, text in enumerate(texts, 1)]

    def load(self, db: DuckDBPyConnection, table: str, columns: Sequence[str]) -> None:
        """Make the table; an empty one where the file turns out to be damaged."""
        where = self._where()
        names = [f"c{number}" for number in range(len(columns) or 1)]
        if not self.columns:
            nothing = ", ".join(f"'' AS {name}" for name in names)
            db.execute(f"CREATE TABLE {quoted(table)} AS SELECT {nothing} WHERE false")
            return
        cells = [self._cells[column] for column in columns] or ["''"]
        taken = ", ".join(f"{cell} AS {name}" for cell, name in zip(cells, names, strict=True))
        db.execute(f"CREATE TABLE {quoted(table)} AS SELECT {taken} FROM {_SOURCE} {where}", [str(self.path)])

    def places(self, wanted: Mapping[int, Collection[str]]) -> Iterator[tuple[int, str, Position]]:
        """Where cells stand: nothing has to be read for it."""
        self._where()
        left_out = self._left_out or ()
        for row, columns in wanted.items():
            line = row
            while (shifted := row + bisect_right(left_out, line)) != line:
                line = shifted
            for column in columns:
                if column in self._cells:
                    yield row, column, Position(self.name, line + 1, self.columns.index(column) + 1)

    def _where(self) -> str:
        if self._left_out is None and self.columns:
            report = Report(self.name)
            try:
                self._left_out = self._faulty(report)
                self.findings = self._of_file + report.findings()
            except _error() as error:
                self._report_damage(error, report)
                self.findings, self._left_out, self._cells, self.columns = report.findings(), (), {}, ()
        return f"WHERE file_row_number NOT IN ({', '.join(map(str, self._left_out))})" if self._left_out else ""

    def _faulty(self, report: Report) -> tuple[int, ...]:
        """The numbers of the rows that are left out, each reported."""
        test = f"regexp_matches(cell, '{_CONTROL}') OR length(cell) > {MOST_CHARACTERS}"
        faults = " OR ".join(f"({test.replace('cell', cell)})" for cell in self._cells.values())
        cells = ", ".join(self._cells.values())
        sql = f"SELECT file_row_number, {cells} FROM {_SOURCE} WHERE {faults} ORDER BY file_row_number"
        reader = _connected().execute(sql, [str(self.path)])
        rows = []
        while row := reader.fetchone():
            rows.append(int(row[0]))
            _report(row[0] + 1, row[1:], report)
        return tuple(rows)


def _report(line: int, texts: Sequence[str], report: Report) -> None:
    from kg.facts.decoding import without_control

    for column, text in enumerate(texts, 1):
        if len(text) > MOST_CHARACTERS:
            message = f"this cell has more than {count(MOST_CHARACTERS, 'character')}"
            report.add("too-large", message, line, column, hint="shorten it, or keep long texts in files of their own")
            return
        if character := without_control(text)[1]:
            report_character(report, character, line, column)
            return


def _columns(name: str, value: str, kind: Any, days: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The columns that one column becomes, each with the SQL of its text."""
    if kind.id == "struct":
        for key, inner in kind.children:
            yield from _columns(f"{name}.{key}", f"struct_extract({value}, {_literal(key)})", inner, frozenset())
    elif kind.id in {"list", "array"} and kind.children[0][1].id not in {"list", "struct", "map", "array"}:
        item = kind.children[0][1]
        filled = f"list_filter({value}::{item}[], lambda one: one IS NOT NULL)"
        items = f"list_transform({filled}, lambda one: {_text('one', item, day=False)})"
        yield name, f"coalesce(array_to_string({items}, '; '), '')"
    else:
        yield name, _text(value, kind, day=name in days)


def _text(value: str, kind: Any, *, day: bool) -> str:
    """SQL for the text of a simple value."""
    text = f"{value}::VARCHAR"
    match kind.id:
        case "double" | "float":
            whole = f"CASE WHEN ends_with({text}, '.0') THEN left({text}, -2) ELSE {text} END"
            text = f"CASE WHEN isnan({value}) THEN '' ELSE {whole} END"
        case "decimal":
            text = f"CASE WHEN contains({text}, '.') THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"
        case "timestamp" | "timestamp_s" | "timestamp_ms" | "timestamp_ns" if day:
            text = f"{value}::DATE::VARCHAR"
        case "timestamp" | "timestamp_s" | "timestamp_ms" | "timestamp_ns":
            text = f"replace({text}, ' ', 'T')"
        case "timestamp with time zone" | "timestamp_tz":
            text = f"replace(make_timestamp(epoch_us({value}))::VARCHAR, ' ', 'T') || 'Z'"
        case "varchar":
            lines = f"replace(replace({value}, chr(13) || chr(10), chr(10)), chr(13), chr(10))"
            text = f"trim({lines}, {_BLANKS})"
    return f"coalesce({text}, '')"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _connected() -> DuckDBPyConnection:
    import duckdb

    return duckdb.connect()


def _error() -> Any:
    import duckdb

    return duckdb.Error
