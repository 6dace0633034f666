"""Facts files → mapped files: which there are, what they hash to, and what each one says."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg import __version__
from kg.facts import OTHER_TABLES, SUFFIXES, is_sidecar, read, sidecar
from kg.mapping.context import Context, SourceText
from kg.mapping.sheets import map_reading
from kg.mapping.values.wording import Wording
from kg.model.errors import UsageError
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.records import Limits
from kg.model.statements import Mapped
from kg.pipeline.project import Project

_TEXT_LIMIT = 64 * 1024 * 1024
_FORMAT = "2"
"""Raise it when the same facts would give other quads, so that no build reuses what an older version mapped."""


@dataclass(frozen=True, slots=True)
class FactsFile:
    """
    A facts file: its path, and its name seen from the project folder with forward slashes.

    `fault` says why it is not to be read; it is empty where it is.
    """

    path: Path
    name: str
    fault: str = ""


def facts_files(project: Project) -> list[FactsFile]:
    """
    All facts files of a project, in the order of their names. Hidden files and sidecars are left out.

    What cannot be read is listed too, and becomes a finding: a folder whose name ends like a file's or that nobody may
    enter, a link to a folder or out of the project, a spreadsheet in a format that is not read.

    Raises:
        UsageError: The facts folder is not there, and no folder of mappings either.
    """
    folder = project.root / project.settings.facts
    if not folder.exists() and (project.root / project.settings.mappings).is_dir():
        return []  # a project of tables alone
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", "put facts files there, or set `facts` in kg.toml")
    found: list[FactsFile] = []

    def closed(error: OSError) -> None:
        found.append(_listed(Path(error.filename), project.root, f"this folder cannot be read: {error.strerror}"))

    for parent, folders, files in os.walk(folder, onerror=closed):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in (*files, *folders):
            path = Path(parent, name)
            if name in folders and path.is_symlink():
                found.append(_listed(path, project.root, "links to folders are not followed"))
            elif _holds_facts(path):
                found.append(_listed(path, project.root, _leads_out(path, project.root)))
    return sorted(found, key=lambda file: file.name)


def _holds_facts(path: Path) -> bool:
    named_so = path.suffix.lower() in (*SUFFIXES, *OTHER_TABLES)
    return named_so and not path.name.startswith((".", "~$")) and not is_sidecar(path)


def _leads_out(path: Path, root: Path) -> str:
    try:
        outside = path.is_symlink() and not path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link to itself; the reader says what it finds
        return ""
    return "this link leads out of the project folder" if outside else ""


def _listed(path: Path, root: Path, fault: str) -> FactsFile:
    return FactsFile(path, path.relative_to(root).as_posix(), fault)


def context_of(project: Project) -> Context:
    """The mapping context of a project."""
    return Context(
        ontology=project.ontology,
        wording=Wording.from_triples(project.ontology.triples),
        base=project.settings.base,
        language=project.settings.language,
        zone=project.zone,
        analyst=project.settings.analyst,
        read_text=text_reader(project.root),
    )


def map_files(files: Iterable[FactsFile], context: Context, limits: Limits | None = None) -> Iterator[Mapped]:
    """Read and map files, one after the other; lazy. Independent of each other and of their order."""
    for file in files:
        if file.fault:
            hint = "put the facts themselves into the project"
            fault = Finding("unreadable-file", Severity.error, file.fault, Position(file.name, 0, 0), hint)
            yield Mapped(file.name, findings=[fault])
        else:
            yield map_reading(file.name, read(file.path, file.name, limits or Limits()), context)


def settings_digest(project: Project) -> str:
    """Changes whenever something other than the facts changes what they mean."""
    settings = project.settings
    parts = (
        __version__,
        _FORMAT,
        project.ontology.digest,
        settings.base,
        settings.language,
        settings.timezone,
        settings.analyst,
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def file_digest(file: FactsFile) -> str:
    """Changes whenever a file's bytes do, or those of its sidecar."""
    digest = hashlib.sha256()
    for path in (file.path, sidecar(file.path)):
        digest.update(hashlib.sha256(_bytes(path)).digest())
    return digest.hexdigest()


def text_digest(path: Path) -> str:
    """The SHA-256 of a document's text; that of nothing where it cannot be read."""
    return hashlib.sha256(_bytes(path)).hexdigest()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size <= _TEXT_LIMIT else b""
    except OSError:
        return b""


def text_reader(root: Path) -> Callable[[str, Position], SourceText | Finding]:
    """A function that reads a document's text for mapping, and never leaves the project folder."""

    def read_text(name: str, at: Position) -> SourceText | Finding:
        def problem(code: str, message: str, hint: str) -> Finding:
            return Finding(code, Severity.error, message, at, hint)

        try:
            path = (root / at.file).parent.joinpath(name).resolve()
            if not path.is_relative_to(root):
                return problem(
                    "text-outside-project",
                    f"'{name}' leads out of the project folder",
                    "copy the text into the project",
                )
            if not path.is_file():
                return problem(
                    "text-not-found",
                    f"there is no file '{name}', seen from {at.file}",
                    "correct the path, or leave `text` out",
                )
            if path.stat().st_size > _TEXT_LIMIT:
                return problem(
                    "too-large", f"'{name}' is larger than {_TEXT_LIMIT >> 20} MB", "give the part that is quoted"
                )
            content = path.read_bytes()
            # A text has the same characters on every machine, however its line ends are kept there.
            characters = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            return problem("invalid-encoding", f"'{name}' is not UTF-8: byte {error.start}", "save it as UTF-8")
        except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: a link to itself, before Python 3.13
            return problem(
                "text-not-found", f"'{name}' cannot be read: {error}", "correct the path, or leave `text` out"
            )
        relative = path.relative_to(root).as_posix()
        return SourceText(characters, relative, hashlib.sha256(content).hexdigest())

    return read_text
