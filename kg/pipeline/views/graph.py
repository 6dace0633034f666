"""A view of a project's graph, as a property graph."""

from __future__ import annotations

import math
import pickle
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kg.exports.measures import measured
from kg.exports.property_graph import Attribute, Edge, Node, PropertyGraph, Scalar, Spell, Type, Value, type_of
from kg.exports.property_graph import common as common_type
from kg.exports.spells import merged, shortened
from kg.model.terms import term_of
from kg.pipeline.export_wanted import Wanted, check_given
from kg.pipeline.project import Project
from kg.pipeline.sources import Reading
from kg.pipeline.views.claims import learn_claims
from kg.pipeline.views.conditions import conditions_of
from kg.pipeline.views.evidence import Evidence, Link
from kg.pipeline.views.nodes import Nodes, declared, scalar_of, value_of
from kg.pipeline.views.rules import Gathering
from kg.queries.parameters import bind
from kg.queries.view import QueryRule, View
from kg.queries.view_files import find_view, load_view


@dataclass(frozen=True, slots=True)
class Shown:
    """A view as it was asked for; `notes` say what was not narrowed as asked."""

    view: View
    graph: PropertyGraph
    notes: tuple[str, ...]


@contextmanager
def shown(reading: Reading, chosen: Wanted) -> Iterator[Shown]:
    """
    Ask for a view; the graph can be gone through until the block ends.

    Edges lie in a file beside memory, nodes are held.

    Raises:
        UsageError: There is no such view, or it cannot be narrowed as asked.
        OntologyError: The view's file cannot be used.
        EnvironmentFault: The store does not answer.
    """
    view = view_of(reading.project, chosen)
    with closing(Evidence()) as evidence:
        yield _shown(reading, evidence, view, chosen)


def view_of(project: Project, chosen: Wanted) -> View:
    """
    The view of a name or a file, with the parameters of its query bound.

    Raises:
        UsageError: There is none, or it has no such parameter.
        OntologyError: The view's file cannot be used.
    """
    if chosen.view.endswith((".rq", ".yaml")):
        view = load_view(Path(chosen.view), project.ontology)
    else:
        view = find_view(project.folders("views"), chosen.view, project.ontology)
    if view.query is None:
        check_given(chosen, ())
        return view
    check_given(chosen, [parameter.name for parameter in view.query.parameters])
    bound = replace(view.query, text=bind(view.query, chosen.given, project.settings.base))
    return replace(view, edges=(QueryRule.of(bound),))


def _shown(reading: Reading, evidence: Evidence, view: View, chosen: Wanted) -> Shown:
    store, ontology, base, notes = reading.store, reading.project.ontology, reading.base, list[str]()
    conditions = conditions_of(chosen.where, ontology, base)
    learn_claims(store, evidence, chosen, base)
    Gathering(store, ontology, evidence, chosen, conditions, notes).gather(view.edges)
    if chosen.min_sources:
        evidence.keep_sources(chosen.min_sources)
    looked_up = Nodes(reading, view)
    nodes = _nodes(looked_up, evidence)
    evidence.drop_ends(node.iri for node in nodes)
    linked = set(evidence.ends())
    alone = set(looked_up.alone())
    kept = [node for node in nodes if node.iri in linked or node.iri in alone]
    ids = {node.id for node in kept}
    kept = [node if node.parent in ids else replace(node, parent="") for node in kept]
    evidence.index(base)
    edges = Edges(evidence, looked_up)
    graph = PropertyGraph(
        title=view.summary or view.name,
        nodes=tuple(kept),
        edges=edges,
        node_attributes=declared((node.attributes for node in kept), looked_up.types),
        edge_attributes=edges.attributes(),
    )
    return Shown(view, _sized(measured(graph, chosen.measures)), tuple(notes))


def _sized(graph: PropertyGraph) -> PropertyGraph:
    """
    A size for every node: by what the view says, else by how many edges it has; from 8 to 60, so that areas compare.

    The two are not compared with each other: the largest of each is 60.
    """
    degrees = Counter(end for edge in graph.edges for end in (edge.source, edge.target))
    most_told = max((node.size for node in graph.nodes if node.size is not None), default=1)
    most = {True: max(1.0, most_told), False: max(1.0, *degrees.values(), 1.0)}

    def sized(node: Node) -> Node:
        amount = degrees[node.id] if node.size is None else max(node.size, 0)
        return replace(node, size=round(8 + 52 * math.sqrt(amount / most[node.size is not None]), 2))

    return replace(graph, nodes=tuple(map(sized, graph.nodes)))


def _nodes(looked_up: Nodes, evidence: Evidence) -> list[Node]:
    things = sorted({*evidence.ends(), *looked_up.alone()})
    return sorted(looked_up.of(things), key=lambda node: node.id)


class Edges:
    """The edges of a view, by id; made once and kept in the file of the evidence."""

    def __init__(self, evidence: Evidence, names: Nodes) -> None:
        self._evidence, self._names = evidence, names
        self._count = evidence.count()
        names.learn_names(value[1:-1] for _, value in evidence.all_told() if value.startswith("<"))
        evidence.keep_made(pickle.dumps(tuple(self._edge(links))) for links in evidence.edges())

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Edge]:
        for edge in self._evidence.made():
            yield Edge._make(pickle.loads(edge))  # noqa: S301 - of a file that this process wrote and nobody else may

    def attributes(self) -> tuple[Attribute, ...]:
        """What is told of the edges, by title: a list each, as an edge may stand for several things."""
        types: dict[str, set[Type]] = {}
        for title, value in self._evidence.all_told():
            types.setdefault(title, set()).add(type_of(self._scalar(value)))
        return tuple(Attribute(title, common_type(types[title]), is_list=True) for title in sorted(types))

    def _edge(self, links: list[Link]) -> Edge:
        first = links[0]
        things = {link.thing: link for link in links}
        claims = sorted({link.claim for link in links if link.claim})
        spells: set[Spell] = set()
        told: dict[str, set[Scalar]] = {}
        for thing, link in things.items():
            spells.update(shortened(spell) for spell in self._evidence.times(thing) if any(spell))
            for title, value in self._evidence.told(thing, link.rule):
                told.setdefault(title, set()).add(self._scalar(value))
        source, target = self._names.id(first.source), self._names.id(first.target)
        return Edge(
            id=first.id,
            source=source,
            target=target,
            kind=first.kind,
            label=first.label,
            weight=sum(1 if link.weight is None else link.weight for link in things.values()),
            directed=bool(first.directed),
            spells=merged(spells),
            attributes={title: _listed(values) for title, values in sorted(told.items())},
            claims=tuple(claims),
            sources=len(self._evidence.sources(claims)),
        )

    def _scalar(self, value: str) -> Scalar:
        return self._names.name(value[1:-1]) if value.startswith("<") else scalar_of(term_of(value))  # type: ignore[arg-type]


def _listed(values: set[Scalar]) -> Value:
    found = value_of(values)
    return found if isinstance(found, tuple) else (found,)
