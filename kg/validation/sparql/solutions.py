"""Solutions of queries as results: who asks them, and of which graph."""

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


class Solver:
    """Evaluates the queries of shapes over a graph that is loaded when the first is asked."""

    def __init__(self, load: Callable[[], SparqlGraph]) -> None:
        self._load = load
        self._graph: SparqlGraph | None = None

    @property
    def graph(self) -> SparqlGraph:
        """The graph that is queried."""
        if self._graph is None:
            self._graph = self._load()
        return self._graph

    def rows(self, relation: Solutions, evaluator: Evaluator) -> Iterator[Row]:
        """Each solution as a row."""
        sparql = relation.sparql
        constants = {"currentShape": relation.shape, **dict(sparql.constants)}
        if sparql.per_value:
            pairs = evaluator.pair_texts(relation.pairs)
            if pairs:
                for solution in self.graph.select(sparql.query, pairs, constants):
                    yield Row(solution["this"], "", solution["value"], solution)
            return
        nodes = evaluator.node_texts(relation.nodes)
        if nodes:
            # The value node of a node shape is the focus node: what the result is about, unless the query says.
            itself = isinstance(relation.pairs, Itself)
            for solution in self.graph.select(sparql.query, nodes, constants):
                this, path = solution["this"], solution.get("path", "")
                value = solution.get("value", this if itself else "")
                yield Row(this, path if path.startswith("<") else "", value, solution)
