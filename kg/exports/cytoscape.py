"""
A property graph as Cytoscape JSON, for Cytoscape (File, Import, Network from File: `.cyjs`) and cytoscape.js.

Spec: https://js.cytoscape.org/#notation/elements-json
"""

from __future__ import annotations

import json
import math
from typing import Any, BinaryIO

from kg.exports.json_numbers import SAFE
from kg.exports.losses import Losses
from kg.exports.property_graph import Edge, Node, PropertyGraph, Scalar, Value, row_of

_KEY_OF_NAME = "name"


def write_cytoscape(graph: PropertyGraph, output: BinaryIO, losses: Losses) -> None:
    """
    Write elements, one a line. A list stays a list; a whole number that a double would change is a text, and counted.

    `name` is the label, which Cytoscape shows; `interaction` is the kind of an edge.
    """
    head = {"format_version": "1.0", "generated_by": "conflict-kg", "target_cytoscapejs_version": "~3.30"}
    output.write(json.dumps(head, ensure_ascii=False).encode()[:-1])
    output.write(b', "data": ' + _line({_KEY_OF_NAME: graph.title}) + b', "elements": {"nodes": [')
    output.writelines(
        (b",\n" if number else b"\n") + _line({"data": _node(node, losses)}) for number, node in enumerate(graph.nodes)
    )
    output.write(b'\n], "edges": [')
    output.writelines(
        (b",\n" if number else b"\n") + _line({"data": _edge(edge, losses)}) for number, edge in enumerate(graph.edges)
    )
    output.write(b"\n]}}\n")


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def _node(node: Node, losses: Losses) -> dict[str, Any]:
    own = {"id": f"n {node.id}", _KEY_OF_NAME: node.label, "shared_name": node.label, "kind": node.kind, "key": node.id}
    return _with(own, row_of(node), losses)


def _edge(edge: Edge, losses: Losses) -> dict[str, Any]:
    own = {
        "id": f"e {edge.id}",
        "source": f"n {edge.source}",
        "target": f"n {edge.target}",
        "interaction": edge.kind,
        _KEY_OF_NAME: edge.label or edge.kind,
        "directed": edge.directed,
    }
    return _with(own, row_of(edge), losses)


def _with(own: dict[str, Any], row: dict[str, Value], losses: Losses) -> dict[str, Any]:
    for name, value in sorted(row.items()):
        key = f"{name} (told)" if name in own or name in ("parent", "source", "target") else name
        own[key] = [_safe(v, losses) for v in value] if isinstance(value, tuple) else _safe(value, losses)
    return own


def _safe(value: Scalar, losses: Losses) -> Scalar:
    if isinstance(value, float) and (not math.isfinite(value)):
        losses.add("numbers that JSON has no way to write, which are texts")
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= SAFE:
        losses.add("whole numbers beyond 2^53, which are texts", 1, str(value))
        return str(value)
    return value
