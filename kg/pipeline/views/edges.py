"""The edges of a view, made of the evidence as it is gone through: one row of DuckDB for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import starmap, zip_longest
from typing import Any, Final

from pyoxigraph import Literal

from kg.exports.property_graph import Attribute, Edge, Scalar, Spell, Survey, Type, Value, type_of
from kg.exports.property_graph import common as common_type
from kg.exports.spells import limited, shortened
from kg.model.terms import term_of
from kg.ontology import vocabulary as v
from kg.pipeline.views.evidence import Evidence
from kg.pipeline.views.nodes import Nodes, scalar_of, value_of

_AT_ONCE: Final = 1_000
_KEPT: Final = 10_000

_CHUNK: Final = 50_000
"""How many edges are made at once: lists that are gathered for all of them have to fit in memory."""

_EDGES: Final = """
WITH chunk AS MATERIALIZED (
  SELECT * FROM edge_links WHERE id >= $first AND ($end IS NULL OR id < $end)
), things AS (
  SELECT id, thing, last(weight ORDER BY claim) AS weight FROM chunk GROUP BY id, thing
), sums AS (
  SELECT id, count(*) - count(weight) AS plain, count(weight) > 0 AS weighed, sum(weight ORDER BY thing) AS weight
  FROM things GROUP BY id
), spans AS (
  SELECT id, list(DISTINCT "begin" || chr(9) || "end" ORDER BY "begin" || chr(9) || "end") AS spells
  FROM things JOIN times USING (thing) WHERE "begin" <> '' OR "end" <> '' GROUP BY id
), values_of AS (
  SELECT id, list(DISTINCT title || chr(9) || value ORDER BY title || chr(9) || value) AS told
  FROM (SELECT DISTINCT id, thing, rule FROM chunk) JOIN told USING (thing, rule) WHERE value IS NOT NULL GROUP BY id
), sources AS (
  SELECT id, count(DISTINCT source)::INTEGER AS sources
  FROM (SELECT DISTINCT id, claim FROM chunk) JOIN claims USING (claim) WHERE source <> '' GROUP BY id
), whole AS (
  SELECT id, first(source ORDER BY thing, claim) AS source, first(target ORDER BY thing, claim) AS target,
    first(kind ORDER BY thing, claim) AS kind, first(label ORDER BY thing, claim) AS label,
    first(directed ORDER BY thing, claim) AS directed,
    list(DISTINCT claim ORDER BY claim) FILTER (claim <> '') AS claims
  FROM chunk GROUP BY id
)
SELECT id, whole.source, target, kind, label, plain, CASE WHEN weighed THEN sums.weight END, directed, spells, told,
  claims, coalesce(sources, 0)
FROM whole JOIN sums USING (id) LEFT JOIN spans USING (id) LEFT JOIN values_of USING (id) LEFT JOIN sources USING (id)
ORDER BY id
"""

_SHORT: Final = "CASE WHEN starts_with({0}, $base) THEN {0}[length($base) + 1 :] ELSE {0} END"


class Edges:
    """The edges of a view, by the ids that they have in files: without the base."""

    def __init__(self, evidence: Evidence, names: Nodes, base: str) -> None:
        self._tables, self._names = evidence.tables, names
        source, target = _SHORT.format("source"), _SHORT.format("target")
        self._tables.execute(
            f"CREATE TABLE edge_links AS SELECT source || ' ' || kind || ' ' || target AS id, * FROM ("
            f"SELECT * EXCLUDE (id) REPLACE ({source} AS source, {target} AS target) FROM links) ORDER BY id",
            {"base": base},
        )
        self._count, self._firsts = self._chunks()
        self._told = self._all_told()
        names.learn_names(value[1:-1] for _, value in self._told if value.startswith("<"))
        self._attributes = lru_cache(_KEPT)(self._attributes_of)

    def _chunks(self) -> tuple[int, Sequence[str]]:
        """How many edges there are, and the first id of each chunk."""
        cursor = self._tables.execute("SELECT DISTINCT id FROM edge_links ORDER BY id")
        count, firsts = 0, list[str]()
        while rows := cursor.fetchmany(_AT_ONCE):
            if count % _CHUNK == 0:
                firsts.append(rows[0][0])
            count += len(rows)
        return count, firsts

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Edge]:
        for first, end in zip_longest(self._firsts, self._firsts[1:]):
            cursor = self._tables.cursor()
            cursor.execute(_EDGES, {"first": first, "end": end})
            while rows := cursor.fetchmany(_AT_ONCE):
                yield from starmap(self._edge, rows)

    def _edge(self, *row: Any) -> Edge:
        id_, source, target, kind, label, plain, weight, directed, spells, told, claims, sources = row
        return Edge(
            id_,
            source,
            target,
            kind,
            label,
            plain if weight is None else plain + weight,
            directed,
            _spells(tuple(spells)) if spells else (),
            self._attributes(tuple(told)) if told else {},
            tuple(claims) if claims else (),
            sources,
        )

    def _all_told(self) -> Sequence[tuple[str, str]]:
        """Titles and values of what is told of any thing that an edge stands for."""
        query = (
            "SELECT DISTINCT title, value FROM told WHERE value IS NOT NULL AND thing IN (SELECT thing FROM links)"
            " ORDER BY ALL"
        )
        return [(title, value) for title, value in self._tables.execute(query).fetchall()]

    def attributes(self) -> tuple[Attribute, ...]:
        """What is told of the edges, by title: a list each, as an edge may stand for several things."""
        types: dict[str, set[Type]] = {}
        for title, value in self._told:
            types.setdefault(title, set()).add(type_of(self._scalar(value)))
        return tuple(Attribute(title, common_type(types[title]), is_list=True) for title in sorted(types))

    def survey(self) -> Survey:
        """What times and directions there are."""
        found = Survey()
        times = (
            'SELECT DISTINCT "begin" || chr(9) || "end" FROM times WHERE ("begin" <> \'\' OR "end" <> \'\') '
            "AND thing IN (SELECT thing FROM links)"
        )
        for (spell,) in self._tables.execute(times).fetchall():
            found.take(_spells((spell,)))
        found.directions.update(d for (d,) in self._tables.execute("SELECT DISTINCT directed FROM links").fetchall())
        return found

    def degrees(self) -> Mapping[str, int]:
        """How many ends of edges each node has."""
        ends = (
            "WITH each AS MATERIALIZED (SELECT DISTINCT id, source, target FROM edge_links) "
            "SELECT source AS node FROM each UNION ALL SELECT target FROM each"
        )
        rows = self._tables.execute(f"SELECT node, count(*) FROM ({ends}) GROUP BY node").fetchall()
        return dict(rows)

    def _attributes_of(self, told: tuple[str, ...]) -> Mapping[str, Value]:
        found: dict[str, set[Scalar]] = {}
        for one in told:
            title, _, value = one.partition("\t")
            found.setdefault(title, set()).add(self._scalar(value))
        return {title: _listed(values) for title, values in sorted(found.items())}

    def _scalar(self, value: str) -> Scalar:
        if value.startswith("<"):
            return self._names.name(value[1:-1])
        return scalar_of(_literal(value))


def _literal(text: str) -> Literal:
    """
    A literal as tab-separated values have it, where numbers and truth values may stand bare.

    Spec: https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv-terms
    """
    if text[0] in '"_':
        found = term_of(text)
        return found if isinstance(found, Literal) else Literal(text)
    if text in ("true", "false"):
        return Literal(text, datatype=v.XSD_BOOLEAN)
    if "e" in text.lower():
        return Literal(text, datatype=v.XSD_DOUBLE)
    return Literal(text, datatype=v.XSD_DECIMAL if "." in text else v.XSD_INTEGER)


@lru_cache(_KEPT)
def _spells(written: tuple[str, ...]) -> tuple[Spell, ...]:
    return limited({shortened((begin, end)) for begin, _, end in (one.partition("\t") for one in written)})


def _listed(values: set[Scalar]) -> Value:
    found = value_of(values)
    return found if isinstance(found, tuple) else (found,)
