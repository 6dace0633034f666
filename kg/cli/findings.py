"""Findings on a terminal, how many there are, and the exit code they lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from kg.cli.outputs import text_to_terminal
from kg.model.findings import Finding, Severity
from kg.reports.report import Run, Statistic, Tally, tell

fail_on = click.option(
    "--fail-on",
    type=click.Choice(["info", "warning", "violation", "error"]),
    default="violation",
    show_default=True,
    help="Exit with 1 where a finding is at least this severe.",
)


def show(findings: Sequence[Finding], root: Path) -> None:
    """Write findings as text to standard error, with the line they are about where it can be read."""
    text = text_to_terminal(Run(root))
    tell(findings, [text])
    text.flush()


def counted(findings: Sequence[Finding]) -> str:
    """
    How many findings there are of each severity, worst first.

    >>> counted([])
    'no findings'
    """
    return str(tell(findings, []))


def exit_code(findings: Sequence[Finding], threshold: str) -> int:
    """1 where a finding is at least as severe as the threshold, else 0."""
    return int(tell(findings, []).reaches(Severity[threshold]))


def tell_waiting(waiting: int) -> None:
    """Say how many proposals nobody has looked at yet, if there are any."""
    if waiting:
        told = "1 proposal waits" if waiting == 1 else f"{waiting:,} proposals wait"
        click.echo(f"{told} for review, outside the graph: kg review", err=True)


def statistics_table(tally: Tally, statistics: Mapping[str, Statistic]) -> str:
    """
    What was found of each rule and what checking it took, the slowest first; times only where they are known.

    >>> print(statistics_table(Tally(by_rule={"unknown-key": 2}), {}))
    rule         findings
    unknown-key         2
    """
    names = sorted({*tally.by_rule, *statistics}, key=lambda name: (-_seconds(statistics, name), name))
    head = ["rule", "findings", *(["focus nodes", "seconds"] if statistics else [])]
    rows = [head]
    for name in names:
        known = statistics.get(name)
        took = ["", ""] if known is None else [f"{known.focus_nodes:,}", f"{known.seconds:.3f}"]
        rows.append([name, f"{tally.by_rule.get(name, 0):,}", *(took if statistics else [])])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    )


def _seconds(statistics: Mapping[str, Statistic], name: str) -> float:
    known = statistics.get(name)
    return known.seconds if known else 0.0
