"""
Basic graph patterns and property paths as joins of the tables of triples.

Spec: https://www.w3.org/TR/sparql11-query/#BasicGraphPatterns, https://www.w3.org/TR/sparql11-query/#PropertyPaths
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

from kg.columns import terms as t
from kg.ontology import vocabulary as v
from kg.sparql import algebra as a
from kg.sparql.algebra import NotCompiled
from kg.sparql.catalogue import Catalogue
from kg.sparql.relation import EMPTY, Column, Names, Relation
from kg.sparql.values import ID

NODE: Final = frozenset((t.IRI, t.BLANK))
_TYPE: Final = a.Term(str(v.RDF_TYPE))
NOWHERE: Final = -1
"""The number of a term that the dictionary does not have: it matches nothing."""


class Patterns:
    """
    Compiles triple patterns. `recursions` are the closures of paths, which a query names in front.

    `graph` is None for the default graph, a number for a named one, or the name of a hidden variable for any.
    """

    def __init__(self, names: Names, catalogue: Catalogue) -> None:
        self._names = names
        self._catalogue = catalogue
        self.recursions: dict[str, str] = {}
        self._known: dict[tuple[str, object], str] = {}
        self._ends: list[a.Term] = []
        self._met: frozenset[str] = frozenset()

    def pattern(self, triples: tuple[a.Triple, ...], graph: int | str | None) -> Relation:
        """The solutions of a basic graph pattern."""
        found = EMPTY
        self._met = _in_triples(triples)
        for triple in triples:
            found = met(found, self._triple(triple, graph))
        return found

    def _triple(self, triple: a.Triple, graph: int | str | None) -> Relation:
        match triple.path:
            case a.Term() | a.Var():
                return self._edge(triple, graph)
            case a.Inverse(path):
                return self._triple(a.Triple(triple.value, path, triple.subject), graph)
            case a.Sequence(parts):
                return self._sequence(triple, parts, graph)
        self._ends = [end for end in (triple.subject, triple.value) if isinstance(end, a.Term)]
        sql = self._walked(triple, graph)
        alias = self._names.alias("w")
        starts, ends = self._types(a.Inverse(triple.path)), self._types(triple.path)
        columns = {"s": Column(f"{alias}.a", ID, starts), "o": Column(f"{alias}.b", ID, ends)}
        return self._bound(f"({sql}) {alias}", (), columns, triple, self._graph_column(alias, graph))

    def _sequence(self, triple: a.Triple, parts: tuple[a.Path, ...], graph: int | str | None) -> Relation:
        found = EMPTY
        inner = [self._names.alias(".step") for _ in parts[1:]]
        ends = [triple.subject, *map(a.Var, inner), triple.value]
        steps = [a.Triple(*one) for one in zip(ends, parts, ends[1:], strict=False)]
        self._met |= _in_triples(steps)
        for step in steps:
            found = met(found, self._triple(step, graph))
        return found.with_columns({name: column for name, column in found.columns.items() if name not in inner})

    def _edge(self, triple: a.Triple, graph: int | str | None) -> Relation:
        alias = self._names.alias("t")
        if graph is None and triple.path == _TYPE and isinstance(triple.value, a.Term):
            table = self._catalogue.table_of_class(self._number(triple.value))
            if table is not None:
                return self._bound(f"{table} {alias}", (), {"s": Column(f"{alias}.s", ID, NODE)}, triple, {})
        predicate = self._number(triple.path) if isinstance(triple.path, a.Term) else None
        table, where = self._table(graph, predicate)
        columns = {
            "s": Column(f"{alias}.s", ID, NODE),
            "o": Column(f"{alias}.o", ID, self._catalogue.objects(predicate)),
        }
        if predicate is None:
            columns["p"] = Column(f"{alias}.p", ID, frozenset((t.IRI,)))
        conditions = tuple(f"{alias}.{one}" for one in where)
        return self._bound(f"{table} {alias}", conditions, columns, triple, self._graph_column(alias, graph))

    def _bound(
        self,
        table: str,
        conditions: tuple[str, ...],
        columns: Mapping[str, Column],
        triple: a.Triple,
        graph: dict[str, Column],
    ) -> Relation:
        """A table whose columns are held against the ends of a pattern."""
        found = Relation((table,), conditions, graph)
        ends = {"s": triple.subject, "o": triple.value, "p": triple.path}
        for name, end in ends.items():
            if name not in columns:
                continue
            if isinstance(end, a.Term):
                found = found.where([f"{columns[name].sql} = {self._number(end)}"])
            else:
                assert isinstance(end, a.Var)  # noqa: S101 # paths were taken apart before
                found = met(found, Relation(columns={end.name: columns[name]}))
        return found

    def _number(self, term: a.Term) -> int:
        number = self._catalogue.constant(term.text).id
        return NOWHERE if number is None else number

    def _graph_column(self, alias: str, graph: int | str | None) -> dict[str, Column]:
        return {graph: Column(f"{alias}.g", ID, NODE)} if isinstance(graph, str) else {}

    # ── Paths ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _types(self, path: a.Path) -> frozenset[str]:
        """What a path may lead to."""
        match path:
            case a.Term():
                return self._catalogue.objects(self._number(path))
            case a.Inverse(a.Term()):
                return NODE
            case a.Inverse(a.Inverse(inner)):
                return self._types(inner)
            case a.Sequence(parts):
                return self._types(parts[-1])
            case a.Inverse(a.Sequence(parts)):
                return self._types(a.Inverse(parts[0]))
            case a.Alternative(parts):
                return frozenset[str]().union(*map(self._types, parts))
            case a.Inverse(a.Alternative(parts)):
                return frozenset[str]().union(*(self._types(a.Inverse(part)) for part in parts))
            case a.Repeated(inner, zero=False) | a.Inverse(a.Repeated(inner, zero=False)):
                return self._types(a.Inverse(inner) if isinstance(path, a.Inverse) else inner)
        return self._catalogue.nodes()

    def _pairs(self, path: a.Path, graph: int | str | None) -> str:
        """A query for what a path leads from (`a`) and to (`b`), in any graph with the graph (`g`)."""
        g = ", g" if isinstance(graph, str) else ""
        match path:
            case a.Term():
                table, where = self._table(graph, self._number(path))
                return f"SELECT s AS a, o AS b{g} FROM {table}{_where(where)}"
            case a.Inverse(inner):
                return f"SELECT b AS a, a AS b{g} FROM ({self._pairs(inner, graph)})"
            case a.Alternative(parts):
                return " UNION ALL ".join(f"({self._pairs(part, graph)})" for part in parts)
            case a.Sequence(parts):
                return self._chain(parts, graph)
            case a.Negated(forwards, backwards):
                return self._negated(forwards, backwards, graph)
            case a.Repeated(inner, zero, more):
                return self._repeated(inner, graph, zero=zero, more=more)
        raise NotCompiled(f"the path {path} is not compiled")

    def _table(self, graph: int | str | None, predicate: int | None = None) -> tuple[str, tuple[str, ...]]:
        """The table of a predicate, or of all, and a condition on its graph."""
        where = (f"g = {graph}",) if isinstance(graph, int) else ()
        if predicate is None:
            return "triple" if graph is None else "quad", where
        return self._catalogue.table(predicate, named=graph is not None), where

    def _chain(self, parts: tuple[a.Path, ...], graph: int | str | None) -> str:
        aliases = [self._names.alias("c") for _ in parts]
        tables = ", ".join(f"({self._pairs(part, graph)}) {alias}" for part, alias in zip(parts, aliases, strict=True))
        links = [f"{one}.b = {other}.a" for one, other in pairwise(aliases)]
        g = ""
        if isinstance(graph, str):
            g = f", {aliases[0]}.g"
            links += [f"{one}.g = {other}.g" for one, other in pairwise(aliases)]
        return f"SELECT {aliases[0]}.a, {aliases[-1]}.b{g} FROM {tables} WHERE {' AND '.join(links)}"

    def _negated(self, forwards: tuple[a.Term, ...], backwards: tuple[a.Term, ...], graph: int | str | None) -> str:
        g = ", g" if isinstance(graph, str) else ""
        table, where = self._table(graph)
        found = []
        for terms, columns in ((forwards, "s AS a, o AS b"), (backwards, "o AS a, s AS b")):
            if terms:
                numbers = ", ".join(str(self._number(term)) for term in terms)
                conditions = _where((f"p NOT IN ({numbers})", *where))
                found.append(f"SELECT {columns}{g} FROM {table}{conditions}")
        return " UNION ALL ".join(found)

    def _repeated(self, path: a.Path, graph: int | str | None, *, zero: bool, more: bool) -> str:
        """
        Each pair once, however many ways lead from the one to the other.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_evalPP_ZeroOrMorePath
        """
        g = ", g" if isinstance(graph, str) else ""
        steps = self._pairs(path, graph)
        if more:
            name = self._closure(steps, g)
            steps = f"SELECT a, b{g} FROM {name}"
        if not zero:
            return steps
        if graph is None and not self._ends:
            return f"{_moved(steps, distinct=not more)} UNION ALL SELECT id, id FROM {self._nodes()}"
        table, where = self._table(graph)
        nodes = " UNION ".join(f"SELECT {end} AS a, {end} AS b{g} FROM {table}{_where(where)}" for end in "so")
        return f"({steps}) UNION ({nodes}){self._named(graph)}"

    def _walked(self, triple: a.Triple, graph: int | str | None) -> str:
        """
        A query for where the path of a pattern leads, which is `_pairs`, or less where it may lead nowhere.

        Without a step, it leads from what is named at an end to that alone. And of a variable that stands in a triple
        too all terms will do, because those that are in no triple of the graph fall away.
        """
        path = triple.path
        if graph is not None or not isinstance(path, a.Repeated) or not path.zero:
            return self._pairs(path, graph)
        ends = [end.name for end in (triple.subject, triple.value) if isinstance(end, a.Var)]
        if not self._ends and not self._met & set(ends):
            return self._pairs(path, graph)
        named = self._named(graph).removeprefix(" UNION ") or "SELECT id, id FROM term"
        ends_kept, self._ends = self._ends, []
        steps = self._pairs(replace(path, zero=False), graph) if path.more else self._pairs(path.path, graph)
        self._ends = ends_kept
        return f"{_moved(steps, distinct=not path.more)} UNION ALL ({named})"

    def _nodes(self) -> str:
        """The table of what is subject or object in the default graph."""
        sql = "nodes AS MATERIALIZED (SELECT s AS id FROM triple UNION SELECT o FROM triple)"
        return self.recursions.setdefault("nodes", sql).partition(" ")[0]

    def _named(self, graph: int | str | None) -> str:
        """What the query names at an end of the path leads to itself, wherever it stands in the data."""
        numbers = [self._catalogue.constant(end.text).id for end in self._ends]
        if None in numbers or (numbers and isinstance(graph, str)):
            raise NotCompiled("a path without steps from a term that is not in the data is not compiled")
        return "".join(f" UNION (SELECT {number}, {number})" for number in numbers)

    def _closure(self, steps: str, g: str) -> str:
        known = self._known.get((steps, g))
        if known is None:
            known = self._known[steps, g] = self._names.alias("closure")
            edges = f"{known}_step"
            same = f" AND e.g = {known}.g" if g else ""
            g_of = f", {known}.g" if g else ""
            self.recursions[edges] = f"{edges} AS MATERIALIZED (SELECT DISTINCT a, b{g} FROM ({steps}))"
            self.recursions[known] = (
                f"{known}(a, b{g}) AS (SELECT a, b{g} FROM {edges} UNION "
                f"SELECT {known}.a, e.b{g_of} FROM {known} JOIN {edges} e ON e.a = {known}.b{same})"
            )
        return known


def _in_triples(patterns: Iterable[a.Triple]) -> frozenset[str]:
    """The variables that stand at an end of a path of at least one step: they are in a triple of the graph."""
    ends = (end for one in patterns if _has_steps(one.path) for end in (one.subject, one.value))
    return frozenset(end.name for end in ends if isinstance(end, a.Var))


def _has_steps(path: a.Path) -> bool:
    """Whether at each end of a path there is a step that is never left out."""
    match path:
        case a.Repeated(inner, zero):
            return not zero and _has_steps(inner)
        case a.Inverse(inner):
            return _has_steps(inner)
        case a.Sequence(parts) | a.Alternative(parts):
            return all(map(_has_steps, parts))
    return True


def _moved(steps: str, *, distinct: bool) -> str:
    """The pairs of two different ends, each once."""
    return f"SELECT {'DISTINCT ' * distinct}a, b FROM ({steps}) WHERE a <> b"


def _where(conditions: tuple[str, ...]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def met(left: Relation, right: Relation) -> Relation:
    """Two open relations joined on what they share; every shared variable is certain, and a number, on both sides."""
    shared = left.columns.keys() & right.columns.keys()
    found = left.beside(right)
    columns = {
        name: replace(column, types=column.types & right.columns[name].types) if name in shared else column
        for name, column in found.columns.items()
    }
    conditions = [f"{left.columns[name].sql} = {right.columns[name].sql}" for name in sorted(shared)]
    return found.with_columns(columns).where(conditions)
