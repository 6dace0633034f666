"""A project's ontology → the JSON Schema of its facts files."""

from __future__ import annotations

from typing import Any

from kg.ontology.json_schema import json_schema as schema_of
from kg.pipeline.project import Project


def json_schema(project: Project) -> dict[str, Any]:
    """The JSON Schema of facts files, the project's own classes and properties included."""
    return schema_of(project.ontology)
