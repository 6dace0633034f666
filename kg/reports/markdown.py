"""Markdown, for comments on a merge request and for the summary of a job."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.model.findings import Finding
from kg.reports.report import SEVERITIES, Outcome, Run, Tally, Write
from kg.reports.source import visible

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~!&$@]")
_PLAIN = re.compile(r"[\w.:-]+")
_LONG = 1_000
"""A longer message is cut: the reader of a table has no use for it."""


class Markdown:
    """
    A table of the rules that were broken, then the findings of each file, up to a limit for all.

    Suppressed findings are counted, not listed.
    """

    def __init__(self, write: Write, run: Run, limit: int | None = None) -> None:
        self._write = write
        self._run = run
        self._limit = limit
        self._tally = Tally()
        self._worst: dict[str, int] = {}
        self._files: dict[str, list[str]] = {}
        self._listed = 0

    def add(self, finding: Finding) -> None:
        """See `Report.add`."""
        self._tally.add(finding)
        if finding.suppressed:
            return
        self._worst[finding.code] = max(self._worst.get(finding.code, 0), finding.severity)
        if self._limit is None or self._listed < self._limit:
            self._listed += 1
            self._files.setdefault(finding.position.file, []).append(_item(finding, self._run.prefix))

    def end(self, outcome: Outcome) -> Sequence[str]:
        """See `Report.end`."""
        self._write(f"# kg check: {self._tally}\n")
        if not outcome.shapes_checked:
            self._write("\nThe shapes were not checked: mend the errors first.\n")
        if self._worst:
            self._write("\n| rule | severity | findings |\n|---|---|---:|\n")
        for code in sorted(self._worst, key=lambda code: (-self._worst[code], -self._tally.by_rule[code], code)):
            rule = self._run.rules.get(code)
            title = f": {escaped(rule.title)}" if rule and rule.title else ""
            count = self._tally.by_rule[code]
            self._write(f"| {code_span(code)}{title} | {SEVERITIES[self._worst[code]]} | {count:,} |\n")
        for file, items in self._files.items():
            self._write(f"\n## {escaped(self._run.prefix + file)}\n\n{''.join(items)}")
        more = sum(self._tally.by_severity) - self._listed
        if more:
            self._write(f"\n… and {more:,} more findings that are not listed here.\n")
        return ()


def _item(finding: Finding, prefix: str) -> str:
    place = str(finding.position).removeprefix(finding.position.file).removeprefix(":")
    severity = SEVERITIES[finding.severity]
    lines = [f"- {place + ' ' if place else ''}**{severity}** {code_span(finding.code)}: {escaped(finding.message)}\n"]
    lines += [f"  - {escaped(detail)}\n" for detail in finding.details]
    lines += [f"  - hint: {escaped(finding.hint)}\n"] if finding.hint else []
    lines += [f"  - see {escaped(f'{prefix}{position}')}: {escaped(text)}\n" for text, position in finding.related]
    return "".join(lines)


def escaped(text: str) -> str:
    r"""
    A text on one line that Markdown shows as it is, in a table too; a long one is cut.

    >>> escaped("a | b\n# <c> `d`")
    'a \\| b \\# \\<c\\> \\`d\\`'
    """
    text = " ".join(visible(text).split())
    if len(text) > _LONG:
        text = text[:_LONG] + "…"
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


def code_span(text: str) -> str:
    r"""
    A name as code; what is no ordinary name as text.

    >>> code_span("unknown-key"), code_span("a`b|c")
    ('`unknown-key`', 'a\\`b\\|c')
    """
    return f"`{text}`" if _PLAIN.fullmatch(text) else escaped(text)
