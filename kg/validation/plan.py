"""From shapes to relations: what each constraint finds wrong, over a set of focus nodes at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import NamedTuple

from kg.validation.relations import (
    AnyOf,
    Common,
    Dropped,
    Failing,
    Fewer,
    FocusNodes,
    InBoth,
    InOneOnly,
    Instances,
    Itself,
    Kept,
    Listed,
    More,
    Nodes,
    NotInExactlyOne,
    NotLess,
    ObjectsOf,
    Pairs,
    Reached,
    Rows,
    SameLanguage,
    Solutions,
    SubjectsOf,
    Unexpected,
    ValueNodes,
    Ways,
    Without,
)
from kg.validation.shapes.constraints import (
    AtLeast,
    AtMost,
    Closed,
    Conforms,
    ConformsNot,
    ConformsToAll,
    ConformsToAny,
    ConformsToOne,
    Constraint,
    Disjoint,
    Equals,
    HasProperty,
    HasValue,
    IsInstance,
    IsOneOf,
    Less,
    PerValue,
    Qualified,
    Shape,
    Shapes,
    Sparql,
    UniqueLanguages,
)
from kg.validation.shapes.paths import Predicate

NOTHING = Listed(())
_IN_TURN = 12  # members of sh:or, each below the last: many would be nested deeper than Python goes


class Check(NamedTuple):
    """
    What one constraint of one shape finds.

    `within` is set where the shape is reached from the value nodes of another: each of its pairs whose value node is
    a result's focus node gives that result once.
    """

    shape: Shape
    constraint: Constraint
    relation: Nodes | Pairs | Rows
    within: Pairs | None = None


def targets(shape: Shape) -> Nodes:
    """The focus nodes that the shape's own targets give."""
    sets: list[Nodes] = []
    listed = tuple(target.term for target in shape.targets if target.kind == "node")
    if listed:
        sets.append(Listed(listed))
    for target in shape.targets:
        match target.kind:
            case "class":
                sets.append(Instances(target.term))
            case "subjects":
                sets.append(SubjectsOf(target.term))
            case "objects":
                sets.append(ObjectsOf(target.term))
    return sets[0] if len(sets) == 1 else AnyOf(tuple(sets))


def checks(shapes: Shapes, shape: Shape, nodes: Nodes, within: Pairs | None = None) -> Iterator[Check]:
    """Each constraint of the shape over the nodes, and of the property shapes below it over theirs."""
    if shape.deactivated:
        return
    values = value_nodes(shape, nodes)
    for constraint in shape.constraints:
        if isinstance(constraint, HasProperty):
            below = shapes.by_term[constraint.shape]
            if isinstance(values, Itself):
                yield from checks(shapes, below, nodes, within)
            else:
                ways = values if within is None else Ways(within, values)
                yield from checks(shapes, below, ValueNodes(values), ways)
        else:
            yield Check(shape, constraint, failures(shapes, shape, constraint, nodes), within)


def value_nodes(shape: Shape, nodes: Nodes) -> Pairs:
    """Each node with the value nodes of the shape."""
    return Itself(nodes) if shape.path is None else Reached(nodes, shape.path)


def nonconforming(shapes: Shapes, term: str, nodes: Nodes) -> Nodes:
    """The nodes that do not conform to the shape."""
    shape = shapes.by_term[term]
    if shape.deactivated:
        return NOTHING
    sets = [_failing_nodes(shapes, shape, constraint, nodes) for constraint in shape.constraints]
    return sets[0] if len(sets) == 1 else AnyOf(tuple(sets))


def _failing_nodes(shapes: Shapes, shape: Shape, constraint: Constraint, nodes: Nodes) -> Nodes:
    found = failures(shapes, shape, constraint, nodes)
    if isinstance(found, Itself | Reached | Kept | Dropped | Failing | InBoth | InOneOnly | Ways):
        return FocusNodes(found)
    if isinstance(found, NotLess | SameLanguage | Unexpected | Solutions):
        return FocusNodes(found)
    return found


def failures(shapes: Shapes, shape: Shape, constraint: Constraint, nodes: Nodes) -> Nodes | Pairs | Rows:
    """What the constraint finds wrong with the nodes: nodes where there is no value to name, else pairs or rows."""
    values = value_nodes(shape, nodes)
    match constraint:
        case PerValue(_, condition):
            return Failing(values, condition)
        case IsInstance(of):
            return Dropped(values, Instances(of))
        case IsOneOf(terms):
            return Dropped(values, Listed(terms))
        case AtLeast(count):
            return Fewer(nodes, values, count)
        case AtMost(count):
            return More(values, count)
        case HasValue(term):
            return Without(nodes, FocusNodes(Kept(values, Listed((term,)))))
        case UniqueLanguages():
            return SameLanguage(values)
        case Closed(predicates):
            return Unexpected(values, predicates)
        case Sparql():
            return Solutions(nodes, values, constraint, shape.term, shape.severity)
        case Equals(predicate):
            return InOneOnly(values, Reached(nodes, Predicate(predicate)))
        case Disjoint(predicate):
            return InBoth(values, Reached(nodes, Predicate(predicate)))
        case Less(_, predicate, or_equal):
            return NotLess(values, Reached(nodes, Predicate(predicate)), or_equal)
        case _:
            return _shape_failures(shapes, constraint, nodes, values)


def _shape_failures(shapes: Shapes, constraint: Constraint, nodes: Nodes, values: Pairs) -> Nodes | Pairs:
    candidates = values.nodes if isinstance(values, Itself) else ValueNodes(values)
    match constraint:
        case Conforms(shape) | HasProperty(shape):
            return Kept(values, nonconforming(shapes, shape, candidates))
        case ConformsNot(shape):
            return Dropped(values, nonconforming(shapes, shape, candidates))
        case ConformsToAll(members):
            return Kept(values, AnyOf(tuple(nonconforming(shapes, one, candidates) for one in members)))
        case ConformsToAny(members):
            if len(members) > _IN_TURN:
                return Kept(values, Common(tuple(nonconforming(shapes, one, candidates) for one in members)))
            # What fails the first is all that the second need look at.
            return Kept(values, reduce(lambda left, one: nonconforming(shapes, one, left), members, candidates))
        case ConformsToOne(members):
            failing = tuple(nonconforming(shapes, one, candidates) for one in members)
            return Kept(values, NotInExactlyOne(candidates, failing))
        case Qualified(_, shape, least, most, siblings):
            right: Pairs = Dropped(values, nonconforming(shapes, shape, candidates))
            for sibling in siblings:
                right = Kept(right, nonconforming(shapes, sibling, candidates))
            return Fewer(nodes, right, least) if least is not None else More(right, most or 0)
        case _:
            raise AssertionError(constraint)
