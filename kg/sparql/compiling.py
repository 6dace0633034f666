"""
The algebra → SQL. Each method is one operator of the standard's algebra.

Spec: https://www.w3.org/TR/sparql11-query/#sparqlAlgebraEval
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from kg.columns import terms as t
from kg.sparql import algebra as a
from kg.sparql.aggregates import aggregated
from kg.sparql.algebra import NotCompiled
from kg.sparql.catalogue import Catalogue
from kg.sparql.joining import compatible, exists, joined, minus, optional, optional_lateral, united
from kg.sparql.ordering import sorted_by
from kg.sparql.patterns import NODE, NOWHERE, Patterns
from kg.sparql.relation import EMPTY, Column, Names, Relation
from kg.sparql.scope import Scope
from kg.sparql.values import ID, TEXT, Plain, Value

_HIDDEN: Final = "."
_SHORT: Final = 40
"""Characters of SQL that may stand in several places."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a pattern is compiled in: the graph that is active, and the columns of the query around an EXISTS."""

    graph: int | str | None = None
    outer: Mapping[str, Column] | None = None


class Compiler:
    """Compiles one query. `now` is the moment that NOW() gives, as a lexical form."""

    def __init__(self, catalogue: Catalogue, now: str) -> None:
        self._catalogue = catalogue
        self._now = now
        self.names = Names()
        self._patterns = Patterns(self.names, catalogue)

    def prologue(self) -> str:
        """The WITH of the whole query: closures of paths."""
        recursions = self._patterns.recursions.values()
        return f"WITH RECURSIVE {', '.join(recursions)} " if recursions else ""

    def node(self, node: a.Node, around: Around) -> Relation:
        """The solutions of a pattern."""
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
                return self._values(node)
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

    def _scope(self, relation: Relation, around: Around) -> Scope:
        def inner(pattern: a.Node, scope: Scope) -> str:
            return self._exists(pattern, scope, around)

        return Scope(relation, self.names, self._catalogue, self._now, inner, around.outer)

    # ── Patterns ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _pattern(self, triples: tuple[a.Triple, ...], around: Around) -> Relation:
        if not triples and isinstance(around.graph, str):
            alias = self.names.alias("g")
            return Relation(
                (f"(SELECT DISTINCT g FROM quad) {alias}",), (), {around.graph: Column(f"{alias}.g", ID, NODE)}
            )
        if not triples and isinstance(around.graph, int):
            return EMPTY.where([f"EXISTS (SELECT 1 FROM quad WHERE g = {around.graph})"])
        found = self._patterns.pattern(triples, around.graph)
        # Blank nodes are variables of their pattern alone.
        return found.with_columns({name: one for name, one in found.columns.items() if not name.startswith("_:")})

    def _graph(self, name: a.End, inner: a.Node, around: Around) -> Relation:
        """
        GRAPH: in any graph, the name is a hidden variable that all patterns inside share.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_evalGraph
        """
        if isinstance(name, a.Term):
            number = self._catalogue.constant(name.text).id
            return self.node(inner, replace(around, graph=NOWHERE if number is None else number))
        hidden = self.names.alias(f"{_HIDDEN}graph")
        found = self.node(inner, replace(around, graph=hidden))
        if hidden not in found.columns:
            # Nothing inside looks at the data: each graph gives the same.
            found = joined(found, self._pattern((), replace(around, graph=hidden)), self.names)
        columns = dict(found.columns)
        graph = columns.pop(hidden)
        return joined(found.with_columns(columns), Relation(columns={name.name: graph}), self.names)

    def _filter(self, found: Relation, condition: a.Expression, around: Around) -> Relation:
        scope = self._scope(found, around)
        holds = scope.condition(condition)
        return scope.finished().where([holds])

    def _exists(self, pattern: a.Node, scope: Scope, around: Around) -> str:
        """
        EXISTS, whose pattern sees the values of the query around it.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_substitute
        """
        outer = {**(around.outer or {}), **scope.relation.columns}
        inner = self.node(pattern, replace(around, outer=outer))
        return exists(Relation(columns=outer), inner)

    def _optional(self, node: a.LeftJoin, around: Around) -> Relation:
        left = self.names.close(self.node(node.left, around))
        right = self.node(node.right, around)
        if node.condition is None:
            return optional(left, self.names.close(right), [], self.names)
        if a.has_exists(node.condition):
            return self._optional_by_rows(left, right, node.condition, around)
        if not a.variables_of(node.condition) - right.columns.keys():
            # What speaks of the right alone is asked there, before the join.
            right = self._filter(right, node.condition, around)
            return optional(left, self.names.close(right), [], self.names)
        closed = self.names.close(right)
        scope = self._scope(Relation(columns={**closed.columns, **left.columns}), around)
        holds = scope.condition(node.condition)
        if not scope.finished().tables:
            return optional(left, closed, [holds], self.names)
        # The condition looks terms up: that is done where the right side is, for each solution of the left.
        scope = self._scope(right.with_columns({**right.columns, **left.columns}), around)
        holds = scope.condition(node.condition)
        met = scope.finished().where([*compatible(left, right), holds])
        return optional_lateral(left, met.with_columns(right.columns), self.names)

    def _optional_by_rows(self, left: Relation, right: Relation, condition: a.Expression, around: Around) -> Relation:
        """
        LeftJoin whose condition has an EXISTS: the join is filtered, and what is left of it given to its rows again.

        In the condition of a join of SQL, DuckDB would try EXISTS on each pair.
        """
        numbered, row = self.names.alias("m"), self.names.alias(f"{_HIDDEN}row")
        counted = {**left.columns, row: Column("row_number() OVER ()", t.INTEGER, frozenset((t.INTEGER,)))}
        table = f"{numbered} AS MATERIALIZED ({self.names.select(left.with_columns(counted))})"
        rows = Relation((numbered,), (), self.names.within(numbered, counted))
        scope = self._scope(joined(rows, right, self.names), around)
        holds = scope.condition(condition)
        met = scope.finished().where([holds])
        wanted = {name: one for name, one in met.columns.items() if name == row or name in right.columns}
        found = optional(rows, self.names.close(met.with_columns(wanted)), [], self.names)
        kept = {name: one for name, one in found.columns.items() if name != row}
        return replace(found.with_columns(kept), tables=(f"(WITH {table} {found.tables[0].removeprefix('(')}",))

    def _extend(self, node: a.Extend, around: Around) -> Relation:
        found = self.node(node.inner, around)
        scope = self._scope(found, around)
        value = scope.value(node.expression)
        held = value.held()
        column = Column(scope.let(held) if len(held) > _SHORT else held, value.form, value.types, value.certain())
        kept = scope.finished()
        return kept.with_columns({**kept.columns, node.variable.name: column})

    def _values(self, node: a.Values) -> Relation:
        if not node.variables:
            if len(node.rows) == 1:
                return EMPTY
            rows = " UNION ALL ".join("SELECT 1" for _ in node.rows) or "SELECT 1 WHERE false"
            return Relation((f"({rows}) {self.names.alias('v')}",))
        alias = self.names.alias("v")
        columns: dict[str, Column] = {}
        cells: list[list[str]] = [[] for _ in node.rows]
        # What is UNDEF in each row is as if it were not there.
        told = [
            (place, variable)
            for place, variable in enumerate(node.variables)
            if not node.rows or any(row[place] for row in node.rows)
        ]
        if not told:
            return self._values(a.Values((), node.rows))
        for place, variable in told:
            cells_here = [row[place] for row in node.rows]
            values = [None if cell is None else self._catalogue.constant(cell.text) for cell in cells_here]
            there = [one for one in values if one]
            form = ID if all(one.id is not None for one in there) else TEXT
            types = frozenset[str]().union(*(one.types for one in there))
            for cell, one in zip(cells, values, strict=True):
                kind = "INTEGER" if form == ID else "VARCHAR"
                cell.append(f"CAST({'NULL' if not one else one.held() if form == ID else one.text()} AS {kind})")
            columns[variable.name] = Column(
                f"{alias}.{self.names.column(variable.name)}", form, types, len(there) == len(values)
            )
        names = ", ".join(self.names.column(one.name) for _, one in told)
        if not cells:
            nothing = ", ".join(f"NULL::INTEGER AS {self.names.column(one.name)}" for _, one in told)
            return Relation((f"(SELECT {nothing} WHERE false) {alias}",), (), columns)
        rows = ", ".join(f"({', '.join(cell)})" for cell in cells)
        return Relation((f"(VALUES {rows}) {alias}({names})",), (), columns)

    # ── Groups and modifiers ────────────────────────────────────────────────────────────────────────────────────────

    def _group(self, node: a.Group, around: Around) -> Relation:
        found = self.node(node.inner, around)
        scope = self._scope(found, around)
        if isinstance(around.graph, str) and not node.keys:
            raise NotCompiled("set functions without GROUP BY within GRAPH ?g are not compiled")
        keys = [key.name for key in node.keys if key.name in found.columns]
        if isinstance(around.graph, str):
            keys.append(around.graph)
        columns = {key: found.columns[key] for key in keys if key in found.columns}
        every = [one.sql for name, one in found.columns.items() if not name.startswith(_HIDDEN)]
        for variable, aggregate in node.aggregates:
            if aggregate.name == "SAMPLE" and isinstance(aggregate.argument, a.Var) and aggregate.argument.name in keys:
                # rdflib takes a sample of each key that is selected: all of a group have the same.
                columns[variable.name] = found.columns[aggregate.argument.name]
                continue
            value = None if aggregate.argument is None else scope.value(aggregate.argument)
            columns[variable.name] = aggregated(aggregate, value, every, found.order, grouped=bool(node.keys))
        kept = scope.finished()
        by = f" GROUP BY {', '.join(columns[key].sql for key in keys if key in columns)}" if keys else ""
        if node.keys and not keys:
            by = " HAVING count(*) > 0"
        select = ", ".join(f"{column.sql} AS {self.names.column(name)}" for name, column in columns.items())
        return self.names.closed(kept.select(select or "1 AS nothing", by), columns)

    def _project(self, inner: a.Node, variables: tuple[a.Var, ...], around: Around) -> Relation:
        found = self.node(inner, replace(around, outer=None))
        names = [variable.name for variable in variables]
        if isinstance(around.graph, str):
            names.append(around.graph)
        return found.with_columns({name: found.columns[name] for name in names if name in found.columns})

    def _distinct(self, found: Relation) -> Relation:
        """
        Distinct; a row that is there several times stands where it stood first.

        Spec: https://www.w3.org/TR/sparql11-query/#defn_algDistinct
        """
        if not found.order or not found.columns:
            return self.names.closed(self.names.select(found, distinct=True), found.columns)
        place = self.names.alias(f"{_HIDDEN}place")
        at = Column(f"row_number() OVER (ORDER BY {', '.join(found.order)})", t.INTEGER)
        placed = self.names.select(found.with_columns({**found.columns, place: at}))
        names, first = ", ".join(map(self.names.column, found.columns)), self.names.column(place)
        sql = f"SELECT {names}, min({first}) AS {first} FROM ({placed}) GROUP BY {names}"
        closed = self.names.closed(sql, {**found.columns, place: at})
        order = (f"{closed.columns[place].sql} ASC NULLS FIRST",)
        return replace(closed.with_columns({name: closed.columns[name] for name in found.columns}), order=order)

    def _order(self, found: Relation, conditions: tuple[tuple[a.Expression, bool], ...], around: Around) -> Relation:
        scope = self._scope(found, around)
        order: list[str] = []
        for expression, descending in conditions:
            value = scope.value(expression)
            if a.variables_of(expression) & found.columns.keys() or not isinstance(expression, a.Var):
                order += sorted_by(value, descending=descending)
        return replace(scope.finished(), order=tuple(order))

    def _slice(self, node: a.Slice, around: Around) -> Relation:
        if isinstance(around.graph, str):
            raise NotCompiled("LIMIT within GRAPH ?g is not compiled")
        found = self.node(node.inner, around)
        limit = ("" if node.length is None else f" LIMIT {node.length}") + (
            f" OFFSET {node.start}" if node.start else ""
        )
        keys = [key.rpartition(" NULLS ")[0].rpartition(" ") for key in found.order]
        hidden = {self.names.alias(f"{_HIDDEN}key"): key for key, *_ in keys}
        extra = "".join(f", {key} AS {self.names.column(name)}" for name, key in hidden.items())
        by = f" ORDER BY {', '.join(found.order)}" if found.order else ""
        columns = ", ".join(f"{one.sql} AS {self.names.column(name)}" for name, one in found.columns.items())
        closed = self.names.closed(found.select(f"{columns or '1 AS nothing'}{extra}", by + limit), found.columns)
        alias = closed.tables[0].rpartition(" ")[2]
        order = tuple(
            f"{alias}.{self.names.column(name)}{one.removeprefix(key)}"
            for (name, key), one in zip(hidden.items(), found.order, strict=True)
        )
        return replace(closed, order=order)

    # ── The whole query ─────────────────────────────────────────────────────────────────────────────────────────────

    def select(self, query: a.Query) -> tuple[str, list[str]]:
        """The SQL of a SELECT, and the form of each variable: `text`, or a type of plain values."""
        around = Around()
        found = self.node(query.pattern, around)
        scope = self._scope(found, around)
        forms, cells = [], []
        for variable in query.variables:
            column = found.columns.get(variable.name)
            form, cell = (TEXT, "NULL::VARCHAR") if column is None else shown(scope.column(column))
            forms.append(form)
            cells.append(cell)
        kept = scope.finished()
        by = f" ORDER BY {', '.join(kept.order)}" if kept.order else ""
        return f"{self.prologue()}{kept.select(', '.join(cells) or '1', by)}", forms

    def ask(self, query: a.Query) -> str:
        """The SQL of an ASK: a row where there is a solution."""
        found = self.node(query.pattern, Around())
        return f"{self.prologue()}{found.select('1', ' LIMIT 1')}"

    def construct(self, query: a.Query) -> str:
        """
        The SQL of a CONSTRUCT: subject, predicate and object as texts, each triple once.

        Spec: https://www.w3.org/TR/sparql11-query/#construct
        """
        around = Around()
        found = self.node(query.pattern, around)
        row = self.names.alias(f"{_HIDDEN}row")
        numbered = {**found.columns, row: Column("row_number() OVER ()", t.INTEGER)}
        by = f" ORDER BY {', '.join(found.order)}" if found.order else ""
        solutions = f"solution AS MATERIALIZED ({self.names.select(found.with_columns(numbered))}{by})"
        columns = {name: replace(one, sql=f"solution.{self.names.column(name)}") for name, one in numbered.items()}
        selects = [
            self._template(triple, Relation(("solution",), (), columns), row, around) for triple in query.template
        ]
        recursions = ", ".join([*self._patterns.recursions.values(), solutions])
        return f"WITH RECURSIVE {recursions} {' UNION '.join(selects) or 'SELECT 1, 2, 3 WHERE false'}"

    def _template(self, triple: a.Triple, solutions: Relation, row: str, around: Around) -> str:
        scope = self._scope(solutions, around)
        assert isinstance(triple.path, a.Term | a.Var)  # noqa: S101 # templates have no paths
        cells, good = [], []
        for end, allowed in ((triple.subject, "<_"), (triple.path, "<"), (triple.value, '<_"')):
            if isinstance(end, a.Var) and end.name.startswith("_:"):
                label = end.name.removeprefix("_:")
                cells.append(f"'_:r' || {solutions.columns[row].sql} || 'x{label}'")
                continue
            cell = scope.value(end).text()
            cells.append(cell)
            good.append(f"contains('{allowed}', substring({cell}, 1, 1))")
        kept = scope.finished().where(good)
        return kept.select(", ".join(cells))


def shown(value: Value) -> tuple[str, str]:
    """The form in which a value is handed out, and SQL for it; numbers are written down in the end."""
    if isinstance(value, Plain) and value.kind in {t.INTEGER, t.BOOLEAN, t.DOUBLE}:
        return value.kind, value.sql
    return TEXT, value.text()
