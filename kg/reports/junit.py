"""JUnit XML, as Jenkins, GitLab, Azure and others read it: a test case for each rule that was checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from kg.model.findings import Finding, Severity
from kg.reports.report import SEVERITIES, Outcome, Rule, Run, Write
from kg.reports.source import visible

_LISTED: Final = 1_000
"""So many findings are listed for one rule; readers of JUnit files keep them in memory."""

# What XML cannot hold, not even escaped. Spec: https://www.w3.org/TR/xml/#charsets
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class _Case:
    """What was found of one rule."""

    rule: Rule
    worst: Severity = Severity.info
    first: str = ""
    counted: int = 0
    suppressed: int = 0
    lines: list[str] = field(default_factory=list)


class JUnit:
    """
    A rule fails where a finding of it is as severe as `--fail-on` asks; errors while reading are errors.

    What is less severe is told in the output of a test case that passes. Each test case has one failure that lists its
    findings, because most readers show one.
    """

    def __init__(self, write: Write, run: Run) -> None:
        self._write = write
        self._run = run
        self._cases = {name: _Case(rule) for name, rule in run.rules.items()}

    def add(self, finding: Finding) -> None:
        """See `Report.add`."""
        case = self._cases.get(finding.code)
        if case is None:
            rule = Rule(finding.code, finding.severity, of_shape=bool(finding.focus or finding.shape))
            case = self._cases[finding.code] = _Case(rule)
        if finding.suppressed:
            case.suppressed += 1
            return
        case.counted += 1
        case.first = case.first or _head(finding, self._run.prefix)
        case.worst = max(case.worst, finding.severity)
        if len(case.lines) < _LISTED:
            case.lines.append(_told(finding, self._run.prefix))

    def end(self, outcome: Outcome) -> Sequence[str]:
        """See `Report.end`."""
        # The suite's attributes count what is in it.
        body, counts = [], dict.fromkeys(("failure", "error", "skipped"), 0)
        for name, case in self._cases.items():
            inside = list(self._inside(case, outcome))
            for ending in counts:
                counts[ending] += any(element.startswith(f"<{ending}") for element in inside)
            statistic = outcome.statistics.get(name)
            took = f' time="{statistic.seconds:.3f}"' if statistic else ""
            kind = "shapes" if case.rule.of_shape else "reading"
            head = f'<testcase classname="kg.{kind}" name={_attribute(name)}{took}'
            content = "".join(inside)
            body.append(f"    {head}>{content}</testcase>\n" if content else f"    {head}/>\n")
        counted = f'tests="{len(self._cases)}" failures="{counts["failure"]}" errors="{counts["error"]}"'
        self._write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="kg check" {counted}>\n'
            f'  <testsuite name="kg check" {counted} skipped="{counts["skipped"]}">\n'
        )
        for element in body:
            self._write(element)
        self._write("  </testsuite>\n</testsuites>\n")
        return ()

    def _inside(self, case: _Case, outcome: Outcome) -> Iterator[str]:
        """The elements in a test case: at most one that says how it went, and its output."""
        if case.rule.of_shape and not outcome.shapes_checked:
            yield '<skipped message="not checked: mend the errors first"/>'
            return
        lines = case.lines
        if case.counted > len(lines):
            lines = [*lines, f"… and {case.counted - len(lines):,} more"]
        text = _text("\n".join(lines))
        if case.counted and case.worst >= self._run.fail_on:
            kind = "error" if case.worst is Severity.error else "failure"
            message = case.first if case.counted == 1 else f"{case.counted:,} findings, the first: {case.first}"
            yield f'<{kind} type="{SEVERITIES[case.worst]}" message={_attribute(message)}>{text}</{kind}>'
        elif case.counted:
            yield f"<system-out>{text}</system-out>"
        if case.suppressed:
            yield f"<system-out>{case.suppressed:,} suppressed</system-out>"


def _head(finding: Finding, prefix: str) -> str:
    return visible(f"{prefix}{finding.position}: {SEVERITIES[finding.severity]}: {finding.message}")


def _told(finding: Finding, prefix: str) -> str:
    lines = [_head(finding, prefix)]
    lines += [f"    {visible(detail)}" for detail in finding.details]
    lines += [f"  hint: {visible(finding.hint)}"] if finding.hint else []
    lines += [f"  see:  {visible(f'{prefix}{position}: {text}')}" for text, position in finding.related]
    return "\n".join(lines)


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", text))
