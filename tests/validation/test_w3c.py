"""
The W3C tests of SHACL: the report graph of each is the expected one, messages aside.

Spec: https://w3c.github.io/data-shapes/data-shapes-test-suite/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse
from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node

from kg.model.errors import OntologyError
from kg.validation.reference import to_graph
from kg.validation.report import report_graph
from kg.validation.shapes.sources import ShapesSource
from tests.validation.engines import NAMES, engine

NUMBER_OF_TESTS = {"core": 98, "sparql": 23}
KNOWN_FAILURES: dict[str, str] = {}

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
COMPARED = (
    RDF.type,
    SH.focusNode,
    SH.resultPath,
    SH.resultSeverity,
    SH.sourceConstraintComponent,
    SH.sourceShape,
    SH.value,
)


@pytest.fixture(scope="module", params=["core", "sparql"])
def part(request: pytest.FixtureRequest, conformance: Path) -> tuple[str, list[Path]]:
    folder = conformance / "w3c" / "shacl" / "tests" / request.param
    return request.param, sorted(path for path in folder.rglob("*.ttl") if path.name != "manifest.ttl")


@pytest.mark.parametrize("name", NAMES)
def test_w3c(part: tuple[str, list[Path]], name: str) -> None:
    which, files = part
    tests = [test for file in files for test in found_in(file)]
    assert len(tests) == NUMBER_OF_TESTS[which]
    failed = {test for test, data, shapes, report in tests if not passes(name, data, shapes, report)}
    assert failed == {known for known in KNOWN_FAILURES if known.startswith(which)}


def found_in(file: Path) -> Iterator[tuple[str, list[Triple], list[Triple], Graph | None]]:
    """Name, data, shapes and expected report of each test; no report where a failure is expected."""
    triples = load(file)
    graph = to_graph(triples)
    for test in graph.subjects(RDF.type, URIRef(SHT + "Validate")):
        action, result = graph.value(test, URIRef(MF + "action")), graph.value(test, URIRef(MF + "result"))
        data, shapes = (
            triples if path == file else load(path)
            for name in ("dataGraph", "shapesGraph")
            for path in [Path(str(graph.value(action, URIRef(SHT + name))).removeprefix("file://"))]
        )
        name = f"{file.parent.parent.name}/{file.parent.name}/{file.stem}"
        yield name, data, shapes, None if result == URIRef(SHT + "Failure") else compared(graph, result)


def load(path: Path) -> list[Triple]:
    quads = parse(path=str(path), format=RdfFormat.TURTLE, base_iri=path.as_uri())
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]


def passes(name: str, data: list[Triple], shapes: list[Triple], expected: Graph | None) -> bool:
    try:
        with engine(name, data, ShapesSource.of_triples(shapes)) as made:
            report = report_graph(made.results())
    except OntologyError:
        return expected is None
    return expected is not None and isomorphic(
        compared(report, report.value(None, RDF.type, SH.ValidationReport)), expected
    )


def compared(graph: Graph, report: Node | None) -> Graph:
    """What of a report is compared: whether it conforms, and of each result all but its message."""
    found = Graph()

    def copy(node: Node) -> None:
        for predicate, value in graph.predicate_objects(node) if isinstance(node, BNode) else ():
            if (node, predicate, value) not in found:
                found.add((node, predicate, value))
                copy(value)

    assert report is not None
    for conforms in graph.objects(report, SH.conforms):
        found.add((report, SH.conforms, conforms))
    for result in graph.objects(report, SH.result):
        found.add((report, SH.result, result))
        for predicate in COMPARED:
            for value in graph.objects(result, predicate):
                found.add((result, predicate, value))
                if predicate == SH.resultPath:
                    copy(value)
    return found
