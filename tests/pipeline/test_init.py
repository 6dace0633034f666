"""A project that `kg init` begins builds, passes every rule, and overwrites nothing."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg import Project, build, check, init, query
from kg.model.errors import EnvironmentFault, UsageError
from kg.pipeline.init import SCHEMA


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("init") / "kestria"
    init(root)
    return Project.open(root)


def test_the_starter_builds_without_findings(project: Project) -> None:
    built = build(project)
    assert built.written
    assert built.findings == ()
    assert query(project, "who-coordinated-where") != []


@pytest.mark.slow
def test_the_starter_breaks_no_rule(project: Project) -> None:
    checked = check(project)
    assert checked.shapes_checked
    assert checked.findings == ()


def test_editors_accept_the_starter(project: Project) -> None:
    from jsonschema import validate  # type: ignore[import-untyped]

    schema = json.loads((project.root / SCHEMA).read_text(encoding="utf-8"))
    facts = sorted((project.root / "facts").glob("*.yaml"))
    assert facts
    for path in facts:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# yaml-language-server: $schema=../{SCHEMA}\n")
        content: Any = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - texts only, no objects
        validate(content, schema)


def test_the_folder_gives_base_and_title(project: Project) -> None:
    assert project.settings.base == "https://example.org/kestria/"
    assert project.settings.title == "kestria"
    assert (project.root / "README.md").read_text(encoding="utf-8").startswith("# kestria\n")
    assert (project.root / ".gitignore").read_text(encoding="utf-8").endswith("/.kg/\n")


@pytest.mark.parametrize("title", ['A "title"', "back\\slash", "new\nline", "del\x7f", "မြန်မာ", "My project", "{base}"])
def test_any_title_can_be_given(tmp_path: Path, title: str) -> None:
    init(tmp_path / "new", title=title, base="https://data.example.org/x#")
    settings = tomllib.loads((tmp_path / "new" / "kg.toml").read_text(encoding="utf-8"))
    assert (settings["title"], settings["base"]) == (title, "https://data.example.org/x#")


@pytest.mark.parametrize("name", ["kg.toml", "facts/actors.yaml", ".gitignore", SCHEMA])
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    mine = tmp_path / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match=f"holds already: {name}"):
        init(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]
    assert mine.read_text(encoding="utf-8") == "mine"


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "kg.toml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError):
        init(tmp_path)
    assert not (tmp_path / "elsewhere").exists()


def test_a_wrong_base_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be a base"):
        init(tmp_path / "new", base="kestria")
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="file/new"):
        init(tmp_path / "file" / "new")
