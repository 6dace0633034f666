"""
Expressions over a relation: variables become columns, and what an operator needs of them is joined.

Functional forms are here, because they may have a value where one of their arguments is an error.

Spec: https://www.w3.org/TR/sparql11-query/#evaluation (17.2), https://www.w3.org/TR/sparql11-query/#func-forms (17.4.1)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from kg.columns import terms as t
from kg.sparql import algebra as a
from kg.sparql.algebra import NotCompiled
from kg.sparql.arithmetic import calculated
from kg.sparql.casts import cast_to
from kg.sparql.catalogue import Catalogue
from kg.sparql.comparisons import compared, equal, truth_of
from kg.sparql.computed import Written
from kg.sparql.durations import with_moments
from kg.sparql.functions import FUNCTIONS, Context
from kg.sparql.levels import Levels
from kg.sparql.relation import Column, Names, Relation
from kg.sparql.sources import LeftJoined, Table
from kg.sparql.values import ID, NOTHING, TEXT, Plain, Stored, Value, truth

_NOT: Final = {"true": "false", "false": "true"}
_ORDERS: Final = frozenset(("<", ">", "<=", ">="))


@dataclass(frozen=True, slots=True)
class Environment:
    """What the parts of a query are compiled with: the dataset, names that no two share, and what NOW() gives."""

    catalogue: Catalogue
    now: str
    names: Names = field(default_factory=Names)


class Scope:
    """
    What expressions over one relation need: look-ups in the dictionary, and computed columns, both as tables.

    `outer` are columns of the query around an EXISTS. `exists` compiles such a pattern.
    """

    def __init__(
        self,
        relation: Relation,
        environment: Environment,
        exists: Callable[[a.Node, Scope], str],
        outer: Mapping[str, Column] | None = None,
    ) -> None:
        self.relation = relation
        self.outer = outer or {}
        self._environment = environment
        self._context = Context(self.let, environment.now)
        self._exists = exists
        self._levels = Levels(environment.names)
        self._conditions: list[str] = []
        self._rows = dict(relation.rows)
        self._values: dict[str, Value] = {}

    def finished(self) -> Relation:
        """The relation, with what the expressions needed beside it."""
        return replace(
            self.relation,
            sources=(*self.relation.sources, *self._levels.sources()),
            conditions=(*self.relation.conditions, *self._conditions),
            rows=self._rows,
        )

    def _row(self, column: Column) -> str:
        """The alias of a term's row in the dictionary."""
        if column.sql not in self._rows:
            term = Table("term", self._environment.names.alias("x"))
            on = f"{term.alias}.id = {column.sql}"
            if column.certain:
                self._levels.add(term, column.sql)
                self._conditions.append(on)
            else:
                self._levels.add(LeftJoined(term, on), column.sql)
            self._rows[column.sql] = term.alias
        return self._rows[column.sql]

    def let(self, sql: str) -> str:
        """The name of a computed column: SQL that stands in more than one place is written down once."""
        return self._levels.let(sql)

    # ── Values ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def column(self, column: Column) -> Value:
        """The value of a column."""
        if column.form == ID:
            return Stored(column.sql, partial(self._row, column), column.types, column.certain)
        if column.form == TEXT:
            return Written(column.sql, self.let, column.types)
        return Plain(column.form, column.sql, column.certain)

    def value(self, expression: a.Expression) -> Value:
        """What an expression comes to."""
        match expression:
            case a.Var(name):
                return self._variable(name)
            case a.Term(text):
                return self._environment.catalogue.constant(text)
            case a.Exists(pattern):
                return truth(self._exists(pattern, self), always=True)
            case a.Call(name, arguments):
                return self._called(name, arguments)

    def _variable(self, name: str) -> Value:
        column = self.relation.columns.get(name) or self.outer.get(name)
        if column is None:
            return NOTHING
        if column.sql not in self._values:
            self._values[column.sql] = self.column(column)
        return self._values[column.sql]

    def condition(self, expression: a.Expression) -> str:
        """SQL for whether an expression holds; NULL where it is an error."""
        return truth_of(self.value(expression))

    def _called(self, name: str, arguments: tuple[a.Expression, ...]) -> Value:
        match name:
            case "||" | "&&":
                return self._chained(name, arguments)
            case "!":
                return truth(_NOT.get(held := self.condition(arguments[0]), f"NOT ({held})"))
            case "BOUND":
                return self._bound(arguments[0])
            case "IF":
                return self._if(arguments)
            case "COALESCE":
                return self._coalesce([self.value(one) for one in arguments])
            case "IN":
                return self._in([self.value(one) for one in arguments])
        return self._function(name, [self.value(one) for one in arguments])

    def _chained(self, name: str, arguments: tuple[a.Expression, ...]) -> Value:
        """
        `||` and `&&`, of which SQL means the same; what is decided before the data is looked at needs no SQL.

        Spec: https://www.w3.org/TR/sparql11-query/#func-logical-or (17.4.1.5),
        https://www.w3.org/TR/sparql11-query/#func-logical-and (17.4.1.6)
        """
        decides, leaves = ("true", "false") if name == "||" else ("false", "true")
        parts = []
        for argument in arguments:
            part = self.condition(argument)
            if part == decides:
                return truth(decides)
            if part != leaves:
                parts.append(f"({part})")
        return truth((" OR " if name == "||" else " AND ").join(parts) or leaves)

    def _bound(self, variable: a.Expression) -> Value:
        """
        BOUND.

        Spec: https://www.w3.org/TR/sparql11-query/#func-bound (17.4.1.1)
        """
        value = self.value(variable)
        known = "true" if value.certain() else "false" if value is NOTHING else f"({value.held()} IS NOT NULL)"
        return truth(known, always=True)

    def _in(self, values: list[Value]) -> Value:
        """
        IN: whether the first equals one of the others.

        Spec: https://www.w3.org/TR/sparql11-query/#func-in (17.4.1.9)
        """
        value, *others = values
        return truth("(" + (" OR ".join(f"({equal(value, one)})" for one in others) or "false") + ")")

    def _function(self, name: str, values: list[Value]) -> Value:
        if name == "=":
            return truth(equal(*values))
        if name == "!=":
            return truth(f"NOT ({equal(*values)})")
        if name in _ORDERS:
            return truth(compared(values[0], name, values[1]))
        if name in {"+", "-", "*", "/"}:
            found = with_moments(values[0], name, values[1], self.let)
            return found if found is not None else calculated(values[0], name, values[1], self.let)
        if name.startswith("<"):
            if len(values) != 1:
                raise NotCompiled(f"the function {name} is not compiled")
            return cast_to(name[1:-1], values[0], self.let)
        if name not in FUNCTIONS:
            raise NotCompiled(f"the function {name} is not compiled")
        return FUNCTIONS[name](self._context, values)

    def _if(self, arguments: tuple[a.Expression, ...]) -> Value:
        """
        IF.

        Spec: https://www.w3.org/TR/sparql11-query/#func-if (17.4.1.2)
        """
        condition = self.condition(arguments[0])
        one, other = self.value(arguments[1]), self.value(arguments[2])
        form = _shared_form([one, other])
        held = [in_form(value, form) for value in (one, other)]
        sql = f"CASE ({condition}) WHEN true THEN {held[0]} WHEN false THEN {held[1]} END"
        return self._of_form(form, sql, one.types | other.types)

    def _coalesce(self, values: list[Value]) -> Value:
        """
        COALESCE: the first that is no error.

        Spec: https://www.w3.org/TR/sparql11-query/#func-coalesce (17.4.1.3)
        """
        values = [value for value in values if value is not NOTHING]
        if len(values) < 2:
            return values[0] if values else NOTHING
        form = _shared_form(values)
        types = frozenset[str]().union(*(value.types for value in values))
        return self._of_form(form, f"coalesce({', '.join(in_form(value, form) for value in values)})", types)

    def _of_form(self, form: str, sql: str, types: frozenset[str]) -> Value:
        if form == ID:
            return self.column(Column(self.let(sql), ID, types, certain=False))
        return Written(sql, self.let, types) if form == TEXT else Plain(form, self.let(sql))


def _shared_form(values: list[Value]) -> str:
    """The form that can hold all of these; `text` where they differ."""
    forms = {value.form for value in values if value is not NOTHING}
    if len(forms) == 1:
        return forms.pop()
    types = frozenset[str]().union(*(value.types for value in values if value is not NOTHING))
    return t.STRING if types == {t.STRING} else TEXT


def in_form(value: Value, form: str) -> str:
    """SQL for a value in a form that can hold it."""
    if value is NOTHING:
        return "NULL"
    if value.form == form:
        return value.held()
    return value.lexical() if form == t.STRING else value.text()
