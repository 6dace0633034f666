"""Another language is a folder of words: Spanish, as small as it can be, with the code as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from kg.extraction.cascade import Cascade
from kg.extraction.knowledge import load_knowledge
from kg.extraction.proposal import Report
from kg.extraction.registry import Known, Registry
from kg.model.shipped import shipped
from kg.ontology import load_ontology

CASES = Path(__file__).parents[1] / "cases" / "extraction"
KNOWN = (
    Known("frente", "ArmedGroup", ("Frente de la Loma",)),
    Known("ejercito", "StateForce", ("Ejército de Kestria",)),
    Known("halden", "Town", ("Halden",)),
    Known("merrow", "Town", ("Merrow",)),
)


def _plain(value: Any) -> str:
    while isinstance(value, dict):
        value = value.get("value", value.get("count"))
    return str(value)


def test_a_spanish_report_is_read_with_spanish_frames() -> None:
    case = yaml.safe_load((CASES / "spanish.yaml").read_text(encoding="utf-8"))
    knowledge = load_knowledge([CASES / "frames"], "es", load_ontology([shipped("ontology")]))
    proposals = list(Cascade(knowledge, Registry.of(KNOWN)).propose(Report(case["text"], {}, str(case["issued"]))))
    told = [(p, entry) for p in proposals for entry in p.says if "place" in entry]
    assert len(told) == len(case["events"]) == 3
    for (proposal, entry), wanted in zip(told, case["events"], strict=True):
        found = {**{key: _plain(entry.get(key, "")) for key in wanted}, "speaker": ", ".join(proposal.speaker)}
        assert found == {key: str(value) for key, value in wanted.items()}
        assert all(span.end <= len(case["text"]) for span in proposal.quote)
