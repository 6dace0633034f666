"""
A property graph as GraphML, for yEd, Gephi, igraph, networkx and Cytoscape.

Spec: http://graphml.graphdrawing.org/specification.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, BinaryIO

from kg.exports.losses import Losses
from kg.exports.property_graph import (
    Attribute,
    Edge,
    Node,
    PropertyGraph,
    Value,
    attributes_of,
    row_of,
    scalars,
    written,
)
from kg.exports.xml_text import xml_file, xml_text

if TYPE_CHECKING:
    from kg.exports.xml_text import XmlFile

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_SEPARATOR = "; "


def write_graph_ml(graph: PropertyGraph, output: BinaryIO, losses: Losses) -> None:
    """
    Write a graph as it is gone through, undirected where no edge has a direction: readers refuse graphs with both.

    Nodes and edges are gone through once before, for the types of their attributes.

    Attributes have one of GraphML's own types, and no extension that a reader would drop. GraphML has no lists: values
    of one are joined by semicolons, and counted. Ids are `n0`, `n1` …; the real ones are the attribute `id`.

    Raises:
        EnvironmentFault: lxml is not installed.
    """
    default = "undirected" if graph.survey().directions == {False} else "directed"
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    with xml_file(output) as file, file.element("graphml", nsmap={None: _NAMESPACE}):
        keys = {
            "node": _keys(file, "node", map(_of_node, graph.nodes), losses),
            "edge": _keys(file, "edge", map(_of_edge, graph.edges), losses),
        }
        with file.element("graph", {"id": "G", "edgedefault": default}):
            for node in graph.nodes:
                with file.element("node", {"id": names[node.id]}):
                    _data(file, keys["node"], _of_node(node), losses)
            for number, edge in enumerate(graph.edges):
                ends = {"id": f"e{number}", "source": names[edge.source], "target": names[edge.target]}
                with file.element("edge", ends):
                    _data(file, keys["edge"], _of_edge(edge), losses)
                if default == "directed" and not edge.directed:
                    losses.add("edges without a direction beside others, which get one")


def _of_node(node: Node) -> dict[str, Value]:
    return {**row_of(node), "id": node.id, "label": node.label, "kind": node.kind}


def _of_edge(edge: Edge) -> dict[str, Value]:
    return {**row_of(edge), "id": edge.id, "label": edge.label or edge.kind, "kind": edge.kind}


def _keys(
    file: XmlFile, part: str, rows: Iterable[dict[str, Value]], losses: Losses
) -> dict[str, tuple[str, Attribute]]:
    """Declare the attributes; their key and type by name."""
    found = {}
    for number, attribute in enumerate(attributes_of(rows)):
        key = f"{part[0]}d{number}"
        kind = "string" if attribute.is_list else attribute.type.value
        described = {"id": key, "for": part, "attr.name": xml_text(attribute.name, losses), "attr.type": kind}
        with file.element("key", described):
            pass
        found[attribute.name] = (key, attribute)
    return found


def _data(
    file: XmlFile,
    keys: Mapping[str, tuple[str, Attribute]],
    row: Mapping[str, Value],
    losses: Losses,
) -> None:
    for name in sorted(row):
        key, attribute = keys[name]
        if attribute.is_list:
            losses.add(f"lists under {name}, which are joined by semicolons")
        with file.element("data", {"key": key}):
            file.write(xml_text(_SEPARATOR.join(map(written, scalars(row[name]))), losses))
