"""A class, properties, a shape and a query that the code has never seen work everywhere, without a line of Python."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

import pytest

from kg import Project, ask, build, check, dataset, explain, export, json_schema, network, stats, why

CASE = Path(__file__).parents[1] / "cases/extension"
BASE = "https://example.org/x/"
QUOTE = "the flood of 13 May 2024, at least 14 on the gauge, where the Rescuers came"
OWN = BASE + "ontology#"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("extension") / "project"
    shutil.copytree(CASE, root)
    opened = Project.open(root)
    assert build(opened).findings == ()
    return opened


def test_it_is_read_mapped_and_exported(project: Project) -> None:
    out = BytesIO()
    export(project, "nquads", out)
    text = out.getvalue().decode()
    flood = f"<{BASE}flood-at-hill>"
    kg = "https://w3id.org/conflict-kg/ontology#"
    assert f"{flood} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{kg}Event>" in text
    assert f"{flood} <{kg}participant> <{BASE}rescuers>" in text
    assert f'{flood} <{OWN}depth> "12.5"^^<http://www.w3.org/2001/XMLSchema#decimal>' in text
    assert f"{flood} <{OWN}warning> <{OWN}red>" in text
    assert f"<{OWN}gaugeOf> {flood}" in text


def test_it_is_validated_at_its_line(project: Project) -> None:
    found = [(f.code, f.severity.name, f.position.line, f.position.column) for f in check(project).findings]
    assert found == [("flood-of-no-depth", "warning", 11, 12)]


def test_it_is_queried(project: Project) -> None:
    with ask(project, "floods") as asked:
        (row,) = asked.answer
        assert [row[name].value for name in ("flood", "depth", "rescuer")] == [
            BASE + "flood-at-hill",
            "12.5",
            BASE + "rescuers",
        ]
    with ask(project, "floods", {"deeperThan": ["13"]}) as asked:
        assert list(asked.answer) == []


def test_it_is_completed_explained_and_counted(project: Project) -> None:
    schema = json_schema(project)
    assert "Flood" in schema["$defs"]["class"]["enum"]
    assert {"depth", "warned", "rescuer"} <= schema["$defs"]["entry"]["properties"].keys()
    assert "In metres." in explain(project, "depth")
    assert ("Flood", 1) in stats(project).classes


def test_it_is_handed_over(project: Project) -> None:
    (account,) = (a for a in why(project, "flood-at-hill").accounts if a.voice.quotes == (QUOTE,))
    assert ("gauge", "{reading at least 14}") in {(told.key, told.value) for told in account.told}
    assert network(project).has_edge("flood-at-hill", "rescuers", "rescuer")
    assert len(dataset(project).default_graph) == stats(project).statements


def test_a_mistake_in_it_is_found_with_its_own_words(project: Project, tmp_path: Path) -> None:
    root = tmp_path / "wrong"
    shutil.copytree(project.root, root)
    facts = root / "facts/report.yaml"
    facts.write_text(facts.read_text().replace("warned: red", "warned: rd").replace("depth:", "dept:"))
    found = [(f.code, f.position.line, f.hint) for f in check(Project.open(root)).findings]
    assert found == [
        ("unknown-key", 11, "did you mean 'depth'?"),
        ("unknown-word", 12, "did you mean 'red'?"),
    ]
