"""
Events of about 15 triples with seeded errors, as N-Triples: the data of the SHACL benchmark.

    python benchmarks/shacl/generate.py FILE.nt TRIPLES [SHARE_OF_BROKEN_EVENTS]

The same arguments give the same bytes. Each of the twelve kinds of error is as likely as the others.
What a validator must find follows from the errors that were put in: no tool is the judge of the others.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

BASE = "https://example.org/"
EX = "https://example.org/model#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
KINDS = ("ArmedClash", "Shelling", "AirStrike")
TRIPLES_PER_EVENT = 15
ACTORS, TOWNSHIPS = 300, 330
SEED = 1027
UNKNOWN_PLACE = 11
# By the number of the error: the component and the property that shapes.ttl reports it with, once for the event.
ERRORS = (
    ("Class", "attacker"),
    ("NodeKind", "defender"),
    ("MinInclusive", "low"),
    ("LessThanOrEquals", "low"),
    ("In", "precision"),
    ("MinLength", "label"),
    ("UniqueLang", "label"),
    ("Pattern", "code"),
    ("MinCount", "day"),
    ("Or", "status"),
    ("Datatype", "day"),
    ("MaxCount", "place"),
)


class Found(NamedTuple):
    """One validation result: IRIs. A part is None where there is none, or where a tool does not tell it."""

    focus: str | None
    component: str | None
    path: str | None


def write_events(path: Path, triples: int, broken: float = 0.1, seed: int = SEED) -> Counter[Found]:
    """
    Write about `triples` triples; `broken` is the share of events with one error.

    Returns the results that validation with shapes.ttl must give.
    """
    choose = random.Random(seed)
    expected: Counter[Found] = Counter()
    with path.open("w", encoding="utf-8") as out:
        for kind in KINDS:
            out.write(f"<{EX}{kind}> {SUBCLASS} <{EX}Event> .\n")
        for number in range(ACTORS):
            out.write(f"<{BASE}actor-{number}> {RDF_TYPE} <{EX}Actor> .\n")
        for number in range(TOWNSHIPS):
            out.write(f"<{BASE}township-{number}> {RDF_TYPE} <{EX}Township> .\n")
        for number in range(max(1, (triples - ACTORS - TOWNSHIPS) // TRIPLES_PER_EVENT)):
            error = choose.randrange(len(ERRORS)) if choose.random() < broken else -1
            if error != -1:
                component, key = ERRORS[error]
                expected[Found(f"{BASE}event-{number}", _component(component), EX + key)] += 1
            if error == UNKNOWN_PLACE:  # a focus node of its own, the same one for all events
                expected[Found(f"{BASE}nowhere", _component("Class"), None)] = 1
            for predicate, value in _event(number, choose, error):
                out.write(f"<{BASE}event-{number}> {predicate} {value} .\n")
    return expected


def _component(name: str) -> str:
    return f"http://www.w3.org/ns/shacl#{name}ConstraintComponent"


def _event(number: int, choose: random.Random, error: int) -> list[tuple[str, str]]:
    low = choose.randrange(30)
    attacker, defender = choose.randrange(ACTORS), choose.randrange(ACTORS)
    kind = choose.choice(KINDS)
    rows = [
        (RDF_TYPE, f"<{EX}{kind}>"),
        (f"<{EX}attacker>", f"<{BASE}actor-{attacker}>" if error != 0 else f"<{BASE}township-1>"),
        (f"<{EX}defender>", f"<{BASE}actor-{defender}>" if error != 1 else '"the column"'),
        (f"<{EX}place>", f"<{BASE}township-{choose.randrange(TOWNSHIPS)}>"),
        (f"<{EX}low>", f'"{low if error != 2 else -1}"^^<{XSD}integer>'),
        (f"<{EX}high>", f'"{low + choose.randrange(1, 5) if error != 3 else -2}"^^<{XSD}integer>'),
        (f"<{EX}precision>", f"<{EX}{choose.choice(['day', 'week']) if error != 4 else 'daily'}>"),
        (f"<{EX}label>", f'"Clash {number} at Hill"@en' if error != 5 else '"x"@en'),
        (f"<{EX}label>", f'"Enfrentamiento {number}"@es' if error != 6 else f'"Second label {number}"@en'),
        (f"<{EX}code>", f'"MMR{number % 1_000_000:06d}"' if error != 7 else '"mmr-1"'),
        (f"<{EX}source>", f'"paper {number % 97}"'),
        (f"<{EX}quote>", f'"They clashed for the {number}th time near \\"the hill\\""'),
        (f"<{EX}status>", '"coded"' if error != 9 else '"7"^^<' + XSD + "byte>"),
        (f"<{EX}longitude>", f'"{90 + choose.random() * 10:.5f}"^^<{XSD}decimal>'),
    ]
    if error != 8:
        day = f"2023-{1 + number % 12:02d}-{1 + number % 28:02d}"
        rows.append((f"<{EX}day>", f'"{day if error != 10 else "2023-02-30"}"^^<{XSD}date>'))
    if error == UNKNOWN_PLACE:
        rows.append((f"<{EX}place>", f"<{BASE}nowhere>"))
    return rows


if __name__ == "__main__":
    write_events(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 0.1)
