"""The nodes and edges of a view → GEXF, GraphML, Cytoscape JSON, tables for Gephi and Neo4j, the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.exports.formats import Format
from kg.exports.losses import Losses
from kg.exports.property_graph import PropertyGraph
from kg.model.shipped import page_bundle
from kg.model.terms import text_of
from kg.pipeline.export_wanted import Counted, Files, Wanted
from kg.pipeline.project import Project
from kg.pipeline.query_tables import name_what_is_no_node, table_of, table_query
from kg.pipeline.sources import Reading, reading
from kg.pipeline.views.graph import shown

if TYPE_CHECKING:
    from kg.pipeline.page import Spot

_MAP = "events-on-a-map"
_NOTHING = "no claim says what this view shows, or none that meets the conditions; `kg export --views` lists the others"


def export_network(project: Project, form: Format, wanted: Wanted, files: Files, losses: Losses) -> Counted:
    """Write a view; how many edges."""
    with reading(project) as store, shown(store, wanted) as found:
        graph = found.graph
        name_what_is_no_node(store, graph, losses)
        losses.add_some("texts in other languages than the project's, of which the language is not told", found.foreign)
        if form.name == "html":
            _write_page(store, graph, files)
        else:
            _write_network(form.name, graph, files, losses)
            losses.add_some(
                "claims of which only the address is in the file: not the words, the speaker and the document",
                found.claims,
            )
        notes = found.notes if graph.nodes else (*found.notes, _NOTHING)
        return Counted(len(graph.edges), f"edges between {len(graph.nodes):,} nodes", notes)


def _write_page(store: Reading, graph: PropertyGraph, files: Files) -> None:
    from kg.exports.html import write_html
    from kg.pipeline.page import page_of

    write_html(page_of(store, graph, _spots(store)), page_bundle(), files[0])


def _spots(store: Reading) -> dict[str, Spot]:
    """Where each event is drawn, by its id: where it is told exactly, else near it."""
    from kg.pipeline.page import Spot

    spots: dict[str, Spot] = {}
    table = table_of(store, table_query(store.project, _MAP), {}, Losses())
    for row in table.rows:
        event, north, east, exact = (table.cell(row, role) for role in ("id", "y", "x", "exact"))
        if event is not None and north is not None and east is not None:
            is_exact = exact is not None and text_of(exact) == "true"
            spot = Spot(float(text_of(north)), float(text_of(east)), not is_exact)
            name = text_of(event).removeprefix(store.base)
            spots[name] = min(spot, spots.get(name, spot), key=lambda s: s.near)
    return spots


def _write_network(form: str, graph: PropertyGraph, files: Files, losses: Losses) -> None:
    if form == "gexf":
        from kg.exports.gexf import write_gexf

        write_gexf(graph, files[0], losses)
    elif form == "graphml":
        from kg.exports.graph_ml import write_graph_ml

        write_graph_ml(graph, files[0], losses)
    elif form == "cyjs":
        from kg.exports.cytoscape import write_cytoscape

        write_cytoscape(graph, files[0], losses)
    else:
        from kg.exports.graph_csv import write_gephi_tables, write_neo4j_tables

        write = write_gephi_tables if form == "gephi-csv" else write_neo4j_tables
        write(graph, files[0], files[1], losses)
