"""
Virtuoso: its default graph is the union of all graphs, those of its own and those of others among them.

No list of a project's graphs fits into a query, as there may be 100,000; but the others are few, and are left out.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from kg.endpoint.faults import QueryRefused
from kg.endpoint.select import SparqlEndpoint, Told
from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.stores.remote.addresses import is_virtuoso
from kg.stores.remote.marks import HOLDS, Marks

MOST_HIDDEN: Final = 60
"""How many graphs of others are hidden by name; where there are more, only the server's own are."""

_OF_THE_SERVER: Final = frozenset(
    {
        "<http://www.openlinksw.com/schemas/virtrdf#>",
        "<http://www.w3.org/ns/ldp#>",
        "<http://www.w3.org/2002/07/owl#>",
        "<http://localuriqaserver/sparql>",
        "<urn:activitystreams-owl:map>",
        "<urn:core:services:sparql>",
        "<urn:virtuoso:val:acl:schema>",
    }
)


def server_of(endpoint: SparqlEndpoint, told: Told) -> str:
    """The name of the server. Where a gateway hides it, Virtuoso is known by what it alone understands."""
    if is_virtuoso(told.server) or not told.links:
        return told.server
    try:
        list(endpoint.select("define input:default-graph-exclude <urn:x> SELECT (1 AS ?one) WHERE { } LIMIT 1"))
    except QueryRefused:
        return told.server
    return "Virtuoso"


def others(marks: Marks, *, listed: bool) -> frozenset[str]:
    """
    The graphs that are not the project's; of many only some, one more than `MOST_HIDDEN`.

    Where nothing is listed (the graph was loaded by other means) all graphs whose names begin with the base are ours.
    """
    other = (
        f"FILTER NOT EXISTS {{ GRAPH {marks.graph} {{ ?g {HOLDS} ?held }} }}"
        if listed
        else f'FILTER(!STRSTARTS(STR(?g), "{marks.base}"))'
    )
    query = f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} {other} }} LIMIT {MOST_HIDDEN + 1}"
    return frozenset(row["g"] for row in marks.endpoint.select(query)) - {marks.graph, str(ONTOLOGY_GRAPH)}


def hiding(found: AbstractSet[str], marks: Marks) -> str:
    """Lines that, before a query, hide the graphs of others, the marks, and the ontology outside of GRAPH."""
    hidden = {*(found if len(found) <= MOST_HIDDEN else _OF_THE_SERVER), marks.graph}
    lines = [f"define input:default-graph-exclude {graph}" for graph in sorted({*hidden, str(ONTOLOGY_GRAPH)})]
    lines += [f"define input:named-graph-exclude {graph}" for graph in sorted(hidden)]
    return "\n".join(lines) + "\n"
