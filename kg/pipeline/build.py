"""Facts → a store that answers: whole or not at all, and only what changed is read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad

from kg.mapping.linking import check_links
from kg.model.findings import Finding, Severity
from kg.pipeline.project import Project
from kg.pipeline.reading import FactsFile, context_of, facts_files, file_digest, map_files, settings_digest, text_digest
from kg.stores.generations import Generations
from kg.stores.index import Index
from kg.stores.oxigraph import change_store, write_store

Progress = Callable[[int, int], None]

_SETTINGS = "settings"


def _silent(_read: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Built:
    """
    What a build did. `written` is False where findings forbade it; the old store then still answers.

    `files` is how many facts files there are, `read` how many of them were read again, `quads` how many quads the
    claim and document graphs hold.
    """

    findings: tuple[Finding, ...]
    written: bool
    files: int
    read: int
    quads: int


class _RefusedError(Exception):
    """Carries the findings out of a build that must not be written."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__()
        self.findings = findings


def build(project: Project, *, fresh: bool = False, progress: Progress = _silent) -> Built:
    """
    Build the project's store from its facts; `fresh` reads every file again.

    The result of a build that reads only what changed is the same as that of one from nothing. Findings are sorted by
    place; one of severity error forbids the build. `progress` is told how many files are read, of how many.

    Raises:
        UsageError: The project cannot be read.
        EnvironmentFault: Another build is running, or the disk refuses.
    """
    files = facts_files(project)
    settings = settings_digest(project)
    generations = Generations(project.store)
    try:
        with generations.writing() as new:
            old = None if fresh else _reusable(generations, settings)
            return _write(_Task(project, files, settings, progress), old, new)
    except _RefusedError as refused:
        return Built(refused.findings, written=False, files=len(files), read=len(files), quads=0)


@dataclass(frozen=True, slots=True)
class _Task:
    """What a build is to do, whatever it begins from."""

    project: Project
    files: list[FactsFile]
    settings: str
    progress: Progress


def _reusable(generations: Generations, settings: str) -> Path | None:
    """The current generation, if it was built with the same ontology, settings and version."""
    current = generations.current()
    if current is None:
        return None
    try:
        with Index.open(current) as index:
            return current if index.setting(_SETTINGS) == settings else None
    except Exception:  # noqa: BLE001 - a damaged or foreign index is no error: everything is read again
        return None


def _write(task: _Task, old: Path | None, new: Path) -> Built:
    digests = {file.name: file_digest(file) for file in task.files}
    changed, gone = task.files, list[str]()
    if old is None:
        index = Index.create(new)
    else:
        with Index.open(old) as before:
            index = before.copied(new)
            changed, gone = _changes(task, digests, before)
    with index:
        dropped = {quad for name in (*gone, *(file.name for file in changed)) for quad in index.remove(name)}
        fresh = _read(task, changed, digests, index)
        index.set_setting(_SETTINGS, task.settings)
        findings = all_findings(index, task.project)
        if any(finding.severity is Severity.error for finding in findings):
            raise _RefusedError(findings)
        if old is None:
            write_store(new, index.quads(), task.project.ontology.triples)
        else:
            change_store(old, new, _removed(index, dropped), _added(fresh))
        return Built(findings, written=True, files=len(task.files), read=len(changed), quads=index.count())


def _read(task: _Task, files: list[FactsFile], digests: dict[str, str], index: Index) -> list[Quad]:
    """Read and map files into the index; the quads they give."""
    quads: list[Quad] = []
    for number, mapped in enumerate(map_files(files, context_of(task.project)), 1):
        index.add(mapped, digests[mapped.file])
        quads.extend(statement.quad for statement in mapped.statements)
        task.progress(number, len(files))
    return quads


def _changes(task: _Task, digests: dict[str, str], before: Index) -> tuple[list[FactsFile], list[str]]:
    """The files to read, and the names of those that are no more."""
    known = before.files()

    def same(file: FactsFile) -> bool:
        digest, texts = known.get(file.name, ("", []))
        return digest == digests[file.name] and all(text_digest(task.project.root / path) == sha for path, sha in texts)

    return [file for file in task.files if not same(file)], sorted(known.keys() - digests.keys())


def _removed(index: Index, dropped: set[Quad]) -> Iterator[Quad]:
    """What no file says any more: the quad of its graph, and the statement of the merge where no graph holds it."""
    for quad in dropped:
        if not index.has_quad(quad):
            yield quad
        if not index.has_triple(quad):
            yield _in_merge(quad)


def _added(fresh: list[Quad]) -> Iterator[Quad]:
    for quad in fresh:
        yield quad
        yield _in_merge(quad)


def _in_merge(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())


def all_findings(index: Index, project: Project) -> tuple[Finding, ...]:
    """What reading, mapping and the check over all files found, sorted by place."""
    base = project.settings.base
    links = check_links(index.introductions(), index.references(), index.unread(), project.ontology, base)
    return tuple(sorted((*index.findings(), *links), key=lambda finding: finding.order))
