"""What `kg extract` proposes for a gold report, as slots to compare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from gold import HAPPENED, GoldReport

from kg.extraction.cascade import Cascade
from kg.extraction.knowledge import Knowledge, load_knowledge
from kg.extraction.proposal import Proposal, Report
from kg.extraction.registry import Known, Registry
from kg.model.shipped import shipped
from kg.ontology import load_ontology, vocabulary
from kg.pipeline.extract import cascade_of
from kg.pipeline.project import Project

_OF_THINGS = ("destroyed", "damaged", "seized")
"""Harm to things; the gold calls people victims."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_A_FEW_DAYS = timedelta(days=5)
AGENTS = ("attacker", "captor", "besieger", "evacuator", "conductor", "withdrawingParty", "surrenderingParty",
          "destroyer", "releaser", "giver", "party", "affected", "participant")  # fmt: skip
PATIENTS = ("target", "defender", "captive", "evacuated")
HARMS = (
    "killed",
    "injured",
    "captured",
    "missing",
    "displaced",
    "destroyed",
    "damaged",
    "lost",
    "casualties",
    "seized",
)


@dataclass(slots=True)
class Predicted:
    """One proposed event: its quote's place, its type and its slots; each value with all its names."""

    start: int
    end: int
    type: str
    polarity: str
    rule: str
    slots: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)


@cache
def knowledge() -> Knowledge:
    """The shipped frames."""
    return load_knowledge([shipped("frames")], "en", load_ontology([shipped("ontology")]))


def engine(report: GoldReport, project: Path | None) -> Cascade:
    """The cascade, with the registry of a project or of the gold file."""
    if project is not None:
        return cascade_of(Project.open(project))
    things = [
        Known(k["id"], k["type"], (k["name"], *k.get("also", ())), tuple(_many(k.get("within", ()))))
        for k in report.known
    ]
    return Cascade(knowledge(), Registry.of(things))


def predicted(report: GoldReport, project: Path | None) -> list[Predicted]:
    """The events that the cascade proposes, with the harm that later claims add to them."""
    cascade = engine(report, project)
    proposals = list(cascade.propose(Report(report.text, {}, report.issued)))
    names = _names(proposals, cascade.registry)
    events = {c.name for c in cascade.knowledge.ontology.below(vocabulary.EVENT)}
    made: dict[str, Predicted] = {}
    for proposal in proposals:
        for entry in proposal.says:
            kind = entry.get("ofType", entry.get("type"))
            if entry.get("type") in events or "ofType" in entry:
                made[str(entry["id"])] = _event(proposal, entry, str(kind), names)
            elif entry.get("about") in made:
                _add_claim(made[str(entry["about"])], _event(proposal, entry, "", names))
    return list(made.values())


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple | list) else [value]


def _plain(value: Any) -> str:
    return str(value["value"]) if isinstance(value, Mapping) and "value" in value else str(value)


def _names(proposals: list[Proposal], registry: Registry) -> dict[str, tuple[str, ...]]:
    names = {known.id: known.names for known in registry.known.values()}
    for proposal in proposals:
        for entry in proposal.says:
            if "id" in entry:
                names[str(entry["id"])] = tuple(
                    str(n) for n in (*_many(entry.get("name", "")), *_many(entry.get("also", ()))) if n
                )
    return names


def _event(proposal: Proposal, entry: Mapping[str, Any], kind: str, names: Mapping[str, tuple[str, ...]]) -> Predicted:
    span = proposal.quote[0]
    made = Predicted(span.start, span.end, kind, _plain(entry.get("polarity", HAPPENED)), proposal.rule)

    def named(keys: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        ids = dict.fromkeys(_plain(value) for key in keys for value in _many(entry.get(key, ())))
        return tuple(names.get(i, (i,)) for i in ids if i != "unknown")

    to_whom = ("captor",) if "surrenderingParty" in entry else ()
    made.slots = {
        "attacker": named(tuple(key for key in AGENTS if key not in to_whom)),
        "target": named(("target",)) or named((*PATIENTS, *to_whom)),
        "place": named(("place",)) or named(("origin",)),
        "speaker": tuple(names.get(s, (s,)) for s in proposal.speaker),
        "polarity": ((made.polarity,),),
        "date": ((day,),) if (day := _plain(entry["day"]) if "day" in entry else first_day(entry)) else (),
    }
    sides = named(("participant",))
    if len(sides) > 1:  # in a fight between two each is the target of the other; the gold names the second
        made.slots["target"] = made.slots["target"] or sides[1:]
    _add_harm(made, entry, names)
    return made


def first_day(entry: Mapping[str, Any]) -> str:
    """
    The day on which an interval begins that is told in days: the gold gives that one.

    >>> first_day({"time": {"value": "2025-05-10/2025-05-12", "asWritten": "10-12 May"}})
    '2025-05-10'
    >>> first_day({"time": {"value": "../2025-05-12", "inferred": "…"}}), first_day({"time": "2025-05-01/2025-05-31"})
    ('', '')
    """
    for time in _many(entry.get("time", ())):
        first, _, last = _plain(time).partition("/")
        if not (_DAY.fullmatch(first) and last):
            continue
        long = _DAY.fullmatch(last) and date.fromisoformat(last) - date.fromisoformat(first) > _A_FEW_DAYS
        if not long and not (last == ".." and first.endswith("-01")):  # "since May" names no day
            return first
    return ""


def _add_claim(made: Predicted, claim: Predicted) -> None:
    """What a later claim about an event adds to it; who says so counts for the first telling only."""
    for slot, values in claim.slots.items():
        if slot not in ("speaker", "polarity"):
            made.slots[slot] = tuple(dict.fromkeys((*made.slots[slot], *values)))


def _add_harm(made: Predicted, entry: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> None:
    counts, victims = list(made.slots.get("counts", ())), list(made.slots.get("victim", ()))
    for harm, value in _harms(entry):
        count = value.get("count", "") if isinstance(value, Mapping) else value
        counts.append((f"{harm} {_plain(count)}",))
        if isinstance(value, Mapping) and harm not in _OF_THINGS:
            victims += [names.get(i, (i,)) for i in map(str, _many(value.get("victim", ()))) if i]
    made.slots["counts"], made.slots["victim"] = tuple(counts), tuple(dict.fromkeys(victims))


def _harms(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for harm in HARMS:
        for value in _many(entry.get(harm, ())):
            yield harm, value
