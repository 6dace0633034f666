"""
What a shape reads: from which focus nodes a triple can be seen.

Each read is a predicate and the walk from a focus node to the node of the triple that the shape has reached. Walking
it backwards from a triple that has changed gives the focus nodes whose results may have changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.validation.shapes.constraints import (
    Closed,
    Disjoint,
    Equals,
    IsInstance,
    Less,
    Shape,
    Shapes,
    Sparql,
)
from kg.validation.shapes.paths import Path
from kg.validation.shapes.reading import references
from kg.validation.shapes.shape_graph import TYPE
from kg.validation.sparql.query_reads import in_query
from kg.validation.walks import ANY, Read, Seen, Walk, along, once


def reads(shapes: Shapes, shape: Shape) -> frozenset[Seen]:
    """
    Everything that the results of a shape with targets depend on, its targets included.

    The hierarchy of classes is left out: what it changes can be seen from everywhere.
    """
    found: set[Seen] = set()
    for target in shape.targets:
        match target.kind:
            case "class":
                found.add(once(Read(TYPE)))
            case "subjects":
                found.add(once(Read(target.term)))
            case "objects":
                found.add(once(Read(target.term, backwards=True)))
    found.update(_of_shape(shapes, shape, ()))
    return frozenset(found)


def _of_shape(shapes: Shapes, shape: Shape, walk: Walk) -> Iterator[Seen]:
    if shape.path is not None:
        yield frozenset({along(shape.path, walk)})
    reached = walk if shape.path is None else (*walk, shape.path)
    for constraint in shape.constraints:
        match constraint:
            case IsInstance():
                yield once(Read(TYPE, reached))
            case Closed():
                yield once(Read(ANY.iri, reached))
            case Equals(predicate) | Disjoint(predicate) | Less(_, predicate, _):
                yield once(Read(predicate, walk))
            case Sparql():
                yield from _of_query(constraint, walk, shape.path)
    for term in references(shape):
        yield from _of_shape(shapes, shapes.by_term[term], reached)


def _of_query(constraint: Sparql, walk: Walk, path: Path | None) -> Iterator[Seen]:
    bound = {"?this": walk}
    if constraint.per_value:
        bound["?value"] = walk if path is None else (*walk, path)
    yield from in_query(constraint.query.text(), bound)
