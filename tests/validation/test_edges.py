"""
Where engines go wrong, one file each: a note, shapes and data, and the results or the error.

A file ends with comments: `# result:` and focus node, path, value, component, source shape (`-` for none, and for a
path or shape without a name); `# severity:` and `# message:` of a shape; `# error:` and what follows the file's name.
What stands below `# data:` is the data graph; without it, shapes and data are one graph.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import Quad, RdfFormat, Triple, parse

from kg.model.errors import OntologyError
from kg.ontology.vocabulary import PREFIXES
from kg.syntax.blanks import stable_blanks
from kg.validation.results import Result
from kg.validation.shapes.sources import ShapesSource
from tests.validation.engines import NAMES, engine

CASES = Path(__file__).parents[1] / "cases" / "validation" / "edges"
NUMBER_OF_CASES = {"results": 70, "errors": 35}
_NONE = "<urn:none>"
_EXPECTED = re.compile(r"^# (result|severity|message|error): (.*)$", re.MULTILINE)


class Case(NamedTuple):
    """A file of `CASES`, with what it expects by its kind."""

    path: Path
    shapes: str
    data: str
    expected: dict[str, list[str]]

    @property
    def prefixes(self) -> str:
        return "".join(re.findall(r"^@prefix .*\n", self.shapes, re.MULTILINE))

    def terms(self, line: str) -> list[str]:
        """The texts of the terms in a line."""
        members = " ".join(_NONE if one == "-" else one for one in re.findall(r'"(?:[^"\\]|\\.)*"\S*|\S+', line))
        quads = parse(f"{self.prefixes} <urn:s> <urn:p> {', '.join(members.split(' '))} .", format=RdfFormat.TURTLE)
        return [str(quad.object) for quad in quads]


def read(path: Path) -> Case:
    shapes, _, data = path.read_text(encoding="utf-8").partition("# data:\n")
    expected: dict[str, list[str]] = {}
    for kind, text in _EXPECTED.findall(data or shapes):
        expected.setdefault(kind, []).append(text)
    return Case(path, shapes, data, expected)


ALL = [read(path) for path in sorted(CASES.glob("*.ttl"))]


def marked(case: Case) -> object:
    return pytest.param(case, id=case.path.stem)


def test_no_case_was_lost() -> None:
    broken = sum("error" in case.expected for case in ALL)
    assert {"results": len(ALL) - broken, "errors": broken} == NUMBER_OF_CASES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("case", [marked(case) for case in ALL if "error" not in case.expected])
def test_results(case: Case, name: str, tmp_path: Path) -> None:
    shapes = source(case, tmp_path)
    data = as_triples(case.prefixes + case.data) if case.data else shapes.triples
    with engine(name, data, shapes) as made:
        results = list(made.results())
    assert sorted(map(as_line, results)) == sorted(case.terms(line) for line in case.expected.get("result", []))
    for line in case.expected.get("severity", []):
        shape, severity = case.terms(line)
        assert {r.origin.severity_iri for r in results if r.origin.source == shape} == {severity}
    for line in case.expected.get("message", []):
        shape, _, message = line.partition(" ")
        assert {r.message for r in results if [r.origin.source] == case.terms(shape)} == {message}


def source(case: Case, folder: Path) -> ShapesSource:
    path = folder / case.path.name
    path.write_text(case.shapes, encoding="utf-8")
    # In most cases shapes and data are two parts of one file, where a label names one blank node.
    return ShapesSource([path], apart=case.path.stem.endswith("-of-two-files"))


def as_triples(text: str) -> list[Triple]:
    quads: list[Quad] = list(stable_blanks(parse(text, format=RdfFormat.TURTLE)))
    return [quad.triple for quad in quads]


def as_line(result: Result) -> list[str]:
    shape = result.origin.source if result.origin.source.startswith("<") else ""
    component = result.component.replace("ConstraintComponent>", ">")
    return [one or _NONE for one in (result.focus, result.predicate, result.value, component, shape)]


@pytest.mark.parametrize("case", [marked(case) for case in ALL if "error" in case.expected])
def test_errors(case: Case) -> None:
    with pytest.raises(OntologyError) as raised:
        _ = ShapesSource([case.path]).plan
    [expected] = case.expected["error"]
    message = str(raised.value).removeprefix(f"{case.path}:")
    # What follows is a parser's list of all that it could have read.
    assert message.startswith(expected[:-1]) if expected.endswith("…") else message == expected


def test_recursion_goes_to_the_reference(tmp_path: Path) -> None:
    """
    What recursive shapes mean is left to implementations.

    Spec: https://www.w3.org/TR/shacl/#shapes-recursion
    """
    path = tmp_path / "shapes.ttl"
    path.write_text(
        "@prefix ex: <urn:x:> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "ex:S sh:targetNode ex:a ; sh:node ex:T . ex:T sh:property [ sh:path ex:p ; sh:node ex:S ] .\n"
        "ex:Above sh:targetNode ex:a ; sh:not ex:S . ex:Beside sh:targetNode ex:a ; sh:class ex:C .\n"
    )
    plan = ShapesSource([path]).plan
    assert set(plan.foreign) == {"<urn:x:S>", "<urn:x:Above>"}
    assert all(why.startswith("it leads back to itself: urn:x:") for why in plan.foreign.values())
    assert [shape.term for shape in plan.with_targets()] == ["<urn:x:Beside>"]


def test_components_are_named() -> None:
    """A misspelt component in a case would be a result that nobody finds."""
    components = {case.terms(line)[3] for case in ALL for line in case.expected.get("result", [])}
    assert all(one.startswith(f"<{PREFIXES['sh']}") for one in components)
