"""How readers report: findings are gathered and bounded; what cannot be read further stops with `Stop`."""

from __future__ import annotations

from typing import NoReturn

from kg.model.findings import Finding, Severity
from kg.model.positions import Position

# A hostile file must not turn every byte into a finding.
_MOST_FINDINGS = 1000


class Stop(Exception):
    """Nothing more can be read from this file; the report says why. Only readers see it, here and in `kg.tables`."""


class Unclosed(Stop):
    """A quote that opens here is not closed before the text ends; more text may close it."""


class Report:
    """
    The findings of one file, in the order they were met.

    Beyond the first thousand they are counted, not kept; the last finding says how many. A reader of workbooks sets
    `sheet` to the sheet it is at.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.sheet = ""
        self._findings: list[Finding] = []
        self._beyond = 0

    def add(  # noqa: PLR0913  the parts of a finding
        self,
        code: str,
        message: str,
        line: int = 0,
        column: int = 0,
        *,
        hint: str = "",
        related: tuple[tuple[str, Position], ...] = (),
    ) -> None:
        """Report one fault; without a line it is about the whole file."""
        if len(self._findings) >= _MOST_FINDINGS:
            self._beyond += 1
            return
        self._findings.append(Finding(code, Severity.error, message, self.at(line, column), hint, related))

    def stop(self, code: str, message: str, line: int = 0, column: int = 0, *, hint: str = "") -> NoReturn:
        """Report what makes it pointless to read on, and leave."""
        self.add(code, message, line, column, hint=hint)
        raise Stop

    def empty(self, message: str) -> NoReturn:
        """Leave a file that says nothing: only a warning, because somebody may be about to fill it."""
        hint = "write something, or remove the file"
        self._findings.append(Finding("empty-file", Severity.warning, message, Position(self.file, 0, 0), hint))
        raise Stop

    @property
    def total(self) -> int:
        """How many faults were reported, those beyond the bound counted."""
        return len(self._findings) + self._beyond

    def at(self, line: int, column: int) -> Position:
        """A position in this file and sheet."""
        return Position(self.file, line, column, self.sheet)

    def findings(self) -> tuple[Finding, ...]:
        """All that was reported, with a last one for those beyond the bound."""
        if not self._beyond:
            return tuple(self._findings)
        rest = Finding(
            "too-large",
            Severity.error,
            f"this file has {self._beyond:,} more findings, which are not listed",
            Position(self.file, 0, 0),
            "mend the first ones: many mistakes in one file often have one cause",
        )
        return (*self._findings, rest)


def count(number: int, singular: str, plural: str = "") -> str:
    """
    A number with its noun.

    >>> count(1, "cell"), count(1200, "entry", "entries")
    ('1 cell', '1,200 entries')
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
