"""Sentences whose slots and polarity are known, as data: each is what an analyst would write of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.extraction_cases import events, polarity_cases, slot_cases, wrong

SLOTS = slot_cases()
WORDINGS = slot_cases("wordings.yaml")
WHO = slot_cases("who.yaml")
POLARITY = polarity_cases()


def test_all_cases_are_collected() -> None:
    assert len(SLOTS) == len({case["id"] for case in SLOTS}) == 159
    assert len(WORDINGS) == len({case["id"] for case in WORDINGS}) == 216
    assert len(WHO) == len({case["id"] for case in WHO}) == 83
    assert len(POLARITY) == len({(case["text"], case["of"]) for case in POLARITY}) == 493


@pytest.mark.parametrize("case", SLOTS, ids=lambda case: case["id"])
def test_a_slot_is_filled_as_the_sentence_says(case: Mapping[str, Any]) -> None:
    assert wrong(case) == ""


@pytest.mark.parametrize("case", WORDINGS, ids=lambda case: case["id"])
def test_a_slot_is_filled_in_whichever_way_it_is_put(case: Mapping[str, Any]) -> None:
    assert wrong(case) == ""


@pytest.mark.parametrize("case", WHO, ids=lambda case: case["id"])
def test_who_did_it_to_whom_is_found_across_clauses(case: Mapping[str, Any]) -> None:
    assert wrong(case) == ""


@pytest.mark.parametrize("case", POLARITY, ids=lambda case: f"{case['of']}: {case['text']}")
def test_what_did_not_happen_is_no_event(case: Mapping[str, Any]) -> None:
    told = [
        e.get("polarity", "happened") for _, e in events(case["text"]) if case["of"] in (e.get("type"), e.get("ofType"))
    ]
    if case["is"] == "none":
        assert "happened" not in told
    else:
        assert told
        assert set(told) == {case["is"]}
