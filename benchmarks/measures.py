"""Measures of random graphs: seconds of a processor, for some numbers of nodes; betweenness with networkx beside it."""

from __future__ import annotations

import random
import time

from kg.exports.measures import MEASURES, _with_networkx, measured
from kg.exports.property_graph import Edge, Node, PropertyGraph


def main() -> None:
    """Five edges for each node, the same each time."""
    made = random.Random(1027)
    for count in (2_000, 5_000):
        pairs = [(made.randrange(count), made.randrange(count)) for _ in range(5 * count)]
        nodes = tuple(Node(str(number), "", "") for number in range(count))
        graph = PropertyGraph("", nodes, tuple(Edge(str(n), str(a), str(b), "k") for n, (a, b) in enumerate(pairs)))
        for name in MEASURES:
            began = time.process_time()
            measured(graph, [name])
            print(f"{count:,} nodes, {len(pairs):,} edges, {name}: {time.process_time() - began:.1f} s")
    began = time.process_time()
    _with_networkx(2_000, [(a % 2_000, b % 2_000) for a, b in pairs[:10_000]])
    print(f"2,000 nodes, 10,000 edges, betweenness by networkx: {time.process_time() - began:.1f} s")


if __name__ == "__main__":
    main()
