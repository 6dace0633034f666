"""Which findings count: not those that a comment silences, not those of a baseline, not those of unchanged entries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kg.facts.reporting import count
from kg.model.errors import UsageError
from kg.model.findings import Finding
from kg.pipeline.baseline import Baseline, baseline_of, compare, read_baseline, write_baseline
from kg.pipeline.changed import Changes, changed_only, changes_since
from kg.pipeline.project import Project
from kg.pipeline.suppressions import project_codes, project_files, suppress


class Triaged(NamedTuple):
    """Findings, the silenced ones marked, and what a person should be told of it, a line each."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Triage:
    """What findings are held against. `written` is where the baseline is written anew, None where it is compared."""

    baseline: Baseline | None = None
    written: Path | None = None
    changes: Changes | None = None

    @staticmethod
    def prepare(root: Path, baseline: Path | None = None, since: str = "", *, update: bool = False) -> Triage:
        """
        Read the baseline, and ask git what has changed in a folder since a revision; before a check, for it may fail.

        Raises:
            UsageError: There is no such baseline or revision, or it cannot be read.
        """
        if update and baseline is None:
            raise UsageError("there is no baseline to update", "name it: --baseline FILE --update-baseline")
        changes = changes_since(root, since) if since else None
        known = read_baseline(baseline) if baseline is not None and not update else None
        return Triage(known, baseline if update else None, changes)

    def of(self, project: Project, findings: Iterable[Finding], *, complete: bool) -> Triaged:
        """The findings of a check of a project; see `of_files`."""
        names = partial(project_codes, project)
        return self.of_files(findings, project_files(project), names, project=project, complete=complete)

    def of_files(
        self,
        findings: Iterable[Finding],
        files: Iterable[tuple[str, Path]],
        names: Callable[[], Collection[str]],
        *,
        project: Project | None = None,
        complete: bool = True,
    ) -> Triaged:
        """
        Mark the findings of a check that do not count, and leave out those that do not belong to what has changed.

        `files` and `names` are those of `suppress`. `complete` says whether all checks ran. If not, no baseline is
        written, and nobody can say what is gone.

        Raises:
            EnvironmentFault: The baseline cannot be written.
        """
        notes = []
        found = suppress(findings, files, names, complete=complete)
        known = self.baseline
        if self.written is not None and complete:
            known = baseline_of(found, self.written.name)
            write_baseline(self.written, known)
            notes.append(f"wrote {count(sum(known.counts.values()), 'finding')} to {self.written}")
        elif self.written is not None:
            notes.append(f"{self.written} was not written: mend the errors first")
        if known is not None:
            found, _, gone = compare(found, known)
            if gone and complete:
                what = "finding of {} no longer occurs" if gone == 1 else "findings of {} no longer occur"
                notes.append(f"{gone:,} {what.format(known.name)}: write it anew with --update-baseline")
        if self.changes is not None:
            found, left_out = changed_only(found, self.changes, project)
            if left_out:
                since = f"what has changed since {self.changes.revision}"
                notes.append(f"{count(left_out, 'finding')} left out: not part of {since}")
        return Triaged(found, tuple(notes))
