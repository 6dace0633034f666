"""What all reports have in common: the run they are about, and the walk over the findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias

from kg.model.findings import Finding, Severity

Write: TypeAlias = Callable[[str], object]
"""Takes a piece of a report. Lines end with `\\n`."""

SEVERITIES: Final = ("", *(severity.name for severity in Severity))
"""Names by number: asking an enum member for its name takes longer than writing a line."""


@dataclass(frozen=True, slots=True)
class Rule:
    """
    What a report says of a rule beside its findings: a shape, or a code of `kg.model.findings.CODES`.

    `title` is one line, `why` and `advice` are plain text, `page` is all of it as Markdown; `uri` leads to it, if set.
    """

    name: str
    severity: Severity = Severity.violation
    title: str = ""
    why: str = ""
    advice: str = ""
    page: str = ""
    uri: str = ""
    of_shape: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """
    The check that a report is about, as far as it is known before.

    `root` is the folder that positions are seen from, `prefix` its path from the top of the repository: empty, or with
    a slash at its end. `rules` are all that are checked, by name, `tables` the files whose rows a mapping reads.
    """

    root: Path = Path()
    prefix: str = ""
    version: str = ""
    rules: Mapping[str, Rule] = field(default_factory=lambda: MappingProxyType({}))
    fail_on: Severity = Severity.violation
    tables: frozenset[str] = frozenset()


class Statistic(Protocol):
    """What checking one rule took: how many focus nodes were checked, in how many seconds."""

    @property
    def focus_nodes(self) -> int:
        """How many focus nodes the shape has, all its targets together."""
        ...

    @property
    def seconds(self) -> float:
        """How long it took to check them."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check ended. `shapes_checked` is False where errors kept the shapes from being checked."""

    shapes_checked: bool = True
    statistics: Mapping[str, Statistic] = field(default_factory=lambda: MappingProxyType({}))


class Report(Protocol):
    """Writes findings in one format, as they come where the format allows."""

    def add(self, finding: Finding) -> None:
        """Take one more finding."""
        ...

    def end(self, outcome: Outcome) -> Sequence[str]:
        """Write what is left; gives what a person should be told of the report, a line each."""
        ...


@dataclass(slots=True)
class Tally:
    """How many findings there were: by severity, by rule, and of those suppressed. The latter count nowhere else."""

    by_severity: list[int] = field(default_factory=lambda: [0] * len(SEVERITIES))
    by_rule: dict[str, int] = field(default_factory=dict)
    suppressed: int = 0

    def add(self, finding: Finding) -> None:
        """Count one finding."""
        if finding.suppressed:
            self.suppressed += 1
            return
        self.by_severity[finding.severity] += 1
        self.by_rule[finding.code] = self.by_rule.get(finding.code, 0) + 1

    def reaches(self, threshold: Severity) -> bool:
        """Whether a finding is at least this severe."""
        return any(self.by_severity[threshold:])

    def __str__(self) -> str:
        """
        How many findings there are of each severity, worst first.

        >>> str(Tally()), str(Tally([0, 0, 2, 1, 0], suppressed=3))
        ('no findings', '1 violation, 2 warnings, 3 suppressed')
        """
        named = [
            f"{count} {SEVERITIES[number]}{'s' if count > 1 else ''}"
            for number, count in reversed(list(enumerate(self.by_severity)))
            if count
        ] or ["no findings"]
        return ", ".join([*named, *([f"{self.suppressed} suppressed"] if self.suppressed else [])])


def tell(findings: Iterable[Finding], reports: Iterable[Report]) -> Tally:
    """Walk the findings once and tell each report of each; the reports are not ended."""
    tally = Tally()
    adds = [tally.add, *(report.add for report in reports)]
    for finding in findings:
        for add in adds:
            add(finding)
    return tally
