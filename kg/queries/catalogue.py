"""
Named queries: SPARQL files whose `#+` lines, in YAML, say what they answer, what they take and what they give.

The convention of the header is grlc's: https://github.com/CLARIAH/grlc#decorator-syntax
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kg.model.errors import OntologyError, UsageError
from kg.ontology.model import nearest

PARAMETER_TYPES = ("iri", "string", "langString", "integer", "decimal", "boolean", "date")
COLUMN_TYPES = ("iri", "string", "integer", "decimal", "double", "boolean", "date", "dateTime")
COLUMN_ROLES = ("id", "label", "begin", "end", "x", "y", "exact", "source", "target", "link", "counted", "claim")
"""
What a column is to a map (the thing, its name, its time, longitude and latitude, whether it is right there) or to a
graph (both ends of an edge, its kind, what its weight counts, the claim that says so).
"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a query takes: `type` is one of `PARAMETER_TYPES`; `cls` is the class of an `iri`, or empty."""

    name: str
    type: str
    cls: str = ""
    required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column of the answer and what stands in it.

    `header` is its name in files, where that differs from the variable's. `type` is one of `COLUMN_TYPES`, `role` one
    of `COLUMN_ROLES`, or they are empty. `cls` is the class of which every thing should have a row.
    """

    name: str
    description: str = ""
    header: str = ""
    type: str = ""
    role: str = ""
    cls: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A named query, or one that a user wrote: then it has a text and nothing else."""

    name: str
    text: str
    path: Path | None = None
    summary: str = ""
    description: str = ""
    question: str = ""
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[Column, ...] = ()
    tags: tuple[str, ...] = ()


def load_queries(folders: Sequence[Path]) -> dict[str, Query]:
    """
    All named queries by name, sorted; a later folder's replaces an earlier one's of the same name.

    Raises:
        OntologyError: A header cannot be read.
    """
    found = {path.stem: path for folder in folders for path in sorted(folder.glob("*.rq"))}
    return {name: load_query(found[name]) for name in sorted(found)}


def find_query(folders: Sequence[Path], name: str) -> Query:
    """
    One named query.

    Raises:
        UsageError: There is none of this name.
    """
    for folder in reversed(folders):
        path = folder / f"{name}.rq"
        if path.is_file():
            return load_query(path)
    known = sorted({path.stem for folder in folders for path in folder.glob("*.rq")})
    raise UsageError(
        f"there is no query '{name}'", nearest(name, iter(known)) or "`kg query` without a name lists them"
    )


def load_query(path: Path) -> Query:
    """
    The query in a file, with or without a header.

    Raises:
        OntologyError: The file, or its header, cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
        header = yaml.safe_load(
            "".join(line[2:].removeprefix(" ") + "\n" for line in text.splitlines() if line.startswith("#+"))
        )
        return _query(path, text, header or {})
    except OSError as error:
        raise OntologyError(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, KeyError, AttributeError) as error:
        raise OntologyError(f"{path}: the header of `#+` lines cannot be read: {error}") from error


def _query(path: Path, text: str, header: Mapping[str, Any]) -> Query:
    for name in ("params", "columns", "tags"):
        if not isinstance(header.get(name) or [], list):
            raise OntologyError(f"{path}: `{name}` in the header of `#+` lines is a list")
    parameters = tuple(
        Parameter(
            name=item["name"],
            type=item.get("type", "string"),
            cls=item.get("class", ""),
            required=bool(item.get("required", False)),
            description=str(item.get("description", "")).strip(),
        )
        for item in header.get("params") or ()
    )
    for parameter in parameters:
        if parameter.type not in PARAMETER_TYPES:
            raise OntologyError(
                f"{path}: the parameter '{parameter.name}' has the unknown type '{parameter.type}'",
                f"one of: {', '.join(PARAMETER_TYPES)}",
            )
    columns = tuple(_column(path, item) for item in header.get("columns") or ())
    return Query(
        name=path.stem,
        text=text,
        path=path,
        summary=str(header.get("summary", "")).strip(),
        description=str(header.get("description", "")).strip(),
        question=str(header.get("question", "")),
        parameters=parameters,
        columns=columns,
        tags=tuple(header.get("tags") or ()),
    )


def _column(path: Path, item: Mapping[str, Any]) -> Column:
    for key, known in (("type", COLUMN_TYPES), ("role", COLUMN_ROLES)):
        if item.get(key) and item[key] not in known:
            raise OntologyError(
                f"{path}: the column '{item['name']}' has the unknown {key} '{item[key]}'",
                f"one of: {', '.join(known)}",
            )
    return Column(
        name=item["name"],
        description=str(item.get("description", "")).strip(),
        header=str(item.get("header", "")),
        type=str(item.get("type", "")),
        role=str(item.get("role", "")),
        cls=str(item.get("class", "")),
    )
