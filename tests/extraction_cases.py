"""Cases of `tests/cases/extraction/` and what the cascade makes of them, for the tests beside this file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kg.extraction.cascade import Cascade
from kg.extraction.knowledge import Knowledge, load_knowledge
from kg.extraction.proposal import Proposal, Report
from kg.extraction.registry import Known, Registry
from kg.model.shipped import shipped
from kg.ontology import load_ontology

CASES = Path(__file__).parent / "cases" / "extraction"
ISSUED = "2024-05-14"  # a Tuesday

KNOWN = (
    Known("hill-front", "ArmedGroup", ("Hill Front", "HF")),
    Known("river-guard", "ArmedGroup", ("River Guard",)),
    Known("kestrian-army", "StateForce", ("Kestrian Army",)),
    Known("orrin-district", "District", ("Orrin District",)),
    Known("halden", "Town", ("Halden",), ("orrin-district",)),
    Known("merrow", "Town", ("Merrow",), ("orrin-district",)),
    Known("oakfield", "Village", ("Oakfield",), ("orrin-district",)),
)
AGENTS = ("attacker", "captor", "besieger", "destroyer", "withdrawingParty", "surrenderingParty", "party")


@cache
def knowledge() -> Knowledge:
    """The shipped frames."""
    return load_knowledge([shipped("frames")], "en", load_ontology([shipped("ontology")]))


@cache
def engine() -> Cascade:
    """The cascade with the invented registry."""
    return Cascade(knowledge(), Registry.of(KNOWN))


def proposals(text: str, issued: str = ISSUED) -> list[Proposal]:
    """What the cascade proposes for a text."""
    return list(engine().propose(Report(text, {}, issued)))


def events(text: str) -> Iterator[tuple[Proposal, dict[str, Any]]]:
    """The events and non-events of a text, with the harm that later claims add."""
    made: dict[str, tuple[Proposal, dict[str, Any]]] = {}
    names = {c.name for c in knowledge().ontology.below(knowledge().ontology.classes["Event"].iri)}
    for proposal in proposals(text):
        for entry in proposal.says:
            if entry.get("type") in names or "ofType" in entry:
                made[str(entry["id"])] = (proposal, dict(entry))
            elif entry.get("about") in made:
                made[str(entry["about"])][1].update({k: v for k, v in entry.items() if k != "about"})
    yield from made.values()


def slot_cases(file: str = "slots.yaml") -> list[Mapping[str, Any]]:
    """The cases of a file of sentences and their slots."""
    found: list[Mapping[str, Any]] = yaml.load((CASES / file).read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    return found


def polarity_cases() -> list[Mapping[str, Any]]:
    """The cases of `polarity.yaml`."""
    found: list[Mapping[str, Any]] = yaml.load((CASES / "polarity.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    return found


def many(value: Any) -> list[Any]:
    """A value or several, as a list."""
    return list(value) if isinstance(value, tuple | list) else [value]


def plain(value: Any) -> str:
    """A value without the reason beside it."""
    return str(value["value"]) if isinstance(value, Mapping) and "value" in value else str(value)


def is_inferred(value: Any) -> bool:
    """Whether a value gives a reason."""
    return any(isinstance(one, Mapping) and "inferred" in one for one in many(value))


def slots(proposal: Proposal, entry: Mapping[str, Any]) -> dict[str, list[str]]:
    """The slots of an event as the cases name them."""
    found = {
        key: [plain(one) for one in many(entry[key])] for key in ("place", "origin", "day", "strikes") if key in entry
    }
    found["attacker"] = list(dict.fromkeys(plain(one) for key in AGENTS for one in many(entry.get(key, ()))))
    targets = entry.get("target") or entry.get("defender") or entry.get("captive") or ()
    found["target"] = [plain(one) for one in many(targets)]
    found["speaker"] = list(proposal.speaker)
    found["near"] = ["yes"] if "placePrecision" in entry else []
    found["agent"] = ["unknown"] if "agentNotStated" in entry else []
    for harm in ("killed", "injured", "captured", "casualties"):
        found[harm] = [plain(one["count"]) for one in many(entry.get(harm, ()))]
    return found


def wrong(case: Mapping[str, Any]) -> str:
    """What is wrong with the event that a case asks for; empty where nothing is."""
    fitting = [(p, e) for p, e in events(case["text"]) if e.get("type") == case["of"]]
    if not fitting:
        return f"no {case['of']} among {[e.get('type') for _, e in events(case['text'])]}"
    proposal, entry = fitting[-1]
    found = slots(proposal, entry)
    for slot in set(case) - {"id", "text", "of", "inferred"}:
        if found.get(slot, []) != many(case[slot]):
            return f"{slot}: {found.get(slot)} and not {case[slot]}"
    key = case.get("inferred", "")
    if key and not is_inferred(entry.get(key, ())):
        return f"{key} is not marked as inferred: {entry.get(key)}"
    return ""
