"""Results as a W3C validation report, an rdflib graph; made only when asked for."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.model.terms import term_of
from kg.validation.reference import to_rdflib
from kg.validation.results import Result
from kg.validation.shapes.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence, to_sparql


def report_graph(results: Iterable[Result]) -> Graph:
    """
    The validation report of the results.

    Source shapes and constraints that are blank nodes keep the label that they have where the shapes were read.

    Spec: https://www.w3.org/TR/shacl/#validation-report
    """
    graph = Graph()
    graph.bind("sh", SH)
    report = BNode()
    graph.add((report, RDF.type, SH.ValidationReport))
    conforms = True
    for result in results:
        conforms = False
        graph.add((report, SH.result, _result(graph, result)))
    graph.add((report, SH.conforms, Literal(conforms)))
    return graph


def _result(graph: Graph, result: Result) -> Node:
    node, origin = BNode(), result.origin
    graph.add((node, RDF.type, SH.ValidationResult))
    graph.add((node, SH.focusNode, _node(result.focus)))
    graph.add((node, SH.resultSeverity, _node(origin.severity_iri)))
    graph.add((node, SH.sourceConstraintComponent, _node(origin.component)))
    graph.add((node, SH.sourceShape, _node(origin.source)))
    if result.path:
        graph.add((node, SH.resultPath, _result_path(graph, result)))
    if result.value:
        graph.add((node, SH.value, _node(result.value)))
    if origin.constraint:
        graph.add((node, SH.sourceConstraint, _node(origin.constraint)))
    graph.add((node, SH.resultMessage, Literal("; ".join((result.message, *result.details)))))
    return node


def _node(text: str) -> Node:
    return to_rdflib(term_of(text))


def _result_path(graph: Graph, result: Result) -> Node:
    path = result.origin.path
    return path_node(graph, path) if path is not None and to_sparql(path) == result.path else _node(result.path)


def path_node(graph: Graph, path: Path) -> Node:
    """Write a path to the graph as SHACL does, and return its node."""
    match path:
        case Predicate(iri):
            return _node(iri)
        case Inverse(inner):
            return _of(graph, SH.inversePath, path_node(graph, inner))
        case Sequence(paths):
            return Collection(graph, BNode(), [path_node(graph, one) for one in paths]).uri
        case Alternative(paths):
            return _of(graph, SH.alternativePath, Collection(graph, BNode(), [path_node(graph, p) for p in paths]).uri)
        case Repeated(inner, least, once):
            kind = SH.zeroOrOnePath if once else SH.zeroOrMorePath if least == 0 else SH.oneOrMorePath
            return _of(graph, kind, path_node(graph, inner))


def _of(graph: Graph, kind: URIRef, inner: Node) -> Node:
    node = BNode()
    graph.add((node, kind, inner))
    return node
