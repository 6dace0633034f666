"""Gephi's own importer, from the Gephi toolkit: what it makes of a file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.maven import jar

VERSION = "0.10.1"
_PROGRAM = Path(__file__).parent / "readers/GephiRead.java"


def read_by_gephi(path: Path) -> dict[str, Any]:
    """`issues`, `dynamic`, `nodes` and `edges` of a file. Skips the test where Java or the toolkit is not at hand."""
    toolkit = jar("org.gephi", "gephi-toolkit", VERSION, "KG_GEPHI_JAR", "all")
    command = ["java", "-Djava.awt.headless=true", "-cp", str(toolkit), str(_PROGRAM), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found
