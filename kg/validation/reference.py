"""The reference engine: pySHACL, row by row. It checks the set-based engine, and what that does not compile."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
import pyshacl
from pyshacl.errors import ValidationFailure
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.namespace import RDF, RDFS, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as Answer
from rdflib.term import Node

from kg.model.errors import OntologyError
from kg.model.findings import Severity
from kg.validation.results import Origin, Result, Statistic
from kg.validation.shapes.sources import ShapesSource

_SEVERITIES = {SH.Violation: Severity.violation, SH.Warning: Severity.warning, SH.Info: Severity.info}
_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)


class PySHACL:
    """pySHACL over rdflib graphs in memory; with `only`, no other shape has focus nodes of its own."""

    def __init__(self, only: Collection[str] | None = None) -> None:
        self.only = only
        self.statistics: dict[str, Statistic] = {}

    def validate(self, triples: Iterable[ox.Triple], shapes: ShapesSource) -> Iterator[Result]:
        """See `Engine.validate`."""
        shapes_graph = to_graph(shapes.triples)
        if self.only is not None:
            _leave_targets_of(shapes_graph, self.only)
        try:
            with warnings.catch_warnings(action="ignore"):  # of recursion, which we have told already
                _, report, _ = pyshacl.validate(
                    to_graph(triples), shacl_graph=shapes_graph, inference="none", inplace=True, advanced=True
                )
        except Exception as error:
            # pySHACL lets through whatever a broken shape sets off: re.error, pyparsing's ParseException, and its own.
            raise OntologyError(f"the shapes cannot be used: {type(error).__name__}: {error}") from error
        if isinstance(report, ValidationFailure | bytes | str) or not isinstance(report, Graph):
            raise OntologyError(f"the shapes cannot be used: {report!s}")
        for node in report.subjects(RDF.type, SH.ValidationResult):
            if report.value(None, SH.detail, node) is None:
                yield _result(report, shapes_graph, node)


def _leave_targets_of(shapes: Graph, terms: Collection[str]) -> None:
    for predicate in _TARGETS:
        for subject in set(shapes.subjects(predicate, None)):
            if _text(subject) not in terms:
                shapes.remove((subject, predicate, None))
    for subject in set(shapes.subjects(RDF.type, RDFS.Class)):
        if _text(subject) not in terms:
            shapes.remove((subject, RDF.type, RDFS.Class))


class _ParsingOnceGraph(Graph):
    """
    A graph that parses a query text once.

    pySHACL hands the text of a SPARQL constraint over again for every focus node, and parsing it takes rdflib longer
    than answering: nine tenths of a check of the worked example.
    """

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Answer:
        """See `rdflib.Graph.query`."""
        if isinstance(query_object, str):
            query_object = _parsed(query_object, tuple(self.namespaces()))
        return super().query(query_object, *args, **kwargs)


@lru_cache(maxsize=1_000)
def _parsed(text: str, prefixes: tuple[tuple[str, Any], ...]) -> Query:
    return prepareQuery(text, initNs=dict(prefixes))


def to_graph(triples: Iterable[ox.Triple]) -> Graph:
    """An rdflib graph of pyoxigraph triples; literals keep their lexical form."""
    graph = _ParsingOnceGraph()
    known: dict[object, Node] = {}

    def term(value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
        found = known.get(value)
        if found is None:
            found = known[value] = to_rdflib(value)
        return found

    graph.addN((term(t.subject), term(t.predicate), term(t.object), graph) for t in triples)
    return graph


def to_rdflib(value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """The rdflib term; literals keep their lexical form."""
    match value:
        case ox.NamedNode():
            return URIRef(value.value)
        case ox.BlankNode():
            return BNode(value.value)
        case ox.Literal():
            if value.language:
                return RdfLiteral(value.value, lang=value.language)
            return RdfLiteral(value.value, datatype=URIRef(value.datatype.value), normalize=False)
        case _:
            raise TypeError(f"no RDF 1.1 term: {value}")


def _text(node: Node | None) -> str:
    """The N-Triples text that pyoxigraph gives for the term; empty for None."""
    if isinstance(node, URIRef):
        return str(ox.NamedNode(str(node)))
    if isinstance(node, BNode):
        return f"_:{node}"
    if isinstance(node, RdfLiteral):
        if node.language:
            return str(ox.Literal(str(node), language=node.language))
        return str(
            ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype))) if node.datatype else ox.Literal(str(node))
        )
    return ""


def _result(report: Graph, shapes: Graph, node: Node) -> Result:
    severity = report.value(node, SH.resultSeverity)
    source = report.value(node, SH.sourceShape)
    path = report.value(node, SH.resultPath)
    messages = sorted(str(message) for message in report.objects(node, SH.resultMessage))
    origin = Origin(
        shape=_named_shape(shapes, source),
        source=_text(source),
        component=_text(report.value(node, SH.sourceConstraintComponent)),
        severity=_SEVERITIES.get(severity, Severity.violation),  # type: ignore[call-overload]
        severity_iri=_text(severity),
    )
    return Result(
        origin=origin,
        focus=_text(report.value(node, SH.focusNode)),
        path=_text(path) if isinstance(path, URIRef) else "",
        value=_text(report.value(node, SH.value)),
        message=messages[0] if messages else "",
    )


def _named_shape(shapes: Graph, node: Node | None) -> str:
    """The IRI of a shape, or of the nearest named shape that it is a part of."""
    seen: set[Node] = set()
    waiting = [node] if node is not None else []
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, URIRef):
            return str(current)
        if current not in seen:
            seen.add(current)
            waiting.extend(sorted(shapes.subjects(None, current), key=str))
    return ""
