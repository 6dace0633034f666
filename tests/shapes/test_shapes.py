"""
Every shape is silent on its right example and blames its wrong one, at the line marked `# <- here`.

All examples of one kind are checked in one project: no two of them may clash, and none may disturb another.
The edges of the rules are in `tests/cases/shapes`: there a mark names the shape, and no other line may be blamed.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import Project, check
from kg.model.findings import Severity
from kg.validation.reference import PySHACL
from kg.validation.results import Engine
from kg.validation.shapes.pages import Shape, load_shapes

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "shapes" / "examples"
COMMON = EXAMPLES / "common.yaml"
EDGES = ROOT / "tests" / "cases" / "shapes"

NUMBER_OF_SHAPES = 57
NUMBER_OF_EDGES = 30
RULES = set(range(1, 35)) - {30, 32}  # 30 and 32 need what is not in the graph: they are findings of the build
SH = "http://www.w3.org/ns/shacl#"

# A reference to a thing of the wrong kind is also found where it is read, before any shape sees it; what a quote does
# not bear, at the gate.
FOUND_BY_READING = {"wrong-reference", "date-not-quoted", "number-not-quoted", "participant-not-quoted"}

ENGINES = [
    pytest.param(None, id="our engine"),
    pytest.param(PySHACL(), id="pySHACL", marks=pytest.mark.slow),
]


def shapes() -> dict[str, Shape]:
    return load_shapes([ROOT / "shapes"])


def statements() -> list[ox.Quad]:
    files = sorted((ROOT / "shapes").glob("*.ttl"))
    return [quad for file in files for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE)]


def marks(file: Path, name: str, mark: str, code: str = "") -> Iterator[tuple[str, int, str]]:
    """File, line and shape of every mark in a facts file."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        found = re.search(mark, line)
        if found:
            yield name, number, code or found[1]


def project(folder: Path, facts: Iterable[tuple[str, Path]]) -> Project:
    """A project of these facts files, under these names, and what the examples have in common."""
    (folder / "facts").mkdir(parents=True)
    (folder / "kg.toml").write_text('base = "https://example.org/kestria/"\ntimezone = "UTC"\n', encoding="utf-8")
    for name, path in [("facts/common.yaml", COMMON), *facts]:
        shutil.copy(path, folder / name)
    return Project.open(folder)


def blamed(of: Project, engine: Engine | None) -> set[tuple[str, int, str]]:
    """What the shapes blame; fails where a severity is not the shape's, or where anything else is wrong."""
    known = shapes()
    checked = check(of, engine)
    assert checked.shapes_checked, [str(finding) for finding in checked.findings]
    results = [finding for finding in checked.findings if finding.code not in FOUND_BY_READING]
    assert all(known[finding.code].severity is finding.severity for finding in results)
    assert not [finding.message for finding in results if re.search(r"\{[?$]", finding.message)]
    return {(finding.position.file, finding.position.line, finding.code) for finding in results}


# ── The shapes themselves ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_rule_has_a_shape() -> None:
    assert len(shapes()) == NUMBER_OF_SHAPES
    assert {shape.rule for shape in shapes().values()} == RULES


def test_every_shape_says_what_it_is_why_it_matters_and_what_to_do() -> None:
    severities = Counter(str(q.subject) for q in statements() if q.predicate.value == SH + "severity")
    for shape in shapes().values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", shape.name)
        assert shape.label
        assert shape.comment.endswith(".")
        assert shape.message.endswith((".", ".)"))
        assert severities[f"<{shape.iri}>"] == 1
        assert shape.severity in (Severity.violation, Severity.warning)


def test_every_shape_has_a_wrong_and_a_right_example() -> None:
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
    assert folders == set(shapes())
    for name in folders:
        assert {path.name for path in (EXAMPLES / name).iterdir()} == {"wrong.yaml", "right.yaml"}


def test_shapes_keep_to_shacl_core_and_shacl_sparql() -> None:
    foreign = {"js", "jsFunctionName", "jsLibrary", "rule", "condition", "target", "SPARQLTarget", "expression"}
    used = {q.predicate.value.removeprefix(SH) for q in statements() if q.predicate.value.startswith(SH)}
    assert not used & foreign


def test_queries_bear_that_this_is_bound_beforehand() -> None:
    """What the specification forbids (5.3.1), and a query that names `$this` only inside a nested group."""
    forbidden = re.compile(r"\b(MINUS|VALUES|SERVICE|UNION)\b|\{\s*SELECT\b|AS\s+[?$]this\b", re.IGNORECASE)
    selects = [q.object for q in statements() if q.predicate.value == SH + "select"]
    assert selects
    for select in (literal.value for literal in selects if isinstance(literal, ox.Literal)):
        assert not forbidden.search(select), select
        assert re.search(r"WHERE\s*\{\s*\$this\s", select), select


# ── What they blame ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("engine", ENGINES)
def test_right_examples_are_blamed_for_nothing(tmp_path: Path, engine: Engine | None) -> None:
    names = [(f"facts/{name}.yaml", EXAMPLES / name / "right.yaml") for name in shapes()]
    assert blamed(project(tmp_path / "right", names), engine) == set()


@pytest.mark.parametrize("engine", ENGINES)
def test_wrong_examples_are_blamed_for_their_fault_at_its_line(tmp_path: Path, engine: Engine | None) -> None:
    names = [(f"facts/{name}.yaml", EXAMPLES / name / "wrong.yaml") for name in shapes()]
    expected = {mark for name, path in names for mark in marks(path, name, "# <- here$", path.parent.name)}
    assert {shape for _, _, shape in expected} == set(shapes())
    assert blamed(project(tmp_path / "wrong", names), engine) == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_edges_of_the_rules(tmp_path: Path, engine: Engine | None) -> None:
    names = [(f"facts/{path.name}", path) for path in sorted((EDGES / "facts").glob("*.yaml"))]
    expected = {mark for name, path in names for mark in marks(path, name, r"# <- ([\w-]+)$")}
    assert len(expected) == NUMBER_OF_EDGES
    of = project(tmp_path / "edges", names)
    shutil.copytree(EDGES / "ontology", of.root / "ontology")
    assert blamed(of, engine) == expected
