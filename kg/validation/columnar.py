"""The evaluator over columns: each constraint once over all its focus nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from kg.columns.encode import Columns
from kg.validation.relation_sql import RelationSql
from kg.validation.relations import AnyPairs, Nodes, NotLess, Pairs, Rows, SameLanguage, Solutions, Unexpected
from kg.validation.results import Row
from kg.validation.sparql.compiled import ColumnQueries
from kg.validation.sparql.solutions import Solver, constants_of, row_of

_AT_ONCE = 20_000


class Columnar:
    """
    Evaluates relations in DuckDB; `terms` are all that the plan names.

    `queries` answers the plan's queries while the solver has not loaded its graph.
    """

    def __init__(
        self, columns: Columns, terms: Iterable[str], solver: Solver, queries: ColumnQueries | None = None
    ) -> None:
        self.columns = columns
        self.solver = solver
        self._db = columns.db
        self._queries = queries
        self._sql = RelationSql(columns, terms, self._focus_nodes)

    def _focus_nodes(self, relation: Solutions) -> set[str]:
        return {row.focus for row in self._solved(relation)}

    def _solved(self, relation: Solutions) -> Iterable[Row]:
        """The solutions of a query, by columns if it can be compiled."""
        if self._queries is not None and not self.solver.loaded and not relation.sparql.per_value:
            nodes = self._sql.nodes(relation.nodes)
            found = self._queries.select(relation.sparql.query, nodes, constants_of(relation))
            if found is not None:
                return [row_of(solution, relation) for solution in found]
        return self.solver.rows(relation, self)

    def rows(self, relation: Nodes | Pairs | Rows, path: str, within: Pairs | None = None) -> Iterator[Row]:
        """See `Evaluator.rows`; in the order of their places."""
        if isinstance(relation, Solutions):
            yield from self._solutions(relation, path, within)
            return
        sql = self._sql.of(relation)
        if not sql:
            return
        focus, predicate, value = _columns(relation)
        source = f"SELECT {focus} AS focus, {predicate} AS path, {value} AS value FROM ({sql})"
        if within is not None:
            repeated = f"({source}) r JOIN ({self._sql.pairs(within)}) w ON w.value = r.focus"
            source = f"SELECT r.focus, r.path, r.value FROM {repeated}"
        yield from self._placed(source, path)

    def _placed(self, source: str, path: str) -> Iterator[Row]:
        """The results with their texts, and the place of the triple, or of the focus node's nearest."""
        under = self._sql.id(path)
        # A cursor of its own: others ask while this one is read.
        cursor = self._db.cursor()
        cursor.execute(
            f"""
            WITH result AS MATERIALIZED ({source}), near AS (
              SELECT s, min(place) FILTER (p = {under}) AS under, min(place) AS any FROM triple
              WHERE s IN (SELECT focus FROM result WHERE value IS NULL OR {under} < 0) GROUP BY s),
            named AS (SELECT o, min(place) AS place FROM triple
              WHERE o IN (SELECT focus FROM result WHERE value IS NULL OR {under} < 0) GROUP BY o)
            SELECT f.text, coalesce(q.text, ''), coalesce(v.text, ''),
              coalesce(t.place, near.under, near.any, named.place, 0) AS place,
              CASE WHEN t.place IS NOT NULL THEN 'object' WHEN near.under IS NOT NULL THEN 'predicate'
                WHEN near.any IS NOT NULL THEN 'subject' ELSE 'mention' END
            FROM result r JOIN term f ON f.id = r.focus LEFT JOIN term q ON q.id = r.path
              LEFT JOIN term v ON v.id = r.value
              LEFT JOIN triple t ON t.s = r.focus AND t.p = coalesce(r.path, {under}) AND t.o = r.value
              LEFT JOIN near ON near.s = r.focus LEFT JOIN named ON named.o = r.focus
            ORDER BY place, f.text, v.text
            """
        )
        while batch := cursor.fetchmany(_AT_ONCE):
            for focus, predicate, value, place, part in batch:
                yield Row(focus, predicate, value, {}, place, part)

    def _solutions(self, relation: Solutions, path: str, within: Pairs | None) -> Iterator[Row]:
        rows = list(self._solved(relation))
        if within is not None:
            times: dict[str, int] = defaultdict(int)
            for _, value in self.pair_texts(within):
                times[value] += 1
            rows = [row for row in rows for _ in range(times[row.focus])]
        places = self._places({(row.focus, row.path or path, row.value) for row in rows})
        for row in rows:
            place, part = places.get((row.focus, row.path or path, row.value), (0, ""))
            yield row._replace(place=place, part=part)

    def _places(self, wanted: Collection[tuple[str, str, str]]) -> dict[tuple[str, str, str], tuple[int, str]]:
        """Where the triples stand, or the nearest thing that is said of their subjects, and which it is."""
        if not wanted:
            return {}
        self._db.execute("CREATE OR REPLACE TABLE sought (s VARCHAR, p VARCHAR, o VARCHAR)")
        columns = [list(column) for column in zip(*wanted, strict=True)]
        self._db.execute("INSERT INTO sought SELECT unnest(?), unnest(?), unnest(?)", columns)
        rows = self._db.execute(
            """
            SELECT w.s, w.p, w.o, min(t.place) FILTER (t.p = p.id AND t.o = o.id) AS exact,
              min(t.place) FILTER (t.p = p.id) AS under, coalesce(exact, under, min(t.place)),
              CASE WHEN exact IS NOT NULL THEN 'object' WHEN under IS NOT NULL THEN 'predicate' ELSE 'subject' END
            FROM sought w JOIN term s ON s.text = w.s JOIN triple t ON t.s = s.id
              LEFT JOIN term p ON p.text = w.p LEFT JOIN term o ON o.text = w.o
            GROUP BY w.s, w.p, w.o
            """
        ).fetchall()
        return {(s, p, o): (place, part) for s, p, o, _, _, place, part in rows}

    def node_texts(self, relation: Nodes) -> Collection[str]:
        """See `Evaluator.node_texts`."""
        rows = self._db.execute(f"SELECT text FROM term WHERE id IN (SELECT node FROM ({self._sql.nodes(relation)}))")
        return [text for (text,) in rows.fetchall()]

    def pair_texts(self, relation: Pairs) -> Collection[tuple[str, str]]:
        """See `Evaluator.pair_texts`."""
        rows = self._db.execute(
            f"SELECT f.text, v.text FROM ({self._sql.pairs(relation)}) r "
            "JOIN term f ON f.id = r.focus JOIN term v ON v.id = r.value"
        )
        return rows.fetchall()

    def count(self, relation: Nodes) -> int:
        """How many nodes the set has."""
        return int(self.columns.one(f"SELECT count(*) FROM ({self._sql.nodes(relation)})"))


def _columns(relation: Nodes | Pairs | Rows) -> tuple[str, str, str]:
    """What a query for the relation calls focus node, path and value."""
    none = "NULL::INTEGER"
    if isinstance(relation, Unexpected):
        return "focus", "path", "value"
    if isinstance(relation, SameLanguage):
        return "focus", none, none
    return ("focus", none, "value") if isinstance(relation, (*AnyPairs, NotLess)) else ("node", none, none)
