"""Workbooks: one sheet is the table, its cells read as `kg.facts.from_xlsx` reads them. Needs the extra `tables`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from kg.facts import from_xlsx
from kg.facts.reporting import Report
from kg.facts.tree import shortened
from kg.model.errors import UsageError
from kg.model.findings import Finding, Severity
from kg.model.records import Limits, Scalar
from kg.tables.row_file import RowFile

# A table is larger than a file of facts: what Excel can hold of some dozens of columns.
_LIMITS: Final = Limits(bytes=512 * 1024 * 1024, nodes=50_000_000)
_NOTHING: Final = Scalar("", 0, 0)


class XlsxFile(RowFile):
    """
    A sheet of a workbook.

    Args:
        name: How positions call the file.
        path: The workbook.
        sheet: The name of the sheet; may be left out where only one holds anything.
        first_row: Which of its rows names the columns; what stands above is passed over.

    Raises:
        UsageError: There is no such sheet, or several hold rows.
        EnvironmentFault: openpyxl is not installed.
    """

    def __init__(self, name: str, path: Path, sheet: str, first_row: int = 1) -> None:
        super().__init__(name, path)
        self._first_row = first_row
        self._numbers: tuple[int, ...] = ()
        self._of_header: tuple[Finding, ...] = ()
        report = Report(name)
        filled = from_xlsx.titles(path.read_bytes(), report, _LIMITS)
        self.sheet = self._chosen(sheet, filled) if not report.total else ""
        self._of_header = report.findings()
        if self.sheet:
            self._name_columns()
        self.findings = self._of_header

    def _chosen(self, sheet: str, filled: list[str]) -> str:
        if not sheet and len(filled) > 1:
            hint = f"name one of {', '.join(filled)}"
            raise UsageError(f"{self.name}: several sheets hold rows; which is the table?", hint)
        if sheet and sheet not in filled:
            hint = f"its sheets are {', '.join(filled)}"
            raise UsageError(f"{self.name}: no sheet '{sheet}' holds anything", hint)
        return sheet or (filled[0] if filled else "")

    def _name_columns(self) -> None:
        report = Report(self.name)
        rows = self._rows(report)
        header, second = next(rows, []), next(rows, [])
        report.sheet = self.sheet
        first: dict[str, int] = {}
        for number, cell in enumerate(header):
            if cell.text and first.setdefault(cell.text, number) != number:
                message = f"two columns are called '{shortened(cell.text)}'; the first is read"
                at = report.at(cell.line, cell.column)
                self._of_header += (Finding("duplicate-key", Severity.warning, message, at, "rename one of them"),)
        self.columns, self._numbers = tuple(first), tuple(first.values())
        # A row of a workbook ends with its last cell that holds something.
        self.nameless = sum(not cell.text for cell in header) + sum(bool(cell.text) for cell in second[len(header) :])

    def read(self) -> Iterator[Sequence[Scalar]]:
        """The cells of each row that is not blank and has no fault; a row may be shorter than the header."""
        report = Report(self.name)
        rows = self._rows(report)
        next(rows, None)
        for row in rows:
            yield [row[number] if number < len(row) else _NOTHING for number in self._numbers]
        self.findings = self._of_header + report.findings()

    def beginning(self) -> Iterator[Sequence[Scalar]]:
        """The rows of the sheet, titles and header among them."""
        return self._rows(Report(self.name))

    def _rows(self, report: Report) -> Iterator[list[Scalar]]:
        if not self.sheet:
            return
        before = 0
        for row in from_xlsx.rows(self.path.read_bytes(), self.sheet, report, _LIMITS):
            faults = report.total
            if faults == before and row and row[0].line >= self._first_row and any(cell.text for cell in row):
                yield row
            before = faults
