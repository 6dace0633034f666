"""After every edit of a project a recheck finds what a check finds, and reads and validates no more than it has to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from kg import Project
from kg.mapping.context import Context
from kg.model.statements import Mapped
from kg.pipeline.check import Checked, check
from kg.pipeline.reading import FactsFile, map_files
from kg.pipeline.recheck import Recheck
from kg.validation.engine import SetEngine
from kg.validation.incremental import Incremental
from kg.validation.plan import Check
from kg.validation.results import Result
from tests.pipeline.conftest import REGISTRY, REPORT, MakeProject

SETTINGS = 'base = "https://example.org/t/"\ntimezone = "UTC"\n'
QUOTING = """
document: {id: quoting, type: NewsArticle, publisher: test, issued: 2024-05-14, text: ../texts/said.txt}
claims:
  - {about: attack, quote: the hill burned, speaker: blue, attacker: red}
"""
SIDECAR = "document: {id: towns, type: Registry, publisher: test}\n"
FILES = {
    "facts/towns.csv": "id,type,name\nford,Town,Ford\nmill,Town,Mill\n",
    "facts/towns.document.yaml": SIDECAR,
    "facts/quoting.yaml": QUOTING,
    "texts/said.txt": "They say the hill burned.\n",
}
OWN = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix kg: <https://w3id.org/conflict-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:shape:own> a sh:NodeShape ; sh:targetClass kg:Town ; sh:severity sh:Warning ; sh:message "short" ;
    sh:property [ sh:path skos:prefLabel ; sh:minLength %d ] .
"""
CLASS = """
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix kg: <https://w3id.org/conflict-kg/ontology#> .
<https://example.org/t/ontology> a owl:Ontology ; rdfs:label "own"@en .
"""
# Each edit by its name: texts of files, None for a file that is no more.
EDITS: Mapping[str, Mapping[str, str | None]] = {
    "nothing": {},
    "an entry": {"facts/report.yaml": REPORT.replace("time: 2024-05-13", "time: 2025-05-13")},
    "the entry again": {"facts/report.yaml": REPORT.replace("defender: blue", "defender: red")},
    "back": {"facts/report.yaml": REPORT},
    "a new file": {"facts/more.yaml": REPORT.replace("id: report", "id: more").replace("id: attack", "id: raid")},
    "the new file is gone": {"facts/more.yaml": None},
    "a file that others need is gone": {"facts/registry.yaml": None},
    "it is there again": {"facts/registry.yaml": REGISTRY},
    "a file is broken": {"facts/report.yaml": REPORT.replace("claims:", "claims: [")},
    "another is edited meanwhile": {"facts/registry.yaml": REGISTRY.replace("name: Hill", "name: The Hill")},
    "it is mended": {"facts/report.yaml": REPORT},
    "a text does not say so": {"texts/said.txt": "They say the hill was burning.\n"},
    "it says so": {"texts/said.txt": "They say: the hill burned.\n"},
    "the text is gone": {"texts/said.txt": None},
    "the text is there again": {"texts/said.txt": FILES["texts/said.txt"]},
    "the text of nobody": {"texts/said.txt": FILES["texts/said.txt"], "texts/other.txt": "Whatever.\n"},
    "a sidecar": {"facts/towns.document.yaml": SIDECAR.replace("publisher: test", "publisher: others")},
    "no sidecar": {"facts/towns.document.yaml": None},
    "a sidecar again": {"facts/towns.document.yaml": SIDECAR},
    "a table": {"facts/towns.csv": "id,type,name\nford,Town,Ford\nford,Town,Ford\n"},
    "the table again": {"facts/towns.csv": FILES["facts/towns.csv"]},
    "a shape": {"shapes/own.ttl": OWN % 5},
    "another shape": {"shapes/own.ttl": OWN % 4},
    "a label it looks at": {"facts/towns.csv": FILES["facts/towns.csv"].replace(",Ford", ",Fo")},
    "no shape": {"shapes/own.ttl": None},
    "the ontology": {"ontology/own.ttl": CLASS},
    "the settings": {"kg.toml": SETTINGS.replace("/t/", "/u/").replace("UTC", "Asia/Yangon")},
    "the settings again": {"kg.toml": SETTINGS},
}  # fmt: skip


def edit(root: Path, files: Mapping[str, str | None]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")


def found(checked: Checked) -> Checked:
    """Without how long it took."""
    return replace(checked, statistics={})


def test_each_edit_finds_what_a_check_finds(make_project: MakeProject) -> None:
    root, again = make_project(FILES).root, Recheck()
    assert found(again.check(Project.open(root))) == found(check(Project.open(root)))
    seen = set()
    for name, files in EDITS.items():
        edit(root, files)
        expected = found(check(Project.open(root)))
        assert found(again.check(Project.open(root))) == expected, name
        seen.add(expected.findings)
    assert len(seen) == 12  # so many states could be told from each other


@pytest.fixture
def mapped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are mapped from now on."""
    names: list[str] = []

    def noted(files: list[FactsFile], context: Context) -> Iterator[Mapped]:
        names.extend(file.name for file in files)
        return map_files(files, context)

    monkeypatch.setattr("kg.pipeline.recheck.map_files", noted)
    return names


@pytest.fixture
def validated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The shape of each constraint that is evaluated from now on, over however many nodes."""
    shapes: list[str] = []
    of_check = SetEngine.of_check

    def noted(engine: SetEngine, one: Check) -> Iterator[Result]:
        shapes.append(one.shape.term)
        return of_check(engine, one)

    monkeypatch.setattr(SetEngine, "of_check", noted)
    return shapes


def test_only_what_has_changed_is_mapped(make_project: MakeProject, mapped: list[str]) -> None:
    root, again = make_project(FILES).root, Recheck()
    again.check(Project.open(root))
    everything = [f"facts/{name}" for name in ("quoting.yaml", "registry.yaml", "report.yaml", "towns.csv")]
    expected = {
        "nothing": [],
        "an entry": ["facts/report.yaml"],
        "a new file": ["facts/more.yaml"],
        "the new file is gone": [],
        "a text does not say so": ["facts/quoting.yaml"],
        "it says so": ["facts/quoting.yaml"],
        "a sidecar": ["facts/towns.csv"],
        "a shape": everything,
        "the settings": everything,
    }
    assert mapped == everything
    for name, names in expected.items():
        mapped.clear()
        edit(root, EDITS[name])
        again.check(Project.open(root))
        assert mapped == names, name


def test_only_what_it_can_affect_is_validated(make_project: MakeProject, validated: list[str]) -> None:
    root, again = make_project(FILES).root, Recheck()
    again.check(Project.open(root))
    constraints = len(validated)
    validated.clear()
    again.check(Project.open(root))
    assert validated == []
    edit(root, EDITS["a label it looks at"])
    again.check(Project.open(root))
    assert 0 < len(validated) < constraints / 4


def test_a_graph_that_could_not_be_validated_is_made_anew(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, again = make_project(FILES).root, Recheck()
    again.check(Project.open(root))
    edit(root, EDITS["the entry again"])
    with monkeypatch.context() as patched:
        patched.setattr(Incremental, "_validate", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            again.check(Project.open(root))
    assert found(again.check(Project.open(root))) == found(check(Project.open(root)))
