"""
Workbooks → records. Needs the extra `tables`.

Each sheet is a table like a CSV file; a sheet called `document`, with keys in its first column and values in its
second, describes the document. A cell is read as the text that it would be in a CSV file: what was typed, not how
its format shows it; dates as in ISO 8601. Of merged cells the first holds the value. Hidden sheets are read too.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from kg.facts import archives, tables
from kg.facts.decoding import code_point, without_control
from kg.facts.reporting import Report, Stop, count
from kg.facts.tree import shortened
from kg.model.errors import EnvironmentFault
from kg.model.records import DOCUMENT, Limits, Mapping, Reading, Scalar, Sheet

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

# https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
_MOST_ROWS = 1_048_576

# `_x000D_` is how the format writes a character that XML cannot hold. ECMA-376 part 1, 22.9.2.19 (ST_Xstring)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

# openpyxl names no errors of its own for a broken workbook: these are what its parsers run into.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RecursionError,
    SyntaxError,  # the standard library's ParseError is one, and so is lxml's
    TypeError,
    ValueError,
)


def read(raw: bytes, name: str, limits: Limits) -> Reading:
    """
    The records of a workbook: one sheet for each of its sheets that has rows, but for `document`.

    Raises:
        EnvironmentFault: openpyxl is not installed.
    """
    report = Report(name)
    try:
        with _opened(raw, report, limits) as (book, formulas):
            return _sheets(book, formulas, report, limits)
    except Stop:
        return Reading((), report.findings())


def titles(raw: bytes, report: Report, limits: Limits) -> list[str]:
    """
    The names of the sheets that hold anything; none where the workbook cannot be read, which is reported.

    Raises:
        EnvironmentFault: openpyxl is not installed.
    """
    try:
        with _opened(raw, report, limits) as (book, _):
            aside = Report(report.file)
            return [
                sheet.title
                for sheet in book.worksheets
                if any(cell.text for row in _rows(sheet, None, aside, limits) for cell in row)
            ]
    except Stop:
        return []


def rows(raw: bytes, title: str, report: Report, limits: Limits) -> Iterator[list[Scalar]]:
    """
    The rows of one sheet of a workbook, from its first on, blank ones too; stops, and reports, where it cannot go on.

    Raises:
        EnvironmentFault: openpyxl is not installed.
    """
    report.sheet = title
    try:
        with _opened(raw, report, limits) as (book, formulas):
            yield from _rows(book[title], formulas[title] if formulas else None, report, limits)
    except Stop:
        return


@contextmanager
def _opened(raw: bytes, report: Report, limits: Limits) -> Iterator[tuple[Workbook, Workbook | None]]:
    """A workbook's values and, where some seem to lack results, its formulas; stops where it is damaged."""
    load = _loader()
    formulas_to_check = archives.inspect(raw, report, limits)
    try:
        with warnings.catch_warnings():
            # About charts, styles and other things that hold no facts.
            warnings.simplefilter("ignore")
            book = load(BytesIO(raw), read_only=True, data_only=True)
            yield book, load(BytesIO(raw), read_only=True) if formulas_to_check else None
    except _BROKEN as error:
        report.stop(
            "unreadable-file",
            f"the workbook is damaged ({shortened(str(error)) or type(error).__name__})",
            hint="open it in Excel or LibreOffice and save it anew as .xlsx",
        )


def _loader() -> Any:
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise EnvironmentFault("reading .xlsx needs openpyxl", "pip install 'conflict-kg[tables]'") from error
    return load_workbook


def _sheets(book: Workbook, formulas: Workbook | None, report: Report, limits: Limits) -> Reading:
    document: Sheet | None = None
    roots: list[tuple[str, Mapping]] = []
    for sheet in book.worksheets:
        title = report.sheet = sheet.title
        rows = _rows(sheet, formulas[title] if formulas else None, report, limits)
        if title.strip().casefold() != DOCUMENT:
            root = tables.claims(rows, report, limits, even=False)
            if root is not None:
                roots.append((title, root))
        elif root := _document(rows, report, limits):
            document = Sheet(report.file, root, title, tabular=True)
    if not roots and not report.findings():
        report.empty("no sheet of the workbook holds a header and rows")
    sheets = (Sheet(report.file, root, title, tabular=True, document_sheet=document) for title, root in roots)
    return Reading(tuple(sheets), report.findings())


def _document(rows: Iterator[list[Scalar]], report: Report, limits: Limits) -> Mapping | None:
    """The sheet on its side: the first column is the header, the second the only row."""
    keys, values = [], []
    for row in rows:
        key, value, *others = [*row, Scalar("", 0, 0), Scalar("", 0, 0)]
        for cell in others:
            if cell.text:
                hint = "several values stand in one cell, separated by ';'"
                report.add("unexpected-shape", "a third column", cell.line, cell.column, hint=hint)
        if key.text or value.text:
            keys.append(key)
            values.append(value)
    entry = tables.Header(keys, report, limits).entry(values)
    if entry is None:
        return None
    return Mapping(((Scalar(DOCUMENT, entry.line, 1), entry),), entry.line, 1)


def _rows(sheet: Any, formulas: Any, report: Report, limits: Limits) -> Iterator[list[Scalar]]:
    """
    The rows of a sheet as text.

    openpyxl fills every row up to its last cell and every gap between rows: one cell in a far corner makes millions.
    """
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    if formulas is not None:
        formulas.reset_dimensions()
    left = limits.nodes + _MOST_ROWS
    pairs = zip_longest(sheet.iter_rows(), formulas.iter_rows() if formulas is not None else ())
    for line, (cells, typed) in enumerate(pairs, 1):
        left -= len(cells) + 1
        if line > _MOST_ROWS or left < 0:
            message = f"the sheet reaches further than {count(_MOST_ROWS, 'row')} or {count(limits.nodes, 'cell')}"
            report.stop("too-large", message, line, 1, hint="delete what is formatted and empty")
        texts = [
            Scalar("" if cell.value is None else _text(cell, line, column, report), line, column)
            for column, cell in enumerate(cells, 1)
        ]
        if typed:
            _report_formulas(typed, cells, line, report)
        yield texts


def _report_formulas(typed: Any, cells: Any, line: int, report: Report) -> None:
    """A formula that nobody has computed looks like an empty cell."""
    for column, (formula, cell) in enumerate(zip(typed, cells, strict=True), 1):
        # A result that is an empty text has the type "str"; a result that is absent has none.
        if formula.data_type == "f" and cell.value is None and cell.data_type != "str":
            report.add(
                "unexpected-shape",
                "the formula in this cell has no stored result",
                line,
                column,
                hint="open the workbook in Excel or LibreOffice and save it, or write the value itself",
            )


def _text(cell: Any, line: int, column: int, report: Report) -> str:
    value = cell.value
    if isinstance(value, str):
        if cell.data_type == "e":
            report.add(
                "unexpected-shape",
                f"this cell holds the error {shortened(value)}",
                line,
                column,
                hint="mend the formula, or write the value itself",
            )
            return ""
        return _string(value, line, column, report)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    return moment(value, cell.number_format)


def _string(value: str, line: int, column: int, report: Report) -> str:
    if "_x" in value:
        value = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    value, character = without_control(value)
    if character:
        report.add(
            "invalid-encoding",
            f"this cell holds a control character ({code_point(character)})",
            line,
            column,
            hint="delete the text and type it anew",
        )
    return value.strip()


def number(value: float) -> str:
    """
    A number as somebody would type it; a spreadsheet keeps 15 digits.

    >>> number(20), number(20.0), number(0.1 + 0.2), number(1e22)
    ('20', '20', '0.3', '1e+22')
    """
    return str(value) if isinstance(value, int) else f"{value:.15g}"


def moment(value: date | time | timedelta | object, number_format: str) -> str:
    """
    A date or a time in ISO 8601, without the parts that its format has not and that are zero.

    >>> moment(datetime(2023, 11, 3), "yyyy-mm-dd"), moment(datetime(2023, 11, 3, 11, 30), "dd/mm/yyyy hh:mm")
    ('2023-11-03', '2023-11-03T11:30:00')
    >>> moment(time(11, 0), "hh:mm"), moment(timedelta(hours=36), "[h]:mm")
    ('11:00', '36:00')
    """
    if isinstance(value, datetime):
        shows_time = any(letter in re.sub(r'"[^"]*"|\[[^\]]*\]', "", number_format).lower() for letter in "hs")
        if value.time() == time() and not shows_time:
            return value.date().isoformat()
        return value.isoformat(timespec="seconds")
    if isinstance(value, time):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        text = f"{minutes // 60:02}:{minutes % 60:02}"
        return f"{text}:{seconds:02}" if seconds else text
    return str(value)
