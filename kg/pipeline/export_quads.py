"""The statements of all claims → RDF, FollowTheMoney."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import DefaultGraph, NamedNode, Quad

from kg.exports.formats import Format
from kg.exports.losses import Losses
from kg.exports.rdf import FORMATS, HOLDS_GRAPHS, write_rdf
from kg.ontology.vocabulary import CLAIM, ONTOLOGY_GRAPH, RDF_TYPE, SKOS_PREF_LABEL
from kg.pipeline.export_wanted import Files, Wanted
from kg.pipeline.nameless import labels_of_nameless
from kg.pipeline.project import Project
from kg.pipeline.sources import Reading
from kg.pipeline.stores import store_of
from kg.stores.protocol import GraphStore

_DEFAULT = DefaultGraph()


def export_quads(project: Project, form: Format, wanted: Wanted, files: Files, losses: Losses) -> tuple[int, str]:
    """Write RDF or FollowTheMoney; how many of what."""
    with_graphs = form.name not in FORMATS or form.name in HOLDS_GRAPHS
    with store_of(project) as store:
        found = _chosen(store.quads(), wanted, with_graphs=with_graphs)
        quads = set(found)
        labels = _labels(project, store, quads) if form.name == "ftm" else {}
        claims = sum(q.predicate == RDF_TYPE and q.object == CLAIM for q in quads)
    base, ontology = project.settings.base, project.ontology
    if form.name == "ftm":
        from kg.exports.ftm import Naming, write_ftm

        return write_ftm(quads, ontology, Naming(base, labels), files[0], losses), "statements"
    if form.name == "jsonld":
        from kg.exports.json_ld import write_json_ld

        return write_json_ld(quads, ontology, base, files[0]), "quads"
    write_rdf(quads, form.name, files[0], base)
    if not with_graphs:
        losses.add_some("claims of which it is not told which statements are theirs", claims)
    return len(quads), "quads"


def _labels(project: Project, store: GraphStore, quads: Iterable[Quad]) -> Mapping[NamedNode, str]:
    """What events that nobody named are called, by their kind, place and day."""
    subjects = {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}
    named = {quad.subject for quad in quads if quad.predicate == SKOS_PREF_LABEL}
    return labels_of_nameless(Reading(project, store, None), subjects - named)


def _chosen(quads: Iterable[Quad], wanted: Wanted, *, with_graphs: bool) -> Iterator[Quad]:
    for quad in quads:
        if quad.graph_name == ONTOLOGY_GRAPH:
            if wanted.ontology:
                yield quad
            continue
        if with_graphs:
            yield quad
        if wanted.merge or not with_graphs:
            yield Quad(quad.subject, quad.predicate, quad.object, _DEFAULT)
