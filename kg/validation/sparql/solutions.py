"""
Solutions of queries as results: who asks them, and of which graph.

Spec: https://www.w3.org/TR/shacl/#sparql-constraints-variables (5.3.2)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Protocol

from kg.validation.relations import Itself, Nodes, Pairs, Solutions
from kg.validation.results import Row

if TYPE_CHECKING:
    from kg.validation.sparql.graph import SparqlGraph


class Evaluator(Protocol):
    """What a solver asks of an engine: the nodes and pairs that a query is to be evaluated over."""

    def node_texts(self, relation: Nodes) -> Collection[str]:
        """The nodes."""
        ...

    def pair_texts(self, relation: Pairs) -> Collection[tuple[str, str]]:
        """The pairs of focus node and value node."""
        ...


def constants_of(relation: Solutions) -> dict[str, str]:
    """The variables that are bound before a query is evaluated, but for focus and value nodes."""
    return {"currentShape": relation.shape, **dict(relation.sparql.constants)}


def row_of(solution: dict[str, str], relation: Solutions) -> Row:
    """A solution of a query over focus nodes as a row."""
    this, path = solution["this"], solution.get("path", "")
    # The value node of a node shape is the focus node: what the result is about, unless the query says.
    value = solution.get("value", this if isinstance(relation.pairs, Itself) else "")
    return Row(this, path if path.startswith("<") else "", value, solution)


class Solver:
    """Evaluates the queries of shapes over a graph that is loaded when the first is asked."""

    def __init__(self, load: Callable[[], SparqlGraph]) -> None:
        self._load = load
        self._graph: SparqlGraph | None = None

    @property
    def loaded(self) -> bool:
        """Whether the graph is loaded."""
        return self._graph is not None

    @property
    def graph(self) -> SparqlGraph:
        """The graph that is queried."""
        if self._graph is None:
            self._graph = self._load()
        return self._graph

    def rows(self, relation: Solutions, evaluator: Evaluator) -> Iterator[Row]:
        """Each solution as a row."""
        sparql = relation.sparql
        constants = constants_of(relation)
        if sparql.per_value:
            pairs = evaluator.pair_texts(relation.pairs)
            if pairs:
                for solution in self.graph.select(sparql.query, pairs, constants):
                    yield Row(solution["this"], "", solution["value"], solution)
            return
        nodes = evaluator.node_texts(relation.nodes)
        if nodes:
            for solution in self.graph.select(sparql.query, nodes, constants):
                yield row_of(solution, relation)
