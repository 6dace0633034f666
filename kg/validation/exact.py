"""
Queries over literals exactly as they are written: rdflib without normalisation, one focus node after the other.

Slow, and asked only where a store that keeps values could answer otherwise (`kg.validation.written`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.model.terms import term_of
from kg.validation.prebinding import Prepared
from kg.validation.written import addresses, follows_any

if TYPE_CHECKING:
    from rdflib import Dataset
    from rdflib.term import Node


@contextmanager
def _as_written() -> Iterator[None]:
    """No normalisation of literals; rdflib has only a switch for the whole process."""
    import rdflib

    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def answers(
    prepared: Prepared,
    rows: Iterable[Mapping[str, str]],
    quads: Iterable[ox.Quad],
) -> Iterator[tuple[Mapping[str, str], dict[str, str]]]:
    """
    The solutions of each row, a mapping of variables to N-Triples texts, with the row; for ASK one empty solution for
    each row whose answer is false.
    """
    from rdflib.plugins.sparql import prepareQuery

    with _as_written():
        dataset = _dataset(prepared, quads)
        query = prepareQuery(prepared.text())
        for row in rows:
            bound = {name: to_rdflib(term_of(text)) for name, text in row.items()}
            found = dataset.query(query, initBindings=bound)
            if found.type == "ASK":
                if not found.askAnswer:
                    yield row, {}
                continue
            for binding in found.bindings:
                solution = {str(name): _text(node) for name, node in binding.items() if str(name) in prepared.columns}
                yield row, solution


def _dataset(prepared: Prepared, quads: Iterable[ox.Quad]) -> Dataset:
    from rdflib import Dataset, URIRef

    dataset = Dataset(default_union=False)
    seen = None if follows_any(prepared) or _walks_zero(prepared) else addresses(prepared)
    default = dataset.default_graph
    for quad in quads:
        if seen is None or quad.predicate.value in seen:
            graph = default if isinstance(quad.graph_name, ox.DefaultGraph) else dataset.graph(URIRef(quad.graph_name.value))
            graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return dataset


def _walks_zero(prepared: Prepared) -> bool:
    return any(token.text in {"*", "?"} for token in prepared.body)
