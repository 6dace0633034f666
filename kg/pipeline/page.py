"""A view → one page with graph, map, timeline and table, and the words of every source behind it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from pyoxigraph import NamedNode

from kg.exports.html import Group, Page, PageClaim, PageDocument, PageEdge, PageNode
from kg.exports.layout import places
from kg.exports.property_graph import Edge, Node, PropertyGraph, scalars, written
from kg.ontology import vocabulary as v
from kg.pipeline.dossier import Named
from kg.pipeline.sources import Reading, first

_KIND_COLORS = (
    "#7b6fa6", "#c98a3a", "#5b9279", "#b26a8e", "#8f8f3d", "#5f8fb0", "#9a6b4f", "#7d9d5c", "#a88bc2", "#c2705e",
    "#6a8a8a", "#b59a5b",
)  # fmt: skip
_SIDE_COLORS = ("#1f5f8b", "#c23b22", "#3f8f3a", "#7a3f98", "#b8860b", "#2f8f8f")
"""Colours of sides are strong, those of kinds are not: a side is what a reader looks for first."""


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
    graph = replace(graph, nodes=tuple(_located(node, spots) for node in graph.nodes))
    claims, documents, numbers = _claims(store, graph)
    at = {node.id: number for number, node in enumerate(graph.nodes)}
    kinds, sides = sorted({n.kind for n in graph.nodes}), sorted({n.side for n in graph.nodes} - {""})
    edge_kinds = sorted({edge.kind for edge in graph.edges})
    ends = [(at[edge.source], at[edge.target]) for edge in graph.edges]
    degrees = Counter(end for pair in ends for end in pair)
    drawn = places(len(graph.nodes), ends)
    return Page(
        title=store.project.settings.title or graph.title,
        language=store.project.settings.language,
        kinds=_groups(kinds, _KIND_COLORS),
        sides=_groups(sides, _SIDE_COLORS),
        edge_kinds=tuple(edge_kinds),
        nodes=tuple(
            PageNode(
                id=node.id,
                label=node.label,
                kind=kinds.index(node.kind),
                x=drawn[number][0],
                y=drawn[number][1],
                size=round(4 + 2 * math.sqrt(degrees[number]), 1),
                side=sides.index(node.side) if node.side else None,
                begin=node.begin or None,
                end=node.end or None,
                timed=node.happens,
                lat=node.latitude,
                lon=node.longitude,
                near=node.near,
                attrs=tuple((name, "; ".join(map(written, scalars(value)))) for name, value in node.attributes.items()),
                claims=tuple(numbers[claim] for claim in node.claims if claim in numbers),
            )
            for number, node in enumerate(graph.nodes)
        ),
        edges=tuple(
            PageEdge(
                s=source,
                t=target,
                kind=edge_kinds.index(edge.kind),
                label=edge.kind,
                weight=edge.weight if edge.weight != 1 else None,
                begin=edge.begin or None,
                end=edge.end or None,
                claims=tuple(numbers[claim] for claim in edge.claims if claim in numbers),
            )
            for edge, (source, target) in zip(graph.edges, ends, strict=True)
        ),
        claims=claims,
        documents=documents,
    )


def _located(node: Node, spots: dict[str, Spot]) -> Node:
    spot = spots.get(node.id)
    if spot is None or node.latitude is not None:
        return node
    return replace(node, latitude=spot.latitude, longitude=spot.longitude, near=spot.near)


def _groups(labels: list[str], colors: tuple[str, ...]) -> tuple[Group, ...]:
    return tuple(Group(label, colors[number % len(colors)]) for number, label in enumerate(labels))


def _claims(
    store: Reading, graph: PropertyGraph
) -> tuple[tuple[PageClaim, ...], tuple[PageDocument, ...], dict[str, int]]:
    """The claims behind nodes and edges, by document and day; their documents; the number of each claim."""
    parts: list[Node | Edge] = [*graph.nodes, *graph.edges]
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
