"""All quads of a project, in answers of bounded size whose rows are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pyoxigraph import NamedNode, Quad

from kg.endpoint.select import SparqlEndpoint, Told
from kg.model.terms import term_of
from kg.stores.lines import Held
from kg.stores.remote.answers import as_sent

_ROWS: Final = 5_000
_GRAPHS: Final = 100


def quads_of(endpoint: SparqlEndpoint, listed: Mapping[bytes, Held]) -> Iterator[Quad]:
    """
    The quads of the graphs that are listed.

    Raises:
        EnvironmentFault: The endpoint does not answer, or not in full.
    """
    for graphs in _batches(listed):
        yield from _together(endpoint, graphs) if len(graphs) > 1 else graph_quads(endpoint, graphs[0])


def _together(endpoint: SparqlEndpoint, graphs: Sequence[str]) -> Iterator[Quad]:
    """The quads of several graphs in one answer; graph by graph where the endpoint gives fewer rows at once."""
    told = Told()
    where = f"VALUES ?g {{ {' '.join(graphs)} }} GRAPH ?g {{ ?s ?p ?o }}"
    rows = list(endpoint.select(f"SELECT ?g ?s ?p ?o WHERE {{ {where} }}", told))
    if told.most:
        for graph in graphs:
            yield from graph_quads(endpoint, graph)
        return
    for row in rows:
        yield _quad(row, row["g"])


def graph_quads(endpoint: SparqlEndpoint, graph: str) -> Iterator[Quad]:
    """The quads of one graph, page by page where the endpoint gives only so many rows at once."""
    told, seen = Told(), 0
    query = f"SELECT ?s ?p ?o WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    rows = endpoint.select(query, told)
    first = next(rows, None)
    if first is None:
        return
    if not told.most:
        yield _quad(first, graph)
        for row in rows:
            yield _quad(row, graph)
        return
    rows.close()  # type: ignore[attr-defined]
    ordered = f"SELECT ?s ?p ?o WHERE {{ {{ {query} ORDER BY ?s ?p ?o }} }}"
    while True:
        before = seen
        for row in endpoint.select(f"{ordered} LIMIT {told.most - 1} OFFSET {seen}"):
            seen += 1
            yield _quad(row, graph)
        if seen - before < told.most - 1:
            return


def _batches(listed: Mapping[bytes, Held]) -> Iterator[list[str]]:
    """Graphs that hold few rows together; a large one stands alone."""
    batch: list[str] = []
    rows = 0
    for graph, held in listed.items():
        count = max(held.size, 0)
        if batch and (rows + count > _ROWS or len(batch) == _GRAPHS):
            yield batch
            batch, rows = [], 0
        batch.append(graph.decode())
        rows += count
    if batch:
        yield batch


def _quad(row: Mapping[str, str], graph: str) -> Quad:
    subject, predicate = NamedNode(row["s"][1:-1]), NamedNode(row["p"][1:-1])
    return Quad(subject, predicate, term_of(as_sent(row["o"])), NamedNode(graph[1:-1]))
