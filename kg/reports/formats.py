"""The formats by name; each is imported when it is asked for, because some need much to start."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from kg.reports.report import Report, Run, Write

_WRITERS: Final = {
    "text": "text:Text",
    "json": "jsonl:Json",
    "jsonl": "jsonl:JsonLines",
    "sarif": "sarif:Sarif",
    "junit": "junit:JUnit",
    "github": "github:GitHub",
    "gitlab": "gitlab:GitLab",
    "markdown": "markdown:Markdown",
    "turtle": "turtle:Turtle",
}

FORMATS: Final = tuple(_WRITERS)
"""The names of the formats."""

WITH_RULES: Final = frozenset({"sarif", "junit", "github", "markdown"})
"""The formats that say something of rules beside their names."""


def begin(form: str, write: Write, run: Run) -> Report:
    """A report in one of the formats that writes with `write`."""
    module, name = _WRITERS[form].split(":")
    made: Report = getattr(import_module(f"kg.reports.{module}"), name)(write, run)
    return made
