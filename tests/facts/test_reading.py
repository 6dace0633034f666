"""Each folder of tests/cases/reading: an input, the tree that is read from it, and what is reported."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.facts import read
from kg.model.records import Limits, Listing, Mapping, Node, Reading, Scalar, Sheet

CASES = sorted(path.parent for path in (Path(__file__).parents[1] / "cases/reading").glob("*/expected.txt"))


def rendered(reading: Reading) -> str:
    lines = [line for sheet in reading.sheets for line in sheet_lines(sheet)]
    return "\n".join([*lines, *map(str, reading.findings), ""])


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    yield f"== {sheet.file}{' as a table' * sheet.tabular}"
    yield from node_lines(sheet.root, "")
    if sheet.document_sheet:
        yield from sheet_lines(sheet.document_sheet)


def node_lines(node: Node, indent: str) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.entries:
            yield f"{indent}{key.text!r} {key.line}:{key.column} → {head(value)}"
            yield from node_lines(value, indent + "  ")
    elif isinstance(node, Listing):
        for item in node.items:
            yield f"{indent}- {head(item)}"
            yield from node_lines(item, indent + "  ")


def head(node: Node) -> str:
    kind = repr(node.text) if isinstance(node, Scalar) else "{}" if isinstance(node, Mapping) else "[]"
    return f"{kind} {node.line}:{node.column}"


def test_all_cases_are_found() -> None:
    assert len(CASES) == 121


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    (path,) = [path for path in case.glob("input.*") if not path.name.endswith(".document.yaml")]
    result = rendered(read(path, path.name, Limits()))
    expected = case / "expected.txt"
    if os.environ.get("KG_WRITE_CASES"):
        expected.write_text(result, encoding="utf-8", newline="\n")
    assert expected.read_text(encoding="utf-8") == result
