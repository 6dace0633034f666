"""The comparison of outputs in `benchmarks/tables`: what is the same set, what is not, and by how much."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path
from typing import Any

import pytest

TABLES = Path(__file__).resolve().parents[2] / "benchmarks" / "tables"
EVENT = "<https://example.org/ged/ged-7>"
GRAPH = "<https://example.org/ged/ged/claim/7>"
XSD = "http://www.w3.org/2001/XMLSchema#"
NAME = rf'{EVENT} <https://example.org/name> "at \"Oak\"" {GRAPH} .'
DECIMAL = f'{EVENT} <https://example.org/lat> "19.50"^^<{XSD}decimal> {GRAPH} .'

pytestmark = pytest.mark.skipif(not shutil.which("sort"), reason="needs sort and comm")

CASES: dict[str, tuple[list[str], list[str], tuple[int, int]]] = {
    "order and repeats do not matter": ([NAME, DECIMAL], [DECIMAL, NAME, NAME], (0, 0)),
    "nor how a character is escaped": ([NAME], [NAME.replace("O", r"\u004F")], (0, 0)),
    "nor how a decimal is written": ([DECIMAL], [DECIMAL.replace("19.50", "19.5")], (0, 0)),
    "nor what is said of other things": ([NAME], [NAME, NAME.replace("ged-7", "actor-1")], (0, 0)),
    "nor xsd:string": ([NAME], [NAME.replace(f" {GRAPH}", f"^^<{XSD}string> {GRAPH}")], (0, 0)),
    "a line that is not there": ([NAME, DECIMAL], [NAME], (1, 0)),
    "a line too many": ([NAME], [NAME, DECIMAL], (0, 1)),
    "another graph": ([NAME], [NAME.replace("claim/7", "claim/8")], (1, 1)),
    "another datatype": ([DECIMAL], [DECIMAL.replace("decimal", "double")], (1, 1)),
    "another text": ([NAME], [NAME.replace("Oak", "oak")], (1, 1)),
}


@pytest.fixture
def same(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(TABLES))
    return importlib.import_module("same")


def test_all_cases_are_collected() -> None:
    assert len(CASES) == 10


@pytest.mark.parametrize("case", CASES, ids=list(CASES))
def test_difference(same: Any, tmp_path: Path, case: str) -> None:
    expected, found, (missing, extra) = CASES[case]
    paths = []
    for name, lines in (("expected", expected), ("found", found)):
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        paths.append(tmp_path / f"{name}.sorted")
        same.sorted_set(tmp_path / name, paths[-1], triples=False)
    assert same.difference(*paths)[:2] == (missing, extra)


@pytest.mark.parametrize("line", [NAME, DECIMAL], ids=["text", "decimal"])
def test_a_quad_without_its_graph_is_the_triple(same: Any, line: str) -> None:
    triple = line.replace(f" {GRAPH}", "").encode() + b"\n"
    assert same.without_graph(line.encode() + b"\n") == triple == same.without_graph(triple)


def test_what_is_no_n_quads_stops_the_comparison(same: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.nq").write_text(NAME.replace(" .", "") + "\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="not N-Quads"):
        same.sorted_set(tmp_path / "broken.nq", tmp_path / "sorted", triples=False)
