"""Neo4j's own importer takes our tables: every node, every relationship, every value, and nothing is passed over."""

from __future__ import annotations

import csv
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.maven import class_path

CASES = Path(__file__).parents[1] / "cases/exports"
VERSION = "5.26.0"
_NO_VALUES = re.compile(r":(START_ID|END_ID|TYPE|LABEL)$")


@pytest.fixture(scope="module")
def importer(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("importer")
    return class_path("org.neo4j", "neo4j-import-tool", VERSION, "KG_NEO4J_CLASS_PATH", folder)


def counted(path: Path) -> tuple[int, int]:
    """The rows of a table, and the values in them."""
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    values = [n for n, name in enumerate(head) if not _NO_VALUES.search(name)]
    return len(rows), sum(1 for row in rows for n in values if row[n])


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.parametrize("name", ["hostile", "kestria", "meridian"])
def test_neo4j_imports_all(importer: str, name: str, tmp_path: Path) -> None:
    home, tables = tmp_path / "home", CASES / name / "neo4j-csv"
    (home / "conf").mkdir(parents=True)
    (home / "conf/neo4j.conf").touch()
    done = subprocess.run(
        ["java", "-cp", importer, "org.neo4j.cli.AdminTool", "database", "import", "full", "neo4j",
         f"--nodes={tables / 'nodes.csv'}", f"--relationships={tables / 'edges.csv'}", "--array-delimiter=U+001F",
         "--multiline-fields=true", "--bad-tolerance=0", f"--report-file={tmp_path / 'report'}"],
        env=os.environ | {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (nodes, of_nodes), (edges, of_edges) = counted(tables / "nodes.csv"), counted(tables / "edges.csv")
    assert nodes > 2 < edges
    for told in (f"{nodes} nodes", f"{edges} relationships", f"{of_nodes + of_edges} properties"):
        assert f"  {told}\n" in done.stdout
