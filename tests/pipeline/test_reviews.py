"""What waits for review, or was rejected, is read and checked, and never part of the graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model.findings import Severity
from kg.pipeline.build import build
from kg.pipeline.check import check
from kg.pipeline.project import Project
from kg.pipeline.query import opened
from kg.pipeline.stats import stats

ATTACK = """\
document: {{id: post, type: NewsArticle, publisher: Post, issued: 2024-05-14}}
claims:
  - {{id: front, type: ArmedGroup, name: Hill Front, quote: Hill Front}}
  - {{id: base, type: Base, name: Halden base, place: unknown, quote: Halden base}}
  - id: attack
    type: AttackOnFacility
    {review}
    attacker: front
    target: {target}
    time: unknown
    place: unknown
    quote: Hill Front attacked Halden base
"""
IN_GRAPH = ["", "review: accepted", "review: edited"]
HELD_BACK = ["review: proposed", "review: rejected"]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "facts").mkdir()
    (tmp_path / "kg.toml").write_text('base = "https://example.org/"\n', encoding="utf-8")
    return Project.open(tmp_path)


def write(project: Project, review: str, target: str = "base") -> None:
    (project.root / "facts/post.yaml").write_text(ATTACK.format(review=review, target=target), encoding="utf-8")


def mentions(project: Project, text: str) -> bool:
    with opened(project) as store:
        return any(text in str(quad) for quad in store)


@pytest.mark.parametrize("review", IN_GRAPH)
def test_what_a_person_wrote_or_accepted_is_in_the_graph(project: Project, review: str) -> None:
    write(project, review)
    built = build(project)
    assert (built.findings, built.waiting) == ((), 0)
    assert mentions(project, "example.org/attack>")


@pytest.mark.parametrize("review", HELD_BACK)
def test_what_waits_or_was_rejected_is_not(project: Project, review: str) -> None:
    write(project, review)
    built = build(project)
    assert built.written
    assert built.findings == ()
    assert not mentions(project, "example.org/attack>")
    assert not mentions(project, "Hill Front attacked")
    assert built.waiting == (review == "review: proposed")
    assert stats(project).reviews == ((review.removeprefix("review: "), 1),)


def test_a_review_changes_the_graph_of_the_next_build(project: Project) -> None:
    for review in ("review: proposed", "review: accepted", "review: rejected", ""):
        write(project, review)
        built = build(project)
        assert built.read == 1
        assert mentions(project, "example.org/attack>") == (review in IN_GRAPH)


def test_the_graph_tells_who_accepted_what_a_machine_proposed(project: Project) -> None:
    write(project, "review: accepted\n    reviewer: M. A.\n    reviewedOn: 2024-05-15\n    proposalRule: attack-frame")
    build(project)
    with opened(project) as store:
        said = {quad.predicate.value.rpartition("#")[2] for quad in store}
    assert {"reviewStatus", "reviewer", "reviewedOn", "proposalRule"} <= said


def test_a_wrong_proposal_is_warned_of_and_stops_no_build(project: Project) -> None:
    write(project, "review: proposed", target="nowhere")
    built = build(project)
    assert [(f.code, f.severity) for f in built.findings] == [("unknown-reference", Severity.warning)]
    assert built.written
    checked = check(project)
    assert [f.code for f in checked.findings] == ["unknown-reference"]
    assert (checked.shapes_checked, checked.waiting) == (True, 1)


def test_what_was_rejected_is_not_complained_of(project: Project) -> None:
    write(project, "review: rejected", target="nowhere")
    assert build(project).findings == ()


def test_an_unknown_status_is_an_error(project: Project) -> None:
    write(project, "review: acepted")
    (finding,) = build(project).findings
    assert str(finding) == (
        "facts/post.yaml:7:13: error: unknown-word: 'acepted' is no review status ('review')\n"
        "  hint: did you mean 'accepted'?"
    )


def test_proposals_may_name_what_other_proposals_introduce(project: Project) -> None:
    write(project, "review: proposed")
    more = "\n  - {about: attack, review: proposed, note: later, quote: attacked Halden base}\n"
    path = project.root / "facts/post.yaml"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert build(project).findings == ()


def test_a_second_introduction_by_a_proposal_is_a_warning(project: Project) -> None:
    write(project, "")
    other = (
        "document: {id: b, type: NewsArticle}\nclaims:\n  - {id: attack, type: Shelling, review: proposed, quote: x}\n"
    )
    (project.root / "facts/b.yaml").write_text(other, encoding="utf-8")
    built = build(project)
    assert [(f.code, f.severity, f.position.file) for f in built.findings] == [
        ("duplicate-id", Severity.warning, "facts/b.yaml")
    ]
    assert built.written
