"""
A property graph as GEXF 1.3, for Gephi: times, kinds, lists, colours, positions, and every claim.

The text is written here: a million edges are eight million elements, and what a library does for each of them takes
longer than all else. `kg.exports.xml_text.Markup` is what keeps it XML.

Spec: https://gexf.net/schema.html and https://gexf.net/1.3/gexf.rng
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Final

from kg.exports.gexf_times import Times
from kg.exports.gexf_values import Column, columns_of, identifier
from kg.exports.losses import Losses
from kg.exports.mercator import mercator
from kg.exports.property_graph import Edge, Node, PropertyGraph, Value
from kg.exports.xml_text import Markup

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
    "<meta><creator>conflict-kg</creator><description>{}</description></meta>\n"
)
_AT_ONCE: Final = 1_000
_WIDEST: Final = 1e30


@dataclass(frozen=True, slots=True)
class _Writing:
    """A file as it is written: what makes texts markup, its columns by name, how times stand in it, what it lost."""

    markup: Markup
    node_columns: Mapping[str, Column]
    edge_columns: Mapping[str, Column]
    times: Times
    losses: Losses


def write_gexf(graph: PropertyGraph, output: BinaryIO, losses: Losses) -> None:
    """
    Write a graph as it is gone through, twice; nodes and edges are not kept.

    Edges have their kind, so that Gephi keeps parallel ones apart. Times are spells, and `begin` and `end` besides:
    some readers pass over spells. Positions are Mercator's, north up; `latitude` and `longitude` stand beside them.
    """
    node_columns, edge_columns = columns_of(graph, losses)
    times, direction = _survey(graph)
    writing = _Writing(Markup(losses), node_columns, edge_columns, times, losses)
    output.writelines(text.encode() for text in _batched(_parts(writing, graph, direction)))


def _survey(graph: PropertyGraph) -> tuple[Times, str]:
    """
    How times are told, and the one direction of all edges.

    Where edges have two directions the graph names none: Gephi drops every edge that is not of the one it is told.
    """
    times, directions = Times(), set()
    for node in graph.nodes:
        times.take(node.spells)
    for edge in graph.edges:
        times.take(edge.spells)
        directions.add(edge.directed)
    one = "undirected" if directions == {False} else "directed"
    return times, "" if len(directions) > 1 else f' defaultedgetype="{one}"'


def _batched(parts: Iterator[str]) -> Iterator[str]:
    batch = []
    for part in parts:
        batch.append(part)
        if len(batch) == _AT_ONCE:
            yield "".join(batch)
            batch.clear()
    yield "".join(batch)


def _parts(writing: _Writing, graph: PropertyGraph, direction: str) -> Iterator[str]:
    yield _HEAD.format(writing.markup.text(graph.title))
    yield f'<graph idtype="string"{direction}{writing.times.head()}>\n'
    yield from _declarations(writing, "node", writing.node_columns)
    yield from _declarations(writing, "edge", writing.edge_columns)
    yield f'<nodes count="{len(graph.nodes)}">\n'
    yield from (_node(writing, node) for node in graph.nodes)
    yield f'</nodes>\n<edges count="{len(graph.edges)}">\n'
    yield from (_edge(writing, edge) for edge in graph.edges)
    yield "</edges>\n</graph>\n</gexf>\n"


def _declarations(writing: _Writing, part: str, columns: Mapping[str, Column]) -> Iterator[str]:
    yield f'<attributes class="{part}" mode="static">\n'
    for column in columns.values():
        title = writing.markup.attribute(column.title)
        yield f'<attribute id="{column.id}" title="{title}" type="{column.type_name}"/>\n'
    yield "</attributes>\n"


def _node(writing: _Writing, node: Node) -> str:
    attribute = writing.markup.attribute
    looks = ""
    if node.size is not None and 0 <= node.size < math.inf:
        looks = f'<viz:size value="{_number(node.size)}"/>'
    if node.latitude is not None and node.longitude is not None:
        looks += _position(writing, node.latitude, node.longitude)
    if node.colour:
        looks += _colour(node.colour)
    return (
        f'<node id="{attribute(identifier(node.id))}" label="{attribute(node.label)}">'
        f"{_values(writing, chain(_own_of_node(node), node.attributes.items()), writing.node_columns)}"
        f"{writing.times.spells(node.spells, writing.losses)}{looks}</node>\n"
    )


def _position(writing: _Writing, latitude: float, longitude: float) -> str:
    if abs(longitude) <= 180 and abs(latitude) <= 90:  # false for what is no number
        x, y = mercator(longitude, latitude)
        return f'<viz:position x="{_number(x)}" y="{_number(y)}" z="0"/>'
    writing.losses.add("coordinates that are none", 1, f"{latitude}, {longitude}")
    return ""


def _colour(colour: str) -> str:
    """The channels of `#rrggbb`: of the two ways to write a colour, the one that older readers know too."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>'


def _edge(writing: _Writing, edge: Edge) -> str:
    attribute = writing.markup.attribute
    weight = edge.weight
    if not 0 < weight < math.inf:  # also where it is no number
        writing.losses.add("weights that are not above 0, which are 1", 1, str(weight))
        weight = 1
    elif weight > _WIDEST:
        writing.losses.add("weights above 1e30, which are that", 1, str(weight))
        weight = _WIDEST
    written = _number(weight)
    name, source, target, kind, label = edge.id, edge.source, edge.target, edge.kind, edge.label or edge.kind
    if not writing.markup.is_plain(f"{name}{source}{target}{kind}{label}"):
        name, source, target = (attribute(identifier(text)) for text in (name, source, target))
        kind, label = attribute(kind), attribute(label)
    values = _values(writing, chain(_own_of_edge(edge), edge.attributes.items()), writing.edge_columns)
    return (
        f'<edge id="{name}" source="{source}" target="{target}" type="{"directed" if edge.directed else "undirected"}"'
        f' kind="{kind}" label="{label}" weight="{written}">{values}'
        f'{writing.times.spells(edge.spells, writing.losses)}<viz:thickness value="{written}"/></edge>\n'
    )


def _values(writing: _Writing, values: Iterable[tuple[str, Value]], columns: Mapping[str, Column]) -> str:
    found = []
    for name, value in values:
        column = columns[name]
        text = column.markup(value, writing.markup, writing.losses)
        if text is not None:
            found.append(f'<attvalue for="{column.id}" value="{text}"/>')
    return f"<attvalues>{''.join(found)}</attvalues>" if found else ""


def _own_of_node(node: Node) -> Iterator[tuple[str, Value]]:
    own: tuple[tuple[str, Value | None], ...] = (
        ("own iri", node.iri or None),
        ("own kind", node.kind or None),
        ("own side", node.side or None),
        ("own parent", identifier(node.parent) if node.parent else None),
        ("own begin", node.begin or None),
        ("own end", node.end or None),
        ("own latitude", node.latitude),
        ("own longitude", node.longitude),
        ("own near", node.near or None),
        ("own claims", node.claims or None),
    )
    return ((name, value) for name, value in own if value is not None)


def _own_of_edge(edge: Edge) -> list[tuple[str, Value]]:
    own: list[tuple[str, Value]] = [("own sources", edge.sources)]
    if edge.claims:
        own.append(("own claims", edge.claims))
    if edge.spells:
        own += [(name, text) for name, text in (("own begin", edge.begin), ("own end", edge.end)) if text]
    return own


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(float(value))
