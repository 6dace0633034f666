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
    COLUMNS = "all quads as numbers, and a dictionary of terms"


@dataclass(frozen=True, slots=True)
class Format:
    """
    A format. `tables` are the queries it is written from where none is named; `files` are the names of its files
    where it has several, in a folder. `also` is what people call it who look for it: a file's ending, a program.
    """

    name: str
    content: Content
    summary: str
    tables: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


_ON_A_MAP: Final = ("events-on-a-map", "places-on-a-map")
_ROWS: Final = ("rows-for-acled",)
_TWO_TABLES: Final = ("nodes.csv", "edges.csv")

FORMATS: Final = {
    found.name: found
    for found in (
        Format(
            name="nquads",
            content=Content.QUADS,
            also=("nq", "n-quads"),
            summary="RDF: every claim as a graph, a statement a line",
        ),
        Format(name="trig", content=Content.QUADS, summary="RDF: every claim as a graph, for reading"),
        Format(name="turtle", content=Content.QUADS, also=("ttl",), summary="RDF: the merge, for reading"),
        Format(name="jsonld", content=Content.QUADS, also=("json-ld",), summary="RDF as JSON, with the keys of facts"),
        Format(
            name="ftm",
            content=Content.QUADS,
            also=("followthemoney",),
            summary="FollowTheMoney statements, for Aleph and OpenSanctions' tools",
        ),
        Format(
            name="csv",
            content=Content.TABLE,
            also=("tables", "acled", "ucdp"),
            summary="a table for spreadsheets: ACLED's columns, UCDP's, or any query",
            tables=_ROWS,
        ),
        Format(
            name="parquet",
            content=Content.TABLE,
            also=("pq",),
            summary="the same with typed columns, for data frames and DuckDB",
            tables=_ROWS,
        ),
        Format(
            name="columns",
            content=Content.COLUMNS,
            summary="the whole dataset as Parquet files in a folder, for queries on Spark",
        ),
        Format(
            name="geojson", content=Content.TABLE, summary="points for QGIS, geopandas and web maps", tables=_ON_A_MAP
        ),
        Format(name="kml", content=Content.TABLE, summary="points with their times for Google Earth", tables=_ON_A_MAP),
        Format(
            name="gexf",
            content=Content.VIEW,
            also=("gephi",),
            summary="a network for Gephi, with times, colours, positions and claims",
        ),
        Format(name="graphml", content=Content.VIEW, summary="a network for yEd, Gephi, igraph and networkx"),
        Format(
            name="cyjs", content=Content.VIEW, also=("cytoscape",), summary="a network for Cytoscape and cytoscape.js"
        ),
        Format(
            name="gephi-csv", content=Content.VIEW, summary="two tables for Gephi's Data Laboratory", files=_TWO_TABLES
        ),
        Format(
            name="neo4j-csv",
            content=Content.VIEW,
            also=("neo4j",),
            summary="two tables for neo4j-admin database import",
            files=_TWO_TABLES,
        ),
        Format(
            name="html",
            content=Content.VIEW,
            also=("page", "htm"),
            summary="one page with graph, map, timeline and table, which works without a network",
        ),
        Format(
            name="dossier",
            content=Content.THING,
            also=("markdown", "md"),
            summary="a page of Markdown on one thing, with its sources",
        ),
    )
}


def meant(name: str) -> str:
    """
    The format that is also called so; empty where none is.

    >>> meant("ttl"), meant("docx")
    ('turtle', '')
    """
    return next((known.name for known in FORMATS.values() if name.casefold() in known.also), "")
