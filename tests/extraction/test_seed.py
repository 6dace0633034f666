"""The real report of the worked example: what must not be asserted, and the way from text to graph."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from kg.extraction.proposal import Report
from kg.pipeline.build import build
from kg.pipeline.check import check
from kg.pipeline.extract import Extracted, Extraction, cascade_of, extract
from kg.pipeline.project import Project
from tests.extraction_cases import many, plain

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The worked example with its registries alone: no report of it is known."""
    folder = tmp_path / "project"
    shutil.copytree(
        ROOT / "examples" / "operation-1027", folder, ignore=shutil.ignore_patterns("20*.yaml", "briefing.*", ".kg")
    )
    return Project.open(folder)


@pytest.fixture
def extracted(project: Project, shared: Path) -> Extracted:
    """The report of 3 November 2023, extracted into the project."""
    return extract(project, Extraction(shared / "seed" / "2023-11-03.txt"))


def entries(extracted: Extracted) -> list[dict[str, Any]]:
    return [dict(entry) for proposal in extracted.proposals for entry in proposal.says]


def values(entry: dict[str, Any], *keys: str) -> set[str]:
    return {plain(one) for key in keys for one in many(entry.get(key, ()))}


def test_no_trap_of_the_gold_is_asserted(extracted: Extracted) -> None:
    made = entries(extracted)
    names = {plain(one) for entry in made for key in ("name", "also") for one in many(entry.get(key, ()))}
    captures = [e for e in made if e.get("type") == "Capture"]
    members = {"arakan-army", "tnla", "mndaa"}
    acting = [
        e for e in made if e.get("type") != "Operation" and values(e, "attacker", "captor", "participant") & members
    ]
    assert not acting, "X1: no alliance member acts in a township"
    assert not any("Brotherhood" in name for name in names), "X2"
    assert all("kawlin" not in str(e.get("place", "")) for e in captures), "X3, X4: nothing in Kawlin was captured"
    assert all("outposts" not in str(e.get("target", "")) for e in captures), "X5"
    strikes = [e for e in made if e.get("type") == "AirStrike"]
    assert strikes
    assert not any("killed" in e for e in strikes), "X6: four is the number of strikes"
    deaths = [plain(one["count"]) for e in made for one in many(e.get("killed", ()))]
    assert deaths.count("at least 20") == 1, "X7: killed and lost are one fact told twice"
    shelled = next(e for e in made if e.get("type") == "Shelling" and "killed" in e)
    assert "wuntho-township" not in values(shelled, "place"), "X8: from where, not where"
    assert values(shelled, "origin") == {"wuntho-township"}
    burned = next(e for e in made if e.get("type") == "Destruction")
    assert not values(burned, "destroyer", "attacker"), "X9"
    assert burned["agentNotStated"] == "true"
    assert all(e.get("type") != "CommunicationsCut" for e in made), "X10"
    assert all("pyu-saw-htee" not in values(e, "defender", "target") for e in made if e.get("type") == "Shelling"), (
        "X11"
    )
    assert all("inSupportOf" not in e for e in made if "kyunhla-pdf" in values(e, "attacker")), "X12"
    assert "Kyunha PDF" not in names, "X13: a misspelling is no second group"
    memberships = [plain(one["member"]) for e in made for one in many(e.get("members", ()))]
    assert set(memberships) <= members, "X14"
    generic = next(e for e in made if e.get("id") == "resistance-forces")
    assert generic["type"] == "GenericActor", "X15"
    assert all("wuntho" not in str(e.get("target", "")) for e in made), "X16"
    operation = next(e for e in made if e.get("type") == "Operation" and "conductor" in e)
    assert plain(operation["time"]) == "2023-10-27/..", "X17: the operation goes on"
    seized = next(e for e in captures if "killed" in e)
    assert len(many(many(seized["killed"])[0]["victim"])) == 2, "X18: troops and policemen"
    assert values(seized, "place") == {"min-ywar-village"}, "X19: the village that the registry knows, in Magway Region"
    assert plain(shelled["killed"]["count"]) == "1", "X20"
    assert plain(shelled["injured"]["count"]) == "three", "X20"


def test_the_file_is_checked_waits_and_is_built_once_accepted(project: Project, extracted: Extracted) -> None:
    facts = project.root / "facts" / "2023-11-03.yaml"
    assert extracted.written == (project.root / "sources" / "2023-11-03.txt", facts)
    assert facts.read_text(encoding="utf-8") == extracted.facts
    before = check(project)
    assert not before.findings
    facts.write_text(extracted.facts.replace("review: proposed", "review: accepted"), encoding="utf-8")
    accepted = check(project)
    assert [f for f in accepted.findings if f.severity.name == "error"] == []
    assert build(project).quads > 2000


def test_extracting_again_gives_the_same_file(project: Project, extracted: Extracted) -> None:
    again = cascade_of(project).propose(extracted.report)
    assert tuple(again) == tuple(extracted.proposals)


def test_without_a_registry_quotes_are_still_the_reports_own(shared: Path, project: Project) -> None:
    text = (shared / "seed" / "2023-11-03.txt").read_text(encoding="utf-8")
    report = Report(text, {}, "2023-11-03")
    for proposal in cascade_of(project).propose(report):
        assert all(span.of(text) in text for span in proposal.quote)
