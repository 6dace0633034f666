"""Relations as SQL over the columns: each constraint once over all its focus nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from kg.columns.encode import Columns
from kg.model.terms import Parts, parts_of
from kg.validation.comparison import compare
from kg.validation.conditions import Condition, certain_order
from kg.validation.memory import inverted
from kg.validation.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence
from kg.validation.relations import (
    AnyOf,
    Common,
    Dropped,
    Failing,
    Fewer,
    FocusNodes,
    InBoth,
    InOneOnly,
    Instances,
    Itself,
    Kept,
    Listed,
    More,
    Nodes,
    NotInExactlyOne,
    NotLess,
    ObjectsOf,
    Pairs,
    Reached,
    Rows,
    SameLanguage,
    Solutions,
    SubjectsOf,
    Unexpected,
    ValueNodes,
    Ways,
    Without,
)
from kg.validation.results import Row
from kg.validation.shape_graph import RDFS, TYPE
from kg.validation.solutions import Solver

_SUBCLASS = f"<{RDFS}subClassOf>"
_AT_ONCE = 20_000
PairTypes = (Itself, Reached, Kept, Dropped, Failing, InBoth, InOneOnly, Ways)
RowTypes = (NotLess, SameLanguage, Unexpected, Solutions)


class Columnar:
    """
    Evaluates relations in DuckDB; `terms` are all that the plan names, looked up once.

    A relation that several constraints use is written to a temporary table when the first does.
    """

    def __init__(self, columns: Columns, terms: Iterable[str], solver: Solver) -> None:
        self.columns = columns
        self.solver = solver
        self._db = columns.db
        self._ids = columns.ids([*terms, TYPE, _SUBCLASS])
        self._tables: dict[object, str] = {}
        self._failing: dict[Condition, dict[int, bool]] = defaultdict(dict)
        self._below = self._subclasses()

    def rows(self, relation: Nodes | Pairs | Rows, path: str, within: Pairs | None = None) -> Iterator[Row]:
        """
        The relation as results, in the order of their places; `path` is the predicate to look for places under.

        `within` repeats each result for every pair whose value node is its focus node.
        """
        if isinstance(relation, Solutions):
            yield from self._solutions(relation, path, within)
            return
        focus, predicate, value = self._result_columns(relation)
        source = f"SELECT {focus} AS focus, {predicate} AS path, {value} AS value FROM ({self._sql(relation)})"
        if within is not None:
            source = (
                "SELECT r.focus, r.path, r.value "
                f"FROM ({source}) r JOIN ({self._sql(within)}) w ON w.value = r.focus"
            )
        yield from self._placed(source, path)

    @staticmethod
    def _result_columns(relation: Nodes | Pairs | Rows) -> tuple[str, str, str]:
        none = "NULL::INTEGER"
        if isinstance(relation, Unexpected):
            return "focus", "path", "value"
        if isinstance(relation, SameLanguage):
            return "focus", none, none
        if isinstance(relation, NotLess | Itself | Reached | Kept | Dropped | Failing | InBoth | InOneOnly | Ways):
            return "focus", none, "value"
        return "node", none, none

    def _placed(self, source: str, path: str) -> Iterator[Row]:
        """The results with their texts, and the place of the triple, or of the focus node's nearest."""
        under = self._ids.get(path, -1)
        result = self._kept(object(), source)
        if not self.columns.one(f"SELECT count(*) FROM {result}"):
            return
        # A cursor of its own: others ask while this one is read.
        cursor = self._db.cursor()
        cursor.execute(
            f"""
            WITH near AS (
              SELECT s, min(place) FILTER (p = {under}) AS under, min(place) AS any FROM triple
              WHERE s IN (SELECT focus FROM {result} WHERE value IS NULL OR {under} < 0) GROUP BY s)
            SELECT f.text, coalesce(q.text, ''), coalesce(v.text, ''),
              coalesce(t.place, near.under, near.any, 0) AS place,
              CASE WHEN t.place IS NOT NULL THEN 'object' WHEN near.under IS NOT NULL THEN 'predicate' ELSE 'subject' END
            FROM {result} r JOIN term f ON f.id = r.focus LEFT JOIN term q ON q.id = r.path
              LEFT JOIN term v ON v.id = r.value
              LEFT JOIN triple t ON t.s = r.focus AND t.p = coalesce(r.path, {under}) AND t.o = r.value
              LEFT JOIN near ON near.s = r.focus
            ORDER BY place, f.text, v.text
            """
        )
        while batch := cursor.fetchmany(_AT_ONCE):
            for focus, predicate, value, place, part in batch:
                yield Row(focus, predicate, value, {}, place, part)

    def _solutions(self, relation: Solutions, path: str, within: Pairs | None) -> Iterator[Row]:
        rows = list(self.solver.rows(relation, self))
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
        rows = self._db.execute(f"SELECT text FROM term WHERE id IN (SELECT node FROM ({self._sql(relation)}))")
        return [text for (text,) in rows.fetchall()]

    def pair_texts(self, relation: Pairs) -> Collection[tuple[str, str]]:
        """See `Evaluator.pair_texts`."""
        rows = self._db.execute(
            f"SELECT f.text, v.text FROM ({self._sql(relation)}) r "
            "JOIN term f ON f.id = r.focus JOIN term v ON v.id = r.value"
        )
        return rows.fetchall()

    def count(self, relation: Nodes) -> int:
        """How many nodes the set has."""
        return int(self.columns.one(f"SELECT count(*) FROM ({self._sql(relation)})"))

    # ── SQL ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _sql(self, relation: Nodes | Pairs | Rows) -> str:
        """A query for the relation, over a table where it is kept."""
        name = self._tables.get(relation)
        if name is not None:
            return f"SELECT * FROM {name}"
        sql = self._rows_sql(relation) if isinstance(relation, RowTypes) else (
            self._pairs_sql(relation) if isinstance(relation, PairTypes) else self._nodes_sql(relation)
        )
        if isinstance(relation, Listed):
            return sql
        return f"SELECT * FROM {self._kept(relation, sql)}"

    def _kept(self, relation: object, sql: str) -> str:
        name = f"relation_{len(self._tables)}"
        self._tables[relation] = name
        self._db.execute(f"CREATE TABLE {name} AS {sql}")
        return name

    def _id(self, text: str) -> int:
        return self._ids.get(text, -1)

    def _nodes_sql(self, relation: Nodes) -> str:
        match relation:
            case Listed(terms):
                # Those that the plan does not name are value nodes that something is to be said of.
                self._ids.update(self.columns.ids(term for term in terms if term not in self._ids))
                ids = ", ".join(str(self._id(term)) for term in terms)
                return f"SELECT unnest([{ids}]::INTEGER[]) AS node"
            case Instances(of):
                classes = ", ".join(map(str, self._classes(of)))
                return f"SELECT DISTINCT s AS node FROM triple WHERE p = {self._id(TYPE)} AND o IN ({classes})"
            case SubjectsOf(predicate):
                return f"SELECT DISTINCT s AS node FROM triple WHERE p = {self._id(predicate)}"
            case ObjectsOf(predicate):
                return f"SELECT DISTINCT o AS node FROM triple WHERE p = {self._id(predicate)}"
            case AnyOf(sets):
                return " UNION ".join(self._sql(one) for one in sets) or "SELECT NULL::INTEGER AS node WHERE false"
            case Common(sets):
                return " INTERSECT ".join(self._sql(one) for one in sets)
            case Without(nodes, other):
                return f"{self._sql(nodes)} EXCEPT {self._sql(other)}"
            case NotInExactlyOne(nodes, failing):
                return self._not_in_exactly_one(nodes, failing)
            case FocusNodes(of):
                return self._focus_nodes(of)
            case ValueNodes(of):
                return f"SELECT DISTINCT value AS node FROM ({self._sql(of)})"
            case Fewer(nodes, pairs, 1):
                return f"SELECT node FROM ({self._sql(nodes)}) WHERE node NOT IN (SELECT focus FROM ({self._sql(pairs)}))"
            case Fewer(nodes, pairs, count):
                counted = f"SELECT focus, count(*) AS n FROM ({self._sql(pairs)}) GROUP BY focus"
                return (
                    f"SELECT node FROM ({self._sql(nodes)}) LEFT JOIN ({counted}) ON focus = node "
                    f"WHERE coalesce(n, 0) < {count}"
                )
            case More(pairs, count):
                return f"SELECT focus AS node FROM ({self._sql(pairs)}) GROUP BY focus HAVING count(*) > {count}"

    def _focus_nodes(self, of: Pairs | Rows) -> str:
        if isinstance(of, Solutions):
            found = self._ids_of({row.focus for row in self.solver.rows(of, self)})
            return f"SELECT unnest([{', '.join(map(str, found))}]::INTEGER[]) AS node"
        return f"SELECT DISTINCT focus AS node FROM ({self._sql(of)})"

    def _ids_of(self, texts: Collection[str]) -> list[int]:
        return list(self.columns.ids(texts).values()) if texts else []

    def _not_in_exactly_one(self, nodes: Nodes, failing: tuple[Nodes, ...]) -> str:
        failures = " UNION ALL ".join(f"SELECT node FROM ({self._sql(one)})" for one in failing)
        counted = f"SELECT node, count(*) AS n FROM ({failures}) GROUP BY node" if failing else (
            "SELECT NULL::INTEGER AS node, 0 AS n WHERE false"
        )
        return (
            f"SELECT a.node FROM ({self._sql(nodes)}) a LEFT JOIN ({counted}) b ON b.node = a.node "
            f"WHERE coalesce(b.n, 0) <> {len(failing) - 1}"
        )

    def _pairs_sql(self, relation: Pairs) -> str:
        match relation:
            case Itself(nodes):
                return f"SELECT node AS focus, node AS value FROM ({self._sql(nodes)})"
            case Reached(nodes, Predicate(predicate)):
                return (
                    f"SELECT s AS focus, o AS value FROM triple WHERE p = {self._id(predicate)} "
                    f"AND s IN (SELECT node FROM ({self._sql(nodes)}))"
                )
            case Reached(nodes, path):
                return self._walk(f"SELECT node AS focus, node AS value FROM ({self._sql(nodes)})", path)
            case Kept(pairs, nodes):
                return self._restricted(pairs, nodes, "IN")
            case Dropped(pairs, nodes):
                return self._restricted(pairs, nodes, "NOT IN")
            case Failing(pairs, condition):
                failing = self._failing_values(pairs, condition)
                return f"SELECT focus, value FROM ({self._sql(pairs)}) WHERE value IN (SELECT node FROM {failing})"
            case InBoth(pairs, other):
                return f"{self._sql(pairs)} INTERSECT {self._sql(other)}"
            case InOneOnly(pairs, other):
                left, right = self._sql(pairs), self._sql(other)
                return f"({left} EXCEPT {right}) UNION ALL ({right} EXCEPT {left})"
            case Ways(outer, inner):
                joined = f"({self._sql(outer)}) o JOIN ({self._sql(inner)}) i ON i.focus = o.value"
                return f"SELECT i.focus, i.value FROM {joined}"

    def _restricted(self, pairs: Pairs, nodes: Nodes, membership: str) -> str:
        chosen = f"SELECT node FROM ({self._sql(nodes)})"
        return f"SELECT focus, value FROM ({self._sql(pairs)}) WHERE value {membership} ({chosen})"

    def _walk(self, pairs: str, path: Path) -> str:
        """Pairs of focus node and what the path leads to from where it has got."""
        match path:
            case Predicate(iri):
                joined = f"({pairs}) f JOIN triple t ON t.s = f.value AND t.p = {self._id(iri)}"
                return f"SELECT DISTINCT f.focus, t.o AS value FROM {joined}"
            case Inverse(Predicate(iri)):
                joined = f"({pairs}) f JOIN triple t ON t.o = f.value AND t.p = {self._id(iri)}"
                return f"SELECT DISTINCT f.focus, t.s AS value FROM {joined}"
            case Inverse(inner):
                return self._walk(pairs, inverted(inner))
            case Sequence(paths):
                for one in paths:
                    pairs = self._walk(pairs, one)
                return pairs
            case Alternative(paths):
                return " UNION ".join(f"({self._walk(pairs, one)})" for one in paths)
            case Repeated(inner, _, True):
                return f"({pairs}) UNION ({self._walk(pairs, inner)})"
            case Repeated(inner, least, _):
                return self._closure(pairs, inner, least)

    def _closure(self, pairs: str, path: Path, least: int) -> str:
        """The pairs that any number of steps lead to; the steps are those that can be taken from anywhere."""
        starts = self._kept(object(), pairs if least == 0 else self._walk(pairs, path))
        nodes = "SELECT s AS node FROM triple UNION SELECT o FROM triple"
        if isinstance(path, Predicate):
            steps = f"SELECT s AS focus, o AS value FROM triple WHERE p = {self._id(path.iri)}"
        elif isinstance(path, Inverse) and isinstance(path.path, Predicate):
            steps = f"SELECT o AS focus, s AS value FROM triple WHERE p = {self._id(path.path.iri)}"
        else:
            steps = self._walk(f"SELECT node AS focus, node AS value FROM ({nodes})", path)
        step = self._kept(object(), steps)
        name = f"closure_{len(self._tables)}"
        return (
            f"WITH RECURSIVE {name}(focus, value) AS (SELECT DISTINCT focus, value FROM {starts} UNION "
            f"SELECT c.focus, t.value FROM {name} c JOIN {step} t ON t.focus = c.value) SELECT focus, value FROM {name}"
        )

    # ── What a term is by itself ────────────────────────────────────────────────────────────────────────────────────

    def _failing_values(self, pairs: Pairs, condition: Condition) -> str:
        """A table of the value nodes that do not satisfy a condition: SQL passes most, Python looks at the others."""
        certain = condition.sql() or "false"
        doubtful = self._db.execute(
            f"SELECT id, text FROM term WHERE id IN (SELECT value FROM ({self._sql(pairs)})) "
            f"AND NOT coalesce(({certain}), false)"
        )
        failing: list[int] = []
        while batch := doubtful.fetchmany(_AT_ONCE):
            failing.extend(number for number, text in batch if not condition.holds(parts_of(text)))
        return self._listed(failing)

    def _listed(self, ids: list[int]) -> str:
        name = self._kept(object(), "SELECT NULL::INTEGER AS node WHERE false")
        if ids:
            self._db.execute(f"INSERT INTO {name} SELECT unnest(?::INTEGER[])", [ids])
        return name

    def _rows_sql(self, relation: Rows) -> str:
        match relation:
            case SameLanguage(pairs):
                return (
                    f"SELECT focus FROM ({self._sql(pairs)}) JOIN term ON id = value WHERE suffix[1] = '@' "
                    "GROUP BY focus, lower(suffix) HAVING count(*) > 1"
                )
            case Unexpected(pairs, predicates):
                allowed = ", ".join(str(self._id(one)) for one in predicates) or "-1"
                return (
                    f"SELECT r.focus, t.p AS path, t.o AS value FROM ({self._sql(pairs)}) r "
                    f"JOIN triple t ON t.s = r.value WHERE t.p NOT IN ({allowed})"
                )
            case NotLess():
                return self._not_less(relation)
            case _:
                raise AssertionError(relation)

    def _not_less(self, relation: NotLess) -> str:
        operator = "<=" if relation.or_equal else "<"
        doubtful = self._kept(
            object(),
            f"""
            SELECT l.focus, l.value, r.value AS bound FROM ({self._sql(relation.pairs)}) l
              JOIN ({self._sql(relation.other)}) r ON r.focus = l.focus
              JOIN term a ON a.id = l.value JOIN term b ON b.id = r.value
            WHERE NOT coalesce(({certain_order(operator)}), false)
            """,
        )
        distinct = self._db.execute(
            f"SELECT DISTINCT d.value, d.bound, a.text, b.text FROM {doubtful} d "
            "JOIN term a ON a.id = d.value JOIN term b ON b.id = d.bound"
        ).fetchall()
        wrong = [(v, b) for v, b, left, right in distinct if not _less(parts_of(left), parts_of(right), operator)]
        failing = self._kept(object(), "SELECT NULL::INTEGER AS value, NULL::INTEGER AS bound WHERE false")
        if wrong:
            columns: list[Any] = [list(column) for column in zip(*wrong, strict=True)]
            self._db.execute(f"INSERT INTO {failing} SELECT unnest(?::INTEGER[]), unnest(?::INTEGER[])", columns)
        return f"SELECT focus, value FROM {doubtful} SEMI JOIN {failing} USING (value, bound)"

    # ── Classes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _subclasses(self) -> dict[int, list[int]]:
        below: dict[int, list[int]] = defaultdict(list)
        for sub, of in self._db.execute(f"SELECT s, o FROM triple WHERE p = {self._ids[_SUBCLASS]}").fetchall():
            below[of].append(sub)
        return below

    def _classes(self, of: str) -> list[int]:
        start = self._id(of)
        found, waiting = {start}, [start]
        while waiting:
            for sub in self._below.get(waiting.pop(), ()):
                if sub not in found:
                    found.add(sub)
                    waiting.append(sub)
        return sorted(found)


def _less(left: Parts, right: Parts, operator: str) -> bool:
    order = compare(left, right)
    return order == -1 or (order == 0 and operator == "<=")
