"""The set-based engine: shape by shape, each constraint once over all its focus nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from time import perf_counter
from typing import Protocol

from kg.model.findings import Severity
from kg.model.terms import parts_of
from kg.validation import messages
from kg.validation.plan import Check, checks, targets
from kg.validation.relations import Listed, Nodes, Pairs, Rows
from kg.validation.results import Origin, Result, Row, Statistic, path_text
from kg.validation.shapes.constraints import (
    Closed,
    Conforms,
    ConformsToAll,
    ConformsToAny,
    ConformsToOne,
    Constraint,
    Disjoint,
    Equals,
    HasValue,
    IsInstance,
    IsOneOf,
    Less,
    Shape,
    Shapes,
    Sparql,
)
from kg.validation.shapes.paths import Predicate, predicates
from kg.validation.shapes.shape_graph import sh

_SEVERITIES = {sh("Violation"): Severity.violation, sh("Warning"): Severity.warning, sh("Info"): Severity.info}
_OF_SHAPES = (Conforms, ConformsToAll, ConformsToAny, ConformsToOne)
_AT_ONCE = 5_000
_TOLD = 6


class Evaluator(Protocol):
    """Evaluates relations over a data graph."""

    def rows(self, relation: Nodes | Pairs | Rows, path: str, within: Pairs | None = None) -> Iterator[Row]:
        """
        The relation as results; `path` is the predicate under which the place of a result is looked for.

        `within` repeats each row for every pair whose value node is the row's focus node.
        """
        ...

    def count(self, relation: Nodes) -> int:
        """How many nodes the set has."""
        ...


class SetEngine:
    """
    Validates a data graph against shapes; see `Engine`.

    `foreign` gives the results of the shapes that are not compiled. After `results` has ended, `statistics` holds what
    each named shape came to.
    """

    def __init__(
        self, shapes: Shapes, evaluator: Evaluator, foreign: Callable[[], Iterable[Result]] = lambda: ()
    ) -> None:
        self.shapes = shapes
        self.evaluator = evaluator
        self.statistics: dict[str, Statistic] = {}
        self._foreign = foreign

    def results(self) -> Iterator[Result]:
        """
        See `Engine.validate`.

        Shapes that are not compiled come last.
        """
        for shape in self.shapes.with_targets():
            start, found = perf_counter(), 0
            nodes = targets(shape)
            for result in self.of_shape(shape, nodes):
                found += 1
                yield result
            self._count(shape, nodes, found, perf_counter() - start)
        if self.shapes.foreign:
            yield from self._foreign()

    def of_shape(self, shape: Shape, nodes: Nodes) -> Iterator[Result]:
        """The results of the nodes against one shape."""
        for check in checks(self.shapes, shape, nodes):
            yield from self.of_check(check)

    def of_check(self, check: Check) -> Iterator[Result]:
        """The results of one constraint."""
        shape, constraint = check.shape, check.constraint
        origin = self.origin(shape, constraint)
        path = path_text(shape.path)
        say = _message(self.shapes, shape, constraint)
        rows = self.evaluator.rows(check.relation, path if isinstance(shape.path, Predicate) else "", check.within)
        if not isinstance(constraint, _OF_SHAPES):
            for row in rows:
                yield Result(origin, row.focus, row.path or path, row.value, say(row), (), row.place, row.part)
            return
        while batch := list(islice(rows, _AT_ONCE)):
            details = self._details(constraint, {row.value for row in batch})
            for row in batch:
                told = details.get(row.value, ())
                yield Result(origin, row.focus, row.path or path, row.value, say(row), told, row.place, row.part)

    def origin(self, shape: Shape, constraint: Constraint) -> Origin:
        """What all results of a constraint have in common."""
        return Origin(
            shape=self.shapes.named.get(shape.term, ""),
            source=shape.term,
            component=constraint.component,
            severity=_SEVERITIES.get(shape.severity, Severity.violation),
            severity_iri=shape.severity,
            path=shape.path,
            constraint=constraint.source if isinstance(constraint, Sparql) else "",
        )

    def _details(self, constraint: Constraint, values: set[str]) -> Mapping[str, tuple[str, ...]]:
        """What each value node fails in the shapes that the constraint names."""
        members = (constraint.shape,) if isinstance(constraint, Conforms) else constraint.shapes  # type: ignore[union-attr]
        told: dict[str, list[str]] = defaultdict(list)
        nodes = Listed(tuple(sorted(values)))
        for term in members:
            name = messages.name(self.shapes, term)
            failed: dict[str, list[str]] = defaultdict(list)
            for check in checks(self.shapes, self.shapes.by_term[term], nodes):
                said = messages.message(self.shapes, check.shape, check.constraint)
                # The order of rows is that of the triples, which is another after a change of them.
                for row in sorted(self.evaluator.rows(check.relation, "", check.within), key=lambda row: row.value):
                    value = f", and {messages.term_in_words(row.value)} is not" if row.value else ""
                    failed[row.focus].append(f"{said}{value}")
            # A shape without a name is called by what it asks for; that need not be said twice.
            prefix = f"{name}: " if term.startswith("<") else ""
            for node in values:
                what = f"{prefix}{'; '.join(failed[node][:_TOLD])}" if node in failed else f"{name}: conforms"
                told[node].append(what)
        return {node: tuple(lines) for node, lines in told.items()}

    def _count(self, shape: Shape, nodes: Nodes, results: int, seconds: float) -> None:
        name = self.shapes.named.get(shape.term, "") or shape.term
        before = self.statistics.get(name, Statistic(0, 0, 0.0))
        self.statistics[name] = Statistic(
            before.focus_nodes + self.evaluator.count(nodes), before.results + results, before.seconds + seconds
        )


def _message(shapes: Shapes, shape: Shape, constraint: Constraint) -> Callable[[Row], str]:
    """How a result's message is made: the shape's own, or in words what the constraint asks for."""
    own = _preferred(shape.messages)
    if isinstance(constraint, Sparql):
        from kg.validation.sparql.prebinding import filled

        template = _preferred(constraint.messages) or own or messages.message(shapes, shape, constraint)
        constants = dict(constraint.constants)
        return lambda row: _lexical(row.solution.get("message", "")) or filled(template, {**constants, **row.solution})
    text = own or messages.message(shapes, shape, constraint)
    return lambda _row: text


def _preferred(texts: tuple[str, ...]) -> str:
    """The lexical form of the English literal, else of one without a language, else of the first."""
    parts = sorted((parts_of(text) for text in texts), key=lambda p: (not p.language.startswith("en"), p.language))
    return parts[0].lexical if parts else ""


def _lexical(text: str) -> str:
    return parts_of(text).lexical if text else ""


def constants(shapes: Shapes) -> set[str]:
    """Every term that the plan names, for engines that number terms."""
    found: set[str] = set()
    for shape in shapes.by_term.values():
        found.update(target.term for target in shape.targets)
        if shape.path is not None:
            found.update(predicates(shape.path))
        for constraint in shape.constraints:
            found.update(_named(constraint))
    return found


def queries_of(shapes: Shapes) -> list[Sparql]:
    """The constraints that are queries."""
    every = (constraint for shape in shapes.by_term.values() for constraint in shape.constraints)
    return [constraint for constraint in every if isinstance(constraint, Sparql)]


def _named(constraint: Constraint) -> Iterable[str]:
    match constraint:
        case IsInstance(term) | HasValue(term) | Equals(term) | Disjoint(term) | Less(_, term, _):
            return (term,)
        case IsOneOf(terms) | Closed(terms):
            return terms
        case _:
            return ()
