"""A report that is extracted anew: what was reviewed stays byte for byte, and is not proposed a second time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.extraction.proposal import Proposal, Report, Span
from kg.model.errors import UsageError
from kg.ontology import vocabulary as v
from kg.pipeline.extract import Extraction, extract
from kg.pipeline.project import Project
from kg.pipeline.review import Decision, decide, proposals

TEXT = "The Hill Front fought on 3 November 2023.\nThe Hill Front left on 4 November 2023.\n"


@dataclass
class Scripted:
    """An engine that proposes what it is told, with a confidence of its own each time."""

    kinds: tuple[tuple[str, str, str], ...]
    confidence: float = 0.5
    name: str = "scripted"

    def propose(self, report: Report) -> Iterator[Proposal]:
        assert report.text == TEXT
        yield from [
            Proposal(
                says=({"id": name, "type": kind, role: "front", "day": f"2023-11-0{3 + line}", "place": "unknown"},),
                quote=(Span(*((0, 41), (42, 81))[line]),),
                rule="r",
                engine=self.name,
                version="1",
                confidence=self.confidence,
            )
            for line, (name, kind, role) in enumerate(self.kinds)
        ]


FIGHT, LEFT = ("fight", "ArmedClash", "attacker"), ("leaving", "Withdrawal", "withdrawingParty")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "facts").mkdir()
    (tmp_path / "kg.toml").write_text('base = "https://example.org/"\n', encoding="utf-8")
    registry = (
        "document: {id: registry, type: Registry}\nclaims:\n  - {id: front, type: ArmedGroup, name: Hill Front}\n"
    )
    (tmp_path / "facts/registry.yaml").write_text(registry, encoding="utf-8")
    (tmp_path / "post.txt").write_text(TEXT, encoding="utf-8")
    return Project.open(tmp_path)


def extracted(project: Project, *kinds: tuple[str, str, str], confidence: float = 0.5) -> int:
    done = extract(project, Extraction(project.root / "post.txt"), Scripted(kinds, confidence))
    assert done.findings == ()
    return done.new


def facts(project: Project) -> str:
    return (project.root / "facts/post.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("status", [v.REJECTED, v.ACCEPTED, v.EDITED])
def test_what_was_decided_stays_and_is_not_proposed_again(project: Project, status: object) -> None:
    assert extracted(project, FIGHT) == 1
    (one,) = proposals(project)
    keys = {"note": "seen"} if status == v.EDITED else {}
    decide(project, one, Decision(status, "A", "2023-11-05", "no" if status == v.REJECTED else "", keys=keys))  # type: ignore[arg-type]
    before = facts(project)
    assert extracted(project, FIGHT, confidence=0.9) == 0
    assert facts(project) == before
    assert extracted(project, FIGHT, LEFT) == 1
    assert facts(project).startswith(before.rstrip("\n"))
    assert [p.about for p in proposals(project)] == ["Withdrawal leaving"]


def test_an_edit_that_changes_the_class_is_still_known(project: Project) -> None:
    extracted(project, FIGHT)
    (one,) = proposals(project)
    decide(project, one, Decision(v.EDITED, "A", "2023-11-05", keys={"type": "Shelling"}))
    assert extracted(project, FIGHT) == 0


def test_what_is_about_another_document_is_not_written_to(project: Project) -> None:
    (project.root / "facts/post.yaml").write_text("document: {id: other, type: Report}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already, about 'other'"):
        extracted(project, FIGHT)
