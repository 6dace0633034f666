"""
Virtuoso: its default graph is the union of all graphs, those of its own and those of others among them.

No list of a project's graphs fits into a query, as there may be 100,000; but the others are few, and are left out.
"""

from __future__ import annotations

from typing import Final

from kg.model.errors import EnvironmentFault
from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.stores.remote.marks import HOLDS, Marks

_MOST: Final = 200


def hiding(marks: Marks, *, listed: bool) -> str:
    """
    Lines that, before a query, hide the graphs that are not the project's, and the ontology outside of GRAPH.

    Where nothing is listed (the graph was loaded by other means) all graphs whose names begin with the base are ours.

    Raises:
        EnvironmentFault: There are too many others.
    """
    other = (
        f"FILTER NOT EXISTS {{ GRAPH {marks.graph} {{ ?g {HOLDS} ?held }} }}"
        if listed
        else f'FILTER(!STRSTARTS(STR(?g), "{marks.base}"))'
    )
    query = f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} {other} }} LIMIT {_MOST}"
    others = {row["g"] for row in marks.endpoint.select(query)}
    if len(others) == _MOST:
        raise EnvironmentFault(
            f"{marks.endpoint.address}: it holds {_MOST} graphs of others or more, which cannot be told from yours",
            "name the graphs in the query with FROM and FROM NAMED, or ask the local build",
        )
    ontology = str(ONTOLOGY_GRAPH)
    lines = [f"define input:default-graph-exclude {graph}" for graph in sorted({*others, marks.graph, ontology})]
    lines += [f"define input:named-graph-exclude {graph}" for graph in sorted({*others, marks.graph} - {ontology})]
    return "\n".join(lines) + "\n"
