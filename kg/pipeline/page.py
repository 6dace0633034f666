"""A view → one page with graph, map, timeline and table, and the words of every source behind it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from pyoxigraph import NamedNode

from kg.exports.html import Group, Page, PageClaim, PageDocument, PageEdge, PageNode
from kg.exports.layout import Place, places
from kg.exports.property_graph import Edge, Node, PropertyGraph, scalars, written
from kg.ontology import vocabulary as v
from kg.pipeline.dossier import Named
from kg.pipeline.sources import Reading, first
from kg.pipeline.views.colours import colour_of
from kg.pipeline.views.nodes import OTHER_NAMES


class Spot(NamedTuple):
    """Where an event is drawn on the map; `near` where the coordinates are not those of its place."""

    latitude: float
    longitude: float
    near: bool


def page_of(store: Reading, graph: PropertyGraph, spots: dict[str, Spot]) -> Page:
    """
    Make the page of a view. `spots` are the places of events, by their ids.

    Raises:
        EnvironmentFault: rustworkx, which computes the places of nodes, is not installed.
    """
    nodes, edges = [_located(node, spots) for node in graph.nodes], list(graph.edges)
    claims, documents, numbers = _claims(store, [*nodes, *edges])
    at = {node.id: number for number, node in enumerate(nodes)}
    ends = [(at[edge.source], at[edge.target]) for edge in edges]
    labels = _Labels(store, nodes, edges)
    degrees = Counter(end for pair in ends for end in pair)
    drawn = places(len(nodes), ends)
    return Page(
        title=store.project.settings.title or graph.title,
        language=store.project.settings.language,
        kinds=tuple(Group(kind, labels.colours.get(kind) or colour_of(kind)) for kind in labels.kinds),
        sides=tuple(Group(side, labels.colours[side]) for side in labels.sides),
        edge_kinds=tuple(labels.edge_kinds),
        nodes=tuple(labels.node(node, drawn[number], degrees[number], numbers) for number, node in enumerate(nodes)),
        edges=tuple(labels.edge(edge, pair, numbers) for edge, pair in zip(edges, ends, strict=True)),
        claims=claims,
        documents=documents,
    )


class _Labels:
    """The labels that the page lists once: nodes and edges name them by their numbers."""

    def __init__(self, store: Reading, nodes: list[Node], edges: list[Edge]) -> None:
        self.kinds = sorted({node.kind for node in nodes})
        self.sides = sorted({node.side for node in nodes} - {""})
        self.edge_kinds = sorted({_label(edge) for edge in edges})
        self.colours = {node.side or node.kind: node.colour for node in nodes}
        known = store.project.ontology.properties
        told = {known[prop].label for prop in (v.SKOS_ALT_LABEL, v.SKOS_HIDDEN_LABEL) if prop in known}
        self.other_names = told | {OTHER_NAMES}

    def node(self, node: Node, drawn: Place, degree: int, numbers: dict[str, int]) -> PageNode:
        """A node where it is drawn."""
        return PageNode(
            id=node.id,
            label=node.label,
            kind=self.kinds.index(node.kind),
            x=drawn[0],
            y=drawn[1],
            size=round(4 + 2 * math.sqrt(degree), 1),
            side=self.sides.index(node.side) if node.side else None,
            begin=node.begin or None,
            end=node.end or None,
            timed=node.happens,
            lies=node.lies,
            lat=node.latitude,
            lon=node.longitude,
            near=node.near,
            also=_texts(node, self.other_names),
            attrs=tuple(
                (name, "; ".join(_texts(node, {name}))) for name in sorted(set(node.attributes) - self.other_names)
            ),
            claims=tuple(numbers[claim] for claim in node.claims if claim in numbers),
        )

    def edge(self, edge: Edge, ends: tuple[int, int], numbers: dict[str, int]) -> PageEdge:
        """An edge between the numbers of its nodes."""
        label = _label(edge)
        return PageEdge(
            s=ends[0],
            t=ends[1],
            kind=self.edge_kinds.index(label),
            label=label,
            weight=edge.weight if edge.weight != 1 else None,
            begin=edge.begin or None,
            end=edge.end or None,
            claims=tuple(numbers[claim] for claim in edge.claims if claim in numbers),
        )


def _label(edge: Edge) -> str:
    return edge.label or edge.kind


def _located(node: Node, spots: dict[str, Spot]) -> Node:
    spot = spots.get(node.id)
    if spot is None or node.latitude is not None:
        return node
    return replace(node, latitude=spot.latitude, longitude=spot.longitude, near=spot.near)


def _texts(node: Node, names: Collection[str]) -> tuple[str, ...]:
    values = (node.attributes[name] for name in sorted(names) if name in node.attributes)
    return tuple(written(scalar) for value in values for scalar in scalars(value))


def _claims(
    store: Reading, parts: list[Node | Edge]
) -> tuple[tuple[PageClaim, ...], tuple[PageDocument, ...], dict[str, int]]:
    """The claims behind nodes and edges, by document and day; their documents; the number of each claim."""
    wanted = {NamedNode(claim) for part in parts for claim in part.claims}
    quads = list(store.quads(wanted))
    documents_of = {
        q.subject: q.object
        for q in quads
        if q.predicate == v.DOCUMENT_OF and isinstance(q.subject, NamedNode) and isinstance(q.object, NamedNode)
    }
    about = store.documents(set(documents_of.values()))
    store.learn_labels({q.object for q in quads if q.predicate == v.SPEAKER and isinstance(q.object, NamedNode)})
    data = Named(quads, store)
    order = sorted(about, key=lambda document: (first(about[document], v.ISSUED), document.value))
    at = {document: number for number, document in enumerate(order)}
    known = sorted((c for c in wanted if c in documents_of), key=lambda c: (at[documents_of[c]], c.value))
    claims = []
    for claim in known:
        voice = data.voice(claim)
        place = store.position(claim)
        claims.append(PageClaim(at[documents_of[claim]], data.words(claim), voice.quotes, voice.words, place))
    documents = tuple(
        PageDocument(
            title=first(about[document], v.TITLE) or store.id(document),
            publisher=first(about[document], v.PUBLISHER),
            issued=first(about[document], v.ISSUED),
            url=first(about[document], v.URL),
        )
        for document in order
    )
    return tuple(claims), documents, {claim.value: number for number, claim in enumerate(known)}
