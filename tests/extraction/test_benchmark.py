"""The measurement itself: that it runs on all gold files, and that what it measures does not get worse unseen."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REPORTS = sorted((ROOT / "benchmarks" / "extraction" / "reports").glob("*.yaml"))


def figures(*paths: Path, project: Path | None = None) -> dict[str, float]:
    options = ["--project", str(project)] if project else []
    command = [sys.executable, "benchmarks/extraction/score.py", *options, *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)})
    found = re.findall(r"^([a-z ]+?) {2,}([\d.]+)", done.stdout, re.MULTILINE)
    return {name: float(value) for name, value in found}


def test_all_reports_are_collected() -> None:
    groups = [path.name.partition("-")[0] for path in REPORTS]
    assert {name: groups.count(name) for name in sorted(set(groups))} == {
        "blind": 6,
        "dev": 5,
        "fresh": 5,
        "keep": 3,
        "last": 3,
        "new": 3,
        "once": 3,
        "test": 5,
        "unseen": 56,
    }


@pytest.mark.integration
def test_reports_that_were_not_developed_on_stay_as_good() -> None:
    found = figures(*(path for path in REPORTS if path.name.startswith("test-")))
    assert found["polarity errors"] == 0
    assert found["event"] >= 0.85
    assert found["all slots"] >= 0.75


@pytest.mark.integration
def test_reports_in_other_voices_stay_as_good() -> None:
    found = figures(
        *(path for path in REPORTS if path.name.startswith(("fresh-", "keep-", "once-", "blind-", "last-")))
    )
    assert found["polarity errors"] == 0
    assert found["event"] >= 0.88
    assert found["all slots"] >= 0.75


@pytest.mark.integration
def test_the_gold_of_the_seed_is_read_and_scored(shared: Path) -> None:
    found = figures(shared / "seed" / "gold.json", project=ROOT / "examples" / "operation-1027")
    assert found["event"] >= 0.8
    assert found["polarity errors"] == 0
