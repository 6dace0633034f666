"""Relations as SQL over the columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any

from kg.columns.encode import Columns
from kg.model.terms import Parts, parts_of
from kg.validation.literals.comparison import compare
from kg.validation.relations import (
    AnyOf,
    AnyPairs,
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
from kg.validation.shapes.conditions import Condition, certain_order
from kg.validation.shapes.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence, inverted
from kg.validation.shapes.shape_graph import SUBCLASS, TYPE

_AT_ONCE = 20_000
_NO_NODES = "SELECT NULL::INTEGER AS node WHERE false"
_NO_PAIRS = "SELECT NULL::INTEGER AS focus, NULL::INTEGER AS value WHERE false"
_ROWS = (NotLess, SameLanguage, Unexpected)


class RelationSql:
    """
    Queries for relations; `terms` are all that the plan names, looked up once, `answer` gives the focus nodes of
    constraints that are queries.

    Sets of nodes are kept as tables, because several constraints use each; pairs are written out where they are used.
    """

    def __init__(self, columns: Columns, terms: Iterable[str], answer: Callable[[Solutions], Collection[str]]) -> None:
        self._columns = columns
        self._db = columns.db
        self._answer = answer
        self._ids = columns.ids([*terms, TYPE, SUBCLASS])
        self._known: dict[object, str] = {}
        self._tables = 0
        self._below = self._subclasses()

    def of(self, relation: Nodes | Pairs | Rows) -> str:
        """A query for the relation; an empty text where it is known to be empty."""
        found = self._known.get(relation)
        if found is None:
            found = self._known[relation] = self._new(relation)
        return found

    def _new(self, relation: Nodes | Pairs | Rows) -> str:
        if isinstance(relation, _ROWS):
            return self._rows(relation)
        if isinstance(relation, AnyPairs):
            return self._pairs(relation)
        sql = self._nodes(relation)  # type: ignore[arg-type]
        return sql if isinstance(relation, Listed) or not sql else f"SELECT * FROM {self.kept(sql)}"

    def nodes(self, relation: Nodes) -> str:
        """A query for a set of nodes, its column `node`."""
        return self.of(relation) or _NO_NODES

    def pairs(self, relation: Pairs) -> str:
        """A query for pairs, its columns `focus` and `value`."""
        return self.of(relation) or _NO_PAIRS

    def kept(self, sql: str) -> str:
        """The name of a new table with the rows of a query."""
        self._tables += 1
        name = f"relation_{self._tables}"
        self._db.execute(f"CREATE TABLE {name} AS {sql}")
        return name

    def id(self, text: str) -> int:
        """The number of a term, -1 for one that neither the plan nor the data names."""
        return self._ids.get(text, -1)

    def _nodes(self, relation: Nodes) -> str:
        match relation:
            case Listed(terms):
                # Those that the plan does not name are value nodes that something is to be said of.
                self._ids.update(self._columns.ids(term for term in terms if term not in self._ids))
                ids = ", ".join(str(self.id(term)) for term in terms)
                return f"SELECT unnest([{ids}]::INTEGER[]) AS node"
            case Instances(of):
                classes = ", ".join(map(str, self._classes(of)))
                return f"SELECT DISTINCT s AS node FROM triple WHERE p = {self.id(TYPE)} AND o IN ({classes})"
            case SubjectsOf(predicate):
                return f"SELECT DISTINCT s AS node FROM triple WHERE p = {self.id(predicate)}"
            case ObjectsOf(predicate):
                return f"SELECT DISTINCT o AS node FROM triple WHERE p = {self.id(predicate)}"
            case AnyOf(sets):
                return " UNION ".join(filter(None, map(self.of, sets)))
            case Common(sets):
                return " INTERSECT ".join(map(self.nodes, sets))
            case Without(nodes, other):
                return f"{self.nodes(nodes)} EXCEPT {self.nodes(other)}"
            case NotInExactlyOne(nodes, failing):
                return self._not_in_exactly_one(nodes, failing)
            case FocusNodes(of):
                return self._focus_nodes(of)
            case ValueNodes(of):
                return f"SELECT DISTINCT value AS node FROM ({self.pairs(of)})"
            case Fewer(nodes, pairs, 1):
                without = f"SELECT focus FROM ({self.pairs(pairs)})"
                return f"SELECT node FROM ({self.nodes(nodes)}) WHERE node NOT IN ({without})"
            case Fewer(nodes, pairs, count):
                counted = f"SELECT focus, count(*) AS n FROM ({self.pairs(pairs)}) GROUP BY focus"
                return (
                    f"SELECT node FROM ({self.nodes(nodes)}) LEFT JOIN ({counted}) ON focus = node "
                    f"WHERE coalesce(n, 0) < {count}"
                )
            case More(pairs, count):
                return f"SELECT focus AS node FROM ({self.pairs(pairs)}) GROUP BY focus HAVING count(*) > {count}"

    def _focus_nodes(self, of: Pairs | Rows) -> str:
        if isinstance(of, Solutions):
            ids = self._columns.ids(self._answer(of)).values()
            return f"SELECT unnest([{', '.join(map(str, ids))}]::INTEGER[]) AS node"
        sql = self.of(of)
        return sql and f"SELECT DISTINCT focus AS node FROM ({sql})"

    def _not_in_exactly_one(self, nodes: Nodes, failing: tuple[Nodes, ...]) -> str:
        failures = " UNION ALL ".join(f"SELECT node FROM ({self.nodes(one)})" for one in failing)
        counted = (
            f"SELECT node, count(*) AS n FROM ({failures}) GROUP BY node"
            if failing
            else ("SELECT NULL::INTEGER AS node, 0 AS n WHERE false")
        )
        return (
            f"SELECT a.node FROM ({self.nodes(nodes)}) a LEFT JOIN ({counted}) b ON b.node = a.node "
            f"WHERE coalesce(b.n, 0) <> {len(failing) - 1}"
        )

    def _pairs(self, relation: Pairs) -> str:
        match relation:
            case Itself(nodes):
                return f"SELECT node AS focus, node AS value FROM ({self.nodes(nodes)})"
            case Reached(nodes, Predicate(predicate)):
                return (
                    f"SELECT s AS focus, o AS value FROM triple WHERE p = {self.id(predicate)} "
                    f"AND s IN (SELECT node FROM ({self.nodes(nodes)}))"
                )
            case Reached(nodes, path):
                starts = f"SELECT node AS focus, node AS value FROM ({self.nodes(nodes)})"
                return f"SELECT * FROM {self.kept(self._walk(starts, path))}"
            case Kept(pairs, nodes):
                chosen = self.of(nodes)
                return chosen and self._restricted(pairs, chosen, "IN")
            case Dropped(pairs, nodes):
                return self._restricted(pairs, self.nodes(nodes), "NOT IN")
            case Failing(pairs, condition):
                failing = self._failing_values(pairs, condition)
                return self._restricted(pairs, f"SELECT * FROM {self._listed(failing)}", "IN") if failing else ""
            case InBoth(pairs, other):
                return f"{self.pairs(pairs)} INTERSECT {self.pairs(other)}"
            case InOneOnly(pairs, other):
                left, right = self.pairs(pairs), self.pairs(other)
                return f"({left} EXCEPT {right}) UNION ALL ({right} EXCEPT {left})"
            case Ways(outer, inner):
                joined = f"({self.pairs(outer)}) o JOIN ({self.pairs(inner)}) i ON i.focus = o.value"
                return f"SELECT i.focus, i.value FROM {joined}"

    def _restricted(self, pairs: Pairs, nodes: str, membership: str) -> str:
        return f"SELECT focus, value FROM ({self.pairs(pairs)}) WHERE value {membership} ({nodes})"

    def _walk(self, pairs: str, path: Path) -> str:
        """Pairs of focus node and what the path leads to from where it has got."""
        match path:
            case Predicate(iri):
                joined = f"({pairs}) f JOIN triple t ON t.s = f.value AND t.p = {self.id(iri)}"
                return f"SELECT DISTINCT f.focus, t.o AS value FROM {joined}"
            case Inverse(Predicate(iri)):
                joined = f"({pairs}) f JOIN triple t ON t.o = f.value AND t.p = {self.id(iri)}"
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
        starts = self.kept(pairs if least == 0 else self._walk(pairs, path))
        nodes = "SELECT s AS node FROM triple UNION SELECT o FROM triple"
        if isinstance(path, Predicate):
            steps = f"SELECT s AS focus, o AS value FROM triple WHERE p = {self.id(path.iri)}"
        elif isinstance(path, Inverse) and isinstance(path.path, Predicate):
            steps = f"SELECT o AS focus, s AS value FROM triple WHERE p = {self.id(path.path.iri)}"
        else:
            steps = self._walk(f"SELECT node AS focus, node AS value FROM ({nodes})", path)
        step = self.kept(steps)
        name = f"closure_{self._tables}"
        return (
            f"WITH RECURSIVE {name}(focus, value) AS (SELECT DISTINCT focus, value FROM {starts} UNION "
            f"SELECT c.focus, t.value FROM {name} c JOIN {step} t ON t.focus = c.value) SELECT focus, value FROM {name}"
        )

    # ── What a term is by itself ────────────────────────────────────────────────────────────────────────────────────

    def _failing_values(self, pairs: Pairs, condition: Condition) -> list[int]:
        """The value nodes that do not satisfy a condition: SQL passes most, Python looks at the others."""
        certain = condition.sql() or "false"
        doubtful = self._db.execute(
            f"""
            WITH reached AS MATERIALIZED (SELECT * FROM term WHERE id IN (SELECT value FROM ({self.pairs(pairs)})))
            SELECT id, text FROM reached WHERE NOT coalesce(({certain}), false)
            """
        )
        failing: list[int] = []
        while batch := doubtful.fetchmany(_AT_ONCE):
            failing.extend(number for number, text in batch if not condition.holds(parts_of(text)))
        return failing

    def _listed(self, ids: list[int]) -> str:
        name = self.kept(_NO_NODES)
        self._db.execute(f"INSERT INTO {name} SELECT unnest(?::INTEGER[])", [ids])
        return name

    def _rows(self, relation: Rows) -> str:
        match relation:
            case SameLanguage(pairs):
                return (
                    f"SELECT focus FROM ({self.pairs(pairs)}) JOIN term ON id = value WHERE suffix[1] = '@' "
                    "GROUP BY focus, lower(suffix) HAVING count(*) > 1"
                )
            case Unexpected(pairs, predicates):
                allowed = ", ".join(str(self.id(one)) for one in predicates) or "-1"
                return (
                    f"SELECT r.focus, t.p AS path, t.o AS value FROM ({self.pairs(pairs)}) r "
                    f"JOIN triple t ON t.s = r.value WHERE t.p NOT IN ({allowed})"
                )
            case NotLess():
                return self._not_less(relation)
            case _:
                raise AssertionError(relation)

    def _not_less(self, relation: NotLess) -> str:
        operator = "<=" if relation.or_equal else "<"
        doubtful = self.kept(
            f"""
            SELECT l.focus, l.value, r.value AS bound FROM ({self.pairs(relation.pairs)}) l
              JOIN ({self.pairs(relation.other)}) r ON r.focus = l.focus
              JOIN term a ON a.id = l.value JOIN term b ON b.id = r.value
            WHERE NOT coalesce(({certain_order(operator)}), false)
            """
        )
        distinct = self._db.execute(
            f"SELECT DISTINCT d.value, d.bound, a.text, b.text FROM {doubtful} d "
            "JOIN term a ON a.id = d.value JOIN term b ON b.id = d.bound"
        ).fetchall()
        wrong = [(v, b) for v, b, left, right in distinct if not _less(parts_of(left), parts_of(right), operator)]
        if not wrong:
            return ""
        failing = self.kept("SELECT NULL::INTEGER AS value, NULL::INTEGER AS bound WHERE false")
        columns: list[Any] = [list(column) for column in zip(*wrong, strict=True)]
        self._db.execute(f"INSERT INTO {failing} SELECT unnest(?::INTEGER[]), unnest(?::INTEGER[])", columns)
        return f"SELECT focus, value FROM {doubtful} SEMI JOIN {failing} USING (value, bound)"

    # ── Classes ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _subclasses(self) -> dict[int, list[int]]:
        below: dict[int, list[int]] = defaultdict(list)
        for sub, of in self._db.execute(f"SELECT s, o FROM triple WHERE p = {self._ids[SUBCLASS]}").fetchall():
            below[of].append(sub)
        return below

    def _classes(self, of: str) -> list[int]:
        start = self.id(of)
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
