"""
The forms of a query: what a SELECT, ASK or CONSTRUCT makes of the solutions of its pattern. DESCRIBE is not compiled.

Spec: https://www.w3.org/TR/sparql11-query/#QueryForms (16)
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from kg.columns import terms as t
from kg.sparql import algebra as a
from kg.sparql.algebra import HIDDEN, NotCompiled
from kg.sparql.catalogue import Catalogue
from kg.sparql.closures import Closure
from kg.sparql.compiling import Around, Compiler
from kg.sparql.contents import terms_of
from kg.sparql.reading import read_query
from kg.sparql.relation import Column, Relation, order_by
from kg.sparql.scope import Environment
from kg.sparql.sources import Table
from kg.sparql.values import TEXT, Plain, Value

LONGEST: Final = 150_000
"""Characters of SQL: of the shipped questions the longest has 92,000. DuckDB does not stop while it plans."""

SOLUTION: Final = "solution"


@dataclass(frozen=True, slots=True)
class Compiled:
    """
    A query as SQL: `form` is SELECT, ASK or CONSTRUCT, `variables` its columns, and how each is held.

    `closures` are those of the SQL, for whoever keeps them.
    """

    form: str
    sql: str
    variables: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    closures: tuple[Closure, ...] = ()


def compiled_over(catalogue: Catalogue, text: str) -> Compiled:
    """
    A query as SQL over the dataset of a catalogue.

    Raises:
        NotCompiled: It has a part that is not compiled.
    """
    query = read_query(text)
    catalogue.look_up(terms_of(query))  # together: for each alone DuckDB would go through the dictionary
    compiler = Compiler(Environment(catalogue, now=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())))
    match query.form:
        case "SELECT":
            found = _select(compiler, query)
        case "ASK":
            found = _ask(compiler, query)
        case _:
            found = _construct(compiler, query)
    if len(found.sql) > LONGEST:
        raise NotCompiled(f"its SQL would have {len(found.sql):,} characters, and DuckDB plans long SQL slowly")
    return found


def _select(compiler: Compiler, query: a.Query) -> Compiled:
    """
    A row for each solution, in order; terms are looked up here, at the latest.

    Spec: https://www.w3.org/TR/sparql11-query/#select (16.1)
    """
    if not query.variables:
        raise NotCompiled("a SELECT without variables is not compiled")
    found = compiler.node(query.pattern, Around())
    scope = compiler.scope(found, Around())
    names = tuple(variable.name for variable in query.variables)
    there = (found.columns.get(name) for name in names)
    shown = [(TEXT, "NULL::VARCHAR") if one is None else _shown(scope.column(one)) for one in there]
    kept = scope.finished()
    sql = kept.select(", ".join(cell for _, cell in shown), order_by(kept.order))
    return Compiled(
        "SELECT", f"{compiler.prologue()}{sql}", names, tuple(form for form, _ in shown), compiler.closures()
    )


def _shown(value: Value) -> tuple[str, str]:
    """The form in which a value is handed out, and SQL for it; numbers are written down in the end."""
    if isinstance(value, Plain) and value.kind in {t.INTEGER, t.BOOLEAN, t.DOUBLE}:
        return value.kind, value.sql
    return TEXT, value.text()


def _ask(compiler: Compiler, query: a.Query) -> Compiled:
    """
    A row where there is a solution.

    Spec: https://www.w3.org/TR/sparql11-query/#ask (16.3)
    """
    found = compiler.node(query.pattern, Around())
    return Compiled("ASK", f"{compiler.prologue()}{found.select('1', ' LIMIT 1')}", closures=compiler.closures())


def _construct(compiler: Compiler, query: a.Query) -> Compiled:
    """
    Subject, predicate and object as texts, each triple once.

    Spec: https://www.w3.org/TR/sparql11-query/#construct (16.2)
    """
    found = compiler.node(query.pattern, Around())
    row = compiler.names.alias(f"{HIDDEN}row")
    numbered = {**found.columns, row: Column("row_number() OVER ()", t.INTEGER)}
    sql = compiler.names.select(found.with_columns(numbered))
    table = f"{SOLUTION} AS MATERIALIZED ({sql}{order_by(found.order)})"
    solutions = Relation((Table(SOLUTION, SOLUTION),), (), compiler.names.within(SOLUTION, numbered))
    triples = " UNION ".join(_filled(compiler, triple, solutions, row) for triple in query.template)
    sql = f"{compiler.prologue(table)}{triples or 'SELECT 1, 2, 3 WHERE false'}"
    return Compiled("CONSTRUCT", sql, closures=compiler.closures())


def _filled(compiler: Compiler, triple: a.Triple, solutions: Relation, row: str) -> str:
    """
    A triple of the template for each solution; one that is no triple of RDF is left out.

    Spec: https://www.w3.org/TR/sparql11-query/#templatesWithBNodes (16.2.1)
    """
    scope = compiler.scope(solutions, Around())
    assert isinstance(triple.path, a.Term | a.Var)  # noqa: S101 # templates have no paths
    cells, good = [], []
    for end, begins in ((triple.subject, "<_"), (triple.path, "<"), (triple.value, '<_"')):
        if isinstance(end, a.Var) and end.name.startswith(a.BLANK):
            # Each solution has a blank node of its own.
            cells.append(f"'_:r' || {solutions.columns[row].sql} || 'x{end.name.removeprefix(a.BLANK)}'")
            continue
        cell = scope.value(end).text()
        cells.append(cell)
        good.append(f"contains('{begins}', substring({cell}, 1, 1))")
    return scope.finished().where(good).select(", ".join(cells))
