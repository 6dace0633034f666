"""
A property graph as GEXF 1.3, for Gephi: times, kinds, lists, colours, positions, and every claim.

Spec: https://gexf.net/schema.html and https://gexf.net/1.3/gexf.rng
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from kg.exports.gexf_times import Times
from kg.exports.gexf_values import Column, columns_of, identifier, value_text
from kg.exports.losses import Losses
from kg.exports.mercator import mercator
from kg.exports.property_graph import Edge, Node, PropertyGraph, Value
from kg.exports.xml_text import XmlFile, xml_file, xml_text

_GEXF: Final = "http://gexf.net/1.3"
_VIZ: Final = "http://gexf.net/1.3/viz"


@dataclass(frozen=True, slots=True)
class _Writing:
    """A file as it is written: its columns by name, how times stand in it, what it lost."""

    file: XmlFile
    node_columns: Mapping[str, Column]
    edge_columns: Mapping[str, Column]
    times: Times
    losses: Losses

    def empty(self, name: str, attributes: Mapping[str, str], namespace: str = _GEXF) -> None:
        """Write an element without content."""
        with self.file.element(f"{{{namespace}}}{name}", dict(attributes)):
            pass


def write_gexf(graph: PropertyGraph, output: BinaryIO, losses: Losses) -> None:
    """
    Write a graph as it is gone through; nodes and edges are not kept.

    Edges have their kind, so that Gephi keeps parallel ones apart. Times are spells, and `begin` and `end` besides:
    some readers pass over spells. Positions are Mercator's, north up; `latitude` and `longitude` stand beside them.

    Raises:
        EnvironmentFault: lxml is not installed.
    """
    node_columns, edge_columns = columns_of(graph, losses)
    times = Times.of(graph)
    with xml_file(output) as file, file.element(f"{{{_GEXF}}}gexf", {"version": "1.3"}, {None: _GEXF, "viz": _VIZ}):
        writing = _Writing(file, node_columns, edge_columns, times, losses)
        with file.element(f"{{{_GEXF}}}meta"):
            for name, text in (("creator", "conflict-kg"), ("description", xml_text(graph.title, losses))):
                with file.element(f"{{{_GEXF}}}{name}"):
                    file.write(text)
        with file.element(f"{{{_GEXF}}}graph", {"idtype": "string"} | _direction(graph) | times.head()):
            _declare(writing, "node", node_columns)
            _declare(writing, "edge", edge_columns)
            with file.element(f"{{{_GEXF}}}nodes", {"count": str(len(graph.nodes))}):
                for node in graph.nodes:
                    _write_node(writing, node)
            with file.element(f"{{{_GEXF}}}edges", {"count": str(len(graph.edges))}):
                for edge in graph.edges:
                    _write_edge(writing, edge)


def _direction(graph: PropertyGraph) -> dict[str, str]:
    """The one direction of all edges; with two, nothing: Gephi drops every edge that is not of the one it is told."""
    kinds = {edge.directed for edge in graph.edges}
    return {} if len(kinds) > 1 else {"defaultedgetype": "undirected" if kinds == {False} else "directed"}


def _declare(writing: _Writing, part: str, columns: Mapping[str, Column]) -> None:
    with writing.file.element(f"{{{_GEXF}}}attributes", {"class": part, "mode": "static"}):
        for column in columns.values():
            writing.empty("attribute", {"id": column.id, "title": column.title, "type": column.type_name})


def _write_node(writing: _Writing, node: Node) -> None:
    ends = {"id": identifier(node.id), "label": xml_text(node.label, writing.losses)}
    with writing.file.element(f"{{{_GEXF}}}node", ends):
        _write_values(writing, _node_values(node), writing.node_columns)
        writing.times.write(writing.file, _GEXF, node.spells, writing.losses)
        if node.size is not None and 0 <= node.size < math.inf:
            writing.empty("size", {"value": _number(node.size)}, _VIZ)
        _write_position(writing, node)
        if node.colour:
            writing.empty("color", _rgb(node.colour), _VIZ)


def _write_position(writing: _Writing, node: Node) -> None:
    if node.latitude is None or node.longitude is None:
        return
    if abs(node.longitude) <= 180 and abs(node.latitude) <= 90:  # false for what is no number
        x, y = mercator(node.longitude, node.latitude)
        writing.empty("position", {"x": _number(x), "y": _number(y), "z": "0"}, _VIZ)
    else:
        writing.losses.add("coordinates that are none", 1, f"{node.latitude}, {node.longitude}")


def _write_edge(writing: _Writing, edge: Edge) -> None:
    losses = writing.losses
    weight = edge.weight
    if not 0 < weight < math.inf:  # also where it is no number
        losses.add("weights that are not above 0, which are 1", 1, str(weight))
        weight = 1
    ends = {
        "id": identifier(edge.id),
        "source": identifier(edge.source),
        "target": identifier(edge.target),
        "type": "directed" if edge.directed else "undirected",
        "kind": xml_text(edge.kind, losses),
        "label": xml_text(edge.label or edge.kind, losses),
        "weight": _number(weight),
    }
    with writing.file.element(f"{{{_GEXF}}}edge", ends):
        _write_values(writing, _edge_values(edge), writing.edge_columns)
        writing.times.write(writing.file, _GEXF, edge.spells, losses)
        writing.empty("thickness", {"value": _number(min(weight, 1e30))}, _VIZ)


def _write_values(writing: _Writing, values: Iterator[tuple[str, Value]], columns: Mapping[str, Column]) -> None:
    found = []
    for name, value in values:
        column = columns[name]
        text = value_text(value, column, writing.losses)
        if text is not None:
            found.append({"for": column.id, "value": text})
    if found:
        with writing.file.element(f"{{{_GEXF}}}attvalues"):
            for attributes in found:
                writing.empty("attvalue", attributes)


def _node_values(node: Node) -> Iterator[tuple[str, Value]]:
    own: tuple[tuple[str, Value | None], ...] = (
        ("iri", node.iri or None),
        ("kind", node.kind or None),
        ("side", node.side or None),
        ("parent", identifier(node.parent) if node.parent else None),
        ("begin", node.begin or None),
        ("end", node.end or None),
        ("latitude", node.latitude),
        ("longitude", node.longitude),
        ("near", node.near or None),
        ("claims", node.claims or None),
    )
    yield from ((f"own {name}", value) for name, value in own if value is not None)
    yield from node.attributes.items()


def _edge_values(edge: Edge) -> Iterator[tuple[str, Value]]:
    own: tuple[tuple[str, Value | None], ...] = (
        ("begin", edge.begin or None),
        ("end", edge.end or None),
        ("sources", edge.sources),
        ("claims", edge.claims or None),
    )
    yield from ((f"own {name}", value) for name, value in own if value is not None)
    yield from edge.attributes.items()


def _rgb(colour: str) -> dict[str, str]:
    """The channels of `#rrggbb`: of the two ways to write a colour, the one that Gephi's older versions read too."""
    return {name: str(int(colour[at : at + 2], 16)) for name, at in (("r", 1), ("g", 3), ("b", 5))}


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(float(value))
