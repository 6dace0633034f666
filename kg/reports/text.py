"""For people: a line for each finding, the line it is about, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.reports.report import SEVERITIES, Outcome, Run, Write
from kg.reports.source import Sources, token_length, visible, width

_COLOURS: Final = ("", "\x1b[34m", "\x1b[33m", "\x1b[31m", "\x1b[31m")
_BOLD: Final = "\x1b[1m"
_DIM: Final = "\x1b[2m"
_PLAIN: Final = "\x1b[0m"

_LONG = 160
"""Longer lines do not help to see a place."""
_LISTED: Final = 10
"""Rows with the same finding that are named."""
_AT_ONCE = 256
"""How many findings are written together where nobody is watching."""


class _Kind(NamedTuple):
    """What the findings of many rows of a table have in common."""

    file: str
    severity: Severity
    code: str
    message: str


class Text:
    """
    The format of compilers: `file:line:column: severity: code: message`. Suppressed findings are not shown.

    Of findings in a table that say the same, the first is shown, and at the end in how many rows the others are.

    In colour each finding is written at once, and all of the word that it is about is underlined.
    """

    def __init__(self, write: Write, run: Run, *, colour: bool = False) -> None:
        self._write = write
        self._sources = Sources(run.root)
        self._colour = colour
        self._lines: list[str] = []
        self._waiting = 0
        self._tables = run.tables
        self._rows: dict[_Kind, list[int]] = {}

    def add(self, finding: Finding) -> None:
        """See `Report.add`."""
        if finding.suppressed or self._is_known(finding):
            return
        lines = self._lines
        file, line, column, sheet = position = finding.position
        place = f"{file}:{line}:{column}" if line and not sheet else str(position)
        if self._colour:
            lines.append(self._coloured(finding, place))
        else:
            lines.append(visible(f"{place}: {SEVERITIES[finding.severity]}: {finding.code}: {finding.message}"))
        for detail in finding.details:
            lines.append(f"    {visible(detail)}")
        if line and not sheet:
            self._point(position, _COLOURS[finding.severity] if self._colour else "")
        if finding.hint:
            lines.append(f"  hint: {visible(finding.hint)}")
        for text, other in finding.related:
            lines.append(f"  see:  {visible(f'{other}: {text}')}")
        self._waiting += 1
        if self._colour or self._waiting >= _AT_ONCE:
            self.flush()

    def end(self, outcome: Outcome) -> Sequence[str]:  # noqa: ARG002 - the same for all reports
        """See `Report.end`."""
        for kind, rows in self._rows.items():
            if len(rows) > 1:
                self._lines.append(_more_rows(kind, rows))
        self.flush()
        return ()

    def flush(self) -> None:
        """Write what waits."""
        if self._lines:
            self._lines.append("")
            self._write("\n".join(self._lines))
            self._lines.clear()
            self._waiting = 0

    def _is_known(self, finding: Finding) -> bool:
        """Whether another row of the same table was shown for the same; the row is then noted."""
        if finding.position.file not in self._tables or not finding.position.line:
            return False
        kind = _Kind(finding.position.file, finding.severity, finding.code, finding.message)
        rows = self._rows.setdefault(kind, [])
        rows.append(finding.position.line)
        return len(rows) > 1

    def _coloured(self, finding: Finding, place: str) -> str:
        severity = f"{_COLOURS[finding.severity]}{_BOLD}{SEVERITIES[finding.severity]}{_PLAIN}"
        code = f"{_BOLD}{visible(finding.code)}{_PLAIN}"
        return f"{visible(place)}: {severity}: {code}: {visible(finding.message)}"

    def _point(self, position: Position, colour: str) -> None:
        """The line and a caret below the column; nothing where there is no such line, or it is too long to help."""
        file, number, column, _ = position
        line = self._sources.line(file, number)
        if not line or len(line) > _LONG:
            return
        if line.isascii() and line.isprintable():
            before = " " * (column - 1)
        else:
            before = " " * (width(line[: column - 1]) + max(column - 1 - len(line), 0))
        margin = " " * len(str(number))
        if not colour:
            self._lines.append(f"  {number} | {visible(line)}\n  {margin} | {before}^")
            return
        length = token_length(line, column)
        carets = "^" * max(width(line[column - 1 : column - 1 + length]), 1)
        self._lines.append(f"{_DIM}  {number} |{_PLAIN} {visible(line)}")
        self._lines.append(f"{_DIM}  {margin} |{_PLAIN} {before}{colour}{_BOLD}{carets}{_PLAIN}")


def _more_rows(kind: _Kind, rows: Sequence[int]) -> str:
    """
    In which rows a finding is again, of all the lines that have it.

    >>> _more_rows(_Kind("a.csv", Severity.warning, "no-day", ""), [2, 5])
    'a.csv: warning: no-day: 1 more row has what line 2 has: line 5'
    """
    first, *others = rows
    listed = ", ".join(map(str, others[:_LISTED]))
    rest = f" and {len(others) - _LISTED:,} more" if len(others) > _LISTED else ""
    much = "1 more row has" if len(others) == 1 else f"{len(others):,} more rows have"
    lines = f"line{'s' if len(others) > 1 else ''} {listed}{rest}"
    return visible(f"{kind.file}: {SEVERITIES[kind.severity]}: {kind.code}: {much} what line {first} has: {lines}")
