"""
Facts about armed conflict as an RDF graph in which every statement leads back to the words that say it.

Everything that the command `kg` does is one call of a name below. They are loaded at first use, because
`kg --help` must not wait for rdflib.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Public name → the module that defines it.
_PUBLIC: dict[str, str] = {
    "Project": "kg.pipeline.project",
    "Wanted": "kg.pipeline.export_wanted",
    "ask": "kg.pipeline.query",
    "build": "kg.pipeline.build",
    "check": "kg.pipeline.check",
    "dataset": "kg.pipeline.handover",
    "diff": "kg.pipeline.diff",
    "explain": "kg.pipeline.explain",
    "export": "kg.pipeline.export",
    "init": "kg.pipeline.init",
    "json_schema": "kg.pipeline.schema",
    "network": "kg.pipeline.handover",
    "opened": "kg.pipeline.query",
    "query": "kg.pipeline.query",
    "stats": "kg.pipeline.stats",
    "why": "kg.pipeline.why",
}


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value  # the next look-up does not come here
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
