"""Where nodes are drawn: each connected part by springs, the parts side by side; the same for the same graph."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.model.errors import EnvironmentFault

if TYPE_CHECKING:
    import rustworkx

_SEED = 1027
_ROUNDS = 200
_ROUNDS_OF_LARGE = 60
_LARGE = 2000
_SPACE = 40.0
"""The side of the square that a node has to itself, in pixels of a page at its first size."""

Place = tuple[float, float]


def places(count: int, edges: Sequence[tuple[int, int]]) -> list[Place]:
    """
    A place for each of `count` nodes, to a tenth; larger parts come first, in rows from the top left.

    A part is as large as its nodes need, so that small ones are not lost beside a large one. The seed is fixed, and
    the order of nodes and edges decides the rest.

    Raises:
        EnvironmentFault: rustworkx is not installed.
    """
    try:
        import rustworkx
    except ImportError as error:
        raise EnvironmentFault(
            "places are computed with rustworkx, which is not installed", "pip install 'conflict-kg[exports]'"
        ) from error
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from_no_data(sorted({(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]}))
    parts = sorted((sorted(part) for part in rustworkx.connected_components(graph)), key=lambda p: (-len(p), p))
    found: list[Place] = [(0.0, 0.0)] * count
    boxes = [_spread(graph, part) for part in parts]
    for part, box, (left, top) in zip(parts, boxes, _packed([_size(box) for box in boxes]), strict=True):
        for node, (x, y) in zip(part, box, strict=True):
            found[node] = (round(left + x, 1), round(-top - y, 1))
    return found


def _spread(graph: rustworkx.PyGraph[int, None], part: list[int]) -> list[Place]:
    """Places of one part, from 0 on, in a square that grows with the number of nodes."""
    if len(part) == 1:
        return [(0.0, 0.0)]
    import rustworkx

    circle = {n: _on_circle(n, len(part)) for n in range(len(part))}
    rounds = _ROUNDS_OF_LARGE if len(part) > _LARGE else _ROUNDS
    found = rustworkx.spring_layout(graph.subgraph(part), pos=circle, num_iter=rounds, seed=_SEED)
    points = [found[number] for number in range(len(part))]
    low = [min(point[axis] for point in points) for axis in (0, 1)]
    high = [max(point[axis] for point in points) for axis in (0, 1)]
    side = _SPACE * math.sqrt(len(part)) * 1.5
    scale = side / max(high[0] - low[0], high[1] - low[1], 1e-9)
    return [((x - low[0]) * scale, (y - low[1]) * scale) for x, y in points]


def _on_circle(number: int, count: int) -> Place:
    """Places to begin with: the golden angle apart, so that neighbours in the list are none on the page."""
    angle = number * math.pi * (3 - math.sqrt(5))
    radius = math.sqrt((number + 1) / count)
    return radius * math.cos(angle), radius * math.sin(angle)


def _size(box: list[Place]) -> Place:
    return max(x for x, _ in box), max(y for _, y in box)


def _packed(sizes: list[Place]) -> list[Place]:
    """The top left corners of boxes in rows, as wide together as they are high, or as the first of them."""
    area = sum((width + _SPACE) * (height + _SPACE) for width, height in sizes)
    limit = max([math.sqrt(area) * 1.3, *(width + _SPACE for width, _ in sizes)])
    corners, left, top, tallest = [], 0.0, 0.0, 0.0
    for width, height in sizes:
        if left and left + width + _SPACE > limit:
            left, top, tallest = 0.0, top + tallest + _SPACE, 0.0
        corners.append((left, top))
        left += width + _SPACE
        tallest = max(tallest, height)
    return corners
