"""Measures are those of networkx, and the same each time."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.exports import measures
from kg.exports.measures import MEASURES, measured
from kg.exports.property_graph import Edge, Node, PropertyGraph, Value
from kg.model.errors import UsageError

PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 3), st.booleans()), max_size=16)


def graph_of(pairs: list[tuple[int, int, int, bool]], count: int = 8) -> PropertyGraph:
    nodes = tuple(Node(str(n), str(n), "k", attributes={"told": n}) for n in range(count))
    edges = tuple(
        Edge(f"{at:03d}", str(a), str(b), f"k{at}", weight=w, directed=d) for at, (a, b, w, d) in enumerate(pairs)
    )
    return PropertyGraph("", nodes, edges)


def values(graph: PropertyGraph, name: str) -> list[Value]:
    return [node.attributes[name] for node in graph.nodes]


@given(PAIRS)
@settings(max_examples=40)
def test_they_are_those_of_networkx(pairs: list[tuple[int, int, int, bool]]) -> None:
    found = measured(graph_of(pairs), ["degree", "betweenness", "communities"])
    other = nx.MultiGraph()
    other.add_nodes_from(range(8))
    other.add_edges_from((a, b, {"weight": w}) for a, b, w, _ in pairs)
    assert values(found, "degree") == [other.degree(n) for n in range(8)]
    assert values(found, "weighted degree") == [other.degree(n, weight="weight") for n in range(8)]
    simple = nx.Graph((a, b) for a, b, *_ in pairs if a != b)
    simple.add_nodes_from(range(8))
    expected = nx.betweenness_centrality(simple, normalized=False)
    assert values(found, "betweenness") == pytest.approx([expected[n] for n in range(8)], abs=1e-5)
    # A community never reaches over parts that are not connected, and an edge that stands alone is one community.
    community = values(found, "community")
    for part in nx.connected_components(simple):
        assert not {community[n] for n in part} & {community[n] for n in set(range(8)) - part}


@given(PAIRS)
@settings(max_examples=20)
def test_they_are_the_same_each_time(pairs: list[tuple[int, int, int, bool]]) -> None:
    graph = graph_of(pairs)
    assert measured(graph, list(MEASURES)) == measured(graph, list(MEASURES))


def test_two_cliques_with_a_bridge_are_two_communities() -> None:
    cliques = [(a, b, 1, False) for half in (0, 4) for a in range(half, half + 4) for b in range(a + 1, half + 4)]
    found = measured(graph_of([*cliques, (3, 4, 1, False)]), ["communities", "betweenness"])
    assert values(found, "community") == [1, 1, 1, 1, 2, 2, 2, 2]
    assert values(found, "betweenness")[3] == max(v for v in values(found, "betweenness") if isinstance(v, float))


def test_both_libraries_give_the_same_betweenness() -> None:
    pairs = [(0, 1), (1, 2), (1, 3), (3, 4), (2, 4)]
    edges = [(a, b, 1, False) for a, b in pairs]
    found = values(measured(graph_of(edges), ["betweenness"]), "betweenness")
    assert found == pytest.approx(measures._with_networkx(8, pairs))


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), 1e308, -2.0, 0.0])
def test_a_weight_that_is_none_counts_nothing(weight: float) -> None:
    nodes = tuple(Node(name, name, "k") for name in "abc")
    odd = (Edge("1", "a", "b", "k", weight=weight), Edge("2", "a", "b", "l", weight=weight))
    found = measured(PropertyGraph("", nodes, odd), list(MEASURES))
    assert values(found, "weighted degree") == [0, 0, 0]
    assert values(found, "degree") == [2, 2, 0]
    assert len(set(values(found, "community"))) == 3
    found = measured(PropertyGraph("", nodes, (*odd, Edge("3", "b", "c", "k"))), list(MEASURES))
    assert values(found, "weighted degree") == [0, 1, 1]
    assert values(found, "community")[1] == values(found, "community")[2] != values(found, "community")[0]


def test_what_is_told_under_the_name_of_a_measure_stays() -> None:
    node = Node("a", "A", "k", attributes={"degree": "colonel", "degree (measured)": 1})
    found = measured(PropertyGraph("", (node,)), ["degree"])
    assert found.nodes[0].attributes["degree"] == "colonel"  # type: ignore[index]
    assert found.nodes[0].attributes["degree (measured) (measured)"] == 0  # type: ignore[index]
    assert [a.name for a in found.declared()[0]] == sorted(found.nodes[0].attributes)  # type: ignore[index]


def test_they_are_declared_beside_what_was_told() -> None:
    found = measured(graph_of([(0, 1, 1, True)]), ["degree"])
    names = [attribute.name for attribute in found.node_attributes or ()]
    assert names == ["degree", "in-degree", "out-degree", "told", "weighted degree"]


def test_an_unknown_measure_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError) as raised:
        measured(graph_of([]), ["degre"])
    assert raised.value.hint == "did you mean 'degree'?"
