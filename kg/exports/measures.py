"""
What Gephi's users have computed first: degree, betweenness, communities; as attributes of the nodes.

Directions are left out for betweenness and communities, and parallel edges are one. Weights count for communities
(more is closer) and for the weighted degree; betweenness goes by the number of steps. A weight that is no number, below
0 or beyond 1e30 counts nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from kg.exports.property_graph import Attribute, Edge, PropertyGraph, Type, Value
from kg.model.errors import UsageError

Weights: TypeAlias = Mapping[tuple[int, int], float]
"""Pairs of numbers of nodes, the smaller first, and what the edges between them weigh together."""

_SEED: Final = 1027
_WIDEST: Final = 1e30
_EXACT_UP_TO: Final = 5_000
"""Up to so many nodes betweenness is exact; beyond, it is estimated from as many of them."""


def measured(graph: PropertyGraph, names: Sequence[str]) -> PropertyGraph:
    """
    The graph with measures of its nodes; the same for the same graph.

    Raises:
        UsageError: There is no such measure.
    """
    from kg.ontology.model import nearest

    for name in names:
        if name not in MEASURES:
            hint = nearest(name, iter(MEASURES)) or f"one of: {', '.join(MEASURES)}"
            raise UsageError(f"there is no measure '{name}'", hint)
    if not names:
        return graph
    numbers = {node.id: number for number, node in enumerate(graph.nodes)}
    columns: dict[str, Sequence[Value]] = {}
    for name in dict.fromkeys(names):
        columns |= MEASURES[name](len(numbers), graph.edges, numbers)
    told = {attribute.name: attribute for attribute in graph.declared()[0]}
    types = {_free(title, told): _TYPES.get(title, Type.LONG) for title in columns}
    columns = dict(zip(types, columns.values(), strict=True))
    nodes = tuple(
        replace(node, attributes={**node.attributes, **{title: values[number] for title, values in columns.items()}})
        for number, node in enumerate(graph.nodes)
    )
    own = told | {title: Attribute(title, kind) for title, kind in types.items()}
    return replace(graph, nodes=nodes, node_attributes=tuple(own[name] for name in sorted(own)))


def _free(title: str, told: Container[str]) -> str:
    """A title for a measure that nothing told has."""
    while title in told:
        title += " (measured)"
    return title


def _counted(weight: float) -> float:
    return weight if 0 < weight <= _WIDEST else 0


def _weights(edges: Iterable[Edge], numbers: Mapping[str, int]) -> Weights:
    found: dict[tuple[int, int], float] = defaultdict(float)
    for edge in edges:
        ends = numbers[edge.source], numbers[edge.target]
        if ends[0] != ends[1]:
            found[min(ends), max(ends)] += _counted(edge.weight)
    return found


def _degree(count: int, edges: Iterable[Edge], numbers: Mapping[str, int]) -> dict[str, Sequence[Value]]:
    degree, weighted, incoming, outgoing = [0] * count, [0.0] * count, [0] * count, [0] * count
    for edge in edges:
        source, target = numbers[edge.source], numbers[edge.target]
        for end in (source, target):
            degree[end] += 1
            weighted[end] += _counted(edge.weight)
        if edge.directed:
            outgoing[source] += 1
            incoming[target] += 1
    return {"degree": degree, "weighted degree": weighted, "in-degree": incoming, "out-degree": outgoing}


def _betweenness(count: int, edges: Iterable[Edge], numbers: Mapping[str, int]) -> dict[str, Sequence[Value]]:
    pairs = sorted(_weights(edges, numbers))
    try:
        import rustworkx
    except ImportError:
        return {_BETWEENNESS: _with_networkx(count, pairs)}
    if count > _EXACT_UP_TO:
        return {_BETWEENNESS: _with_networkx(count, pairs)}
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from_no_data(pairs)
    found = rustworkx.graph_betweenness_centrality(graph, normalized=False)
    return {_BETWEENNESS: [round(found[number], 6) for number in range(count)]}


def _with_networkx(count: int, pairs: Iterable[tuple[int, int]]) -> list[float]:
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(pairs)
    sample = None if count <= _EXACT_UP_TO else _EXACT_UP_TO // 10
    found = nx.betweenness_centrality(graph, k=sample, normalized=False, seed=_SEED)
    return [round(found[number], 6) for number in range(count)]


def _communities(count: int, edges: Iterable[Edge], numbers: Mapping[str, int]) -> dict[str, Sequence[Value]]:
    """Louvain's communities, numbered from 1, the largest first; a node without an edge is one of its own."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    weights = sorted(_weights(edges, numbers).items())
    graph.add_weighted_edges_from((*pair, weight) for pair, weight in weights if weight)
    found = nx.community.louvain_communities(graph, weight="weight", seed=_SEED)
    community = [0] * count
    for number, members in enumerate(sorted(found, key=lambda one: (-len(one), min(one))), 1):
        for member in members:
            community[member] = number
    return {"community": community}


_BETWEENNESS: Final = "betweenness"
_TYPES: Final = {_BETWEENNESS: Type.DOUBLE, "weighted degree": Type.DOUBLE}
MEASURES: Final[Mapping[str, Callable[[int, Iterable[Edge], Mapping[str, int]], dict[str, Sequence[Value]]]]] = {
    "degree": _degree,
    "betweenness": _betweenness,
    "communities": _communities,
}
