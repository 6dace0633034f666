"""
SQL of DuckDB, as the compiler writes it → Spark SQL that means the same.

What Spark cannot do within one query is done before it: closures of paths, step by step, and the tables they start at;
and solutions that are numbered, which Spark would number anew for each use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.model.errors import EnvironmentFault
from kg.model.recursion import deep_recursion
from kg.sparql.algebra import NotCompiled
from kg.sparql.forms import SOLUTION

if TYPE_CHECKING:
    from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Closure:
    """A view of all pairs that steps lead to: `steps` is the view that has each step, with the same columns."""

    name: str
    steps: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A query that later ones name."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Statement:
    """
    A query for Spark. `before` are views and closures that it names, to be made in this order; `tables` are those of
    the dataset that are read, in no order.
    """

    sql: str
    before: tuple[View | Closure, ...] = ()
    tables: frozenset[str] = frozenset()


def translated(sql: str) -> Statement:
    """
    The statement for Spark that means what DuckDB makes of the SQL.

    Raises:
        NotCompiled: It has a function that cannot be said.
        EnvironmentFault: sqlglot is not installed.
    """
    try:
        import sqlglot  # noqa: F401 # said here, not in the midst of a query
    except ImportError as error:
        raise EnvironmentFault("questions on Spark need sqlglot", "pip install 'conflict-kg[spark]'") from error

    with deep_recursion():
        return _translated(sql)


def _translated(sql: str) -> Statement:
    from sqlglot import exp

    from kg.sparql.spark.dialect import read, written

    tree = read(sql)
    named = {one.alias for one in tree.find_all(exp.CTE)}
    tables = frozenset(one.name for one in tree.find_all(exp.Table)) - named
    _with_texts(tree)
    numbered = _numbered(tree)
    before = _before(tree, all_of_them=bool(numbered))
    return Statement(written(tree), (*before, *numbered), tables)


def _numbered(tree: exp.Expr) -> tuple[View, ...]:
    """
    Take out of a query what `Compiler._optional_by_rows` numbers for two uses, each after those that it names itself.

    Raises:
        NotCompiled: It speaks of the solution around it, so it is another for each.
    """
    from sqlglot import exp

    from kg.sparql.spark.dialect import written

    top = tree.args.get("with_")
    found = [one for one in tree.find_all(exp.CTE) if one.args.get("materialized") and one.parent is not top]
    views = []
    for one in reversed(found):  # those within others come last
        inside = {source.alias_or_name for source in one.find_all(exp.Table, exp.Subquery, exp.Lateral)}
        if any(column.table and column.table not in inside for column in one.find_all(exp.Column)):
            raise NotCompiled("solutions would have to be numbered for each of others, which is not said for Spark")
        around = one.parent
        one.pop()
        if around is not None and not around.expressions:
            around.pop()
        views.append(View(one.alias, written(one.this)))
    return tuple(views)


def _before(tree: exp.Expr, *, all_of_them: bool) -> tuple[View | Closure, ...]:
    """
    Take the closures out of a query, and whatever stands before the last of them.

    With `all_of_them` also what stands behind, but for the solutions of a CONSTRUCT.
    """
    from kg.sparql.spark.dialect import written

    given = tree.args.get("with_")
    if given is None:
        return ()
    parts = list(given.expressions)
    last = max((place for place, part in enumerate(parts) if _is_recursive(part)), default=-1)
    if all_of_them:
        last = len(parts) - 1 - (parts[-1].alias == SOLUTION)
    for part in parts:
        part.set("materialized", None)  # a word that Spark does not have
    found = tuple(
        _closure(part) if _is_recursive(part) else View(part.alias, written(part.this)) for part in parts[: last + 1]
    )
    given.set("expressions", parts[last + 1 :])
    given.set("recursive", None)
    if last + 1 == len(parts):
        given.pop()
    return found


def _is_recursive(part: exp.Expr) -> bool:
    from sqlglot import exp

    return any(table.name == part.alias for table in part.this.find_all(exp.Table))


def _closure(part: exp.Expr) -> Closure:
    """What `Patterns._closure` wrote: the steps, and the steps from wherever it came already."""
    start = part.this.this
    return Closure(part.alias, start.args["from_"].this.name, tuple(column.name for column in start.expressions))


def _with_texts(tree: exp.Expr) -> None:
    """
    Look terms up beside the tables that have their numbers, where the condition of a join did.

    Spark has no query of its own in the condition of a join.
    """
    from sqlglot import exp

    looked_up = [
        (join, query) for join in tree.find_all(exp.Join) if join.args.get("on") is not None
        for query in join.args["on"].find_all(exp.Subquery)
    ]  # fmt: skip
    for number, (join, query) in enumerate(looked_up):
        table = query.this.args["where"].this.expression.table
        around = join.find_ancestor(exp.Select)
        assert around is not None  # noqa: S101 # a join stands in a SELECT
        sources = [around.args["from_"].this, *(one.this for one in around.args.get("joins") or ())]
        source = next((one for one in sources if one.alias_or_name == table), None)
        if source is None or isinstance(source, exp.Lateral):
            raise NotCompiled("terms of a computed column are not compared in an OPTIONAL by Spark")
        name = exp.to_identifier(f".text{number}", quoted=True)
        column = exp.column(name.copy(), table=table)
        every = exp.Column(this=exp.Star(), table=exp.to_identifier(table))
        wider = exp.select(every, exp.alias_(query.copy(), name)).from_(source.copy()).subquery(table)
        query.replace(column)
        source.replace(wider)
