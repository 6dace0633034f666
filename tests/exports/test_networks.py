"""Networks are read back by others than kg: the same nodes and edges, the same texts and numbers."""

from __future__ import annotations

import csv
import io
import json
import re

import networkx as nx
import pytest
from hypothesis import given

from kg.exports.cytoscape import write_cytoscape
from kg.exports.graph_csv import write_gephi_tables, write_neo4j_tables
from kg.exports.graph_ml import write_graph_ml
from kg.exports.losses import Losses, as_json
from kg.exports.property_graph import Edge, Node, PropertyGraph, row_of, scalars
from tests.exports.strategies import graphs

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_xml(text: str) -> str:
    """A text as an XML parser gives it back: other characters are replaced, line ends are line feeds."""
    return NOT_XML.sub("\ufffd", text)


def numbers_of(graph: PropertyGraph) -> dict[tuple[str, str], object]:
    return {
        (node.id, name): value
        for node in graph.nodes
        for name, value in node.attributes.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@given(graph=graphs())
def test_graphml_is_read_by_networkx(graph: PropertyGraph) -> None:
    out, losses = io.BytesIO(), Losses()
    write_graph_ml(graph, out, losses)
    found = nx.read_graphml(io.BytesIO(out.getvalue()), force_multigraph=True)
    assert found.number_of_nodes() == len(graph.nodes)
    assert found.number_of_edges() == len(graph.edges)
    for number, node in enumerate(graph.nodes):
        read = found.nodes[f"n{number}"]
        assert read["label"] == in_xml(node.label)
        assert read["id"] == in_xml(node.id)
    ends = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    for number, edge in enumerate(graph.edges):
        assert found.edges[ends[edge.source], ends[edge.target], f"e{number}"]["label"] == in_xml(
            edge.label or edge.kind
        )
    lists = sum(isinstance(v, tuple) for item in [*graph.nodes, *graph.edges] for v in row_of(item).values())
    told = sum(loss.count for loss in losses if "joined" in loss.what)
    assert told >= lists


def test_graphml_keeps_types_apart() -> None:
    nodes = (
        Node("a", "A", "k", attributes={"n": 1, "x": 2, "b": True, "mixed": 1, "big": 2**70}),
        Node("b", "B", "k", attributes={"n": -5, "x": 0.5, "mixed": "one"}),
    )
    out = io.BytesIO()
    write_graph_ml(PropertyGraph("t", nodes), out, Losses())
    found = nx.read_graphml(io.BytesIO(out.getvalue()))
    first, second = found.nodes["n0"], found.nodes["n1"]
    assert (first["n"], first["x"], first["b"], first["mixed"], first["big"]) == (1, 2.0, True, "1", str(2**70))
    assert (second["n"], second["x"], second["mixed"]) == (-5, 0.5, "one")


@given(graph=graphs())
def test_cytoscape_json_holds_everything(graph: PropertyGraph) -> None:
    out = io.BytesIO()
    write_cytoscape(graph, out, Losses())
    found = json.loads(out.getvalue(), parse_constant=pytest.fail)["elements"]
    assert [e["data"]["name"] for e in found["nodes"]] == [n.label for n in graph.nodes]
    ids = {e["data"]["id"] for e in found["nodes"]}
    assert len(ids) == len(graph.nodes)
    for read, edge in zip(found["edges"], graph.edges, strict=True):
        assert {read["data"]["source"], read["data"]["target"]} <= ids
        assert read["data"]["interaction"] == edge.kind
    for read, node in zip(found["nodes"], graph.nodes, strict=True):
        for name, value in row_of(node).items():
            kept = read["data"].get(f"{name} (told)", read["data"].get(name))
            assert [str(v) for v in scalars(value)] == [str(v) for v in (kept if isinstance(kept, list) else [kept])]


@given(graph=graphs())
def test_tables_for_gephi_have_a_row_each(graph: PropertyGraph) -> None:
    nodes, edges = io.BytesIO(), io.BytesIO()
    write_gephi_tables(graph, nodes, edges, Losses())
    read = list(csv.DictReader(io.StringIO(nodes.getvalue().decode(), newline="")))
    assert [(row["Id"], row["Label"]) for row in read] == [(n.id, n.label) for n in graph.nodes]
    links = list(csv.DictReader(io.StringIO(edges.getvalue().decode(), newline="")))
    assert [(r["Source"], r["Target"], r["Label"]) for r in links] == [
        (e.source, e.target, e.label or e.kind) for e in graph.edges
    ]
    assert [r["Type"] == "Directed" for r in links] == [e.directed for e in graph.edges]


@given(graph=graphs())
def test_tables_for_neo4j_have_typed_headers(graph: PropertyGraph) -> None:
    nodes, edges = io.BytesIO(), io.BytesIO()
    write_neo4j_tables(graph, nodes, edges, Losses())
    head, *rows = csv.reader(io.StringIO(nodes.getvalue().decode(), newline=""))
    assert head[:3] == ["id:ID", "name:string", ":LABEL"]
    for field in head[3:]:
        assert re.fullmatch(r"[^:{}\r\n]+:(string|long|double|boolean)(\[\])?", field), field
    types = {field.rpartition(":")[0]: field.rpartition(":")[2] for field in head[3:]}
    for row in rows:
        for field, cell in zip(head, row, strict=True):
            kind = types.get(field.rpartition(":")[0], "string")
            for part in cell.split("\x1f") if kind.endswith("[]") else [cell]:
                if part and kind.startswith("long"):
                    assert -(2**63) <= int(part) < 2**63
                elif part and kind.startswith("double"):
                    float(part)
                elif part and kind.startswith("boolean"):
                    assert part in ("true", "false")
    ends = list(csv.reader(io.StringIO(edges.getvalue().decode(), newline="")))
    assert ends[0][:3] == [":START_ID", ":END_ID", ":TYPE"]
    assert {cell for row in ends[1:] for cell in row[:2]} <= {row[0] for row in rows}


def test_an_array_is_split_where_the_page_says() -> None:
    graph = PropertyGraph("t", (Node("a", "A", "k", attributes={"also": ("x; y", 'z "q"')}),))
    nodes, edges = io.BytesIO(), io.BytesIO()
    write_neo4j_tables(graph, nodes, edges, Losses())
    head, row = csv.reader(io.StringIO(nodes.getvalue().decode(), newline=""))
    assert dict(zip(head, row, strict=True))["also:string[]"] == 'x; y\x1fz "q"'


def test_losses_are_counted_by_kind() -> None:
    losses = Losses()
    losses.add("rare things", 1, "a")
    losses.add("things", 2, "first")
    losses.add("things", 3, "second")
    assert [str(loss) for loss in losses] == ["things: 5 (first)", "rare things: 1 (a)"]
    assert json.loads(as_json(losses))[0] == {"what": "things", "count": 5, "example": "first"}


def test_an_edge_keeps_its_weight() -> None:
    graph = PropertyGraph("t", (Node("a", "A", "k"), Node("b", "B", "k")), (Edge("e", "a", "b", "with", weight=3),))
    nodes, edges = io.BytesIO(), io.BytesIO()
    write_gephi_tables(graph, nodes, edges, Losses())
    (row,) = csv.DictReader(io.StringIO(edges.getvalue().decode(), newline=""))
    assert row["Weight"] == "3"
