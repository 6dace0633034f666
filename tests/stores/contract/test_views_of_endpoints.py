"""Views over an endpoint are those of the local build."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import kg
from kg.exports.property_graph import Edge, Node
from kg.pipeline.export_wanted import Wanted
from kg.pipeline.publish import publish
from kg.pipeline.sources import reading
from kg.pipeline.views.graph import shown
from tests.stores.servers import oxigraph

ROOT = Path(__file__).parents[3]
NARROWED = [
    Wanted(view="actors-and-events"),
    Wanted(view="attacks", where=("day >= 2023-11-03", "place = kawlin-town")),
    Wanted(view="coordination", min_sources=2, as_of="2023-11-06"),
    Wanted(view="places", claimed_by="irrawaddy-2023-11-06"),
    Wanted(view="alliances"),
    Wanted(view="claims-and-sources"),
]


def found(project: kg.Project, wanted: Wanted) -> tuple[list[Node], list[Edge]]:
    with reading(project) as store, shown(store, wanted) as one:
        return list(one.graph.nodes), list(one.graph.edges)


@pytest.mark.integration
def test_they_are_the_same(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "operation-1027", tmp_path / "project")
    local = kg.Project.open(tmp_path / "project")
    kg.build(local)
    with oxigraph() as address:
        remote = local.at(address)
        publish(remote)
        for wanted in NARROWED:
            nodes, edges = found(local, wanted)
            assert edges, wanted
            assert (nodes, edges) == found(remote, wanted), wanted
