"""Gephi's own importer, from the Gephi toolkit: what it makes of a file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

VERSION = "0.10.1"
_PROGRAM = Path(__file__).parent / "readers/GephiRead.java"


def read_by_gephi(path: Path) -> dict[str, Any]:
    """`issues`, `dynamic`, `nodes` and `edges` of a file. Skips the test where Java or the toolkit is not at hand."""
    if shutil.which("java") is None:
        pytest.skip("there is no Java to run Gephi with")
    command = ["java", "-Djava.awt.headless=true", "-cp", str(_toolkit()), str(_PROGRAM), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _toolkit() -> Path:
    """The jar that `KG_GEPHI_JAR` names, else the one that Maven keeps or gets."""
    if named := os.environ.get("KG_GEPHI_JAR"):
        return Path(named)
    folder = Path.home() / f".m2/repository/org/gephi/gephi-toolkit/{VERSION}"
    jar = folder / f"gephi-toolkit-{VERSION}-all.jar"
    if jar.is_file():
        return jar
    if shutil.which("mvn") is None:
        pytest.skip("the Gephi toolkit is not here: there is no Maven to get it with, and KG_GEPHI_JAR is not set")
    artifact = f"org.gephi:gephi-toolkit:{VERSION}:jar:all"
    command = ["mvn", "--batch-mode", "-q", "dependency:get", f"-Dartifact={artifact}", "-Dtransitive=false"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode or not jar.is_file():
        pytest.skip(f"Maven could not get the Gephi toolkit: {done.stdout[-300:]}")
    return jar
