"""
Mappings, case by case, and by every engine; see `tests/mapping/engine_cases.py`.

`KG_WRITE_CASES=1 pytest tests/mapping/test_engine_cases.py` writes the expected quads anew; read the difference.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from kg.pipeline.engines import EngineOptions
from tests.mapping.engine_cases import FOLDER, Outcome, cases, outcomes, write_project

pytest.importorskip("ibis")
pytest.importorskip("duckdb")

CASES = cases()
IDS = [f"{case.topic}: {case.name}" for case in CASES]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Outcome]]:
    """What the reference and the plans make of all cases."""
    project = write_project(tmp_path_factory.mktemp("cases") / "project", CASES)
    return {name: list(outcomes(project, EngineOptions(name))) for name in ("rows", "duckdb")}


def test_all_cases_are_collected() -> None:
    assert Counter(case.topic for case in CASES) == {"steps": 18, "conditions": 6, "entries": 22, "mistakes": 39}
    expected = {case.expected for case in CASES if not case.findings}
    assert expected == set((FOLDER / "expected").rglob("*.nq")), "each file of quads is that of a case"


@pytest.mark.parametrize("number", range(len(CASES)), ids=IDS)
def test_a_table_says_this(found: dict[str, list[Outcome]], number: int) -> None:
    case, outcome = CASES[number], found["rows"][number]
    if os.environ.get("KG_WRITE_CASES"):
        write(case.expected, outcome)
    assert outcome.findings == case.findings
    if not case.findings:
        assert outcome.quads == case.expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("number", range(len(CASES)), ids=IDS)
def test_the_plan_says_the_same(found: dict[str, list[Outcome]], number: int) -> None:
    assert found["duckdb"][number] == found["rows"][number]


def write(path: Path, outcome: Outcome) -> None:
    """Keep what a case says as what is expected of it."""
    if not outcome.findings:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(outcome.quads, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.integration
def test_spark_says_the_same(found: dict[str, list[Outcome]], tmp_path: Path) -> None:
    """Those cases in which the reference finds nothing wrong, in one session; what is wrong is found before."""
    pytest.importorskip("pyspark")
    right = [number for number, outcome in enumerate(found["rows"]) if not outcome.findings]
    assert len(right) > 30
    project = write_project(tmp_path / "project", [CASES[number] for number in right])
    made = list(outcomes(project, EngineOptions("spark", "local[2]")))
    assert [IDS[n] for n, outcome in zip(right, made, strict=True) if outcome != found["rows"][n]] == []
