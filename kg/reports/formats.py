"""The formats by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kg.reports.github import GitHub
from kg.reports.gitlab import GitLab
from kg.reports.jsonl import Json, JsonLines
from kg.reports.junit import JUnit
from kg.reports.markdown import Markdown
from kg.reports.report import Report, Run, Write
from kg.reports.sarif import Sarif
from kg.reports.text import Text
from kg.reports.turtle import Turtle

FORMATS: Final[Mapping[str, Callable[[Write, Run], Report]]] = {
    "text": Text,
    "json": Json,
    "jsonl": JsonLines,
    "sarif": Sarif,
    "junit": JUnit,
    "github": GitHub,
    "gitlab": GitLab,
    "markdown": Markdown,
    "turtle": Turtle,
}

WITH_RULES: Final = frozenset({"sarif", "junit", "github", "markdown"})
"""The formats that say something of rules beside their names."""
