"""Findings about rows as they are told: each fault once, at the first cell that has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kg.mapping.engines.faults import Fault
from kg.model.findings import Finding, Severity
from kg.model.positions import Position

if TYPE_CHECKING:
    from kg.mapping.engines.run import OddRow

_MOST_LISTED: Final = 1_000


def told(odd: Iterable[OddRow], placed: Sequence[Finding], again: Mapping[Fault, int]) -> list[Finding]:
    """
    The findings of rows, errors that are the same told once, with the number of rows.

    Args:
        odd: The rows.
        placed: Their findings in the same order, at the cells that they are about.
        again: How many more rows have a fault.
    """
    faults = [Fault.of(one.entry, finding) for one in odd for finding in one.mapped.findings]
    first: dict[object, tuple[Fault, Finding]] = {}
    rows = Counter(again)
    for fault, finding in zip(faults, placed, strict=True):
        is_error = finding.severity is Severity.error
        rows[fault] += is_error
        first.setdefault(fault if is_error else finding, (fault, finding))
    return [_with_count(finding, rows[fault] - 1) for fault, finding in first.values()]


def _with_count(finding: Finding, more: int) -> Finding:
    """A fault of the mapping itself is in every row, and needs no number."""
    if more <= 0 or finding.severity is not Severity.error or not finding.related:
        return finding
    rows = "1 more row has" if more == 1 else f"{more:,} more rows have"
    return replace(finding, message=f"{finding.message}; {rows} the same fault")


def bounded(
    findings: Iterable[Finding], tables: Collection[str], more: Mapping[Finding, int] | None = None
) -> list[Finding]:
    """
    The same findings, but of the errors in tables each told once for one text, and at most a thousand of each table.

    `tables` are the names of their files, `more` says how many further rows a finding stands for.
    """
    more = more or {}
    kept: dict[object, Finding] = {}
    rows: Counter[object] = Counter()
    listed: Counter[str] = Counter()
    unlisted: Counter[str] = Counter()
    for number, finding in enumerate(findings):
        file = finding.position.file
        in_table = file in tables and finding.severity is Severity.error
        key: object = (file, finding.code, finding.message) if in_table else number
        rows[key] += 1 + more.get(finding, 0)
        if key not in kept and in_table and listed[file] >= _MOST_LISTED:
            unlisted[file] += 1
        elif key not in kept:
            kept[key] = finding
            listed[file] += in_table
    hint = "mend the first ones: many mistakes in one table often have one cause"
    return [
        *(_with_count(finding, rows[key] - 1) for key, finding in kept.items()),
        *(
            Finding(
                "too-large",
                Severity.error,
                f"this table has {count:,} more findings, which are not listed",
                Position(file, 0, 0),
                hint,
            )
            for file, count in unlisted.items()
        ),
    ]
