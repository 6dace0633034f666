"""Relations over dictionaries in memory: quick to start, and quick to look a few focus nodes up in a large graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

from kg.model.terms import parts_of
from kg.validation.literals.comparison import compare
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
from kg.validation.results import Row
from kg.validation.shapes.conditions import Condition
from kg.validation.shapes.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence, inverted
from kg.validation.shapes.shape_graph import SUBCLASS, TYPE
from kg.validation.sparql.solutions import Solver
from kg.validation.triple_index import NONE, Set, TripleIndex

_parts = lru_cache(maxsize=1 << 18)(parts_of)


class Memory:
    """Evaluates relations over a triple index; `solver` answers what is a query."""

    def __init__(self, index: TripleIndex, solver: Solver) -> None:
        self.index = index
        self.solver = solver
        self._sets: dict[Nodes, Set] = {}
        self._pairs: dict[Pairs, Mapping[str, Collection[str]]] = {}
        self._holds: dict[Condition, dict[str, bool]] = defaultdict(dict)
        self._classes: dict[str, set[str]] = {}

    def forget(self) -> None:
        """Drop what was computed from triples, after they have changed; what conditions say of terms stays."""
        self._sets.clear()
        self._pairs.clear()
        self._classes.clear()

    def rows(self, relation: Nodes | Pairs | Rows, path: str = "", within: Pairs | None = None) -> Iterator[Row]:
        """See `Evaluator.rows`."""
        times = Counter(v for values in self.pairs(within).values() for v in values) if within is not None else None
        for row in self._rows(relation):
            place, part = self.index.place(row.focus, row.path or path, row.value)
            placed = row._replace(place=place, part=part)
            if times is None:
                yield placed
            else:
                yield from (placed for _ in range(times[row.focus]))

    def count(self, relation: Nodes) -> int:
        """How many nodes the set has."""
        return len(self.nodes(relation))

    def _rows(self, relation: Nodes | Pairs | Rows) -> Iterator[Row]:
        match relation:
            case NotLess():
                yield from self._not_less(relation)
            case SameLanguage(pairs):
                yield from self._same_language(pairs)
            case Unexpected(pairs, allowed):
                for focus, values in self.pairs(pairs).items():
                    for value in values:
                        found = (Row(focus, p, o) for p, o in self.index.about(value) if p not in allowed)
                        yield from found
            case Solutions():
                yield from self.solver.rows(relation, self)
            case Itself() | Reached() | Kept() | Dropped() | Failing() | InBoth() | InOneOnly() | Ways():
                for focus, values in self.pairs(relation).items():
                    for value in values:
                        yield Row(focus, "", value)
            case _:
                for node in self.nodes(relation):
                    yield Row(node, "", "")

    def node_texts(self, relation: Nodes) -> Collection[str]:
        """See `Evaluator.node_texts`."""
        return self.nodes(relation)

    def pair_texts(self, relation: Pairs) -> Collection[tuple[str, str]]:
        """See `Evaluator.pair_texts`."""
        return [(focus, value) for focus, values in self.pairs(relation).items() for value in values]

    # ── Sets of nodes ───────────────────────────────────────────────────────────────────────────────────────────────

    def nodes(self, relation: Nodes) -> Set:
        """The set of nodes, in an order that depends on the order of the triples only."""
        found = self._sets.get(relation)
        if found is None:
            found = self._sets[relation] = self._nodes(relation)
        return found

    def _nodes(self, relation: Nodes) -> Set:
        match relation:
            case Listed(terms):
                return dict.fromkeys(terms)
            case Instances(of):
                into = self.index.into(TYPE)
                return {node: None for one in self._below(of) for node in into.get(one, ())}
            case SubjectsOf(predicate):
                return dict.fromkeys(self.index.out.get(predicate, ()))
            case ObjectsOf(predicate):
                return dict.fromkeys(self.index.into(predicate))
            case AnyOf(sets):
                return {node: None for one in sets for node in self.nodes(one)}
            case Common(sets):
                return self._common(sets)
            case Without(nodes, other):
                return {node: None for node in self.nodes(nodes) if node not in self.nodes(other)}
            case NotInExactlyOne(nodes, failing):
                sets_ = [self.nodes(one) for one in failing]
                return {n: None for n in self.nodes(nodes) if sum(n not in one for one in sets_) != 1}
            case FocusNodes(of):
                return self._focus_nodes(of)
            case ValueNodes(of):
                return {value: None for values in self.pairs(of).values() for value in values}
            case Fewer(nodes, pairs, count):
                by_focus = self.pairs(pairs)
                return {node: None for node in self.nodes(nodes) if len(by_focus.get(node, ())) < count}
            case More(pairs, count):
                return {node: None for node, values in self.pairs(pairs).items() if len(values) > count}

    def _common(self, sets: tuple[Nodes, ...]) -> Set:
        # The listed nodes first: the others need only say whether they hold these, not list all they hold.
        first, *others = sorted(sets, key=lambda one: not isinstance(one, Listed))
        return {node: None for node in self.nodes(first) if all(self._has(one, node) for one in others)}

    def _has(self, relation: Nodes, node: str) -> bool:
        match relation:
            case Instances(of):
                types = self.index.out.get(TYPE, {}).get(node, NONE)
                return any(one in self._below(of) for one in types)
            case SubjectsOf(predicate):
                return node in self.index.out.get(predicate, NONE)
            case ObjectsOf(predicate):
                return node in self.index.into(predicate)
            case AnyOf(sets):
                return any(self._has(one, node) for one in sets)
            case _:
                return node in self.nodes(relation)

    def _focus_nodes(self, of: Pairs | Rows) -> Set:
        if isinstance(of, NotLess | SameLanguage | Unexpected | Solutions):
            return dict.fromkeys(row.focus for row in self._rows(of))
        return dict.fromkeys(self.pairs(of))

    def _below(self, of: str) -> set[str]:
        found = self._classes.get(of)
        if found is None:
            found = self._classes[of] = set(self.reach(of, Repeated(Inverse(Predicate(SUBCLASS)), 0)))
        return found

    # ── Pairs ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def pairs(self, relation: Pairs) -> Mapping[str, Collection[str]]:
        """Distinct value nodes by focus node; a focus node without value nodes is not there."""
        found = self._pairs.get(relation)
        if found is None:
            found = self._pairs[relation] = self._evaluated(relation)
        return found

    def _evaluated(self, relation: Pairs) -> Mapping[str, Collection[str]]:
        match relation:
            case Itself(nodes):
                return {node: (node,) for node in self.nodes(nodes)}
            case Reached(nodes, Predicate(predicate)):
                by_subject = self.index.out.get(predicate, {})
                return {node: by_subject[node] for node in self.nodes(nodes) if node in by_subject}
            case Reached(nodes, path):
                return {node: reached for node in self.nodes(nodes) if (reached := self.reach(node, path))}
            case Kept(pairs, nodes):
                return _with_value_in(self.pairs(pairs), self.nodes(nodes).keys())
            case Dropped(pairs, Instances(of)):
                values = _values(self.pairs(pairs))
                return _with_value_in(self.pairs(pairs), {one for one in values if not self._has(Instances(of), one)})
            case Dropped(pairs, nodes):
                return _with_value_in(self.pairs(pairs), _values(self.pairs(pairs)) - self.nodes(nodes).keys())
            case Failing(pairs, condition):
                return self._failing(self.pairs(pairs), condition)
            case InBoth(pairs, other):
                others = self.pairs(other)
                return _differing(self.pairs(pairs), lambda focus, value: value in others.get(focus, ()))
            case InOneOnly(pairs, other):
                return self._in_one_only(self.pairs(pairs), self.pairs(other))
            case Ways(outer, inner):
                times = Counter(value for values in self.pairs(outer).values() for value in values)
                by_focus = self.pairs(inner).items()
                return {focus: [v for v in values for _ in range(times[focus])] for focus, values in by_focus}

    def _failing(self, pairs: Mapping[str, Collection[str]], condition: Condition) -> Mapping[str, Collection[str]]:
        known = self._holds[condition]
        values = _values(pairs)
        for value in values - known.keys():
            known[value] = condition.holds(_parts(value))
        return _with_value_in(pairs, {value for value in values if not known[value]})

    @staticmethod
    def _in_one_only(
        pairs: Mapping[str, Collection[str]], other: Mapping[str, Collection[str]]
    ) -> Mapping[str, Collection[str]]:
        left = _differing(pairs, lambda focus, value: value not in other.get(focus, ()))
        right = _differing(other, lambda focus, value: value not in pairs.get(focus, ()))
        return {focus: [*left.get(focus, ()), *right.get(focus, ())] for focus in {**left, **right}}

    def reach(self, node: str, path: Path) -> Set:
        """What the path leads to from a node."""
        match path:
            case Predicate(iri):
                return self.index.out.get(iri, {}).get(node, NONE)
            case Inverse(Predicate(iri)):
                return self.index.into(iri).get(node, NONE)
            case Inverse(inner):
                return self.reach(node, inverted(inner))
            case Alternative(paths):
                return {value: None for one in paths for value in self.reach(node, one)}
            case Sequence(paths):
                reached: Set = {node: None}
                for one in paths:
                    reached = {value: None for start in reached for value in self.reach(start, one)}
                return reached
            case Repeated(inner, least, once):
                return self._repeat(node, inner, least, once=once)

    def _repeat(self, node: str, path: Path, least: int, *, once: bool) -> Set:
        found: Set = {node: None} if least == 0 else {}
        waiting = list(self.reach(node, path))
        while waiting:
            value = waiting.pop(0) if once else waiting.pop()
            if value not in found:
                found[value] = None
                if not once:
                    waiting.extend(self.reach(value, path))
        return found

    # ── Bags ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _not_less(self, relation: NotLess) -> Iterator[Row]:
        right = {-1, 0} if relation.or_equal else {-1}
        others = self.pairs(relation.other)
        for focus, values in self.pairs(relation.pairs).items():
            bounds = others.get(focus, ())
            for value in values:
                for bound in bounds:
                    if _order(value, bound) not in right:
                        yield Row(focus, "", value)

    def _same_language(self, pairs: Pairs) -> Iterator[Row]:
        for focus, values in self.pairs(pairs).items():
            tags = [language.lower() for value in values if (language := _parts(value).language)]
            if len(set(tags)) < len(tags):
                yield from (Row(focus, "", "") for count in Counter(tags).values() if count > 1)


@lru_cache(maxsize=1 << 16)
def _order(value: str, bound: str) -> int | None:
    return compare(_parts(value), _parts(bound))


def _values(pairs: Mapping[str, Collection[str]]) -> set[str]:
    return set().union(*pairs.values())


def _with_value_in(pairs: Mapping[str, Collection[str]], chosen: AbstractSet[str]) -> Mapping[str, Collection[str]]:
    if not chosen:
        return {}
    return {
        focus: [value for value in values if value in chosen]
        for focus, values in pairs.items()
        if not chosen.isdisjoint(values)
    }


def _differing(pairs: Mapping[str, Collection[str]], keep: object) -> Mapping[str, Collection[str]]:
    found = {}
    for focus, values in pairs.items():
        kept = [value for value in values if keep(focus, value)]  # type: ignore[operator]
        if kept:
            found[focus] = kept
    return found
