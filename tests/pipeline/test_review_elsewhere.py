"""Proposals go to brat and Label Studio as marks on the text, and come back as decisions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.exports.annotations import Decided, Mark, Words, from_brat, from_label_studio, to_brat, to_label_studio
from kg.model.errors import UsageError
from kg.pipeline.project import Project
from kg.pipeline.review_elsewhere import (
    back_from_brat,
    back_from_label_studio,
    by_document,
    hand_to_brat,
    hand_to_label_studio,
)

WORDS = Words("proposed", "accepted", "rejected")
TEXT = "It rained.\n\nHill Front fighters attacked\nHalden base on 3 November 2023.\n"
FACTS = """\
document: {id: post, type: NewsArticle, text: post.txt}
claims:
  - {id: front, type: ArmedGroup, name: Hill Front, review: proposed, quote: Hill Front}
  - {id: base, type: Base, name: Halden base, place: unknown, review: proposed, quote: Halden base}
  - {id: attack, type: AttackOnFacility, attacker: front, review: proposed, quote: [Hill Front, Halden base]}
  - {id: old, type: Base, name: Old, review: rejected, quote: base}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "kg.toml").write_text('base = "https://example.org/"\n', encoding="utf-8")
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts/post.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "facts/post.txt").write_text(TEXT, encoding="utf-8")
    return Project.open(tmp_path)


def keys(project: Project) -> list[str]:
    return [mark.key for mark in by_document(project, ())["post"][1]]


def test_brat_gets_text_marks_and_configuration(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "brat"
    assert hand_to_brat(project, (), folder) == 3
    assert (folder / "post.txt").read_text(encoding="utf-8") == TEXT
    first, second, third = keys(project)
    assert (folder / "post.ann").read_text(encoding="utf-8").splitlines() == [
        "T1\tArmedGroup 12 22\tHill Front",
        "A1\tReview T1 proposed",
        f"#1\tAnnotatorNotes T1\t{first} ArmedGroup front",
        "T2\tBase 41 52\tHalden base",
        "A2\tReview T2 proposed",
        f"#2\tAnnotatorNotes T2\t{second} Base base",
        "T3\tAttackOnFacility 12 22;41 52\tHill Front Halden base",
        "A3\tReview T3 proposed",
        f"#3\tAnnotatorNotes T3\t{third} AttackOnFacility attack",
    ]
    configuration = (folder / "annotation.conf").read_text(encoding="utf-8")
    assert "[entities]\nArmedGroup\nAttackOnFacility\nBase\n" in configuration
    assert "Review\tArg:<ENTITY>, Value:proposed|accepted|rejected" in configuration


def test_brat_gives_decisions_back(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "brat"
    hand_to_brat(project, (), folder)
    assert back_from_brat(project, (), folder) == []
    path = folder / "post.ann"
    lines = path.read_text(encoding="utf-8").replace("Review T1 proposed", "Review T1 accepted").splitlines()
    without = [line for line in lines if "T2" not in line]
    noted = [line.replace("AttackOnFacility attack", "it was repelled") for line in without]
    path.write_text("\n".join(noted).replace("Review T3 proposed", "Review T3 rejected"), encoding="utf-8")
    first, second, third = keys(project)
    assert back_from_brat(project, (), folder) == [
        Decided(first, "accepted"),
        Decided(second, "rejected"),
        Decided(third, "rejected", "it was repelled"),
    ]


def exported(path: Path, change: Any) -> None:
    """What Label Studio exports once annotators have submitted its predictions, changed as they did."""
    tasks = json.loads(path.read_text(encoding="utf-8"))
    done = [{**task, "annotations": [{"result": change(task["predictions"][0]["result"])}]} for task in tasks]
    path.write_text(json.dumps(done), encoding="utf-8")


def test_label_studio_gives_decisions_back(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    assert hand_to_label_studio(project, (), path) == 3
    assert '<Label value="AttackOnFacility"/>' in path.with_suffix(".xml").read_text(encoding="utf-8")
    assert back_from_label_studio(project, (), path) == []
    first, second, third = keys(project)

    def decided(result: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kept = [region for region in result if region["id"] != second]
        for region in kept:
            if region["type"] == "choices" and region["id"] == first:
                region["value"]["choices"] = ["accepted"]
        return kept

    exported(path, decided)
    assert back_from_label_studio(project, (), path) == [Decided(first, "accepted"), Decided(second, "rejected")]
    assert third in keys(project)


@pytest.mark.parametrize(
    "wrong", ["", "3", '{"tasks": 1}', "[3]", '[{"data": {}}]', '[{"data": {"id": "a"}, "annotations": [{}]}]']
)
def test_what_is_no_export_is_told(wrong: str) -> None:
    with pytest.raises(UsageError, match="no export of Label Studio"):
        from_label_studio(wrong, {}, WORDS)


def test_a_folder_without_annotations_is_told(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no annotations"):
        back_from_brat(project, (), tmp_path)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), min_size=1, max_size=80)


@given(TEXTS, st.data())
def test_any_marks_come_back_as_they_were_decided(text: str, data: st.DataObject) -> None:
    places = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 20)).map(lambda p: (p[0], min(len(text), sum(p))))
    spans = data.draw(st.lists(places.filter(lambda s: text[slice(*s)].strip("\n")), min_size=1, max_size=5))
    marks = [Mark(f"{n:010x}", "Event", (span,), "proposed", "Event x") for n, span in enumerate(spans)]
    status = data.draw(st.lists(st.sampled_from(WORDS), min_size=len(marks), max_size=len(marks)))
    done = [mark._replace(status=word) for mark, word in zip(marks, status, strict=True)]
    expected = [Decided(m.key, m.status) for m in done if m.status != "proposed"]
    assert from_brat(to_brat(text, done), marks, WORDS) == expected
    (task,) = json.loads(to_label_studio({"post": (text, done)}))
    back = json.dumps([{**task, "annotations": task["predictions"]}])
    assert from_label_studio(back, {"post": marks}, WORDS) == expected
    for region in task["predictions"][0]["result"]:
        assert text[region["value"]["start"] : region["value"]["end"]] == region["value"]["text"]
