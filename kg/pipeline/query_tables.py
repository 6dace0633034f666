"""Queries for exports: tables by name or file, and what they leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pyoxigraph import NamedNode

from kg.exports.losses import Losses
from kg.exports.property_graph import PropertyGraph
from kg.exports.rows import Column, Row, Table
from kg.ontology import vocabulary as v
from kg.pipeline.project import Project
from kg.pipeline.sources import Reading, named_rows
from kg.queries.catalogue import Query, find_query, load_query
from kg.queries.parameters import bind

_OF_EXPORTS = "exports"

Given = Mapping[str, Sequence[str]]


def table_query(project: Project, name: str) -> Query:
    """
    The query of a table: a file that ends in .rq, one of `queries/exports`, or any named query.

    Raises:
        UsageError: There is none of this name.
    """
    if name.endswith((".rq", ".sparql")):
        return load_query(Path(name))
    folders = project.folders("queries")
    return find_query([*folders, *(folder / _OF_EXPORTS for folder in folders)], name)


def table_of(store: Reading, query: Query, given: Given, losses: Losses) -> Table:
    """
    A query as a table, whose rows are asked for as they are read; what has no row is counted behind the last.

    Parameters that the query does not know are for another table of the same export.

    Raises:
        UsageError: A parameter is wrong, or the query is no SELECT.
    """
    known = {parameter.name for parameter in query.parameters}
    text = bind(query, {name: values for name, values in given.items() if name in known}, store.base)
    columns = tuple(Column(c.header or c.name, c.type, c.role, c.description) for c in query.columns)
    if not columns:
        names, rows = named_rows(store.store, text)
        columns = tuple(map(Column, names))
    else:
        rows = store.rows(text)
        # A bound parameter asks for a part: what is outside of it is no loss.
        rows = rows if given else _counted(store, query, rows, losses)
    return Table(query.name, query.summary or query.name, columns, rows)


def _counted(store: Reading, query: Query, rows: Iterator[Row], losses: Losses) -> Iterator[Row]:
    """The rows; behind them the things of the class of a column that no row has are counted."""
    seen: dict[int, set[str]] = {number: set() for number, column in enumerate(query.columns) if column.cls}
    for row in rows:
        for number, found in seen.items():
            found.add(str(row[number]))
        yield row
    for number, found in seen.items():
        cls = store.project.ontology.classes[query.columns[number].cls]
        things = store.rows(f"SELECT DISTINCT ?t WHERE {{ ?t {v.RDF_TYPE} {cls.iri} }} ORDER BY ?t")
        without = (store.id(t) for (t,) in things if isinstance(t, NamedNode) and str(t) not in found)
        losses.add_named(f"things of the kind {cls.label} without a row in {query.name}", without)


def name_what_is_no_node(store: Reading, graph: PropertyGraph, losses: Losses) -> None:
    """Name the things that claims are about and that a view has no node for, by kind; values with wording are none."""
    nodes = {node.iri for node in graph.nodes}
    types: dict[str, set[NamedNode]] = {}
    for thing, cls in store.rows(f"SELECT DISTINCT ?t ?c WHERE {{ ?claim {v.IS_ABOUT} ?t . ?t {v.RDF_TYPE} ?c }}"):
        if isinstance(thing, NamedNode) and isinstance(cls, NamedNode) and thing.value not in nodes:
            types.setdefault(thing.value, set()).add(cls)
    known = store.project.ontology.by_iri
    found: dict[str, list[str]] = {}
    for iri, classes in sorted(types.items()):
        if not any(c in known and known[c].syntax for c in classes):
            kind = next(iter(store.kinds(classes)), "thing")
            found.setdefault(kind, []).append(iri.removeprefix(store.base))
    for kind in sorted(found):
        losses.add_named(f"things of the kind {kind} that are no node", found[kind])
