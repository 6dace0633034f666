"""What is decided stands in the facts file, at the place, and what was edited is known again."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model.errors import UsageError
from kg.ontology import vocabulary as v
from kg.pipeline.project import Project
from kg.pipeline.review import Decision, decide, found_by, proposals

FACTS = """\
document: {id: post, type: NewsArticle}
claims:
  - {id: front, type: ArmedGroup, name: Hill Front, quote: Hill Front}
  - id: attack
    type: ArmedClash
    attacker: front
    day: 2023-11-03
    place: unknown
    quote: on 3 November 2023 the Hill Front fought
    review: proposed
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "facts").mkdir()
    (tmp_path / "kg.toml").write_text('base = "https://example.org/"\n', encoding="utf-8")
    (tmp_path / "facts/post.yaml").write_text(FACTS, encoding="utf-8")
    return Project.open(tmp_path)


def text(project: Project) -> str:
    return (project.root / "facts/post.yaml").read_text(encoding="utf-8")


def test_only_what_waits_is_shown(project: Project) -> None:
    (one,) = proposals(project)
    assert (one.place, one.status, one.about, one.findings) == (
        "facts/post.yaml:4",
        "proposed",
        "ArmedClash attack",
        (),
    )
    decide(project, one, Decision(v.ACCEPTED, "A", "2023-11-05"))
    assert proposals(project) == []
    assert [p.status for p in proposals(project, waiting=False)] == ["accepted"]


def test_a_key_stays_when_times_and_counts_change_and_not_when_roles_do(project: Project) -> None:
    (one,) = proposals(project)
    path = project.root / "facts/post.yaml"
    for old, new, same in [
        ("day: 2023-11-03", "day: 2023-11-04", True),
        ("id: attack", "id: clash", True),
        ("attacker: front", "defender: front", False),
        ("the Hill Front fought", "the Hill Front", False),
        ("ArmedClash", "Shelling", False),
    ]:
        path.write_text(FACTS.replace(old, new), encoding="utf-8")
        assert (proposals(project)[0].key == one.key) == same


def test_an_edited_entry_is_known_by_the_key_it_was_proposed_under(project: Project) -> None:
    (one,) = proposals(project)
    decide(project, one, Decision(v.EDITED, "A", "2023-11-05", keys={"type": "Shelling"}))
    (edited,) = proposals(project, waiting=False)
    assert (edited.key, edited.status) == (one.key, "edited")
    assert "type: Shelling" in text(project)


def test_a_decision_finds_its_entry_where_others_were_added_before_it(project: Project) -> None:
    (one,) = proposals(project)
    path = project.root / "facts/post.yaml"
    path.write_text(FACTS.replace("claims:\n", "claims:\n  - {about: front, note: x, quote: a}\n"), encoding="utf-8")
    decide(project, one, Decision(v.REJECTED, "A", "2023-11-05", "no"))
    assert [p.status for p in proposals(project, waiting=False)] == ["rejected"]


def test_an_entry_that_is_gone_is_told(project: Project) -> None:
    (one,) = proposals(project)
    (project.root / "facts/post.yaml").write_text(FACTS.partition("  - id: attack")[0], encoding="utf-8")
    with pytest.raises(UsageError, match="no longer there"):
        decide(project, one, Decision(v.ACCEPTED, "A", "2023-11-05"))


def test_an_edit_that_breaks_the_entry_leaves_the_file_as_it_is(project: Project) -> None:
    (one,) = proposals(project)
    for edit in (Decision(v.EDITED, "A", "2023-11-05", keys={"type": "Clash"}),
                 Decision(v.EDITED, "A", "2023-11-05", text="id: [")):  # fmt: skip
        with pytest.raises(UsageError):
            decide(project, one, edit)
    assert text(project) == FACTS


def test_names_of_proposals_may_be_shortened(project: Project) -> None:
    found = proposals(project)
    assert found_by(found, found[0].key[:3]) == found[0] == found_by(found, "facts/post.yaml:4")
    with pytest.raises(UsageError, match="no proposal is named 'zz'"):
        found_by(found, "zz")
    with pytest.raises(UsageError, match="names 2 proposals"):
        found_by([*found, *found], found[0].key)
