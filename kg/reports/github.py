"""Annotations of GitHub Actions, and the summary of the job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.model.findings import Finding
from kg.reports.markdown import Markdown
from kg.reports.report import Outcome, Run, Write
from kg.reports.source import tamed

LIMIT: Final = 10
"""GitHub shows no more annotations of one level for a step, and says nothing of the others."""
IN_SUMMARY: Final = 200
"""A summary is at most 1 MiB."""

_LEVELS: Final = ("", "notice", "warning", "error", "error")


class GitHub:
    """
    A workflow command for each of the first findings of a level, then how many there are beside them.

    `summary` takes a Markdown summary; `None` where there is no job to write one for.
    """

    def __init__(self, write: Write, run: Run, summary: Write | None = None) -> None:
        self._write = write
        self._prefix = run.prefix
        self._counts = dict.fromkeys(_LEVELS[:0:-1], 0)
        self._summary = Markdown(summary, run, limit=IN_SUMMARY) if summary else None

    def add(self, finding: Finding) -> None:
        """See `Report.add`."""
        if self._summary:
            self._summary.add(finding)
        if finding.suppressed:
            return
        level = _LEVELS[finding.severity]
        self._counts[level] += 1
        if self._counts[level] <= LIMIT:
            self._write(command(level, finding, self._prefix))

    def end(self, outcome: Outcome) -> Sequence[str]:
        """See `Report.end`."""
        for level, count in self._counts.items():
            if count > LIMIT:
                where = "the summary lists more" if self._summary else "other formats list them"
                self._write(f"{count - LIMIT:,} more of level {level} are not annotated; {where}\n")
        return self._summary.end(outcome) if self._summary else ()


def command(level: str, finding: Finding, prefix: str = "") -> str:
    r"""
    The workflow command that annotates a place.

    >>> from kg.model.findings import Position, Severity
    >>> command("error", Finding("c", Severity.error, "50 %\nof it", Position("f, 2.yaml", 3, 5)))
    '::error file=f%2C 2.yaml,line=3,col=5,title=c::50 %25%0Aof it\n'
    """
    file, line, column, sheet = finding.position
    properties = [f"file={_property(prefix + file)}"]
    text = "\n".join(
        [finding.message or finding.code, *finding.details, *([f"hint: {finding.hint}"] if finding.hint else [])]
    )
    if sheet:
        text = f"{str(finding.position).removeprefix(f'{file}:')}: {text}"
    elif line:
        properties += [f"line={line}", *([f"col={column}"] if column else [])]
    properties.append(f"title={_property(finding.code)}")
    return f"::{level} {','.join(properties)}::{_escaped(text)}\n"


def _escaped(text: str) -> str:
    return tamed(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
