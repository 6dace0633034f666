"""GitLab's Code Quality report. Spec: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from kg.model.findings import Finding
from kg.reports.fingerprints import Fingerprints
from kg.reports.report import Outcome, Run, Write

_json = json.JSONEncoder(ensure_ascii=False).encode

_SEVERITIES: Final = ("", "info", "minor", "major", "critical")


class GitLab:
    """A list of issues, one for each finding that is not suppressed. What is about a whole file is at its line 1."""

    def __init__(self, write: Write, run: Run) -> None:
        self._write = write
        self._prefix = run.prefix
        self._fingerprints = Fingerprints()
        self._before = "["

    def add(self, finding: Finding) -> None:
        """See `Report.add`."""
        if finding.suppressed:
            return
        position = finding.position
        words = [f"{str(position).removeprefix(f'{position.file}:')}:"] if position.sheet else []
        words += [finding.message or finding.code, *finding.details]
        words += [f"({finding.hint})"] if finding.hint else []
        issue = {
            "description": " ".join(" ".join(words).split()),
            "check_name": finding.code,
            "fingerprint": self._fingerprints.of(finding),
            "severity": _SEVERITIES[finding.severity],
            "location": {"path": self._prefix + position.file, "lines": {"begin": position.line or 1}},
        }
        self._write(f"{self._before}\n{_json(issue)}")
        self._before = ","

    def end(self, outcome: Outcome) -> Sequence[str]:  # noqa: ARG002 - the same for all reports
        """See `Report.end`."""
        self._write("[]\n" if self._before == "[" else "\n]\n")
        return ()
