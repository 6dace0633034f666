"""An empty folder → a project that builds: a tiny invented conflict that shows each feature once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kg.mapping.iris import suggested_id
from kg.model.errors import EnvironmentFault, UsageError
from kg.model.shipped import shipped
from kg.ontology import load_ontology
from kg.ontology.json_schema import json_schema
from kg.pipeline.first_mapping.beginning import first_mapping
from kg.pipeline.project import CONFIGURATION, Project, read_settings
from kg.tables.address import is_address

SCHEMA = "facts.schema.json"

_STARTER = Path(__file__).resolve().parents[1] / "starter"
# A file named .gitignore would rule over the checkout, and builders of wheels pass it over.
_RENAMED = {"gitignore": ".gitignore"}
_README = "README.md"
_MAPPINGS = "mappings"
_ORDER = (CONFIGURATION, _README)
_SAMPLE_BASE = '"https://example.org/my-project/"'
_SAMPLE_NAME = "My project"


def init(folder: Path | str, *, base: str = "", title: str = "") -> list[Path]:
    """
    Begin a project: make the folder and write the starter's files and the JSON Schema into it; the files written.

    `base` is what IRIs begin with; both it and `title` are made from the folder's name where they are not given.
    Nothing is ever overwritten, and nothing is written where one file would be.

    Raises:
        UsageError: A file is there already, or `base` cannot be one.
        EnvironmentFault: The folder cannot be written to.
    """
    root = Path(folder).resolve()
    contents = _contents(root, *_named(root, base, title))
    return _write(root, contents, "give another folder, or move the old files away")


@dataclass(frozen=True, slots=True)
class TableToMap:
    """A table: its path or its address, and of a workbook with several sheets the one that is meant."""

    name: str
    sheet: str = ""


def init_from_table(table: TableToMap, folder: Path | None, *, start: Path, base: str = "", title: str = "") -> Begun:
    """
    Write a first mapping of a table, into a project or into a new one.

    Args:
        table: What to map; a path is seen from `start`.
        folder: The project, or the folder of a new one. None for the project that `start` lies in; a new one in `start`
            where it lies in none.
        start: The folder of the command.
        base: As for `init`; only for a new project.
        title: As for `init`.

    Raises:
        UsageError: The table cannot be read, or a file is there already, or a setting is for new projects only.
        EnvironmentFault: The folder cannot be written to, or a library that the table needs is not installed.
    """
    where = table.name if is_address(table.name) else start / table.name
    if isinstance(where, Path) and not where.is_file():
        hint = "give the path of a CSV, TSV, XLSX, Parquet or JSON lines file, or the address of one"
        raise UsageError(f"the table {where} is not there", hint)
    project = _project_at(folder, start)
    if project is not None and (base or title):
        raise UsageError(f"{project.root} is a project already", f"its {CONFIGURATION} says its base and its title")
    root = project.root if project is not None else (folder or start).resolve()
    mappings = root / (project.settings.mappings if project is not None else _MAPPINGS)
    ontology = project.ontology if project is not None else load_ontology([shipped("ontology")])
    mapping = first_mapping(where, mappings, ontology, table.sheet)
    contents = {} if project is not None else _contents(root, *_named(root, base, title))
    contents = {path: content for path, content in contents.items() if _is_bare(path, root)}
    contents[mappings / f"{mapping.name}.yaml"] = mapping.text.encode("utf-8", "replace")
    hint = "give another folder" if project is None else "give the table another name"
    return Begun(root, _write(root, contents, f"{hint}, or move the old files away"), mapping.notes)


class Begun(NamedTuple):
    """The folder of a project, the files that were written, and what to tell of the table."""

    root: Path
    files: list[Path]
    notes: tuple[str, ...]


def _project_at(folder: Path | None, start: Path) -> Project | None:
    """The project of exactly this folder, or the one that `start` lies in where no folder is given."""
    if folder is not None:
        return Project.open(folder) if (folder / CONFIGURATION).is_file() else None
    here = start.resolve()
    return Project.find(here) if any((one / CONFIGURATION).is_file() for one in (here, *here.parents)) else None


def _is_bare(path: Path, root: Path) -> bool:
    """Whether a file of the starter is no part of its example."""
    return path.parent == root and path.name != _README


def _named(root: Path, base: str, title: str) -> tuple[str, str]:
    """Base and title, made from the folder's name where they are not given."""
    name = root.name.encode("utf-8", "replace").decode()
    return base or f"https://example.org/{suggested_id(name) or 'my-project'}/", title or name


def _write(root: Path, contents: Mapping[Path, bytes], way_out: str) -> list[Path]:
    """Write all files, or none of them where one is there already; `way_out` says what to do then."""
    there = [path for path in contents if path.exists() or path.is_symlink()]
    if there:
        names = ", ".join(path.relative_to(root).as_posix() for path in there)
        raise UsageError(f"{root} holds already: {names}", f"nothing was written: {way_out}")
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(content)
    except OSError as error:
        raise EnvironmentFault(f"{error.filename or root} cannot be written: {error.strerror}") from error
    return list(contents)


def _contents(root: Path, base: str, title: str) -> dict[Path, bytes]:
    """What to write where, in the order in which a newcomer reads it."""
    sources = {path.relative_to(_STARTER).as_posix(): path for path in _STARTER.rglob("*") if path.is_file()}
    names = sorted(sources, key=lambda name: (name not in _ORDER, "/" in name, name))
    contents = {}
    for name in names:
        content = sources[name].read_bytes()
        if name == CONFIGURATION:
            content = _configured(root, content.decode(), base, title).encode()
        elif name == _README:
            content = content.decode().replace(_SAMPLE_NAME, title).encode("utf-8", "replace")
        contents[root / _RENAMED.get(name, name)] = content
    schema = json.dumps(json_schema(load_ontology([shipped("ontology")])), ensure_ascii=False, indent=1, sort_keys=True)
    contents[root / SCHEMA] = f"{schema}\n".encode()
    return contents


def _configured(root: Path, sample: str, base: str, title: str) -> str:
    """The configuration with the user's own base and title, checked before anything is written."""
    text = sample.replace(_SAMPLE_BASE, _toml(base)).replace(f'"{_SAMPLE_NAME}"', _toml(title))
    read_settings(root / CONFIGURATION, tomllib.loads(text))
    return text


def _toml(text: str) -> str:
    """A TOML string; JSON's is one but for U+007F. Bytes that are no UTF-8 become question marks."""
    return json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")
