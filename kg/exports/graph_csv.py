"""
A property graph as two tables, of nodes and of edges: for Gephi's Data Laboratory and for `neo4j-admin`.

Spec: https://neo4j.com/docs/operations-manual/current/import/
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from kg.exports.csv_table import line_of
from kg.exports.losses import Losses
from kg.exports.property_graph import (
    Attribute,
    Edge,
    Many,
    Node,
    PropertyGraph,
    Type,
    Value,
    attributes_of,
    row_of,
    scalars,
    written,
)

Cells = Callable[[Value, Attribute, Losses], str]
Item = TypeVar("Item", bound=Node | Edge)

_NEO4J_TYPES = {Type.STRING: "string", Type.LONG: "long", Type.DOUBLE: "double", Type.BOOLEAN: "boolean"}
_ARRAY_DELIMITER = "\x1f"
"""What neo4j-admin is told to split arrays by (`--array-delimiter="U+001F"`): no text of people holds it."""
_NOT_IN_HEADERS = re.compile(r"[:{}\r\n]")


@dataclass(frozen=True, slots=True)
class _Form:
    """How a reader wants headers and cells."""

    node_head: tuple[str, ...]
    edge_head: tuple[str, ...]
    edge: Callable[[Edge, Losses], list[str]]
    header: Callable[[Attribute], str]
    cell: Cells


def write_gephi_tables(graph: PropertyGraph, nodes: BinaryIO, edges: BinaryIO, losses: Losses) -> None:
    """
    Write tables for Gephi (File, Import Spreadsheet): `Id`, `Label`, `Source`, `Target`, `Type`, `Weight`.

    Lists are joined by semicolons, and counted: the importer takes them for texts.
    """
    _write(graph, nodes, edges, _GEPHI, losses)


def write_neo4j_tables(graph: PropertyGraph, nodes: BinaryIO, edges: BinaryIO, losses: Losses) -> None:
    """
    Write tables for `neo4j-admin database import full`: typed headers with `:ID`, `:LABEL`, `:START_ID`, `:TYPE`.

    A node's label is its kind. Arrays are split at U+001F, texts may hold line breaks (`--multiline-fields=true`).
    """
    _write(graph, nodes, edges, _NEO4J, losses)


def _write(graph: PropertyGraph, nodes: BinaryIO, edges: BinaryIO, form: _Form, losses: Losses) -> None:
    """Two tables, as the graph is gone through: once for the types of columns, and once for the rows."""
    nodes.writelines(_lines(form.node_head, graph.nodes, _node, form, losses))
    edges.writelines(_lines(form.edge_head, graph.edges, form.edge, form, losses))


def _node(node: Node, _: Losses) -> list[str]:
    return [node.id, node.label, node.kind]


def _gephi_edge(edge: Edge, _: Losses) -> list[str]:
    direction = "Directed" if edge.directed else "Undirected"
    return [edge.id, edge.source, edge.target, direction, edge.label or edge.kind, written(edge.weight)]


def _neo4j_edge(edge: Edge, losses: Losses) -> list[str]:
    if not edge.directed:
        losses.add("edges without a direction, which Neo4j gives one")
    return [edge.source, edge.target, edge.kind, edge.id, written(float(edge.weight))]


def _lines(
    head: Sequence[str], items: Many[Item], first: Callable[[Item, Losses], list[str]], form: _Form, losses: Losses
) -> Iterator[bytes]:
    attributes = attributes_of(map(_told, items))
    yield line_of([*head, *map(form.header, attributes)])
    for item in items:
        row = _told(item)
        cells = [form.cell(row[a.name], a, losses) if a.name in row else None for a in attributes]
        yield line_of([*first(item, losses), *cells])


def _told(item: Node | Edge) -> dict[str, Value]:
    """What stands behind the first columns; the weight is one of these."""
    row = row_of(item)
    if isinstance(item, Edge):
        del row["weight"]
    return row


def _gephi_header(attribute: Attribute) -> str:
    # A header that Gephi gives a meaning of its own would make it read the column as that.
    taken = attribute.name.lower() in {
        "id",
        "label",
        "source",
        "target",
        "type",
        "weight",
        "kind",
        "timeset",
        "interval",
    }
    return f"{attribute.name} (told)" if taken else attribute.name


def _gephi_cell(value: Value, attribute: Attribute, losses: Losses) -> str:
    if attribute.is_list:
        losses.add(f"lists under {attribute.name}, which are joined by semicolons")
    return "; ".join(map(written, scalars(value)))


def _neo4j_header(attribute: Attribute) -> str:
    name = _NOT_IN_HEADERS.sub("_", attribute.name)
    return f"{name}:{_NEO4J_TYPES[attribute.type]}" + ("[]" if attribute.is_list else "")


def _neo4j_cell(value: Value, attribute: Attribute, losses: Losses) -> str:
    texts = []
    for scalar in scalars(value):
        text = written(scalar)
        if isinstance(scalar, float) and not math.isfinite(scalar):
            text = {"inf": "Infinity", "-inf": "-Infinity"}.get(text, "NaN")
        if attribute.is_list and _ARRAY_DELIMITER in text:
            losses.add("characters U+001F in arrays, which are blanks")
            text = text.replace(_ARRAY_DELIMITER, " ")
        texts.append(text)
    return _ARRAY_DELIMITER.join(texts)


_GEPHI = _Form(
    ("Id", "Label", "Kind"),
    ("Id", "Source", "Target", "Type", "Label", "Weight"),
    _gephi_edge,
    _gephi_header,
    _gephi_cell,
)
_NEO4J = _Form(
    ("id:ID", "name:string", ":LABEL"),
    (":START_ID", ":END_ID", ":TYPE", "key:string", "weight:double"),
    _neo4j_edge,
    _neo4j_header,
    _neo4j_cell,
)
