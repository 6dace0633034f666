"""
Basic graph patterns as joins of the tables of triples; a path that is no more than triples becomes some.

Spec: https://www.w3.org/TR/sparql11-query/#BasicGraphPattern (18.3),
https://www.w3.org/TR/sparql11-query/#sparqlTranslatePathPatterns (18.2.2.4)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kg.ontology import vocabulary as v
from kg.sparql import algebra as a
from kg.sparql.active_graph import ActiveGraph
from kg.sparql.catalogue import Catalogue
from kg.sparql.joining import natural_join
from kg.sparql.paths import Paths, Walk, in_triples
from kg.sparql.relation import EMPTY, Column, Names, Relation
from kg.sparql.sources import Table
from kg.sparql.values import ID, IRIS, NODES

_TYPE: Final = a.Term(str(v.RDF_TYPE))


class Patterns:
    """Compiles basic graph patterns, and the paths in them."""

    def __init__(self, names: Names, catalogue: Catalogue) -> None:
        self._names = names
        self._catalogue = catalogue
        self.paths = Paths(names, catalogue)

    def pattern(self, triples: tuple[a.Triple, ...], graph: ActiveGraph) -> Relation:
        """
        The solutions of a basic graph pattern, blank nodes as variables.

        Spec: https://www.w3.org/TR/sparql11-query/#BGPsparql (18.3.1)
        """
        return self._all(triples, graph, frozenset())

    def _all(self, triples: tuple[a.Triple, ...], graph: ActiveGraph, bound: frozenset[str]) -> Relation:
        """`bound` are variables that stand in a triple beside these."""
        found = EMPTY
        bound |= in_triples(triples)
        for triple in triples:
            found = natural_join(found, self._triple(triple, graph, bound))
        return found

    def _triple(self, triple: a.Triple, graph: ActiveGraph, bound: frozenset[str]) -> Relation:
        match triple.path:
            case a.Term() | a.Var():
                return self._edge(triple, graph)
            case a.Inverse(path):
                return self._triple(a.Triple(triple.value, path, triple.subject), graph, bound)
            case a.Sequence(parts):
                return self._sequence(triple, parts, graph, bound)
        walk = Walk(graph, tuple(end for end in (triple.subject, triple.value) if isinstance(end, a.Term)))
        pairs = Table(f"({self.paths.walked(triple, walk, bound)})", self._names.alias("w"))
        columns = {
            "s": Column(f"{pairs.alias}.a", ID, self.paths.types(a.Inverse(triple.path))),
            "o": Column(f"{pairs.alias}.b", ID, self.paths.types(triple.path)),
        }
        return self._bound(Relation((pairs,), (), graph.columns(pairs.alias)), columns, triple)

    def _sequence(
        self, triple: a.Triple, parts: tuple[a.Path, ...], graph: ActiveGraph, bound: frozenset[str]
    ) -> Relation:
        """A path of several steps: patterns that meet in variables that no one else names."""
        inner = [self._names.alias(f"{a.HIDDEN}step") for _ in parts[1:]]
        ends = [triple.subject, *map(a.Var, inner), triple.value]
        steps = tuple(a.Triple(*one) for one in zip(ends, parts, ends[1:], strict=False))
        found = self._all(steps, graph, bound)
        return found.with_columns({name: column for name, column in found.columns.items() if name not in inner})

    def _edge(self, triple: a.Triple, graph: ActiveGraph) -> Relation:
        alias = self._names.alias("t")
        if not graph.named and triple.path == _TYPE and isinstance(triple.value, a.Term):
            members = self._catalogue.table_of_class(self._catalogue.number(triple.value.text))
            if members is not None:
                return self._bound(Relation((Table(members, alias),)), {"s": Column(f"{alias}.s", ID, NODES)}, triple)
        predicate = self._catalogue.number(triple.path.text) if isinstance(triple.path, a.Term) else None
        columns = {
            "s": Column(f"{alias}.s", ID, NODES),
            "o": Column(f"{alias}.o", ID, self._catalogue.objects(predicate)),
        }
        if predicate is None:
            columns["p"] = Column(f"{alias}.p", ID, IRIS)
        table = Table(graph.table(self._catalogue, predicate), alias)
        return self._bound(Relation((table,), graph.conditions(alias), graph.columns(alias)), columns, triple)

    def _bound(self, found: Relation, columns: Mapping[str, Column], triple: a.Triple) -> Relation:
        """A table whose columns are held against the ends of a pattern."""
        ends = {"s": triple.subject, "o": triple.value, "p": triple.path}
        for name, end in ends.items():
            if name not in columns:
                continue
            if isinstance(end, a.Term):
                found = found.where([f"{columns[name].sql} = {self._catalogue.number(end.text)}"])
            else:
                assert isinstance(end, a.Var)  # noqa: S101 # paths were taken apart before
                found = natural_join(found, Relation(columns={end.name: columns[name]}))
        return found
