"""
A view of the graph as nodes and edges with attributes: what every graph format is written from.

A value is a text, a whole number, a number, a truth value, or a tuple of one of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

Scalar: TypeAlias = str | int | float | bool
Value: TypeAlias = Scalar | tuple[Scalar, ...]

LONG: Final = range(-(2**63), 2**63)
"""The whole numbers that the formats' longs hold."""


@dataclass(frozen=True, slots=True)
class Node:
    """
    A node by its id (the IRI without the base). `kind` and `side` are labels.

    `begin` and `end` are days or moments as far as they are told. `near` is true where the coordinates are those of a
    larger place or of one inside. `claims` are the IRIs of the claims about it.
    """

    id: str
    label: str
    kind: str
    iri: str = ""
    side: str = ""
    begin: str = ""
    end: str = ""
    latitude: float | None = None
    longitude: float | None = None
    near: bool = False
    happens: bool = False
    attributes: Mapping[str, Value] = field(default_factory=dict)
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge between two ids; `kind` is its label. `weight` counts what it stands for: events, statements."""

    id: str
    source: str
    target: str
    kind: str
    weight: float = 1
    begin: str = ""
    end: str = ""
    attributes: Mapping[str, Value] = field(default_factory=dict)
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PropertyGraph:
    """Nodes and edges, sorted by id; every edge ends at nodes that are there."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = field(default=())


class Type(Enum):
    """The type of an attribute over all nodes or edges; values are the names that most formats use."""

    STRING = "string"
    LONG = "long"
    DOUBLE = "double"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute as a whole format needs it declared: one type for all, a list where any value is one."""

    name: str
    type: Type
    is_list: bool = False


def row_of(item: Node | Edge) -> dict[str, Value]:
    """Everything of a node or an edge but its id, ends, label and kind, under the names that files give it."""
    own: dict[str, Value | None] = {
        "weight": item.weight if isinstance(item, Edge) else None,
        "iri": item.iri or None if isinstance(item, Node) else None,
        "party": item.side or None if isinstance(item, Node) else None,
        "begin": item.begin or None,
        "end": item.end or None,
        "lat": item.latitude if isinstance(item, Node) else None,
        "lon": item.longitude if isinstance(item, Node) else None,
        "near": item.near or None if isinstance(item, Node) else None,
        "claims": item.claims or None,
    }
    found = {name: value for name, value in own.items() if value is not None}
    return found | {name if name not in own else f"{name} (told)": value for name, value in item.attributes.items()}


def attributes_of(rows: Iterable[Mapping[str, Value]]) -> tuple[Attribute, ...]:
    """
    The attributes of rows, sorted by name: numbers together are doubles, whatever else is mixed is text.

    >>> [(a.name, a.type.value, a.is_list) for a in attributes_of([{"a": 1}, {"a": 2.5, "b": ("x",)}])]
    [('a', 'double', False), ('b', 'string', True)]
    """
    types: dict[str, set[Type]] = {}
    lists: set[str] = set()
    for row in rows:
        for name, value in row.items():
            seen = types.setdefault(name, set())
            if isinstance(value, tuple):
                lists.add(name)
                seen.update(map(_type, value))
            else:
                seen.add(_type(value))
    return tuple(Attribute(name, _common(types[name]), name in lists) for name in sorted(types))


def _type(value: Scalar) -> Type:
    if isinstance(value, bool):
        return Type.BOOLEAN
    if isinstance(value, int):
        return Type.LONG if value in LONG else Type.STRING
    return Type.DOUBLE if isinstance(value, float) else Type.STRING


def _common(types: set[Type]) -> Type:
    if types <= {Type.LONG, Type.DOUBLE} and Type.DOUBLE in types:
        return Type.DOUBLE
    return next(iter(types)) if len(types) == 1 else Type.STRING


def scalars(value: Value) -> tuple[Scalar, ...]:
    """A value as a tuple, one of one where it is no list."""
    return value if isinstance(value, tuple) else (value,)


def written(value: Scalar) -> str:
    """
    A scalar as text: numbers as short as they can be read back, truth values in small letters.

    >>> written(True), written(2.0), written(-3)
    ('true', '2.0', '-3')
    """
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, float) else str(value)
