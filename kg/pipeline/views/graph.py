"""A view of a project's graph, as a property graph."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kg.exports.measures import measured
from kg.exports.property_graph import Node, PropertyGraph
from kg.pipeline.export_wanted import Wanted, check_given
from kg.pipeline.project import Project
from kg.pipeline.sources import Reading
from kg.pipeline.views.claims import learn_claims
from kg.pipeline.views.conditions import check_things, conditions_of
from kg.pipeline.views.edges import Edges
from kg.pipeline.views.evidence import Evidence, told_faults
from kg.pipeline.views.nodes import Nodes, declared
from kg.pipeline.views.rules import Gathering
from kg.queries.parameters import bind
from kg.queries.view import QueryRule, View
from kg.queries.view_files import find_view, load_view


@dataclass(frozen=True, slots=True)
class Shown:
    """
    A view as it was asked for, on how many claims it rests; `notes` say what was not narrowed as asked.

    `foreign` counts the texts of nodes in other languages than the project's.
    """

    view: View
    graph: PropertyGraph
    claims: int
    foreign: int
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
    with closing(Evidence(only_claims=chosen.is_of_claims)) as evidence, told_faults():
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
    check_things(conditions, store, base)
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
    edges = Edges(evidence, looked_up, base)
    graph = PropertyGraph(
        title=view.summary or view.name,
        nodes=tuple(kept),
        edges=edges,
        node_attributes=declared((node.attributes for node in kept), looked_up.types),
        edge_attributes=edges.attributes(),
        edge_survey=edges.survey(),
    )
    claims = evidence.count_claims(claim for node in kept for claim in node.claims)
    graph = _sized(measured(graph, chosen.measures), edges.degrees())
    return Shown(view, graph, claims, looked_up.foreign, tuple(notes))


def _sized(graph: PropertyGraph, degrees: Mapping[str, int]) -> PropertyGraph:
    """
    A size for every node: by what the view says, else by how many edges it has; from 8 to 60, so that areas compare.

    The two are not compared with each other: the largest of each is 60.
    """
    most_told = max((node.size for node in graph.nodes if node.size is not None), default=1)
    most = {True: max(1.0, most_told), False: max(1.0, *degrees.values(), 1.0)}

    def sized(node: Node) -> Node:
        amount = degrees.get(node.id, 0) if node.size is None else max(node.size, 0)
        return replace(node, size=round(8 + 52 * math.sqrt(amount / most[node.size is not None]), 2))

    return replace(graph, nodes=tuple(map(sized, graph.nodes)))


def _nodes(looked_up: Nodes, evidence: Evidence) -> list[Node]:
    things = sorted({*evidence.ends(), *looked_up.alone()})
    return sorted(looked_up.of(things), key=lambda node: node.id)
