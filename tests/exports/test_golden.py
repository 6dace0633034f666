"""
What each format looks like for small graphs: an invented country, one of hostile names, and one at the date line.

A folder of `tests/cases/exports` has the files; `KG_WRITE=1` writes them anew.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from kg import Project, Wanted, build, export
from kg.exports.formats import FORMATS
from kg.exports.losses import as_json

CASES = Path(__file__).parents[1] / "cases/exports"
PROJECTS = {name: CASES / name / "project" for name in ("hostile", "kestria", "meridian")}
THINGS = {"hostile": "attack", "kestria": "halden-base", "meridian": "NaN"}
# Bytes that are none of ours (Parquet, a folder of it), or a page and its script (html): these are read in other tests.
NOT_COMPARED = {"columns", "parquet", "html"}
COMPARED = sorted(set(FORMATS) - NOT_COMPARED)


@pytest.fixture(scope="module", params=sorted(PROJECTS))
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Project]:
    folder = tmp_path_factory.mktemp(request.param) / request.param
    shutil.copytree(PROJECTS[request.param], folder)
    project = Project.open(folder)
    build(project)
    return request.param, project


def test_all_files_are_compared() -> None:
    expected = {
        f"{name}/{file}"
        for name in PROJECTS
        for form in COMPARED
        for file in [f"{form}.losses.json", *([f"{form}/{part}" for part in FORMATS[form].files] or [form])]
    }
    found = {path.relative_to(CASES).as_posix() for path in CASES.rglob("*") if path.is_file()}
    assert {path for path in found if "/project/" not in path} == expected
    assert len(COMPARED) == 14


def drop_context(path: Path) -> None:
    """The context is the whole ontology, and changes with it; test_json_ld.py reads it."""
    head, graph, rest = path.read_bytes().partition(b'"@graph": [')
    assert head.startswith(b'{"@context": {')
    path.write_bytes(graph + rest)


@pytest.mark.parametrize("form", COMPARED)
def test_it_is_what_it_was(built: tuple[str, Project], form: str, tmp_path: Path) -> None:
    name, project = built
    folder = CASES / name if os.environ.get("KG_WRITE") else tmp_path
    folder.mkdir(exist_ok=True)
    done = export(project, form, folder / form, Wanted(thing=THINGS[name] if form == "dossier" else ""))
    (folder / f"{form}.losses.json").write_bytes(as_json(done.losses))
    assert done.count > 0
    for file in [f"{form}.losses.json", *([f"{form}/{part}" for part in FORMATS[form].files] or [form])]:
        if form == "jsonld" and file == form:
            drop_context(folder / file)
        written, expected = ((place / file).read_bytes().decode() for place in (folder, CASES / name))
        assert written == expected, file


@pytest.mark.parametrize("form", COMPARED)
def test_losses_say_what_and_how_often(form: str) -> None:
    for name in PROJECTS:
        for loss in json.loads((CASES / name / f"{form}.losses.json").read_text(encoding="utf-8")):
            assert loss["count"] > 0
            assert loss["what"]
