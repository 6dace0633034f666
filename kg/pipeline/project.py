"""A project folder: `kg.toml` and what it says, with the defaults for what it does not."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pyoxigraph import Literal, NamedNode

from kg.model.errors import UsageError
from kg.model.shipped import shipped
from kg.ontology import Ontology, load_ontology
from kg.ontology.model import nearest

CONFIGURATION = "kg.toml"
_BUILDS = ".kg"
_HTTP = ("http://", "https://")
COLUMNS = ("auto", "always", "never", "only")
"""When a build keeps the dataset as columns; with `only` it has no store beside them."""
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What `kg.toml` can say, there with `-` for `_`. Paths are seen from the project folder.

    `store` may be the address of a SPARQL endpoint; the two others are then its addresses for updates and for N-Quads.
    """

    base: str
    title: str = ""
    language: str = "en"
    timezone: str = ""
    analyst: str = "unnamed"
    facts: str = "facts"
    mappings: str = "mappings"
    ontology: str = "ontology"
    shapes: str = "shapes"
    queries: str = "queries"
    views: str = "views"
    store: str = _BUILDS
    columns: str = "auto"
    query_timeout: str = ""
    query_memory: str = "2GB"
    store_update: str = ""
    store_graphs: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """A project folder, its settings, and the address of the endpoint that answers, if any. Reads `kg.toml` only."""

    root: Path
    settings: Settings
    zone: ZoneInfo | None = None
    endpoint: str = ""
    _kept: dict[str, Ontology] = field(default_factory=dict, compare=False, repr=False)

    @staticmethod
    def find(start: Path | str = ".", settings: Mapping[str, str] = _NONE) -> Project:
        """
        The project that a folder lies in: the nearest `kg.toml`, upwards. `settings` stand in for what it says.

        Raises:
            UsageError: There is none, or it cannot be used.
        """
        folder = Path(start).resolve()
        for candidate in (folder, *folder.parents):
            if (candidate / CONFIGURATION).is_file():
                return Project.open(candidate, settings)
        raise UsageError(
            f"no {CONFIGURATION} in {folder} or above it",
            "run `kg init` to begin a project, or go to the folder of one",
        )

    @staticmethod
    def find_or_bare(start: Path | str = ".", settings: Mapping[str, str] = _NONE) -> Project:
        """The project that a folder lies in, or one with nothing of its own: for what needs only what is shipped."""
        folder = Path(start).resolve()
        if any((candidate / CONFIGURATION).is_file() for candidate in (folder, *folder.parents)):
            return Project.find(folder, settings)
        return Project(Path("/nonexistent"), Settings(base="urn:x-no-project:"))

    @staticmethod
    def open(root: Path | str, settings: Mapping[str, str] = _NONE) -> Project:
        """
        The project of exactly this folder. `settings` stand in for what its `kg.toml` says.

        Raises:
            UsageError: `kg.toml` is not there or cannot be used.
        """
        root = Path(root).resolve()
        path = root / CONFIGURATION
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            raise UsageError(f"{path} does not exist", "run `kg init` to begin a project") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: not readable as TOML: {error}") from error
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}") from error
        found = read_settings(path, {**table, **settings})
        _check_addresses(path, found)
        folders = ("facts", "mappings", "ontology", "shapes", "queries", "views")
        for name in (*folders, *([] if is_address(found.store) else ["store"])):
            _check_inside(root, path, name, getattr(found, name))
        return Project(root, found, _zone(path, found.timezone), found.store if is_address(found.store) else "")

    @property
    def ontology(self) -> Ontology:
        """The shipped ontology and the project's extension of it, read once."""
        if "ontology" not in self._kept:
            self._kept["ontology"] = load_ontology(self.folders("ontology"))
        return self._kept["ontology"]

    @property
    def store(self) -> Path:
        """The folder that builds are kept in; with an endpoint too, as places and what has changed are known there."""
        return self.root / (_BUILDS if is_address(self.settings.store) else self.settings.store)

    def at(self, endpoint: str) -> Project:
        """
        The project with the store at another address; its builds stay where they are.

        Raises:
            UsageError: It is no address.
        """
        if not endpoint.startswith(_HTTP):
            raise UsageError(f"'{endpoint}' is no address of a SPARQL endpoint", "it begins with http:// or https://")
        return replace(self, endpoint=endpoint)

    def folders(self, kind: str) -> list[Path]:
        """Where ontology, shapes, queries or views lie: the shipped folder, then the project's own where it has one."""
        own = self.root / getattr(self.settings, kind)
        return [shipped(kind), *([own] if own.is_dir() else [])]  # type: ignore[arg-type]


def read_settings(path: Path, table: Mapping[str, Any]) -> Settings:
    """
    What a `kg.toml` says, checked; `path` is for messages.

    Raises:
        UsageError: A setting is unknown, missing or wrong.
    """
    known = {f.name.replace("_", "-") for f in fields(Settings)}
    for name, value in table.items():
        if name not in known:
            raise UsageError(
                f"{path}: '{name}' is no setting", nearest(name, iter(known)) or f"settings: {', '.join(sorted(known))}"
            )
        if not isinstance(value, str):
            raise UsageError(f"{path}: '{name}' takes a text in quotation marks")
    base = table.get("base", "")
    if not base:
        raise UsageError(f"{path}: `base` is missing", 'write base = "https://example.org/my-project/"')
    if not base.startswith(("http://", "https://", "urn:")) or base[-1] not in "/#:" or set(base) & set(' <>"{}|\\^`'):
        raise UsageError(
            f"{path}: '{base}' cannot be a base", "an address that ends in / or #: https://example.org/my-project/"
        )
    settings = Settings(**{name.replace("-", "_"): value for name, value in table.items()})
    _check_terms(path, settings)
    _check_queries(path, settings)
    return settings


def _check_terms(path: Path, settings: Settings) -> None:
    """What RDF would refuse at every name in the facts is refused once, here."""
    try:
        NamedNode(settings.base + "a")
    except ValueError as error:
        raise UsageError(f"{path}: '{settings.base}' cannot be a base: {error}") from error
    try:
        Literal("a", language=settings.language)
    except ValueError as error:
        raise UsageError(f"{path}: '{settings.language}' is no language", "write its tag: en, my, ar") from error


def _check_queries(path: Path, settings: Settings) -> None:
    """What is said of columns and queries can be done."""
    if settings.columns not in COLUMNS:
        raise UsageError(f"{path}: `columns` is '{settings.columns}'", f"it is one of {', '.join(COLUMNS)}")
    if settings.query_timeout and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", settings.query_timeout):
        hint = 'write query-timeout = "60", and nothing for no end'
        raise UsageError(f"{path}: `query-timeout` is '{settings.query_timeout}', which is no number of seconds", hint)
    if not re.fullmatch(r"[1-9][0-9]*(\.[0-9]+)? ?[KMGT]i?B", settings.query_memory):
        hint = 'write query-memory = "2GB"'
        raise UsageError(f"{path}: `query-memory` is '{settings.query_memory}', which is no size", hint)


def is_address(store: str) -> bool:
    """Whether a store is that of a server and no folder."""
    return "://" in store


def _check_addresses(path: Path, settings: Settings) -> None:
    """The addresses of an endpoint are some, and stand only beside one."""
    remote = is_address(settings.store)
    named = {
        "store": settings.store if remote else "",
        "store-update": settings.store_update,
        "store-graphs": "" if settings.store_graphs == "none" else settings.store_graphs,
    }
    for name, value in named.items():
        if value and not value.startswith(_HTTP):
            raise UsageError(
                f"{path}: `{name}` is '{value}', which is no address", "it begins with http:// or https://"
            )
        if value and not remote:
            raise UsageError(f"{path}: `{name}` is set, but `store` is a folder", "`store` is the endpoint's address")


def _check_inside(root: Path, path: Path, name: str, folder: str) -> None:
    """A folder of the project lies in it, and is not the whole of it: builds clean the store's folder."""
    place = (root / folder).resolve()
    if place == root or not place.is_relative_to(root):
        raise UsageError(
            f"{path}: `{name}` is '{folder}', which is no folder inside the project", f'write {name} = "{name}"'
        )


def _zone(path: Path, name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(f"{path}: '{name}' is no time zone", "write its IANA name, such as Asia/Yangon") from error
