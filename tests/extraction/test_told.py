"""Which events a sentence tells, as data: each once, of the right class, and none that nobody would write down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.extraction_cases import events, slot_cases

TOLD = slot_cases("told.yaml")


def test_all_cases_are_collected() -> None:
    assert len(TOLD) == len({case["text"] for case in TOLD}) == 81


@pytest.mark.parametrize("case", TOLD, ids=lambda case: case["text"])
def test_each_event_is_told_once_and_of_its_class(case: Mapping[str, Any]) -> None:
    told = [
        f"{entry['polarity']}:{entry['ofType']}" if "ofType" in entry else entry["type"]
        for _, entry in events(case["text"])
    ]
    assert told == case["are"]
