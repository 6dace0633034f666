"""
The algebra → SQL: eval(D(G), P) of the standard. Each method is one operator of its algebra.

What an operator does to solutions stands in modules of its own where it is more than a few lines: `patterns`, `paths`,
`joining`, `inline_data`, `aggregates`, `ordering`; what it asks of expressions, in `scope`.

Spec: https://www.w3.org/TR/sparql11-query/#sparqlAlgebraEval (18.6),
https://www.w3.org/TR/sparql11-query/#sparqlAlgebra (18.5)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from kg.columns import terms as t
from kg.sparql import algebra as a
from kg.sparql.active_graph import DEFAULT_GRAPH, ActiveGraph
from kg.sparql.aggregates import aggregated
from kg.sparql.algebra import HIDDEN, NotCompiled
from kg.sparql.closures import Closure
from kg.sparql.contents import has_exists, variables_of
from kg.sparql.inline_data import inline_data
from kg.sparql.joining import compatible, exists, joined, minus, optional, optional_lateral, united
from kg.sparql.ordering import sorted_by
from kg.sparql.patterns import Patterns
from kg.sparql.relation import EMPTY, Column, Relation, SortKey, order_by
from kg.sparql.scope import Environment, Scope
from kg.sparql.sources import Table
from kg.sparql.values import INTEGERS

_SHORT: Final = 40
"""Characters of SQL that may stand in several places."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a pattern is compiled in: the graph that is active, and the columns of the query around an EXISTS."""

    graph: ActiveGraph = DEFAULT_GRAPH
    outer: Mapping[str, Column] | None = None


class Compiler:
    """Compiles one query."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._catalogue = environment.catalogue
        self.names = environment.names
        self._patterns = Patterns(self.names, self._catalogue)

    def prologue(self, *more: str) -> str:
        """The WITH of the whole query: what paths need, and more tables."""
        tables = ", ".join([*self._patterns.paths.tables.values(), *more])
        return f"WITH RECURSIVE {tables} " if tables else ""

    def closures(self) -> tuple[Closure, ...]:
        """The closures that the WITH has."""
        return tuple(self._patterns.paths.closures.values())

    def node(self, node: a.Node, around: Around) -> Relation:
        """The solutions of a pattern: eval(D(G), P), where `around` has the graph G."""
        match node:
            case a.Bgp(triples):
                return self._pattern(triples, around)
            case a.Join(left, right):
                return joined(self.node(left, around), self.node(right, around), self.names)
            case a.LeftJoin():
                return self._optional(node, around)
            case a.Filter(inner, condition):
                return self._filter(self.node(inner, around), condition, around)
            case a.Union(left, right):
                return united(self.node(left, around), self.node(right, around), self.names)
            case a.Minus(left, right):
                return minus(self.node(left, around), self.node(right, replace(around, outer=None)))
            case a.Extend():
                return self._extend(node, around)
            case a.Values():
                return inline_data(node, self.names, self._catalogue)
            case a.Graph(name, inner):
                return self._graph(name, inner, around)
            case a.Group():
                return self._group(node, around)
            case a.Project(inner, variables):
                return self._project(inner, variables, around)
            case a.Distinct(inner):
                return self._distinct(self.node(inner, around))
            case a.OrderBy(inner, conditions):
                return self._order(self.node(inner, around), conditions, around)
            case a.Slice():
                return self._slice(node, around)

    def scope(self, relation: Relation, around: Around) -> Scope:
        """What expressions over some solutions are compiled in."""

        def inner(pattern: a.Node, scope: Scope) -> str:
            return self._exists(pattern, scope, around)

        return Scope(relation, self._environment, inner, around.outer)

    # ── Patterns ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _pattern(self, triples: tuple[a.Triple, ...], around: Around) -> Relation:
        """
        A basic graph pattern; an empty one has one solution in each graph there is.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_evalBasicGraphPattern
        """
        if not triples and around.graph.variable is not None:
            graphs = Table("(SELECT DISTINCT g FROM quad)", self.names.alias("g"))
            return Relation((graphs,), (), around.graph.columns(graphs.alias))
        if not triples and around.graph.named:
            return EMPTY.where([f"EXISTS (SELECT 1 FROM quad WHERE {' AND '.join(around.graph.conditions())})"])
        found = self._patterns.pattern(triples, around.graph)
        # Blank nodes are variables of their pattern alone.
        return found.with_columns({name: one for name, one in found.columns.items() if not name.startswith(a.BLANK)})

    def _graph(self, name: a.End, inner: a.Node, around: Around) -> Relation:
        """
        GRAPH: in any graph, the name is a hidden variable that all patterns inside share.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_evalGraph
        """
        if isinstance(name, a.Term):
            return self.node(inner, replace(around, graph=ActiveGraph(self._catalogue.number(name.text))))
        hidden = self.names.alias(f"{HIDDEN}graph")
        each = replace(around, graph=ActiveGraph(variable=hidden))
        found = self.node(inner, each)
        if hidden not in found.columns:
            # Nothing inside looks at the data: each graph gives the same.
            found = joined(found, self._pattern((), each), self.names)
        columns = dict(found.columns)
        graph = columns.pop(hidden)
        return joined(found.with_columns(columns), Relation(columns={name.name: graph}), self.names)

    def _filter(self, found: Relation, condition: a.Expression, around: Around) -> Relation:
        """
        Filter: an error is not true, and neither is NULL to SQL.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_algFilter
        """
        scope = self.scope(found, around)
        holds = scope.condition(condition)
        return scope.finished().where([holds])

    def _exists(self, pattern: a.Node, scope: Scope, around: Around) -> str:
        """
        EXISTS, whose pattern sees the values of the query around it.

        Spec: https://www.w3.org/TR/sparql11-query/#func-filter-exists (17.4.1.4),
        https://www.w3.org/TR/sparql11-query/#defn_substitute, https://www.w3.org/TR/sparql11-query/#defn_evalExists
        """
        outer = {**(around.outer or {}), **scope.relation.columns}
        inner = self.node(pattern, replace(around, outer=outer))
        return exists(Relation(columns=outer), inner)

    def _optional(self, node: a.LeftJoin, around: Around) -> Relation:
        """
        OPTIONAL: the condition is asked where that is cheapest.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_evalLeftJoin
        """
        left = self.names.close(self.node(node.left, around))
        right = self.node(node.right, around)
        if node.condition is None:
            return self.names.close(optional(left, self.names.close(right), []))
        if has_exists(node.condition):
            return self._optional_by_rows(left, right, node.condition, around)
        if not variables_of(node.condition) - right.columns.keys():
            # What speaks of the right alone is asked there, before the join.
            right = self._filter(right, node.condition, around)
            return self.names.close(optional(left, self.names.close(right), []))
        closed = self.names.close(right)
        scope = self.scope(Relation(columns={**closed.columns, **left.columns}), around)
        holds = scope.condition(node.condition)
        if not scope.finished().sources:
            return self.names.close(optional(left, closed, [holds]))
        # The condition looks terms up: that is done where the right side is, for each solution of the left.
        scope = self.scope(right.with_columns({**right.columns, **left.columns}), around)
        holds = scope.condition(node.condition)
        found = scope.finished().where([*compatible(left, right), holds])
        return self.names.close(optional_lateral(left, found.with_columns(right.columns), self.names))

    def _optional_by_rows(self, left: Relation, right: Relation, condition: a.Expression, around: Around) -> Relation:
        """
        LeftJoin whose condition has an EXISTS: the join is filtered, and what is left of it given to its rows again.

        In the condition of a join of SQL, DuckDB would try EXISTS on each pair.
        """
        numbered, row = self.names.alias("m"), self.names.alias(f"{HIDDEN}row")
        counted = {**left.columns, row: Column("row_number() OVER ()", t.INTEGER, INTEGERS)}
        table = f"{numbered} AS MATERIALIZED ({self.names.select(left.with_columns(counted))})"
        rows = Relation((Table(numbered, numbered),), (), self.names.within(numbered, counted))
        both = self._filter(joined(rows, right, self.names), condition, around)
        wanted = {name: one for name, one in both.columns.items() if name == row or name in right.columns}
        found = optional(rows, self.names.close(both.with_columns(wanted)), [])
        kept = {name: one for name, one in found.columns.items() if name != row}
        return self.names.closed(f"WITH {table} {self.names.select(found.with_columns(kept))}", kept)

    def _extend(self, node: a.Extend, around: Around) -> Relation:
        """
        Extend: where the expression is an error, the variable stays unbound.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_extend
        """
        found = self.node(node.inner, around)
        scope = self.scope(found, around)
        value = scope.value(node.expression)
        held = value.held()
        column = Column(scope.let(held) if len(held) > _SHORT else held, value.form, value.types, value.certain())
        kept = scope.finished()
        return kept.with_columns({**kept.columns, node.variable.name: column})

    # ── Groups and modifiers ────────────────────────────────────────────────────────────────────────────────────────

    def _group(self, node: a.Group, around: Around) -> Relation:
        """
        Group, Aggregation and AggregateJoin in one: solutions with the same keys become one, with its set functions.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_algGroup,
        https://www.w3.org/TR/sparql11-query/#defn_algAggregation
        """
        found = self.node(node.inner, around)
        scope = self.scope(found, around)
        each_graph = around.graph.variable
        if each_graph is not None and not node.keys:
            raise NotCompiled("set functions without GROUP BY within GRAPH ?g are not compiled")
        asked = [key.name for key in node.keys] + ([] if each_graph is None else [each_graph])
        keys = [key for key in asked if key in found.columns]
        columns = {key: found.columns[key] for key in keys}
        every = [one.sql for name, one in found.columns.items() if not name.startswith(HIDDEN)]
        for variable, aggregate in node.aggregates:
            if aggregate.name == "SAMPLE" and isinstance(aggregate.argument, a.Var) and aggregate.argument.name in keys:
                # rdflib takes a sample of each key that is selected: all of a group have the same.
                columns[variable.name] = found.columns[aggregate.argument.name]
                continue
            value = None if aggregate.argument is None else scope.value(aggregate.argument)
            columns[variable.name] = aggregated(aggregate, value, every, found.order, grouped=bool(node.keys))
        by = f" GROUP BY {', '.join(columns[key].sql for key in keys)}" if keys else ""
        if node.keys and not keys:
            # All keys are unbound in each solution: one group, unless there is no solution.
            by = " HAVING count(*) > 0"
        return self.names.closed(self.names.select(scope.finished().with_columns(columns), tail=by), columns)

    def _project(self, inner: a.Node, variables: tuple[a.Var, ...], around: Around) -> Relation:
        """
        Project: a sub-SELECT sees nothing of the query around an EXISTS, and hides what it does not select.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_algProjection
        """
        found = self.node(inner, replace(around, outer=None))
        names = [variable.name for variable in variables]
        if around.graph.variable is not None:
            names.append(around.graph.variable)
        return found.with_columns({name: found.columns[name] for name in names if name in found.columns})

    def _distinct(self, found: Relation) -> Relation:
        """
        Distinct; a row that is there several times stands where it stood first.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_algDistinct
        """
        if not found.order or not found.columns:
            return self.names.closed(self.names.select(found, distinct=True), found.columns)
        place = self.names.alias(f"{HIDDEN}place")
        at = Column(f"row_number() OVER ({order_by(found.order).strip()})", t.INTEGER)
        placed = self.names.select(found.with_columns({**found.columns, place: at}))
        names, first = ", ".join(map(self.names.column, found.columns)), self.names.column(place)
        sql = f"SELECT {names}, min({first}) AS {first} FROM ({placed}) GROUP BY {names}"
        return self._closed_in_order(sql, found.columns, {place: SortKey(at.sql)})

    def _order(self, found: Relation, conditions: tuple[tuple[a.Expression, bool], ...], around: Around) -> Relation:
        """
        OrderBy: the keys are kept until someone asks for the solutions in order.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_algOrdered
        """
        scope = self.scope(found, around)
        order: list[SortKey] = []
        for expression, descending in conditions:
            value = scope.value(expression)
            if variables_of(expression) & found.columns.keys() or not isinstance(expression, a.Var):
                order += sorted_by(value, descending=descending)
        return replace(scope.finished(), order=tuple(order))

    def _slice(self, node: a.Slice, around: Around) -> Relation:
        """
        Slice: LIMIT and OFFSET.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_algSlice
        """
        if around.graph.variable is not None:
            raise NotCompiled("LIMIT within GRAPH ?g is not compiled")
        found = self.node(node.inner, around)
        limit = "" if node.length is None else f" LIMIT {node.length}"
        offset = f" OFFSET {node.start}" if node.start else ""
        keys = {self.names.alias(f"{HIDDEN}key"): key for key in found.order}
        columns = {**found.columns, **{name: Column(key.sql) for name, key in keys.items()}}
        sql = self.names.select(found.with_columns(columns), tail=f"{order_by(found.order)}{limit}{offset}")
        return self._closed_in_order(sql, found.columns, keys)

    def _closed_in_order(self, sql: str, columns: Mapping[str, Column], keys: Mapping[str, SortKey]) -> Relation:
        """A query as one table whose order is that of some of its columns, which no one else sees."""
        closed = self.names.closed(sql, columns)
        (table,) = closed.sources
        order = tuple(replace(key, sql=f"{table.alias}.{self.names.column(name)}") for name, key in keys.items())
        return replace(closed, order=order)
