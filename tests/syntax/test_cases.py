"""Each file of tests/cases/syntax: where its triples stand, and that pyoxigraph reads the same in the same order."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, parse

from kg.syntax.blanks import stable_texts
from kg.syntax.places import written
from kg.syntax.quads import Written

FORMS = {
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".ttl": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
}
ROOT = Path(__file__).parents[2]
CASES = sorted(path for path in (ROOT / "tests/cases/syntax").iterdir() if path.suffix in FORMS)
BASE = "http://example.org/folder/file"


def read_by_pyoxigraph(path: Path, base: str) -> list[tuple[str, ...]]:
    """As the contract for the fast parse says: no byte order mark, and labels that every parse agrees on."""
    quads = parse(path.read_bytes().removeprefix(BOM_UTF8), format=FORMS[path.suffix], base_iri=base)
    if path.suffix in {".ttl", ".trig"}:
        return list(stable_texts(quads))
    return [tuple("" if term == DefaultGraph() else str(term) for term in quad) for quad in quads]


def shown(quad: Written) -> str:
    at = " ".join(f"{line}:{column}".ljust(5) for line, column in quad[4:])
    return f"{at} | {' '.join(filter(None, quad[:4]))}"


def test_all_cases_are_found() -> None:
    assert len(CASES) == 26


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_each_term_stands_where_the_case_says(path: Path) -> None:
    result = "".join(f"{shown(quad)}\n" for quad in written(path, FORMS[path.suffix], BASE))
    expected = path.with_name(f"{path.name}.expected")
    if os.environ.get("KG_WRITE_CASES"):
        expected.write_text(result, encoding="utf-8", newline="\n")
    assert expected.read_text(encoding="utf-8") == result


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_pyoxigraph_reads_the_same_in_the_same_order(path: Path) -> None:
    assert read_by_pyoxigraph(path, BASE) == [quad[:4] for quad in written(path, FORMS[path.suffix], BASE)]


def test_files_of_the_project() -> None:
    own = [*(ROOT / "ontology").rglob("*.ttl"), *(ROOT / "shapes").rglob("*.ttl")]
    assert len(own) >= 16
    for path in own:
        assert read_by_pyoxigraph(path, BASE) == [quad[:4] for quad in written(path, RdfFormat.TURTLE, BASE)], path


def test_files_of_w3c(conformance: Path) -> None:
    files = sorted((conformance / "w3c/shacl").rglob("*.ttl"))
    assert len(files) >= 150
    for path in files:
        assert read_by_pyoxigraph(path, BASE) == [quad[:4] for quad in written(path, RdfFormat.TURTLE, BASE)], path
