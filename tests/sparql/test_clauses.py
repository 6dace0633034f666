"""The compiler says which clause of the standard each of its parts implements, and says it right."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pyoxigraph import Quad, RdfFormat, parse

from tests.sparql.engines import columns_of

ROOT = Path(__file__).parents[2]
COMPILER = ROOT / "kg/sparql"
PAGE = ROOT / "docs/explanation/how-a-query-is-compiled.md"
CLAUSES: dict[str, str] = {
    anchor: str(number)
    for anchor, number in yaml.safe_load((ROOT / "tests/cases/sparql/clauses.yaml").read_text(encoding="utf-8")).items()
}
STANDARD = "https://www.w3.org/TR/sparql11-query/"
LINK = re.compile(rf"{re.escape(STANDARD)}#([\w-]+)(?: \(([0-9.]+)\))?")
MODULES = {
    path.relative_to(COMPILER).with_suffix("").as_posix(): path
    for path in sorted(COMPILER.rglob("*.py"))
    if path.name != "__init__.py"
}


def links() -> Iterator[tuple[str, str, str]]:
    """Where the standard is named, by which anchor, and with which number, if any."""
    for folder, kind in (("kg", "*.py"), ("tests", "*.py"), ("tests", "*.yaml"), ("docs", "*.md")):
        for path in filter(Path.is_file, sorted((ROOT / folder).rglob(kind))):
            for anchor, number in LINK.findall(path.read_text(encoding="utf-8", errors="replace")):
                yield path.relative_to(ROOT).as_posix(), anchor, number


def rows() -> list[list[str]]:
    table = PAGE.read_text(encoding="utf-8").partition("<!-- clauses -->")[2].partition("<!-- end -->")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if "`" in line]


def named(row: list[str]) -> list[str]:
    """The modules of a row; the head of the table names their folder."""
    return [name for name in re.findall(r"`([\w/]+)`", row[-1]) if not name.endswith("/")]


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_links_name_sections_that_the_standard_has() -> None:
    found = list(links())
    assert {anchor for _, anchor, _ in found} == CLAUSES.keys()
    assert [(where, anchor, number) for where, anchor, number in found if number and number != CLAUSES[anchor]] == []


def test_the_page_has_every_module_of_the_compiler() -> None:
    assert {name for row in rows() for name in named(row)} == MODULES.keys()


@pytest.mark.parametrize("row", [row for row in rows() if STANDARD in row[0]], ids=lambda row: row[1])
def test_a_module_names_the_clauses_that_the_page_says_it_implements(row: list[str]) -> None:
    clauses = dict(re.findall(r"\[([0-9.]+)\]\(\S+#([\w-]+)\)", row[0]))
    assert clauses
    assert {number: CLAUSES[anchor] for number, anchor in clauses.items()} == dict(zip(clauses, clauses, strict=True))
    for name in named(row):
        docstring = ast.get_docstring(ast.parse(MODULES[name].read_text(encoding="utf-8"))) or ""
        told = {number for _, number in LINK.findall(docstring)}
        assert any(one == number or one.startswith(f"{number}.") for number in clauses for one in told), name


def test_a_module_that_implements_a_clause_is_under_it_on_the_page() -> None:
    listed = {name for row in rows() if STANDARD in row[0] for name in named(row)}
    naming = {
        name
        for name, path in MODULES.items()
        if LINK.search(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    }
    assert naming == listed


def test_the_example_is_compiled_to_what_the_page_shows(tmp_path: Path) -> None:
    triples = parse(block("turtle"), format=RdfFormat.TURTLE)
    engine = columns_of([Quad(one.subject, one.predicate, one.object) for one in triples], tmp_path)
    sql = engine.compiled(block("sparql")).sql
    engine.close()
    assert _without_numbers(sql) == _without_numbers(block("sql"))


def _without_numbers(sql: str) -> list[str]:
    """The words of SQL; which number a term has is no one's business."""
    return re.sub(r"(class|triple)_[0-9]+", r"\1_N", re.sub(r"\(\s+", "(", sql)).split()
