"""FollowTheMoney statements: what is told, under which data set; and the library reads them, where it can be had."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

from kg import Project, build, export

FACTS = """
document: {id: paper-1, type: NewsArticle, title: A hill, publisher: Paper, issued: 2024-05-20, language: en}
claims:
  - quote: a
    says:
      - {id: north, type: StateOrRegion, name: North}
      - {id: hill, type: Base, name: Hill base, place: north, coordinates: "23.5, 95.5"}
      - {id: red-army, type: ArmedGroup, name: Red Army, also: [RA]}
      - {id: blue-army, type: StateForce, name: Blue Army, founded: 1950-01-01}
      - {id: pact, type: Alliance, name: Pact, members: [{member: red-army, from: 2024-01-01}, blue-army]}
      - {id: attack, type: AttackOnFacility, time: "2024-05-10 around 9:30 a.m.", place: hill, attacker: red-army,
         defender: blue-army, target: hill, killed: at least 20}
  - {quote: b, speaker: red-army, about: attack, attacker: red-army}
"""

CHECK = """
import json, sys
from collections import defaultdict
from followthemoney import model
from followthemoney.dataset import Dataset
from followthemoney.statement import StatementEntity
from followthemoney.statement.serialize import read_json_statements

entities, wrong = defaultdict(list), []
for statement in read_json_statements(open(sys.argv[1], "rb")):
    if statement.id != statement.generate_key():
        wrong.append(("id", statement.id))
    Dataset.make({"name": statement.dataset, "title": "t"})
    if not model[statement.schema].get(statement.prop).type.validate(statement.value):
        wrong.append((statement.prop, statement.value))
    entities[statement.entity_id].append(statement)
whole = {
    name: StatementEntity.from_statements(Dataset.make({"name": "all", "title": "t"}), statements)
    for name, statements in entities.items()
}
for entity in whole.values():
    for prop, value in entity.itervalues():
        if prop.type.name == "entity" and not whole[value].schema.is_a(prop.range):
            wrong.append((entity.id, prop.name, value))
print(json.dumps({"wrong": wrong, "schemata": sorted({entity.schema.name for entity in whole.values()})}))
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], tuple[str, ...], bytes]:
    folder = tmp_path_factory.mktemp("ftm")
    (folder / "facts").mkdir()
    (folder / "kg.toml").write_text("base = 'https://example.org/'", encoding="utf-8")
    (folder / "facts/a.yaml").write_text(FACTS, encoding="utf-8")
    project = Project.open(folder)
    assert not build(project).findings
    out = io.BytesIO()
    done = export(project, "ftm", out)
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    return found, tuple(map(str, done.losses)), out.getvalue()


def values(statements: list[dict[str, Any]], entity: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for statement in statements:
        if statement["entity_id"] == entity:
            found.setdefault(statement["prop"], set()).add(statement["value"])
    return found


def test_actors_and_events_have_their_properties(exported: tuple[list[dict[str, Any]], tuple[str, ...], bytes]) -> None:
    statements = exported[0]
    assert values(statements, "red-army") == {"name": {"Red Army"}, "alias": {"RA"}, "keywords": {"armed group"}}
    attack = values(statements, "attack")
    assert attack["involved"] == {"red-army", "blue-army"}
    assert attack["startDate"] == {"2024-05-10"}
    assert attack["addressEntity"] == {"hill"}
    assert attack["location"] == {"Hill base"}
    assert attack["name"] == {"attack on a facility, Hill base, 2024-05-10"}
    assert values(statements, "hill")["latitude"] == {"23.5"}
    assert values(statements, "blue-army")["incorporationDate"] == {"1950-01-01"}


def test_a_statement_names_document_claim_and_language(
    exported: tuple[list[dict[str, Any]], tuple[str, ...], bytes],
) -> None:
    (name,) = (s for s in exported[0] if s["entity_id"] == "red-army" and s["prop"] == "name")
    assert (name["dataset"], name["lang"], name["schema"]) == ("paper_1", "eng", "Organization")
    assert name["origin"].startswith("https://example.org/paper-1/claim/")
    assert len({statement["id"] for statement in exported[0]}) == len(exported[0])


def test_what_has_no_place_is_counted(exported: tuple[list[dict[str, Any]], tuple[str, ...], bytes]) -> None:
    losses = exported[1]
    assert "statements with attacker, told as involved alone: 2 (attack)" in losses
    assert "things of the kind effect: 1 (attack/killed/" in "; ".join(losses)


@pytest.mark.slow
@pytest.mark.integration
def test_the_library_takes_them(exported: tuple[list[dict[str, Any]], tuple[str, ...], bytes], tmp_path: Path) -> None:
    """In an environment of its own: the library brings many others along."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    installed = subprocess.run(
        [python, "-m", "pip", "install", "-q", "followthemoney>=4.11"], check=False, capture_output=True
    )
    if installed.returncode:
        pytest.skip("followthemoney cannot be installed here")
    (tmp_path / "statements.json").write_bytes(exported[2])
    done = subprocess.run(
        [python, "-c", CHECK, tmp_path / "statements.json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["schemata"] == ["Address", "Article", "Event", "Membership", "Organization", "PublicBody"]
