"""Findings on a terminal or as JSON, and the exit code they lead to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from kg.cli.machine import to_json
from kg.model.findings import Finding, Severity
from kg.model.positions import Position

_COLOURS = {Severity.error: "red", Severity.violation: "red", Severity.warning: "yellow", Severity.info: "blue"}

fail_on = click.option(
    "--fail-on",
    type=click.Choice(["info", "warning", "violation", "error"]),
    default="violation",
    show_default=True,
    help="Exit with 1 where a finding is at least this severe.",
)


def show(findings: Sequence[Finding], root: Path) -> None:
    """Write findings as text to standard error, with the line they are about where it can be read."""
    lines = _Lines(root)
    for finding in findings:
        severity = click.style(finding.severity.name, fg=_COLOURS[finding.severity], bold=True)
        click.echo(f"{finding.position}: {severity}: {finding.code}: {finding.message}", err=True)
        for line in lines.around(finding.position):
            click.echo(line, err=True)
        if finding.hint:
            click.echo(f"  hint: {finding.hint}", err=True)
        for text, position in finding.related:
            click.echo(f"  see:  {position}: {text}", err=True)


def as_json(findings: Sequence[Finding]) -> str:
    """Findings as a JSON list, one object each, for other programs."""
    return to_json([_object(finding) for finding in findings])


def _object(finding: Finding) -> dict[str, object]:
    found: dict[str, object] = {
        "code": finding.code,
        "severity": finding.severity.name,
        "message": finding.message,
        **finding.position._asdict(),
    }
    if finding.hint:
        found["hint"] = finding.hint
    if finding.related:
        found["related"] = [{"message": text, **position._asdict()} for text, position in finding.related]
    for name in ("focus", "path", "value"):
        if getattr(finding, name):
            found[name] = getattr(finding, name)
    return found


def counted(findings: Sequence[Finding]) -> str:
    """
    How many findings there are of each severity, worst first.

    >>> counted([])
    'no findings'
    """
    counts = Counter(finding.severity for finding in findings)
    named = [f"{counts[s]} {s.name}{'s' if counts[s] > 1 else ''}" for s in sorted(counts, reverse=True)]
    return ", ".join(named) if named else "no findings"


def exit_code(findings: Sequence[Finding], threshold: str) -> int:
    """1 where a finding is at least as severe as the threshold, else 0."""
    return int(any(finding.severity >= Severity[threshold] for finding in findings))


class _Lines:
    """Lines of facts files, for showing; each file is read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: dict[str, list[str]] = {}

    def around(self, position: Position) -> list[str]:
        """The line and a caret below the column; nothing where there is no such line, or it is too long to help."""
        if not position.line or position.sheet:
            return []
        lines = self.files.get(position.file)
        if lines is None:
            lines = self.files[position.file] = self._read(position.file)
        if position.line > len(lines) or len(lines[position.line - 1]) > 160:
            return []
        line = lines[position.line - 1].replace("\t", " ")
        number = str(position.line)
        return [f"  {number} | {line}", f"  {' ' * len(number)} | {' ' * (position.column - 1)}^"]

    def _read(self, name: str) -> list[str]:
        try:
            return (self.root / name).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, ValueError):
            return []
