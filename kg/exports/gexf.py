"""
A property graph as GEXF 1.3, for Gephi: times, kinds, lists, colours, positions, and every claim.

The text is written here: a million edges are eight million elements, and what a library does for each of them takes
longer than all else. `kg.exports.xml_text.Markup` is what keeps it XML.

Spec: https://gexf.net/schema.html and https://gexf.net/1.3/gexf.rng
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import BinaryIO, Final

from kg.exports.gexf_attvalues import Attvalues, element
from kg.exports.gexf_edges import EdgeElements, number
from kg.exports.gexf_times import Times
from kg.exports.gexf_values import Column, columns_of, identifier
from kg.exports.losses import Losses
from kg.exports.mercator import mercator
from kg.exports.property_graph import Node, PropertyGraph, Survey
from kg.exports.xml_text import Markup

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
    "<meta><creator>conflict-kg</creator><description>{}</description></meta>\n"
)
_AT_ONCE: Final = 1_000


class _Writing:
    """A file as it is written: what makes texts markup, its values, how times stand in it, what it lost."""

    def __init__(self, graph: PropertyGraph, survey: Survey, losses: Losses) -> None:
        of_nodes, of_edges = columns_of(graph, losses)
        self.losses = losses
        self.markup = Markup(losses)
        self.of_nodes = Attvalues(of_nodes, self.markup, losses)
        self.of_edges = Attvalues(of_edges, self.markup, losses)
        self.times = Times(survey)
        self.edges = EdgeElements(self.of_edges, self.times, self.markup, losses)


def write_gexf(graph: PropertyGraph, output: BinaryIO, losses: Losses) -> None:
    """
    Write a graph as it is gone through; nodes and edges are not kept.

    Edges have their kind, so that Gephi keeps parallel ones apart. Times are spells, and `begin` and `end` besides:
    some readers pass over spells. Positions are Mercator's, north up; `latitude` and `longitude` stand beside them.
    """
    survey = graph.survey()
    writing = _Writing(graph, survey, losses)
    output.writelines(text.encode() for text in _batched(_parts(writing, graph, _direction(survey))))


def _direction(survey: Survey) -> str:
    """
    The one direction of all edges.

    Where edges have two directions the graph names none: Gephi drops every edge that is not of the one it is told.
    """
    one = "undirected" if survey.directions == {False} else "directed"
    return "" if len(survey.directions) > 1 else f' defaultedgetype="{one}"'


def _batched(parts: Iterator[str]) -> Iterator[str]:
    while batch := "".join(islice(parts, _AT_ONCE)):
        yield batch


def _parts(writing: _Writing, graph: PropertyGraph, direction: str) -> Iterator[str]:
    yield _HEAD.format(writing.markup.text(graph.title))
    yield f'<graph idtype="string"{direction}{writing.times.head()}>\n'
    yield from _declarations(writing, "node", writing.of_nodes.columns)
    yield from _declarations(writing, "edge", writing.of_edges.columns)
    yield f'<nodes count="{len(graph.nodes)}">\n'
    yield from (_node(writing, node) for node in graph.nodes)
    yield f'</nodes>\n<edges count="{len(graph.edges)}">\n'
    yield from map(writing.edges.element, graph.edges)
    yield "</edges>\n</graph>\n</gexf>\n"


def _declarations(writing: _Writing, part: str, columns: Mapping[str, Column]) -> Iterator[str]:
    yield f'<attributes class="{part}" mode="static">\n'
    for column in columns.values():
        title = writing.markup.attribute(column.title)
        yield f'<attribute id="{column.id}" title="{title}" type="{column.type_name}"/>\n'
    yield "</attributes>\n"


def _node(writing: _Writing, node: Node) -> str:
    attribute = writing.markup.attribute
    looks = ""
    if node.size is not None and 0 <= node.size < math.inf:
        looks = f'<viz:size value="{number(node.size)}"/>'
    if node.latitude is not None and node.longitude is not None:
        looks += _position(writing, node.latitude, node.longitude)
    if node.colour:
        looks += _colour(node.colour)
    return (
        f'<node id="{attribute(identifier(node.id))}" label="{attribute(node.label)}">'
        f"{_values_of_node(writing.of_nodes, node)}"
        f"{writing.times.spells(node.spells, writing.losses)}{looks}</node>\n"
    )


def _position(writing: _Writing, latitude: float, longitude: float) -> str:
    if abs(longitude) <= 180 and abs(latitude) <= 90:  # false for what is no number
        x, y = mercator(longitude, latitude)
        return f'<viz:position x="{number(x)}" y="{number(y)}" z="0"/>'
    writing.losses.add("coordinates that are none", 1, f"{latitude}, {longitude}")
    return ""


def _colour(colour: str) -> str:
    """The channels of `#rrggbb`: of the two ways to write a colour, the one that older readers know too."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>'


def _values_of_node(values: Attvalues, node: Node) -> str:
    known, once = values.known, values.once
    return element(
        "".join(
            (
                once("own iri", node.iri) if node.iri else "",
                known["own kind"][node.kind] if node.kind else "",
                known["own side"][node.side] if node.side else "",
                known["own parent"][identifier(node.parent)] if node.parent else "",
                known["own begin"][node.begin] if node.begin else "",
                known["own end"][node.end] if node.end else "",
                once("own latitude", node.latitude) if node.latitude is not None else "",
                once("own longitude", node.longitude) if node.longitude is not None else "",
                once("own near", node.near) if node.near else "",
                once("own claims", node.claims) if node.claims else "",
                values.of(node.attributes),
            )
        )
    )
