"""Validation after a change: only the focus nodes whose results the change can affect are validated again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import Triple

from kg.model.terms import term_of
from kg.validation.engine import SetEngine
from kg.validation.memory import Memory, inverted
from kg.validation.plan import targets
from kg.validation.reads import Read, Walk, reads
from kg.validation.relations import Common, Listed
from kg.validation.results import Result
from kg.validation.shape_graph import RDFS
from kg.validation.solutions import Solver
from kg.validation.sources import ShapesSource
from kg.validation.sparql import SparqlGraph
from kg.validation.triple_index import TripleIndex

Statement = tuple[str, str, str]
# A walk that has come to so many nodes costs more than validating the shape whole.
_MANY = 2_000
_SUBCLASS = f"<{RDFS}subClassOf>"


class Change(NamedTuple):
    """What a change of the data did to the results: those that are gone, and those that are new."""

    gone: tuple[Result, ...]
    new: tuple[Result, ...]


class Incremental:
    """
    A data graph in memory whose results stay known while it changes.

    `results` are, in no order, those that a validation of the whole graph would give. Shapes that are not compiled are
    validated whole after each change; so is everything when the hierarchy of classes changes.
    """

    def __init__(self, triples: Iterable[Statement], shapes: ShapesSource) -> None:
        self.index = TripleIndex(triples)
        self._shapes = shapes
        self._graph = SparqlGraph(self._triples, shapes.triples)
        self._memory = Memory(self.index, Solver(lambda: self._graph))
        self._engine = SetEngine(shapes.plan, self._memory, self._foreign)
        self._reads = _by_predicate(shapes)
        self.results: Counter[Result] = Counter(self._engine.results())

    def update(self, removed: Collection[Statement], added: Collection[Statement]) -> Change:
        """Take triples out and add others; gives what changed. Removing what is not there does nothing."""
        before = self.results
        added = [triple for triple in added if triple not in self.index]
        removed = [triple for triple in removed if triple in self.index and triple not in added]
        if self._shapes.plan.foreign or any(triple[1] == _SUBCLASS for triple in (*removed, *added)):
            self._apply(removed, added)
            self._memory.forget()
            self.results = Counter(self._engine.results())
            return _difference(before, self.results)
        # The walks of the old graph and of the new: both are in the graph that has all triples of the two.
        self._apply([], added)
        affected = self._affected([*removed, *added])
        self._apply(added, [])
        old = self._of(affected)
        self._apply(removed, added)
        new = self._of(affected)
        self.results = before - old + new
        return _difference(old, new)

    def _apply(self, removed: Iterable[Statement], added: Iterable[Statement]) -> None:
        for triple in removed:
            self.index.discard(*triple)
            self._graph.discard(_triple(triple))
        for triple in added:
            self.index.add(*triple)
            self._graph.add(_triple(triple))
        self._memory.forget()

    def _of(self, affected: dict[str, set[str] | None]) -> Counter[Result]:
        found: Counter[Result] = Counter()
        for term, nodes in affected.items():
            shape = self._shapes.plan.by_term[term]
            whole = targets(shape)
            among = whole if nodes is None else Common((whole, Listed(tuple(sorted(nodes)))))
            found.update(self._engine.of_shape(shape, among))
        return found

    def _affected(self, changed: Iterable[Statement]) -> dict[str, set[str] | None]:
        """Shapes and the focus nodes that may have other results; None for all."""
        affected: dict[str, set[str] | None] = defaultdict(set)
        walked: dict[tuple[str, Walk], Collection[str] | None] = {}
        for subject, predicate, value in changed:
            for term, read in (*self._reads.get(predicate, ()), *self._reads.get("", ())):
                nodes = affected[term]
                if nodes is None:
                    continue
                key = (value if read.backwards else subject, read.walk)
                if key not in walked:
                    walked[key] = None if read.anywhere else self._back(*key)
                found = walked[key]
                affected[term] = None if found is None else nodes.union(found)
        return affected

    def _back(self, node: str, walk: Walk) -> Collection[str] | None:
        """Where the walk to a node can have begun; None where that is in so many places that all may be checked."""
        reached = {node: None}
        for path in reversed(walk):
            back = inverted(path)
            reached = {start: None for one in reached for start in self._memory.reach(one, back)}
            if len(reached) > _MANY:
                return None
        return reached

    def _triples(self) -> Iterator[Triple]:
        return (_triple(triple) for triple in self.index)

    def _foreign(self) -> Iterator[Result]:
        from kg.validation.reference import PySHACL

        yield from PySHACL(self._shapes.plan.foreign).validate(self._triples(), self._shapes)


def _by_predicate(shapes: ShapesSource) -> dict[str, list[tuple[str, Read]]]:
    found: dict[str, list[tuple[str, Read]]] = defaultdict(list)
    for shape in shapes.plan.with_targets():
        for read in sorted(reads(shapes.plan, shape), key=repr):
            found[read.predicate].append((shape.term, read))
    return dict(found)


def _difference(before: Counter[Result], after: Counter[Result]) -> Change:
    return Change(tuple((before - after).elements()), tuple((after - before).elements()))


def _triple(texts: Statement) -> Triple:
    subject, predicate, value = map(term_of, texts)
    return Triple(subject, predicate, value)  # type: ignore[arg-type]
