"""
The graph that patterns are matched against, and the tables that have its triples.

Spec: https://www.w3.org/TR/sparql11-query/#sparqlDataset (18.1.3),
https://www.w3.org/TR/sparql11-query/#queryDataset (13.3)
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.sparql.catalogue import Catalogue
from kg.sparql.relation import Column
from kg.sparql.values import ID, NODES


@dataclass(frozen=True, slots=True)
class ActiveGraph:
    """
    The default graph; or a named one, by the number of its name; or each of these in turn.

    Then `variable` is a hidden one that takes the name of the graph, and all patterns in it share.
    """

    number: int | None = None
    variable: str | None = None

    @property
    def named(self) -> bool:
        """Whether it is not the default graph."""
        return self.number is not None or self.variable is not None

    @property
    def and_name(self) -> str:
        """What a SELECT list has more where the name of the graph is asked for."""
        return ", g" if self.variable is not None else ""

    def conditions(self, alias: str = "") -> tuple[str, ...]:
        """SQL for what rows of a table must meet to be of the graph."""
        return () if self.number is None else (f"{alias and alias + '.'}g = {self.number}",)

    def columns(self, alias: str) -> dict[str, Column]:
        """The column of a table that has the name of the graph, if that is asked for."""
        return {} if self.variable is None else {self.variable: Column(f"{alias}.g", ID, NODES)}

    def table(self, catalogue: Catalogue, predicate: int | None = None) -> str:
        """The table of a predicate, or of all; of a named graph its rows must meet `conditions`."""
        if predicate is None:
            return "quad" if self.named else "triple"
        return catalogue.table(predicate, named=self.named)


DEFAULT_GRAPH = ActiveGraph()
