"""An empty folder → a project that builds: a tiny invented conflict that shows each feature once."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from kg.mapping.iris import suggested_id
from kg.model.errors import EnvironmentFault, UsageError
from kg.model.shipped import shipped
from kg.ontology import load_ontology
from kg.ontology.json_schema import json_schema
from kg.pipeline.project import CONFIGURATION, read_settings

SCHEMA = "facts.schema.json"

_STARTER = Path(__file__).resolve().parents[1] / "starter"
# A file named .gitignore would rule over the checkout, and builders of wheels pass it over.
_RENAMED = {"gitignore": ".gitignore"}
_README = "README.md"
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
    name = root.name.encode("utf-8", "replace").decode()
    contents = _contents(root, base or f"https://example.org/{suggested_id(name) or 'my-project'}/", title or name)
    there = [path for path in contents if path.exists() or path.is_symlink()]
    if there:
        names = ", ".join(path.relative_to(root).as_posix() for path in there)
        raise UsageError(
            f"{root} holds already: {names}", "nothing was written: give another folder, or move the old files away"
        )
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
