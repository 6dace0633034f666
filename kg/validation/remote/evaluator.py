"""
Relations over a SPARQL 1.1 endpoint: each becomes one query, and the data stays where it is.

Literals are as the endpoint keeps them, and checked as such: some stores rewrite `"01"^^xsd:integer` to `1`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import NoReturn

from kg.endpoint.faults import QueryRefused
from kg.endpoint.select import SparqlEndpoint, Told
from kg.model.errors import EnvironmentFault
from kg.model.terms import parts_of
from kg.validation.engine import SetEngine
from kg.validation.plan import Check
from kg.validation.relations import Nodes, Pairs, Rows
from kg.validation.remote.as_sparql import NotTranslatable, count_query, query_of
from kg.validation.results import Result, Row
from kg.validation.shapes.constraints import Constraint, Shapes

_ROUND = 100  # servers cap answers at round numbers
_HELD = 200_000  # rows in memory, until it is known whether they are all
_ANYTHING = "SELECT (COUNT(*) AS ?total) WHERE { ?s a <urn:x-kg:nothing> }"
_LISTED = 200  # nodes named in one query


@dataclass(frozen=True, slots=True)
class Remote:
    """
    Evaluates relations over an endpoint; see `Evaluator`.

    The default graph is asked, or the graph with the address `graph`.
    """

    endpoint: SparqlEndpoint
    graph: str = ""

    def rows(self, relation: Nodes | Pairs | Rows, path: str = "", within: Pairs | None = None) -> Iterator[Row]:
        """
        See `Evaluator.rows`; places are not known here.

        Raises:
            NotTranslatable: SPARQL cannot say it.
            EnvironmentFault: The endpoint does not answer, or not in full.
        """
        del path
        for solution in self.solutions(query_of(relation, within, graph=self.graph)):
            found = solution.get("path", "")
            named = {**solution, "this": solution["focus"]}
            yield Row(solution["focus"], found if found.startswith("<") else "", solution.get("value", ""), named)

    def count(self, relation: Nodes) -> int:
        """How many nodes the set has; 0 where no query can tell."""
        try:
            query = count_query(relation, graph=self.graph)
        except NotTranslatable:
            return 0
        return self._number(query)

    def solutions(self, query: str) -> Iterator[dict[str, str]]:
        """
        All solutions of a SELECT; page by page where the endpoint gives only so many at once.

        Raises:
            EnvironmentFault: The endpoint does not answer, or some solutions cannot be had.
        """
        told = Told()
        answer = self.endpoint.select(query, told)
        held = list(islice(answer, _HELD))
        seen = len(held)
        if seen == _HELD:
            # More than fits: it goes on as it comes, and whether it was all is known at the end.
            for solution in chain(held, answer):
                seen += 1
                yield solution
            seen, held = seen - _HELD, []
        if not seen or (seen % _ROUND and not 0 < told.most <= seen):
            yield from held
            return
        total = self._number(_around(query, "(COUNT(*) AS ?total)"))
        if total <= seen:
            yield from held
        elif held:
            yield from self._paged(query, seen, total)
        else:
            self._incomplete(seen, total)

    def _paged(self, query: str, size: int, total: int) -> Iterator[dict[str, str]]:
        """The solutions in an order of all their variables, which a server keeps from page to page."""
        seen = 0
        columns = " ".join(f"?{name}" for name in ("focus", "path", "value") if f"?{name}" in query)
        ordered = _around(query, "*", f"ORDER BY {columns}")
        while seen < total:
            # The order inside of a sub-SELECT: Virtuoso sorts no more rows than it gives at once.
            before = seen
            for solution in self.endpoint.select(_around(ordered, "*", f"LIMIT {size} OFFSET {seen}")):
                seen += 1
                yield solution
            if seen == before:
                break
        if seen != total:
            self._incomplete(seen, total)

    def _incomplete(self, seen: int, total: int) -> NoReturn:
        raise EnvironmentFault(
            f"{self.endpoint.address}: of {total} rows it gives only {seen}",
            "raise its limit of rows in an answer, such as ResultSetMaxRows in virtuoso.ini",
        )

    def answers(self) -> None:
        """
        Ask for nothing in particular.

        Raises:
            EnvironmentFault: The endpoint does not answer even that.
        """
        self._number(_ANYTHING)

    def _number(self, query: str) -> int:
        rows = list(self.endpoint.select(query))
        return int(parts_of(rows[0]["total"]).lexical) if rows else 0


def _around(query: str, columns: str, tail: str = "") -> str:
    """A query that has another as its only part."""
    prologue, head, rest = _cut(query)
    source = ""
    if rest.startswith("FROM "):
        source, _, rest = rest.partition("\n")
    inner = "\n".join(f"    {line}" for line in f"{head}\n{rest}".split("\n"))
    parts = [f"SELECT {columns}", source, "WHERE {", "  {", inner, "  }", "}", tail]
    return prologue + "\n".join(part for part in parts if part)


def _cut(query: str) -> tuple[str, str, str]:
    """What stands before SELECT, its line, and the rest."""
    start = 0 if query.startswith("SELECT") else query.index("\nSELECT") + 1
    head, _, rest = query[start:].partition("\n")
    return query[:start], head, rest


@dataclass(frozen=True, slots=True)
class Unasked:
    """A constraint that no query can say, or whose query the endpoint refuses, and why."""

    check: Check
    reason: str


class RemoteEngine(SetEngine):
    """
    Validates what an endpoint holds.

    After `results` has ended, `unasked` holds the constraints that could not be asked: nobody has checked those.
    """

    def __init__(self, shapes: Shapes, remote: Remote) -> None:
        super().__init__(shapes, remote)
        self.remote = remote
        self.unasked: list[Unasked] = []

    def of_check(self, check: Check) -> Iterator[Result]:
        """See `SetEngine.of_check`."""
        try:
            yield from super().of_check(check)
        except NotTranslatable as error:
            self.unasked.append(Unasked(check, str(error)))
        except QueryRefused as error:
            self.remote.answers()  # else it is not the query that is wrong
            self.unasked.append(Unasked(check, str(error)))

    def _details(self, constraint: Constraint, values: set[str]) -> Mapping[str, tuple[str, ...]]:
        """As in `SetEngine`, of nodes a query can name; few at a time, as servers bound the length of queries."""
        named = sorted(value for value in values if not value.startswith("_:"))
        found: dict[str, tuple[str, ...]] = {}
        for start in range(0, len(named), _LISTED):
            try:
                found |= super()._details(constraint, set(named[start : start + _LISTED]))
            except (NotTranslatable, QueryRefused):
                return found  # they only tell more of a result
        return found
