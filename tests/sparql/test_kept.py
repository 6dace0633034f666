"""Compiled queries are kept from one process to the next: for the same dataset, and without another answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg import Project, build
from kg.model.kept import digest_of

_FACTS = """
document: {{id: report, type: NewsArticle, issued: 2024-05-14}}
claims:
  - {{id: front, type: ArmedGroup, name: {name}, quote: the front}}
  - {{id: clash, type: ArmedClash, attacker: front, place: unknown, day: 2024-05-13, quote: they fought}}
"""
_NAMES = """
PREFIX kg: <https://w3id.org/conflict-kg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?name WHERE { ?event kg:attacker ?who . ?who skos:prefLabel ?name }
"""
_TIME = "SELECT (STR(NOW()) AS ?now) WHERE { ?event a <https://w3id.org/conflict-kg/ontology#ArmedClash> }"
_QUERY = """
import sys
from kg.cli import main
try:
    main()
finally:
    print("rdflib" in sys.modules, file=sys.stderr)
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two claims, built with columns."""
    (tmp_path / "facts").mkdir()
    (tmp_path / "kg.toml").write_text('base = "https://example.org/"\ncolumns = "always"\n', encoding="utf-8")
    return _built(tmp_path, "Front")


def _built(root: Path, name: str) -> Project:
    (root / "facts" / "report.yaml").write_text(_FACTS.format(name=name), encoding="utf-8")
    project = Project.open(root)
    assert build(project).written
    return project


def _asked(project: Project, query: str) -> tuple[list[str], bool]:
    """The rows of a query in a process of its own, and whether it had to read the query."""
    done = subprocess.run(
        [sys.executable, "-c", _QUERY, "query", "-", "--format", "csv"],
        input=query,
        cwd=project.root,
        env={**os.environ, "XDG_CACHE_HOME": str(project.root / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[1:], done.stderr.splitlines()[-1] == "True"


def test_the_next_process_compiles_nothing(project: Project) -> None:
    assert _asked(project, _NAMES) == (["Front"], True)
    assert _asked(project, _NAMES) == (["Front"], False)


def test_another_build_is_another_dataset(project: Project) -> None:
    assert _asked(project, _NAMES) == (["Front"], True)
    _built(project.root, "League")
    assert _asked(project, _NAMES) == (["League"], True)
    assert _asked(project, _NAMES) == (["League"], False)


def test_what_tells_the_time_is_not_kept(project: Project) -> None:
    first, read = _asked(project, _TIME)
    again, read_again = _asked(project, _TIME)
    assert (read, read_again) == (True, True)
    assert len(first) == len(again) == 1


def test_what_is_kept_is_of_one_state_of_all_modules(tmp_path: Path) -> None:
    (tmp_path / "functions").mkdir()
    module = tmp_path / "functions" / "strings.py"
    digests = set()
    for text in ("", "upper", "lower"):
        module.write_text(text, encoding="utf-8")
        digests.add(digest_of((), [tmp_path]))
    assert len(digests) == 3
