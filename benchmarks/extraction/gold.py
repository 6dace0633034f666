"""Gold files: events with their slots, from our own YAML and from a gold file in the format of the seed (gold.json)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

SLOTS = ("attacker", "target", "victim", "place", "date", "counts", "speaker", "polarity")
HAPPENED = "happened"


@dataclass(frozen=True, slots=True)
class GoldEvent:
    """
    One event of a gold file.

    `spans` are the places of its quotes in the text (an event may be told `again`), `types` the classes that count as
    right, the first one best. `slots` hold names (any of several right ones joined by `|`), `implicit` the
    slots that a reader must infer.
    """

    spans: tuple[tuple[int, int], ...]
    types: tuple[str, ...]
    slots: Mapping[str, frozenset[str]]
    implicit: frozenset[str] = frozenset()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class GoldReport:
    """A report with its gold: the text, its day, what its registry knows, and its events."""

    name: str
    text: str
    issued: str
    known: tuple[Mapping[str, Any], ...] = ()
    events: tuple[GoldEvent, ...] = field(default=())


def read_gold(path: Path, text: Path | None = None) -> GoldReport:
    """A gold file: YAML of ours, or the seed's JSON with its text beside it."""
    if path.suffix == ".json":
        return _of_seed(path, text or next(path.parent.glob("*.txt")))
    found = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 (it makes texts only)
    report = found["text"]
    events = tuple(_event(entry, report) for entry in found["events"])
    return GoldReport(path.stem, report, found["issued"], tuple(found.get("known", ())), events)


def _event(entry: Mapping[str, Any], text: str) -> GoldEvent:
    told = [entry.get("at") or entry["quote"], *entry.get("again", ())]
    spans = tuple((start, start + len(words)) for words in told for start in [text.index(words)])
    polarity = {entry.get("polarity", HAPPENED), *entry.get("polarities", ())}
    slots = {slot: frozenset(_names(entry[slot])) for slot in SLOTS if slot in entry and slot != "polarity"}
    slots["polarity"] = frozenset({"|".join(sorted(polarity))})
    types = (entry["type"], *entry.get("alternatives", ()))
    return GoldEvent(spans, types, slots, frozenset(entry.get("implicit", ())), "optional" in entry)


def _names(value: Any) -> Iterator[str]:
    yield from [value] if isinstance(value, str) else value


# ── The seed's gold: tables that refer to one another ───────────────────────────────────────────────────────────────

_TYPES = {
    "E01": ("AttackOnFacility", "CoordinatedAttacks"),
    "E02": ("AttackOnFacility", "ArmedClash"),
    "E03": ("Siege",),
    "E04": ("AirStrike",),
    "E05": ("Shelling",),
    "E06": ("Evacuation",),
    "E07": ("Shelling",),
    "E08": ("ArmedClash",),
    "E09": ("AttackOnFacility", "ArmedClash"),
    "E10": ("AttackOnFacility", "ArmedClash"),
    "E11": ("Capture",),
    "E12": ("PrisonerTaking",),
    "E13": ("Withdrawal",),
    "E14": ("Destruction",),
}
"""The classes of the ontology that the free words of the gold's type column stand for."""

_AGENTS = re.compile(r"attacker|captor|besieger|evacuator|conductor|withdrawing")
_PATIENTS = re.compile(r"defender|captured|evacuated")


def _of_seed(path: Path, text: Path) -> GoldReport:
    """The seed's gold as events: participations give who, counts give harm, claims give speakers."""
    gold = json.loads(path.read_text(encoding="utf-8"))
    names = _table(gold["actors"], "names and aliases as written")
    names |= _table(gold["places"], "place")
    names |= _table(gold["facilities"], "facility")
    report = text.read_text(encoding="utf-8")
    events = [_seed_event(row, gold, names) for row in gold["events"]]
    negated = gold["negated_uncertain"][0]
    spans = tuple((q["start"], q["end"]) for q in negated["quotes"])
    slots = {
        "attacker": frozenset({names["A01"]}),
        "target": frozenset({"police station"}),
        "place": frozenset({names["P09"]}),
        "speaker": frozenset({names["A08"]}),
        "polarity": frozenset({"notYet"}),
    }
    events.append(GoldEvent(spans, ("Capture",), slots, frozenset({"place", "speaker"})))
    return GoldReport("seed", report, "2023-11-03", (), tuple(events))


def _table(rows: list[Mapping[str, Any]], column: str) -> dict[str, str]:
    return {row["id"]: "|".join(part.strip() for part in row[column].split(";")) for row in rows}


def _seed_event(row: Mapping[str, Any], gold: Mapping[str, Any], names: Mapping[str, str]) -> GoldEvent:
    slots: dict[str, set[str]] = {slot: set() for slot in SLOTS}
    for part in gold["participations"]:
        if row["id"] in part["event"].split(", "):
            actors = [names[i] for i in re.findall(r"A\d\d", part["actor"])]
            if _AGENTS.search(part["role"]):
                slots["attacker"] |= set(actors)
            elif _PATIENTS.search(part["role"]) and "(owner" not in part["actor"]:
                slots["target"] |= set(actors)
            if "victim" in part["role"]:
                slots["victim"] |= set(actors)
    slots["target"] |= {names[i] for i in re.findall(r"F\d\db?", row["against / target"])}
    slots["place"] |= {names[i] for i in re.findall(r"P\d\d", row["place"])[:1]}
    day = re.match(r"\d{4}-\d\d-\d\d", row["date / time"])
    slots["date"] |= {day[0]} if day else set()
    for count in gold["counts"]:
        if count["event"] == row["id"] and count["low"] != "—":
            slots["counts"].add(f"{count['effect'].split()[0]} {count['written as']}")
    for claim in gold["claims"]:
        if row["id"] in re.findall(r"E\d\d", claim["about"]) and claim["speaker"] in names:
            slots["speaker"].add(names[claim["speaker"]])
    slots["polarity"] = {HAPPENED}
    spans = tuple((q["start"], q["end"]) for q in row["quotes"])
    implicit = frozenset({"date"} if "(I" in row["date / time"] else ())
    return GoldEvent(spans, _TYPES[row["id"]], {k: frozenset(s) for k, s in slots.items() if s}, implicit)
