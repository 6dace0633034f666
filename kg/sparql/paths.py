"""
Property paths: which pairs of nodes a path leads from and to, as SQL.

A path is a query for the pairs `a` and `b`, in any of several graphs with the graph `g`. What may be repeated is a
closure: a recursive table that the whole query names in front.

Spec: https://www.w3.org/TR/sparql11-query/#PropertyPathPatterns (18.4)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.sparql import algebra as a
from kg.sparql.active_graph import ActiveGraph
from kg.sparql.algebra import NotCompiled
from kg.sparql.catalogue import Catalogue
from kg.sparql.closures import Closure
from kg.sparql.relation import Names
from kg.sparql.values import NODES


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a path is walked: in which graph, and between which terms that the query names at its ends."""

    graph: ActiveGraph
    ends: tuple[a.Term, ...] = ()


class Paths:
    """Compiles paths. `tables` are those that a query names in front: closures, what they need, and nodes."""

    def __init__(self, names: Names, catalogue: Catalogue) -> None:
        self._names = names
        self._catalogue = catalogue
        self.tables: dict[str, str] = {}
        self.closures: dict[tuple[str, str], Closure] = {}

    def types(self, path: a.Path) -> frozenset[str]:
        """The types of what a path may lead to."""
        match path:
            case a.Term(text):
                return self._catalogue.objects(self._catalogue.number(text))
            case a.Inverse(a.Term()):
                return NODES
            case a.Inverse(a.Inverse(inner)):
                return self.types(inner)
            case a.Sequence(parts):
                return self.types(parts[-1])
            case a.Inverse(a.Sequence(parts)):
                return self.types(a.Inverse(parts[0]))
            case a.Alternative(parts):
                return frozenset[str]().union(*map(self.types, parts))
            case a.Inverse(a.Alternative(parts)):
                return frozenset[str]().union(*(self.types(a.Inverse(part)) for part in parts))
            case a.Repeated(inner, zero=False) | a.Inverse(a.Repeated(inner, zero=False)):
                return self.types(a.Inverse(inner) if isinstance(path, a.Inverse) else inner)
        return self._catalogue.nodes()

    def walked(self, triple: a.Triple, walk: Walk, bound: frozenset[str]) -> str:
        """
        A query for where the path of a pattern leads: all its pairs, or less where it may have no step.

        Without a step, it leads from what is named at an end to that alone. And of a variable that stands in a triple
        too (`bound`) all terms will do, because those that are in no triple of the graph fall away.
        """
        path = triple.path
        if walk.graph.named or not isinstance(path, a.Repeated) or not path.zero:
            return self._pairs(path, walk)
        ends = {end.name for end in (triple.subject, triple.value) if isinstance(end, a.Var)}
        if not walk.ends and not bound & ends:
            return self._pairs(path, walk)
        itself = " UNION ".join(self._named(walk)) or "SELECT id, id FROM term"
        inner = replace(path, zero=False) if path.more else path.path
        steps = self._pairs(inner, Walk(walk.graph))
        return f"{_moved(steps, distinct=not path.more)} UNION ALL ({itself})"

    def _pairs(self, path: a.Path, walk: Walk) -> str:
        match path:
            case a.Term(text):
                return self._links(self._catalogue.number(text), walk.graph)
            case a.Inverse(inner):
                return f"SELECT b AS a, a AS b{walk.graph.and_name} FROM ({self._pairs(inner, walk)})"
            case a.Alternative(parts):
                return " UNION ALL ".join(f"({self._pairs(part, walk)})" for part in parts)
            case a.Sequence(parts):
                return self._sequence(parts, walk)
            case a.Negated(forwards, backwards):
                return self._negated(forwards, backwards, walk.graph)
            case a.Repeated(inner, zero, more):
                return self._repeated(inner, walk, zero=zero, more=more)
        raise NotCompiled(f"the path {path} is not compiled")

    def _links(self, predicate: int, graph: ActiveGraph) -> str:
        """
        One predicate.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_evalPP_predicate
        """
        table = graph.table(self._catalogue, predicate)
        return f"SELECT s AS a, o AS b{graph.and_name} FROM {table}{_where(graph.conditions())}"

    def _sequence(self, parts: tuple[a.Path, ...], walk: Walk) -> str:
        """
        One path after the other.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_evalPP_sequence
        """
        aliases = [self._names.alias("c") for _ in parts]
        tables = ", ".join(f"({self._pairs(part, walk)}) {alias}" for part, alias in zip(parts, aliases, strict=True))
        links = [f"{one}.b = {other}.a" for one, other in pairwise(aliases)]
        g = ""
        if walk.graph.variable is not None:
            g = f", {aliases[0]}.g"
            links += [f"{one}.g = {other}.g" for one, other in pairwise(aliases)]
        return f"SELECT {aliases[0]}.a, {aliases[-1]}.b{g} FROM {tables}{_where(links)}"

    def _negated(self, forwards: tuple[a.Term, ...], backwards: tuple[a.Term, ...], graph: ActiveGraph) -> str:
        """
        Any predicate but some.

        Spec: https://www.w3.org/TR/sparql11-query/#eval_negatedPropertySet
        """
        found = []
        for terms, columns in ((forwards, "s AS a, o AS b"), (backwards, "o AS a, s AS b")):
            if terms:
                numbers = ", ".join(str(self._catalogue.number(term.text)) for term in terms)
                where = _where((f"p NOT IN ({numbers})", *graph.conditions()))
                found.append(f"SELECT {columns}{graph.and_name} FROM {graph.table(self._catalogue)}{where}")
        return " UNION ALL ".join(found)

    def _repeated(self, path: a.Path, walk: Walk, *, zero: bool, more: bool) -> str:
        """
        Each pair once, however many ways lead from the one to the other.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_evalPP_ZeroOrOnePath,
        https://www.w3.org/TR/sparql11-query/#defn_evalZeroOrMorePath,
        https://www.w3.org/TR/sparql11-query/#defn_evalOneOrMorePath
        """
        graph = walk.graph
        steps = self._pairs(path, walk)
        if more:
            steps = f"SELECT a, b{graph.and_name} FROM {self._closure(steps, graph.and_name)}"
        if not zero:
            return steps
        if not graph.named and not walk.ends:
            return f"{_moved(steps, distinct=not more)} UNION ALL SELECT id, id FROM {self._nodes()}"
        table, where = graph.table(self._catalogue), _where(graph.conditions())
        nodes = " UNION ".join(f"SELECT {end} AS a, {end} AS b{graph.and_name} FROM {table}{where}" for end in "so")
        return " UNION ".join([f"({steps})", f"({nodes})", *self._named(walk)])

    def _nodes(self) -> str:
        """
        The table of what is subject or object in the default graph.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_nodeSet
        """
        self.tables["nodes"] = "nodes AS MATERIALIZED (SELECT s AS id FROM triple UNION SELECT o FROM triple)"
        return "nodes"

    def _named(self, walk: Walk) -> list[str]:
        """What the query names at an end of the path leads to itself, wherever it stands in the data."""
        numbers = [self._catalogue.constant(end.text).id for end in walk.ends]
        if None in numbers or (numbers and walk.graph.variable is not None):
            raise NotCompiled("a path without steps from a term that is not in the data is not compiled")
        return [f"(SELECT {number}, {number})" for number in numbers]

    def _closure(self, steps: str, g: str) -> str:
        """
        The table of all pairs that one or more steps lead to.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_evalALP_1
        """
        known = self.closures.get((steps, g))
        if known is None:
            known = self.closures[steps, g] = Closure(self._names.alias("closure"), f"a, b{g}", steps)
            self.tables[f"{known.name}_step"] = known.edges
            self.tables[known.name] = known.pairs
        return known.name


def in_triples(patterns: Iterable[a.Triple]) -> frozenset[str]:
    """The variables that stand at an end of a path of at least one step: they are in a triple of the graph."""
    ends = (end for one in patterns if _has_steps(one.path) for end in (one.subject, one.value))
    return frozenset(end.name for end in ends if isinstance(end, a.Var))


def _has_steps(path: a.Path) -> bool:
    """Whether a path never leads from a term to itself without a step: then there is one at each of its ends."""
    match path:
        case a.Repeated(inner, zero):
            return not zero and _has_steps(inner)
        case a.Inverse(inner):
            return _has_steps(inner)
        case a.Sequence(parts):
            return any(map(_has_steps, parts))
        case a.Alternative(parts):
            return all(map(_has_steps, parts))
    return True


def _moved(steps: str, *, distinct: bool) -> str:
    """The pairs of two different ends, each once."""
    return f"SELECT {'DISTINCT ' * distinct}a, b FROM ({steps}) WHERE a <> b"


def _where(conditions: Iterable[str]) -> str:
    told = " AND ".join(conditions)
    return f" WHERE {told}" if told else ""
