"""Validation after a change: only the focus nodes whose results the change can affect are validated again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple, TypeAlias

from pyoxigraph import Triple

from kg.model.terms import term_of
from kg.validation.engine import SetEngine
from kg.validation.memory import Memory
from kg.validation.plan import checks, targets
from kg.validation.reads import reads
from kg.validation.relations import Common, Listed, Pairs, Ways
from kg.validation.results import Result
from kg.validation.shapes.constraints import Shape
from kg.validation.shapes.shape_graph import SUBCLASS
from kg.validation.shapes.sources import ShapesSource
from kg.validation.sparql.graph import SparqlGraph
from kg.validation.sparql.solutions import Solver
from kg.validation.triple_index import TripleIndex
from kg.validation.walks import ANY, Read, TooManyError, Walk, beginnings

Statement: TypeAlias = tuple[str, str, str]
ByFocus: TypeAlias = dict[str, list[Result]]
Affected: TypeAlias = dict[str, set[str] | None]
# As `Seen`, the shortest walks first, and the reads of one predicate only.
Sides: TypeAlias = tuple[tuple[Read, ...], ...]
# A walk that comes to more nodes is given up where another leads to the same triple, or where validating the shape
# whole costs less than going on.
_FEW, _MANY = 64, 2_000


class Change(NamedTuple):
    """What a change of the data did to the results: those that are gone, and those that are new."""

    gone: tuple[Result, ...]
    new: tuple[Result, ...]


class Incremental:
    """
    A data graph in memory whose results stay known while it changes.

    Shapes that are not compiled are validated whole after each change; all shapes are when the hierarchy of classes
    changes.
    """

    def __init__(self, triples: Iterable[Statement], shapes: ShapesSource) -> None:
        self.index = TripleIndex(triples)
        self._shapes = shapes
        self._graph = SparqlGraph(self._triples, shapes.triples)
        self._memory = Memory(self.index, Solver(lambda: self._graph))
        self._engine = SetEngine(shapes.plan, self._memory)
        self._seen = _by_predicate(shapes)
        self._walked: dict[tuple[str, Walk, int], Collection[str] | None] = {}
        # By shape with targets, then by focus node of that shape; those of shapes that are not compiled under "".
        self._found: dict[str, ByFocus] = {shape.term: {} for shape in shapes.plan.with_targets()}
        self._validate(dict.fromkeys(self._found))

    @property
    def results(self) -> Counter[Result]:
        """In no order, the results that a validation of the whole graph would give."""
        return Counter(_all(self._found.values()))

    def update(self, removed: Iterable[Statement], added: Iterable[Statement]) -> Change:
        """Take triples out, then add others; gives what changed. Removing what is not there does nothing."""
        wanted = dict.fromkeys(added)
        gone = [triple for triple in dict.fromkeys(removed) if triple in self.index and triple not in wanted]
        new = [triple for triple in wanted if triple not in self.index]
        for triple in new:
            self.index.add(*triple)
            self._graph.add(_triple(triple))
        # The walks of the old graph and of the new: both are in the graph that has all triples of the two.
        affected = self._affected([*gone, *new])
        for triple in gone:
            self.index.discard(*triple)
            self._graph.discard(_triple(triple))
        return self._validate(affected)

    def _validate(self, affected: Affected) -> Change:
        self._memory.forget()
        before: Counter[Result] = Counter()
        after: Counter[Result] = Counter()
        for term, nodes in affected.items():
            old, new = self._found[term], self._of_shape(self._shapes.plan.by_term[term], nodes)
            before.update(_all([old] if nodes is None else [{node: old.pop(node, []) for node in nodes}]))
            after.update(_all([new]))
            if nodes is None:
                old.clear()
            old.update(new)
        if self._shapes.plan.foreign:
            before.update(_all([self._found.get("", {})]))
            self._found[""] = {"": list(self._foreign())}
            after.update(self._found[""][""])
        return Change(tuple((before - after).elements()), tuple((after - before).elements()))

    def _of_shape(self, shape: Shape, nodes: set[str] | None) -> ByFocus:
        """The results of a shape over all its focus nodes, or over those among some nodes."""
        whole = targets(shape)
        among = whole if nodes is None else Common((whole, Listed(tuple(sorted(nodes)))))
        found: ByFocus = defaultdict(list)
        if not self._memory.nodes(among):
            return found
        for check in checks(self._shapes.plan, shape, among):
            from_focus = _focus_nodes(self._memory, check.within) if check.within is not None else None
            for result in self._engine.of_check(check._replace(within=None)):
                # Where it stands is not known, and changes with what stands beside it.
                bare = result._replace(place=0, part="")
                for focus in (result.focus,) if from_focus is None else from_focus.get(result.focus, ()):
                    found[focus].append(bare)
        return found

    def _affected(self, changed: Collection[Statement]) -> Affected:
        """Shapes and the nodes among which are all focus nodes that may have other results; None for all."""
        if any(triple[1] == SUBCLASS for triple in changed):
            return dict.fromkeys(self._found.keys() - {""})
        affected: Affected = {}
        self._walked.clear()
        for triple in changed:
            for term, sides in (*self._seen.get(triple[1], ()), *self._seen.get(ANY.iri, ())):
                nodes = affected.setdefault(term, set())
                if nodes is not None:
                    found = self._seeing(triple, sides)
                    affected[term] = None if found is None else nodes.union(found)
        return affected

    def _seeing(self, triple: Statement, sides: Sides) -> Collection[str] | None:
        """The nodes that a triple can be seen from, from all sides; None for everywhere."""
        for most in (_FEW, _MANY):
            found: Collection[str] | None = None
            for side in sides:
                starts = self._from(triple, side, most)
                if starts is not None:
                    found = starts if found is None else starts.intersection(found)
                if found is not None and not found:
                    return found
            if found is not None:
                return found
        return None

    def _from(self, triple: Statement, side: Iterable[Read], most: int) -> set[str] | None:
        """Where walks to a triple can have begun; None for everywhere, or more places than `most`."""
        found: set[str] = set()
        for read in side:
            key = triple[2] if read.backwards else triple[0], read.walk, most
            if not read.anywhere and key not in self._walked:
                try:
                    self._walked[key] = beginnings(self.index, *key)
                except TooManyError:
                    self._walked[key] = None
            starts = None if read.anywhere else self._walked[key]
            if starts is None:
                return None
            found.update(starts)
        return found

    def _triples(self) -> Iterator[Triple]:
        return (_triple(triple) for triple in self.index)

    def _foreign(self) -> Iterator[Result]:
        from kg.validation.reference import PySHACL

        yield from PySHACL(self._shapes.plan.foreign).validate(self._triples(), self._shapes)


def _by_predicate(shapes: ShapesSource) -> dict[str, list[tuple[str, Sides]]]:
    found: dict[str, list[tuple[str, Sides]]] = defaultdict(list)
    for shape in shapes.plan.with_targets():
        for seen in reads(shapes.plan, shape):
            sides = sorted(seen, key=lambda side: max(len(read.walk) for read in side))
            for predicate in {read.predicate for side in seen for read in side}:
                known = {predicate, ANY.iri}
                some = tuple(tuple(one for one in side if one.predicate in known) for side in sides)
                found[predicate].append((shape.term, some))
    return dict(found)


def _focus_nodes(memory: Memory, within: Pairs) -> Mapping[str, list[str]]:
    """The first focus node of each way of pairs that leads to a value node, by that value node."""
    outer = _focus_nodes(memory, within.outer) if isinstance(within, Ways) else None
    found: dict[str, list[str]] = defaultdict(list)
    for focus, values in memory.pairs(within.inner if isinstance(within, Ways) else within).items():
        for value in values:
            found[value] += [focus] if outer is None else outer[focus]
    return found


def _all(found: Iterable[ByFocus]) -> Iterator[Result]:
    return chain.from_iterable(results for by_focus in found for results in by_focus.values())


def _triple(texts: Statement) -> Triple:
    subject, predicate, value = map(term_of, texts)
    return Triple(subject, predicate, value)  # type: ignore[arg-type]
