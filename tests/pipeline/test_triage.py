"""Comments, baseline and changes together: what counts, what is told, and in which order."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kg import Project
from kg.model.errors import UsageError
from kg.model.findings import Finding
from kg.pipeline.baseline import read_baseline
from kg.pipeline.reading import context_of, facts_files, map_files
from kg.pipeline.reading_findings import reading_findings
from kg.pipeline.triage import Triage, Triaged
from tests.pipeline.conftest import MakeProject

FACTS = """\
document: {id: report, type: NewsArticle, publisher: test, issued: 2024-05-14, text: ../sources/report.txt}
claims:
  - about: red
    name: Reds
    quote: It's held   # kg: ignore[quote-folded] as it is printed
  - about: blue
    name: Blues
    quote: It's held
  - about: hill
    name: Hills
    quote: It's held
"""


@pytest.fixture
def project(make_project: MakeProject) -> Project:
    """A project with three warnings; a comment silences the first."""
    return make_project({"facts/report.yaml": FACTS, "sources/report.txt": "It’s held"})


def found(project: Project) -> tuple[Finding, ...]:
    return reading_findings(project, list(map_files(facts_files(project), context_of(project))))


def shown(triaged: Triaged) -> list[str]:
    return [f"{f.position.line} {f.baseline or '-'} {f.suppressed or '-'}" for f in triaged.findings]


def test_with_nothing_asked_for_comments_alone_are_heard(project: Project) -> None:
    triaged = Triage.prepare(project.root).of(project, found(project), complete=True)
    assert shown(triaged) == ["5 - as it is printed", "8 - -", "11 - -"]
    assert triaged.notes == ()


def test_a_baseline_is_written_and_knows_what_no_comment_silences(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    triaged = Triage.prepare(project.root, path, update=True).of(project, found(project), complete=True)
    known = "unchanged it stands in known.json"
    assert shown(triaged) == ["5 new as it is printed", f"8 {known}", f"11 {known}"]
    assert triaged.notes == (f"wrote 2 findings to {path}",)
    again = Triage.prepare(project.root, path).of(project, found(project), complete=True)
    assert (again.findings, again.notes) == (triaged.findings, ())


def test_what_is_gone_is_told_after_a_whole_check_only(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    Triage.prepare(project.root, path, update=True).of(project, found(project), complete=True)
    (project.root / "facts/report.yaml").write_text(FACTS.rsplit("  - about: hill", 1)[0])
    gone = "1 finding of known.json no longer occurs: write it anew with --update-baseline"
    for complete, notes in ((True, (gone,)), (False, ())):
        triaged = Triage.prepare(project.root, path).of(project, found(project), complete=complete)
        assert triaged.notes == notes


def test_without_a_whole_check_no_baseline_is_written(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    triaged = Triage.prepare(project.root, path, update=True).of(project, found(project), complete=False)
    assert triaged.notes == (f"{path} was not written: mend the errors first",)
    assert not path.exists()


def test_a_baseline_holds_all_even_if_only_changes_are_shown(project: Project, tmp_path: Path) -> None:
    facts = project.root / "facts/report.yaml"
    commit = ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "facts"]
    for arguments in (["init", "--quiet"], ["add", "--all"], commit):
        subprocess.run(["git", "-C", str(project.root), *arguments], check=True)
    facts.write_text(FACTS.replace("name: Hills", "name: Hilltop"))
    path = tmp_path / "known.json"
    triaged = Triage.prepare(project.root, path, "HEAD", update=True).of(project, found(project), complete=True)
    assert [f.position.line for f in triaged.findings] == [11]
    assert sum(read_baseline(path).counts.values()) == 2
    triaged = Triage.prepare(project.root, since="HEAD").of(project, found(project), complete=True)
    assert shown(triaged) == ["11 - -"]
    assert triaged.notes == ("1 finding left out: not part of what has changed since HEAD",)


def test_what_cannot_be_done_is_said_before_the_check(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no baseline to update"):
        Triage.prepare(project.root, update=True)
    with pytest.raises(UsageError, match="there is no baseline"):
        Triage.prepare(project.root, tmp_path / "known.json")
