"""The check over all files takes an amount of work that does not grow with the square of the names."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import pytest
from pyoxigraph import NamedNode

from kg.mapping import linking
from kg.model.positions import Position
from kg.model.statements import Introduction, Reference
from kg.ontology import load_ontology

BASE = "https://example.org/"


def test_likely_names_are_looked_for_ten_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look compares a name with all: with thousands of names that nobody introduces it would never end."""
    looks = []

    def counted(name: str, known: Sequence[str], n: int, cutoff: float) -> list[str]:
        looks.append(name)
        return difflib.get_close_matches(name, known, n, cutoff)

    monkeypatch.setattr(linking, "get_close_matches", counted)
    at = Position("facts/a.yaml", 3, 1)
    introduced = [Introduction(NamedNode(f"{BASE}place-{n}"), (), at) for n in range(2_500)]
    referred = [
        Reference(NamedNode(f"{BASE}palce-{n}"), (), "within", NamedNode(f"{BASE}place-{n}"), at) for n in range(2_500)
    ]
    found = list(linking.check_links((introduced, referred), [], load_ontology([]), BASE))
    assert len(found) == 2_500
    assert len(looks) == 10
    assert sum("did you mean" in finding.hint for finding in found) == 10
