"""Queries of shapes over columns: as Oxigraph answers them, and without loading it where they are compiled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pyoxigraph import RdfFormat, Triple, parse

from kg.validation.shapes.sources import ShapesSource
from kg.validation.sparql.graph import SparqlGraph
from tests.validation.engines import engine

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "cases/validation/compiled/queries.yaml").read_text(encoding="utf-8")
)


def triples(turtle: str) -> list[Triple]:
    text = CASES["prefixes"] + turtle
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in parse(text, format=RdfFormat.TURTLE)]


def shapes(query: str) -> ShapesSource:
    text = " ".join(query.split()).replace("'", '"')
    return ShapesSource.of_triples(
        triples(f"ex:S sh:targetClass ex:T ; sh:sparql [ sh:message 'no' ; sh:select '''{text}''' ] .")
    )


def test_counts() -> None:
    assert len(CASES["cases"]) == 12
    assert sum(case["by"] == "columns" for case in CASES["cases"]) == 7


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_columns_answer_as_the_store(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, list[str]] = {}
    asked: dict[str, int] = {}
    select = SparqlGraph.select
    for name in ("memory", "columns"):
        asked[name] = 0

        def counted(*arguments: Any, name: str = name) -> Any:
            asked[name] += 1
            return select(*arguments)

        monkeypatch.setattr(SparqlGraph, "select", counted)
        with engine(name, triples(CASES["data"]), shapes(case["query"])) as one:
            found[name] = sorted(f"{result.focus} {result.value}" for result in one.results())
    assert found["columns"] == found["memory"]
    assert len(found["columns"]) == case["results"]
    assert asked == {"memory": 1, "columns": int(case["by"] == "store")}
