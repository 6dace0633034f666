"""
A view of the graph as nodes and edges with attributes: what every graph format is written from.

A format is a function `write(graph, output, losses)`, named in `kg.exports.graph_formats`. It may go through nodes and
edges as often as it wants, and should not keep them: a graph may be larger than memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import BinaryIO, Final, NamedTuple, Protocol, TypeAlias, TypeVar

from kg.exports.losses import Losses

Scalar: TypeAlias = str | int | float | bool
Value: TypeAlias = Scalar | tuple[Scalar, ...]
"""What an attribute holds: a scalar, or several; a day, a moment or an address is a text."""

Spell: TypeAlias = tuple[str, str]
"""From when until when, both included: days or moments of XSD, empty where the end is open. Never both are empty."""

LONG: Final = range(-(2**63), 2**63)
"""The whole numbers that the formats' longs hold, and those that their integers do."""
INTEGER: Final = range(-(2**31), 2**31)


_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_KEPT: Final = 4_000


class _Timed:
    """What has times."""

    __slots__ = ()
    spells: tuple[Spell, ...]

    @property
    def begin(self) -> str:
        """Where the first spell begins; empty where none is told or it is open."""
        return self.spells[0][0] if self.spells else ""

    @property
    def end(self) -> str:
        """Where the last spell ends; empty where none is told or it is open."""
        return self.spells[-1][1] if self.spells else ""


@dataclass(frozen=True, slots=True)
class Node(_Timed):
    """
    A node by its id (the IRI without the base); `iri` is the whole. `kind` and `side` are labels.

    `spells` are in order and do not overlap. `near` is true where the coordinates are those of a larger place or of one
    inside. `happens` is true for events, `lies` for places and facilities. `colour` is `#rrggbb`, stable for a side or
    a kind; `size` is above 0 where it is told. `parent` is the id of the node that it lies in or belongs to. `claims`
    are the IRIs of the claims about it.
    """

    id: str
    label: str
    kind: str
    iri: str = ""
    side: str = ""
    spells: tuple[Spell, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    near: bool = False
    happens: bool = False
    lies: bool = False
    colour: str = ""
    size: float | None = None
    parent: str = ""
    attributes: Mapping[str, Value] = field(default_factory=dict)
    claims: tuple[str, ...] = ()


class _Edge(NamedTuple):
    id: str
    source: str
    target: str
    kind: str
    label: str = ""
    weight: float = 1
    directed: bool = True
    spells: tuple[Spell, ...] = ()
    attributes: Mapping[str, Value] = MappingProxyType({})
    claims: tuple[str, ...] = ()
    sources: int = 0


class Edge(_Edge, _Timed):
    """
    An edge between two ids. `kind` tells parallel edges apart, `label` is what is shown (the kind, where it is empty).

    `weight` counts what it stands for: events, statements. `sources` is from how many sources its claims are.
    A tuple: there may be millions, and one is made in a fifth of the time of a dataclass.
    """

    __slots__ = ()


class Survey:
    """What a file says before its first edge: whether anything has a time, whether all are days, which directions."""

    def __init__(self) -> None:
        self.has_times = False
        self.only_days = True
        self.directions: set[bool] = set()
        self._known: set[tuple[Spell, ...]] = set()

    def take(self, spells: tuple[Spell, ...]) -> None:
        """Learn of some spells."""
        if not spells or spells in self._known:
            return
        self.has_times = True
        self.only_days = self.only_days and all(_DAY.fullmatch(text) for spell in spells for text in spell if text)
        if len(self._known) < _KEPT:
            self._known.add(spells)

    def take_edge(self, edge: Edge) -> None:
        """Learn of an edge."""
        self.take(edge.spells)
        self.directions.add(edge.directed)

    def joined(self, other: Survey) -> Survey:
        """What two surveys say together."""
        found = Survey()
        found.has_times = self.has_times or other.has_times
        found.only_days = self.only_days and other.only_days
        found.directions = self.directions | other.directions
        return found


class Type(Enum):
    """The type of an attribute over all nodes or edges; values are the names that most formats use."""

    STRING = "string"
    INTEGER = "integer"
    LONG = "long"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "dateTime"
    ANY_URI = "anyURI"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute as a whole format needs it declared: one type for all, a list where any value is one."""

    name: str
    type: Type
    is_list: bool = False


Item_co = TypeVar("Item_co", covariant=True)


class Many(Protocol[Item_co]):
    """What can be gone through again and again in one order, and whose length is known: a tuple, or a file."""

    def __iter__(self) -> Iterator[Item_co]:
        """Begin at the first."""

    def __len__(self) -> int:
        """How many there are."""


@dataclass(frozen=True, slots=True)
class PropertyGraph:
    """
    Nodes and edges, sorted by id, each id once; every edge ends at nodes that are there, and so does every `parent`.

    `node_attributes` and `edge_attributes` declare what stands under `attributes`, sorted by name. Where they are left
    out they are looked for in the values; so is the survey of the edges.
    """

    title: str
    nodes: Many[Node]
    edges: Many[Edge] = ()
    node_attributes: tuple[Attribute, ...] | None = None
    edge_attributes: tuple[Attribute, ...] | None = None
    edge_survey: Survey | None = None

    def survey(self) -> Survey:
        """The survey of nodes and edges; goes once through the edges where none is declared."""
        found = self.edge_survey
        if found is None:
            found = Survey()
            for edge in self.edges:
                found.take_edge(edge)
        of_nodes = Survey()
        for node in self.nodes:
            of_nodes.take(node.spells)
        return found.joined(of_nodes)

    def declared(self) -> tuple[tuple[Attribute, ...], tuple[Attribute, ...]]:
        """The attributes of nodes and those of edges; goes once through the values where they are not declared."""
        nodes, edges = self.node_attributes, self.edge_attributes
        return (
            attributes_of(node.attributes for node in self.nodes) if nodes is None else nodes,
            attributes_of(edge.attributes for edge in self.edges) if edges is None else edges,
        )


Write: TypeAlias = Callable[[PropertyGraph, BinaryIO, Losses], None]
"""How a format is written: what it cannot hold is counted in the losses, by name."""


def row_of(item: Node | Edge) -> dict[str, Value]:
    """Everything of a node or an edge but its id, ends, label and kind, under the names that files give it."""
    own: dict[str, Value | None] = {"begin": item.begin or None, "end": item.end or None, "claims": item.claims or None}
    if isinstance(item, Edge):
        own |= {"weight": item.weight, "sources": item.sources or None}
    else:
        own |= {
            "iri": item.iri or None,
            "party": item.side or None,
            "lat": item.latitude,
            "lon": item.longitude,
            "near": item.near or None,
            "parent": item.parent or None,
        }
    found = {name: value for name, value in own.items() if value is not None}
    return found | {name if name not in own else f"{name} (told)": value for name, value in item.attributes.items()}


def attributes_of(rows: Iterable[Mapping[str, Value]]) -> tuple[Attribute, ...]:
    """
    The attributes of rows, sorted by name: numbers together are doubles, whatever else is mixed is text.

    >>> attributes_of([{"a": 1}, {"a": 2.5, "b": ("x",)}])[1]
    Attribute(name='b', type=<Type.STRING: 'string'>, is_list=True)
    """
    types: dict[str, set[Type]] = {}
    lists: set[str] = set()
    for row in rows:
        for name, value in row.items():
            if isinstance(value, tuple):
                lists.add(name)
            types.setdefault(name, set()).update(map(type_of, scalars(value)))
    return tuple(Attribute(name, common(types[name]), name in lists) for name in sorted(types))


def type_of(value: Scalar) -> Type:
    """
    The type of one scalar as it stands: whether a text is a day or an address only a declaration can tell.

    >>> type_of(2**40), type_of(2**70), type_of(True)
    (<Type.LONG: 'long'>, <Type.STRING: 'string'>, <Type.BOOLEAN: 'boolean'>)
    """
    if isinstance(value, bool):
        return Type.BOOLEAN
    if isinstance(value, int):
        return Type.LONG if value in LONG else Type.STRING
    return Type.DOUBLE if isinstance(value, float) else Type.STRING


def common(types: set[Type]) -> Type:
    """
    The one type that can hold values of several: of numbers the wider, and text for whatever else is mixed.

    >>> common({Type.INTEGER, Type.LONG}), common({Type.LONG, Type.BOOLEAN})
    (<Type.LONG: 'long'>, <Type.STRING: 'string'>)
    """
    for numbers in ({Type.INTEGER, Type.LONG}, {Type.INTEGER, Type.LONG, Type.DOUBLE}):
        if len(types) > 1 and types <= numbers:
            return Type.DOUBLE if Type.DOUBLE in types else Type.LONG
    return next(iter(types)) if len(types) == 1 else Type.STRING


def scalars(value: Value) -> tuple[Scalar, ...]:
    """A value as a tuple, one of one where it is no list."""
    return value if isinstance(value, tuple) else (value,)


def written(value: Scalar) -> str:
    """
    A scalar as text: numbers as short as they can be read back, truth values in small letters.

    >>> written(True), written(2.0), written(-3), written(float("nan"))
    ('true', '2.0', '-3', 'NaN')
    """
    if isinstance(value, float):
        return repr(value) if value == value else "NaN"  # noqa: PLR0124 - XML Schema and Java know no `nan`
    return str(value).lower() if isinstance(value, bool) else str(value)
