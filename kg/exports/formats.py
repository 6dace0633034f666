"""The formats of `kg export`: their names, what each is written from, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Content(Enum):
    """What a format is written from."""

    QUADS = "the statements of all claims"
    TABLE = "the rows of a query"
    VIEW = "the nodes and edges of a view"
    THING = "what is told of one thing"


@dataclass(frozen=True, slots=True)
class Format:
    """
    A format. `tables` are the queries it is written from where none is named; `files` are the names of its files
    where it has several, in a folder.
    """

    name: str
    content: Content
    summary: str
    tables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


_ON_A_MAP: Final = ("events-on-a-map", "places-on-a-map")
_ROWS: Final = ("rows-for-acled",)
_TWO_TABLES: Final = ("nodes.csv", "edges.csv")

FORMATS: Final = {
    found.name: found
    for found in (
        Format("nquads", Content.QUADS, "RDF: every claim as a graph, a statement a line"),
        Format("trig", Content.QUADS, "RDF: every claim as a graph, for reading"),
        Format("turtle", Content.QUADS, "RDF: the merge, for reading"),
        Format("jsonld", Content.QUADS, "RDF as JSON, with the keys of facts"),
        Format("ftm", Content.QUADS, "FollowTheMoney statements, for Aleph and OpenSanctions' tools"),
        Format("csv", Content.TABLE, "a table for spreadsheets: ACLED's columns, UCDP's, or any query", _ROWS),
        Format("parquet", Content.TABLE, "the same with typed columns, for data frames and DuckDB", _ROWS),
        Format("geojson", Content.TABLE, "points for QGIS, geopandas and web maps", _ON_A_MAP),
        Format("kml", Content.TABLE, "points with their times for Google Earth", _ON_A_MAP),
        Format("gexf", Content.VIEW, "a network for Gephi, with times, colours, positions and claims"),
        Format("graphml", Content.VIEW, "a network for yEd, Gephi, igraph and networkx"),
        Format("cyjs", Content.VIEW, "a network for Cytoscape and cytoscape.js"),
        Format("gephi-csv", Content.VIEW, "two tables for Gephi's Data Laboratory", files=_TWO_TABLES),
        Format("neo4j-csv", Content.VIEW, "two tables for neo4j-admin database import", files=_TWO_TABLES),
        Format("html", Content.VIEW, "one page with graph, map, timeline and table, which works without a network"),
        Format("dossier", Content.THING, "a page of Markdown on one thing, with its sources"),
    )
}
