"""Gephi's own importer and graphology read the files of the example, and have all that was in the graph."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.exports.gexf import write_gexf
from kg.exports.losses import Losses
from kg.exports.property_graph import Edge, Node, PropertyGraph
from kg.pipeline.export_wanted import Wanted
from kg.pipeline.sources import reading
from kg.pipeline.views.graph import shown
from tests.exports.gephi import read_by_gephi

ROOT = Path(__file__).parents[2]
VIEWS = ["actors-and-events", "alliances", "attacks", "claims-and-sources", "coordination", "places"]
PROJECTS = {
    "example": ROOT / "examples" / "operation-1027",
    "meridian": ROOT / "tests" / "cases" / "exports" / "meridian" / "project",
}
PACKAGES = ("graphology@0.26.0", "graphology-types@0.24.8", "graphology-gexf@0.13.2")
HOSTILE = PropertyGraph(
    "every kind of value",
    (
        Node(
            "a", 'A "1" <&>', "k", colour="#1f5f8b", size=12, latitude=22.5, longitude=96.25,
            spells=(("2023-10-27", "2023-10-29"), ("2023-10-28", "2023-11-02"), ("2023-12-01", "")),
            attributes={"texts": ('x, "y"', "[z]", "a\\b", "c|d", ""), "numbers": (1, 2**40), "long": 2**62,
                        "half": 0.5, "yes": True},
            claims=("urn:c:1", "urn:c:2"),
        ),
        Node("b", "B", "k", spells=(("", "2023-11-30"),),
             attributes={"long": -(2**62), "id": "an id", "weight": "heavy"}),
    ),
    (
        Edge("e1", "a", "b", "attacked", weight=3, spells=(("2023-11-01", "2023-11-01"),), sources=2,
             claims=("urn:c:1",)),
        Edge("e2", "a", "b", "supplied", label="gave arms to"),
        Edge("e3", "b", "a", "acted with", directed=False, weight=0.25),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, PropertyGraph]]:
    folder = tmp_path_factory.mktemp("gexf")
    found = [(folder / "hostile.gexf", HOSTILE)]
    for name, source in PROJECTS.items():
        shutil.copytree(source, folder / name)
        project = kg.Project.open(folder / name)
        kg.build(project)
        with reading(project) as store:
            for view in VIEWS:
                with shown(store, Wanted(view=view)) as one:
                    edges = tuple(one.graph.edges)
                    graph = PropertyGraph(one.graph.title, one.graph.nodes, edges, *one.graph.declared())
                    found.append((folder / f"{name}-{view}.gexf", graph))
    for path, graph in found:
        with path.open("wb") as file:
            write_gexf(graph, file, Losses())
    return found


def needs(*programs: str) -> None:
    absent = [program for program in programs if shutil.which(program) is None]
    if absent:
        pytest.skip(f"{' and '.join(absent)} not installed")


def run(*command: str | Path, where: Path, skip: bool = False) -> str:
    done = subprocess.run(
        command, cwd=where, capture_output=True, text=True, encoding="utf-8", timeout=600, check=False
    )
    if done.returncode and skip:
        pytest.skip(f"{command[0]} cannot fetch what the test needs: {(done.stderr or done.stdout).strip()[-300:]}")
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.integration
def test_graphology_reads_what_was_written(files: list[tuple[Path, PropertyGraph]], tmp_path: Path) -> None:
    needs("node", "npm")
    run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES, where=tmp_path, skip=True)
    shutil.copy(ROOT / "tests" / "exports" / "node" / "read-gexf.cjs", tmp_path)
    for path, graph in files:
        found = json.loads(run("node", "read-gexf.cjs", path, where=tmp_path))
        assert found["nodes"].keys() == {node.id for node in graph.nodes}
        assert found["edges"].keys() == {edge.id for edge in graph.edges}
        for node in graph.nodes:
            there = found["nodes"][node.id]
            assert there.get("label", "") == node.label
            assert there.get("claims", []) == list(node.claims)
            assert ("x" in there) == (node.latitude is not None)
        for edge in graph.edges:
            there = found["edges"][edge.id]
            assert (there["source"], there["target"], there["kind"]) == (edge.source, edge.target, edge.kind)
            assert (there["undirected"], there["weight"]) == (not edge.directed, edge.weight)
            assert there.get("claims", []) == list(edge.claims)
    first = json.loads(run("node", "read-gexf.cjs", files[0][0], where=tmp_path))["nodes"]["a"]
    assert first["texts"] == ['x, "y"', "[z]", "a\\b", "c|d", ""]
    assert (first["numbers"], first["half"], first["yes"]) == ([1, 2**40], 0.5, True)


@pytest.mark.slow
@pytest.mark.integration
def test_gephi_reads_what_was_written(files: list[tuple[Path, PropertyGraph]]) -> None:
    for path, graph in files:
        found = read_by_gephi(path)
        assert [issue for issue in found["issues"] if not issue.startswith("INFO")] == [], path.name
        _compare(graph, found)
        if path.stem == "hostile":
            _compare_hostile(found)


def _compare(graph: PropertyGraph, found: dict[str, Any]) -> None:
    nodes, edges = ({one["id"]: one for one in found[part]} for part in ("nodes", "edges"))
    assert nodes.keys() == {node.id for node in graph.nodes}
    for node in graph.nodes:
        there = nodes[node.id]
        assert (there["label"] or "", there["colour"]) == (node.label, node.colour or "#000000")
        _compare_values(node, there)
    # Gephi makes a drawing fit its window: sizes and positions are scaled, and keep their order.
    by_size = sorted((node.size, nodes[node.id]["size"]) for node in graph.nodes if node.size is not None)
    assert [size for _, size in by_size] == sorted(size for _, size in by_size)
    placed = [(node.longitude, nodes[node.id]["x"]) for node in graph.nodes if node.longitude is not None]
    assert [x for _, x in sorted(placed)] == sorted(x for _, x in placed)
    assert edges.keys() == {edge.id for edge in graph.edges}
    for edge in graph.edges:
        there = edges[edge.id]
        assert (there["kind"], there["weight"], there["directed"]) == (edge.kind, edge.weight, edge.directed)
        assert {there["source"], there["target"]} == {edge.source, edge.target}
        assert not edge.directed or there["source"] == edge.source
        assert there["values"]["sources"]["value"] == edge.sources
        _compare_values(edge, there)
    assert found["dynamic"] == any(item.spells for item in (*graph.nodes, *graph.edges))


def _compare_values(item: Node | Edge, there: dict[str, Any]) -> None:
    values = {title: value["value"] for title, value in there["values"].items()}
    assert values.get("claims", []) == list(item.claims)
    assert bool(values.get("Interval")) == bool(item.spells)
    for title, value in item.attributes.items():
        if isinstance(value, float | bool | int) and title in values:
            assert values[title] in (value, [value], str(value).lower())


def _compare_hostile(found: dict[str, Any]) -> None:
    first = next(node for node in found["nodes"] if node["id"] == "a")["values"]
    types = {"texts": "String[]", "numbers": "long[]", "long": "Long", "half": "Double", "yes": "Boolean"}
    assert {title: first[title]["type"] for title in types} == types
    assert first["texts"]["value"] == ['x, "y"', "[z]", "a\\b", "c|d", None]  # Gephi takes an empty text for none
    assert {title: first[title]["value"] for title in ("numbers", "long", "half", "yes")} == {
        "numbers": [1, 2**40],
        "long": 2**62,
        "half": 0.5,
        "yes": True,
    }
    assert found["timeFormat"] == "DATE"
    day, start = 86_400_000.0, 1_698_364_800_000.0  # 2023-10-27
    assert first["Interval"]["value"] == [[start, start + 6 * day], [start + 35 * day, None]]
