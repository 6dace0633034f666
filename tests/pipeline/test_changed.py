"""Which findings belong to what has changed since a revision."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import Project
from kg.model.errors import EnvironmentFault, UsageError
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.pipeline.changed import Change, changed_only, changes_since

Git = Callable[..., str]

FACTS = """\
document: {id: report, type: NewsArticle, publisher: test}
claims:
  - id: red
    type: ArmedGroup
    name: Red

  - quote: Red attacked Hill
    speaker: red
    says:
      - id: attack
        type: ArmedClash
        attacker: red
        killed: {value: 3}
      - id: siege
        type: ArmedClash
    near: hill

  - id: hill
    type: Town
    name: Hill
"""
ENTRIES = {"document": 1, "red": 3, "claim": 7, "attack": 10, "siege": 14, "hill": 18}


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Runs git in the project folder, far from the settings of whoever runs the tests."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }.items():
        monkeypatch.setenv(name, value)
    root = tmp_path / "project"
    (root / "facts").mkdir(parents=True)

    def run(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout

    return run


@pytest.fixture
def project(tmp_path: Path, git: Git) -> Project:
    """A project whose first commit holds FACTS."""
    root = tmp_path / "project"
    (root / "kg.toml").write_text('base = "https://example.org/t/"\n')
    (root / "facts/a.yaml").write_text(FACTS)
    (root / "facts/b.csv").write_text("id,type,name\nford,Town,Ford\nmill,Town,Mill\n")
    (root / "facts/b.document.yaml").write_text("document: {id: towns, type: Registry}\n")
    git("init", "--quiet")
    commit(git)
    return Project.open(root)


def commit(git: Git) -> None:
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "--message", "facts")


def at(line: int, file: str = "facts/a.yaml", focus: str = "", *related: Position) -> Finding:
    iri = f"<https://example.org/t/{focus}>" if focus else ""
    see = tuple(("see", place) for place in related)
    return Finding("a-code", Severity.violation, "it is", Position(file, line, 1), related=see, focus=iri)


def chosen(project: Project, *findings: Finding, revision: str = "HEAD") -> list[Finding]:
    found = changed_only(findings, changes_since(project.root, revision), project)
    assert len(found.findings) + found.left_out == len(findings)
    return list(found.findings)


def touched_entries(project: Project, facts: str) -> set[str]:
    """The entries at whose first line a finding belongs to the change from FACTS to `facts`."""
    (project.root / "facts/a.yaml").write_text(facts)
    lines = facts.splitlines()
    first = {
        name: lines.index(FACTS.splitlines()[line - 1]) + 1
        for name, line in ENTRIES.items()
        if FACTS.splitlines()[line - 1] in lines
    }
    return {name for name, line in first.items() if chosen(project, at(line))}


# ── What git says ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_has_changed_in_what_is_committed(project: Project) -> None:
    changes = changes_since(project.root, "HEAD")
    assert changes.changed == {}
    assert "facts/a.yaml" in changes.tracked
    assert chosen(project, *(at(line) for line in range(22)), at(2, "facts/b.csv")) == []


@pytest.mark.parametrize("revision", ["", "-x", "nothing", "HEAD~99", "--output=x", "HEAD:facts/a.yaml"])
def test_an_unknown_revision_is_refused(project: Project, revision: str) -> None:
    with pytest.raises(UsageError, match="revision"):
        changes_since(project.root, revision)
    assert not (project.root / "x").exists()


def test_a_folder_without_a_repository_is_refused(tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(UsageError, match="in no git repository"):
        changes_since(tmp_path / "project", "HEAD")


def test_a_machine_without_git_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EnvironmentFault, match="git is not installed"):
        changes_since(project.root, "HEAD")


def test_a_project_may_lie_deep_in_a_repository(tmp_path: Path, git: Git) -> None:
    git("-C", "..", "init", "--quiet")
    (tmp_path / "project/facts/a.yaml").write_text("a: 1\n")
    (tmp_path / "a.yaml").write_text("a: 1\n")
    commit(git)
    git("-C", "..", "add", "--all")
    commit(git)
    for path in ("project/facts/a.yaml", "a.yaml"):
        (tmp_path / path).write_text("a: 2\n")
    changes = changes_since(tmp_path / "project", "HEAD")
    assert changes.changed == {"facts/a.yaml": Change(frozenset({1}), frozenset())}
    assert changes.tracked == {"facts/a.yaml"}


@pytest.mark.parametrize("name", ["my report.yaml", "b/é ဟိ.yaml", 'quo"te\t\\.yaml', "new\nline.yaml", "+++ b.yaml"])
def test_files_may_have_any_name(project: Project, git: Git, name: str) -> None:
    path = project.root / "facts" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("a: 1\nb: 1\n")
    commit(git)
    path.write_text("a: 1\nb: 2\n")
    assert changes_since(project.root, "HEAD").changed == {f"facts/{name}": Change(frozenset({2}), frozenset())}


@pytest.mark.parametrize(
    "setting",
    [
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "color.ui=always",
        "diff.external=false",
        "diff.context=9",
        "diff.interHunkContext=9",
        "core.quotePath=true",
        "diff.renames=false",
    ],
)
def test_the_settings_of_git_change_nothing(project: Project, git: Git, setting: str) -> None:
    git("config", *setting.split("="))
    (project.root / "facts/a.yaml").write_text(
        FACTS.replace("name: Red", "name: Rot").replace("name: Hill", "name: Ill")
    )
    assert changes_since(project.root, "HEAD").changed == {"facts/a.yaml": Change(frozenset({5, 20}), frozenset())}


_LINES = st.lists(st.sampled_from(["", "a", "b", "+++ b/x", "--- a/x", "@@ -1 +1 @@", "\\ No"]), max_size=8)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=_LINES, new=_LINES, ends=st.sampled_from(["", "\n"]))
def test_lines_that_have_not_changed_stood_there_before_in_this_order(
    project: Project, git: Git, old: list[str], new: list[str], ends: str
) -> None:
    path = project.root / "facts/c.yaml"
    before, now = ("".join(f"{line}\n" for line in lines).removesuffix(ends) for lines in (old, new))
    path.write_text(before)
    commit(git)
    path.write_text(now)
    change = changes_since(project.root, "HEAD").of("facts/c.yaml")
    assert change is not None
    kept = [line for number, line in enumerate(lines_of(now), 1) if number not in change.lines]
    rest = iter(lines_of(before))
    assert all(any(line == other for other in rest) for line in kept)
    assert bool(change.lines or change.gaps) == (before != now)


def lines_of(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


# ── Lines and entries ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_finding_on_a_changed_line_belongs_and_one_in_another_entry_does_not(project: Project) -> None:
    (project.root / "facts/a.yaml").write_text(FACTS.replace("name: Hill", "name: Ill"))
    assert chosen(project, at(5), at(20), at(9)) == [at(20)]


@pytest.mark.parametrize(
    ("old", "new", "entries"),
    [
        ("    name: Hill\n", "    name: Ill\n", {"hill"}),
        ("    name: Hill\n", "", {"hill"}),
        ("    type: Town\n", "", {"hill"}),
        ("    name: Red\n", "", {"red"}),
        ("        attacker: red\n", "", {"attack", "claim"}),
        ("        attacker: red\n", "        defender: red\n", {"attack"}),
        ("killed: {value: 3}", "wounded: {value: 3}", {"attack"}),
        ("    near: hill\n", "", {"siege", "claim"}),
        ("      - id: siege\n        type: ArmedClash\n", "", {"attack", "claim"}),
        ("  - id: red\n    type: ArmedGroup\n    name: Red\n\n", "", {"claim"}),
        ("\n  - id: hill", "\n  - id: lake\n    type: Lake\n\n  - id: hill", set()),
    ],
)
def test_a_finding_at_an_entry_that_has_lost_or_changed_a_line_belongs(
    project: Project, old: str, new: str, entries: set[str]
) -> None:
    assert FACTS.count(old) == 1
    assert touched_entries(project, FACTS.replace(old, new)) == entries


def test_a_row_that_has_changed_belongs_and_the_others_do_not(project: Project) -> None:
    rows = project.root / "facts/b.csv"
    rows.write_text(rows.read_text().replace("Mill\n", "Mills\n"))
    assert chosen(project, at(2, "facts/b.csv"), at(3, "facts/b.csv")) == [at(3, "facts/b.csv")]


def test_in_json_an_entry_is_an_object(project: Project, git: Git) -> None:
    path = project.root / "facts/c.json"
    path.write_text(
        '{"document": {"id": "c"}, "claims": [\n{"id": "x",\n"name": "X",\n"type": "Town"},\n{"id": "y"}\n]}\n'
    )
    commit(git)
    path.write_text(path.read_text().replace('"name": "X",\n', ""))
    assert chosen(project, at(2, "facts/c.json"), at(4, "facts/c.json")) == [at(2, "facts/c.json")]


def test_in_rdf_an_entry_lies_between_blank_lines(project: Project, git: Git) -> None:
    path = project.root / "graph.ttl"
    path.write_text("\n\n<urn:a> a <urn:A> ;\n  <urn:p> 1 ,\n  2 .\n\n<urn:b> a <urn:B> .\n")
    commit(git)
    path.write_text(path.read_text().replace("  <urn:p> 1 ,\n  2", "  <urn:p> 2"))
    changes = changes_since(project.root, "HEAD")
    found = changed_only([at(line, "graph.ttl") for line in (1, 3, 4, 6)], changes)
    assert found == ((at(3, "graph.ttl"), at(4, "graph.ttl")), 2)


# ── Files, focus nodes, related places ──────────────────────────────────────────────────────────────────────────────


def test_a_new_file_belongs_wholly_whether_git_knows_it_or_ignores_it(project: Project, git: Git) -> None:
    (project.root / ".gitignore").write_text("facts/ignored.yaml\n")
    for name in ("untracked", "ignored", "added"):
        (project.root / f"facts/{name}.yaml").write_text(FACTS)
    git("add", "facts/added.yaml")
    findings = [at(5, f"facts/{name}.yaml") for name in ("untracked", "ignored", "added")]
    assert chosen(project, *findings) == findings


def test_a_renamed_file_has_not_changed(project: Project, git: Git) -> None:
    git("mv", "facts/a.yaml", "facts/z.yaml")
    (project.root / "facts/z.yaml").write_text(FACTS.replace("name: Hill", "name: Ill"))
    assert chosen(project, at(5, "facts/z.yaml"), at(20, "facts/z.yaml")) == [at(20, "facts/z.yaml")]


def test_a_changed_file_without_lines_belongs_wholly(project: Project, git: Git) -> None:
    path = project.root / "facts/towns.xlsx"
    path.write_bytes(b"PK\0\1")
    commit(git)
    row = Finding("a-code", Severity.violation, "it is", Position("facts/towns.xlsx", 7, 1, "Towns"))
    assert chosen(project, row) == []
    path.write_bytes(b"PK\0\2")
    assert chosen(project, row) == [row]


def test_a_finding_about_a_whole_file_belongs_where_anything_in_it_changed(project: Project) -> None:
    assert chosen(project, at(0), at(0, "kg.toml")) == [at(0, "kg.toml")]
    (project.root / "facts/a.yaml").write_text(FACTS + "\n")
    assert chosen(project, at(0), at(0, "facts/b.csv")) == [at(0)]


def test_a_finding_belongs_where_something_else_is_said_of_its_focus_node(project: Project, git: Git) -> None:
    more = project.root / "facts/more.yaml"
    claim = "  - about: attack\n    quote: x\n    defender: red\n    place: hill\n"
    more.write_text(f"document: {{id: more, type: NewsArticle}}\nclaims:\n{claim}")
    commit(git)
    findings = [at(10, focus="attack"), at(18, focus="hill")]
    assert chosen(project, *findings) == []
    more.write_text(more.read_text().replace("    defender: red\n", ""))
    assert chosen(project, *findings) == [findings[0]]


def test_a_finding_belongs_where_a_related_place_has_changed(project: Project) -> None:
    (project.root / "facts/a.yaml").write_text(FACTS.replace("name: Hill", "name: Ill"))
    first, second = Position("facts/a.yaml", 5, 1), Position("facts/a.yaml", 18, 1)
    related = at(2, "facts/b.csv", "", first, second)
    assert chosen(project, related, at(2, "facts/b.csv", "", first)) == [related]


def test_the_document_beside_a_table_is_a_file_of_its_own(project: Project) -> None:
    beside = project.root / "facts/b.document.yaml"
    beside.write_text(beside.read_text().replace("towns", "places"))
    findings = [at(1, "facts/b.document.yaml"), at(2, "facts/b.csv"), at(3, "facts/b.csv", "places")]
    assert chosen(project, *findings) == [findings[0], findings[2]]


def test_a_link_has_changed_where_what_it_leads_to_has(project: Project, git: Git) -> None:
    (project.root / "shared.yaml").write_text(FACTS)
    (project.root / "facts/link.yaml").symlink_to("../shared.yaml")
    commit(git)
    assert chosen(project, at(20, "facts/link.yaml")) == []
    (project.root / "shared.yaml").write_text(FACTS.replace("name: Hill", "name: Ill"))
    assert chosen(project, at(5, "facts/link.yaml"), at(20, "facts/link.yaml")) == [at(20, "facts/link.yaml")]


def test_a_file_that_cannot_be_read_belongs_by_its_lines(project: Project) -> None:
    (project.root / "facts/a.yaml").write_text(FACTS.replace("name: Hill", 'name: "Hill'))
    assert chosen(project, at(5), at(20)) == [at(20)]


def test_an_error_belongs_wherever_it_is(project: Project) -> None:
    error = replace(at(5), severity=Severity.error)
    assert chosen(project, at(5), error) == [error]


def test_since_an_older_revision(project: Project, git: Git) -> None:
    (project.root / "facts/a.yaml").write_text(FACTS.replace("name: Red", "name: Rot"))
    commit(git)
    (project.root / "facts/a.yaml").write_text(
        dedent(FACTS.replace("name: Hill", "name: Ill").replace("name: Red", "name: Rot"))
    )
    assert chosen(project, at(5), at(20)) == [at(20)]
    assert chosen(project, at(5), at(20), revision="HEAD~1") == [at(5), at(20)]
