"""What no linter knows about how kg is built. The direction of imports is held by import-linter (`make lint`)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest

ROOT = Path(__file__).parents[1]
NAMESPACE = "https://w3id.org/conflict-kg/ontology#"

# The one module that may name terms of the ontology: those that the code itself writes.
VOCABULARY = "kg/ontology/vocabulary.py"

# Words of the ontology that the code also uses in another sense → that sense.
EVERYDAY: dict[str, str] = {
    "accepted": "what `kg review` tells of a decision",
    "coordinates": "in GeoJSON and KML",
    "count": "an attribute of GEXF, and in the report of losses",
    "day": "of click, the name of an argument",
    "description": "in JSON Schema and in the header of a query",
    "Document": "the element of a KML file",
    "document": "the key at the top of a facts file (kg.model.records.DOCUMENT), not the property of a claim",
    "edited": "what `kg review` tells of a decision",
    "exact": "the role of a column: whether the place on the map is that of the thing",
    "for": "an attribute of GEXF and GraphML",
    "from": "where the edges of a view begin, in its file",
    "interval": "of time, in GEXF and in Gephi's tables",
    "key": "the rule that located a result, beside value and entry",
    "latitude": "a column of GEXF, which Gephi's layouts of maps look for",
    "line": "of a file, in the JSON of `kg review --list`",
    "longitude": "the same",
    "name": "of a click argument, and in the header of a query",
    "near": "a column of graph formats: whether the coordinates are those of another place",
    "note": "a level of SARIF",
    "number": "a type of JSON Schema",
    "origin": "a property of FollowTheMoney",
    "part": "of a group, in rdflib's tree of a query",
    "party": "the column of a side in graph formats",
    "place": "where a node of a view lies, in its file",
    "region": "a part of a file in SARIF",
    "rejected": "what `kg review` tells of a decision",
    "review": "the command",
    "sha256": "a hash function, to Ibis",
    "side": "a column of GEXF",
    "status": "in the JSON of `kg review --list`",
    "target": "in SHACL",
    "text": "the format of an answer, beside json",
    "time": "a datatype of XML Schema",
    "title": "in JSON Schema",
    "to": "where the edges of a view end, in its file",
    "when": "an element of KML",
}

# "module" → why it may be longer than MODULE_LINES; "module:function" → why it may be longer than FUNCTION_LINES.
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
MODULE_LINES = 400
FUNCTION_LINES = 50

HEAVY = {"duckdb", "fsspec", "ibis", "networkx", "openpyxl", "pyshacl", "pyspark", "rdflib", "rich"}


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of kg, by its path from the root."""
    paths = sorted((ROOT / "kg").rglob("*.py"))
    assert paths, "no modules under kg/: this test looks in the wrong place"
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def ontology_words() -> frozenset[str]:
    """What the ontology calls its terms: local names and short keys."""
    words = set()
    for path in (ROOT / "ontology").glob("*.ttl"):
        for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE):
            if isinstance(quad.subject, pyoxigraph.NamedNode):
                words.add(quad.subject.value.removeprefix(NAMESPACE))
            if quad.predicate.value == f"{NAMESPACE}key" and isinstance(quad.object, pyoxigraph.Literal):
                words.add(quad.object.value)
    return frozenset(words - {""})


def is_no_value(node: ast.AST) -> bool:
    """Docstrings, which nothing reads at run time, and `__slots__` and `__all__`, which hold names of Python."""
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id in {"__all__", "__slots__"} for target in node.targets)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def strings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """The string constants of a module that are values, with their lines."""
    skipped = {id(part) for node in ast.walk(module) if is_no_value(node) for part in ast.walk(node)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.lineno, node.value


def test_the_ontology_is_the_only_schema() -> None:
    words = ontology_words()
    if not words:
        pytest.skip("ontology/ holds no terms yet")
    used = {
        f"{path}:{line}: {value!r}": value
        for path, module in modules().items()
        if path != VOCABULARY
        for line, value in strings(module)
        if value in words or NAMESPACE in value
    }
    wrong = [place for place, value in used.items() if value not in EVERYDAY]
    assert not wrong, "\n".join(["words of the ontology in the code:", *wrong])
    assert set(EVERYDAY) <= set(used.values()), "EVERYDAY lists words that no module uses any more"


def test_lower_layers_do_not_import_the_public_api() -> None:
    """`from kg import build` loads the pipeline behind import-linter's back; `from kg import model` does not."""
    packages = {path.parent.name for path in (ROOT / "kg").glob("*/__init__.py")}
    found = []
    for path, module in modules().items():
        if path.startswith(("kg/cli/", "kg/server/")):
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.Import):
                names = {alias.name for alias in node.names} & {"kg"}
            elif isinstance(node, ast.ImportFrom) and node.module == "kg":
                names = {alias.name for alias in node.names} - packages - {"__version__"}
            else:
                continue
            found += [f"{path}:{node.lineno}: {name}" for name in sorted(names)]
    assert found == []


def test_modules_stay_short() -> None:
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path for path, lines in lengths.items() if lines > MODULE_LINES} == set(LONG_MODULES)


def test_functions_stay_short() -> None:
    long = {
        f"{path}:{node.name}"
        for path, module in modules().items()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    }
    assert long == set(LONG_FUNCTIONS)


@pytest.mark.parametrize("module", ["kg", "kg.cli"])
def test_starting_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
