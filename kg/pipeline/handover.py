"""The built graph for people who live in rdflib or networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from kg.exports.property_graph import row_of
from kg.ontology.vocabulary import ONTOLOGY_GRAPH, RDF_TYPE, SKOS_PREF_LABEL, WORD_TYPE
from kg.pipeline.export_wanted import Wanted
from kg.pipeline.project import Project
from kg.pipeline.query import opened
from kg.pipeline.sources import reading
from kg.pipeline.views.graph import shown

if TYPE_CHECKING:
    import networkx as nx
    import rdflib


def dataset(project: Project) -> rdflib.Dataset:
    """
    The whole built dataset in memory: claim and document graphs, the merge as default graph, the ontology's graph.

    Literals keep the lexical form that the store has.

    Raises:
        UsageError: Nothing is built yet.
    """
    import rdflib

    from kg.validation.reference import to_rdflib

    found = rdflib.Dataset()
    with opened(project) as store:
        for quad in store:
            name = rdflib.URIRef(quad.graph_name.value) if isinstance(quad.graph_name, NamedNode) else None
            graph = found.default_graph if name is None else found.graph(name)
            graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return found


def network(project: Project, wanted: Wanted | None = None) -> nx.MultiDiGraph[str]:
    """
    The merge as a network: a node for every thing, an edge for every statement between two things
    in the ontology's own terms.

    Nodes are ids (IRIs without the base) with `label` and `types`, and a list under each key of a literal. Edges have
    the property's key as their key and as `label`, and `claims`: the IRIs of the claims that say so.

    With `wanted` it is that view, narrowed as it says: nodes and edges have what `kg export gexf` writes, edges their
    kind as key. An edge of no direction has `directed` false, and runs one way here.

    Raises:
        UsageError: Nothing is built yet; there is no such view, or it cannot be narrowed as asked.
    """
    import networkx as nx

    if wanted is not None:
        return _of_view(project, wanted)

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    with opened(project) as store:
        for quad in sorted(store, key=str):
            if quad.graph_name not in (DefaultGraph(), ONTOLOGY_GRAPH):
                _add(graph, quad, project)
    return graph


def _of_view(project: Project, wanted: Wanted) -> nx.MultiDiGraph[str]:
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    with reading(project) as store, shown(store, wanted) as found:
        for node in found.graph.nodes:
            graph.add_node(node.id, **{**row_of(node), "label": node.label, "kind": node.kind})
        for edge in found.graph.edges:
            told = {**row_of(edge), "label": edge.label or edge.kind, "directed": edge.directed}
            graph.add_edge(edge.source, edge.target, edge.kind, **told)
    return graph


def _add(graph: nx.MultiDiGraph[str], quad: Quad, project: Project) -> None:
    base, ontology = project.settings.base, project.ontology
    subject = str(getattr(quad.subject, "value", quad.subject)).removeprefix(base)
    graph.add_node(subject)
    known = ontology.properties.get(quad.predicate)
    if known is None and quad.predicate != RDF_TYPE:
        return  # entailed, in another vocabulary's words
    key = known.key if known is not None else WORD_TYPE
    node = graph.nodes[subject]
    if isinstance(quad.object, Literal):
        values = node.setdefault(key, [])
        if quad.object.value not in values:
            values.append(quad.object.value)
        if quad.predicate == SKOS_PREF_LABEL:
            node.setdefault("label", quad.object.value)
    elif isinstance(quad.object, NamedNode) and quad.predicate == RDF_TYPE:
        cls = ontology.by_iri.get(quad.object)
        types = node.setdefault("types", [])
        if cls is not None and cls.name not in types:
            types.append(cls.name)
    elif isinstance(quad.object, NamedNode):
        target = quad.object.value.removeprefix(base)
        if not graph.has_edge(subject, target, key):
            graph.add_edge(subject, target, key, label=key, claims=[])
        graph.edges[subject, target, key]["claims"].append(getattr(quad.graph_name, "value", ""))
