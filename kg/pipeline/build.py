"""Facts → a store that answers: whole or not at all, and only what changed is read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, Store

from kg.mapping.templates.names import READS
from kg.model.findings import Finding, Severity
from kg.model.progress import Progress, Step, silent
from kg.ontology.vocabulary import ONTOLOGY_GRAPH, PROPOSED
from kg.pipeline.columns import are_alone, change_columns, has_columns, lines_of, wanted, write_columns
from kg.pipeline.linking import link_findings
from kg.pipeline.project import Project
from kg.pipeline.reading import FactsFile, context_of, facts_files, file_digest, map_files, settings_digest, text_digest
from kg.pipeline.row_faults import bounded
from kg.pipeline.tables import MappedTable, mapped_tables, names_of
from kg.stores.generations import Generations
from kg.stores.index import Index
from kg.stores.oxigraph import change_store, has_store, open_store, write_store

_SETTINGS = "settings"
_TABLES = "tables"
_TABLE_QUADS = "table quads"


@dataclass(frozen=True, slots=True)
class Built:
    """
    What a build did. `written` is False where findings forbade it; the old store then still answers.

    `files` is how many facts files there are, `read` how many of them were read again, `quads` how many quads the
    claim and document graphs hold, `rows` how many rows mappings took of the `seen` ones of their tables, `tables` how
    many mappings, `waiting` how many entries wait for review.
    """

    findings: tuple[Finding, ...]
    written: bool
    files: int
    read: int
    quads: int
    rows: int = 0
    tables: int = 0
    seen: int = 0
    waiting: int = 0


class _RefusedError(Exception):
    """Carries the findings out of a build that must not be written, and how many tables were read."""

    def __init__(self, findings: tuple[Finding, ...], tables: int) -> None:
        super().__init__()
        self.findings = findings
        self.tables = tables


def build(project: Project, *, fresh: bool = False, progress: Progress = silent) -> Built:
    """
    Build the project's store from its facts; `fresh` reads every file again.

    The result of a build that reads only what changed is the same as that of one from nothing. Findings are sorted by
    place; one of severity error forbids the build. `progress` is told how far the build is.

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
        return Built(refused.findings, False, len(files), len(files), 0, tables=refused.tables)  # noqa: FBT003


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
        named = index.quads_with(READS)
        with mapped_tables(task.project, context_of(task.project), named, progress=task.progress) as tables:
            findings = all_findings(index, task.project, tables)
            if any(finding.severity is Severity.error for finding in findings):
                raise _RefusedError(findings, len(tables))
            rows, seen = sum(table.rows for table in tables), sum(table.seen for table in tables)
            columns = wanted(task.project, index.count(), rows)
            kept = old is not None and has_store(old) and (has_columns(old) or not columns)
            if old is not None and kept and not are_alone(task.project) and _same_tables(index, tables):
                removed = list(_removed(index, dropped, old, with_tables=bool(tables)))
                change_store(old, new, removed, _added(fresh))
                if columns:
                    change_columns(old, new, removed, _added(fresh))
            else:
                _write_whole(task, new, index, tables, columns=columns)
        quads, waiting = _count(index), index.reviews()[PROPOSED.value]
        return Built(findings, True, len(task.files), len(changed), quads, rows, len(tables), seen, waiting)  # noqa: FBT003


def _same_tables(index: Index, tables: Sequence[MappedTable]) -> bool:
    return index.setting(_TABLES) == _tables_digest(tables)


def _tables_digest(tables: Sequence[MappedTable]) -> str:
    return " ".join(table.digest() for table in tables)


def _write_whole(task: _Task, new: Path, index: Index, tables: Sequence[MappedTable], *, columns: bool) -> None:
    """Write the store from nothing, and note how many quads the tables gave."""
    counted = 0
    if columns:
        task.progress(Step("writing columns"))
        counted = write_columns(new, task.project, index.quads(), tables)
        if not are_alone(task.project):
            task.progress(Step("loading the store"))
            write_store(new, (), (), lines_of(new))
        _note_tables(index, tables, counted)
        return

    def lines() -> Iterator[bytes]:
        nonlocal counted
        for table in tables:
            for piece in table.run.lines(merge=True) if table.run is not None else ():
                counted += piece.count(b"\n") // 2
                yield piece

    write_store(new, index.quads(), task.project.ontology.triples, lines())
    _note_tables(index, tables, counted)


def _note_tables(index: Index, tables: Sequence[MappedTable], quads: int) -> None:
    index.set_setting(_TABLES, _tables_digest(tables))
    index.set_setting(_TABLE_QUADS, str(quads))


def has_tables(index: Index) -> bool:
    """Whether a build holds what rows of tables say."""
    return index.setting(_TABLE_QUADS) not in ("", "0")


def _count(index: Index) -> int:
    return index.count() + int(index.setting(_TABLE_QUADS) or 0)


def _read(task: _Task, files: list[FactsFile], digests: dict[str, str], index: Index) -> list[Quad]:
    """Read and map files into the index; the quads they give."""
    quads: list[Quad] = []
    for number, mapped in enumerate(map_files(files, context_of(task.project)), 1):
        index.add(mapped, digests[mapped.file])
        quads.extend(statement.quad for statement in mapped.statements)
        task.progress(Step("reading facts", number, len(files)))
    return quads


def _changes(task: _Task, digests: dict[str, str], before: Index) -> tuple[list[FactsFile], list[str]]:
    """The files to read, and the names of those that are no more."""
    known = before.files()

    def same(file: FactsFile) -> bool:
        digest, texts = known.get(file.name, ("", []))
        return digest == digests[file.name] and all(text_digest(task.project.root / path) == sha for path, sha in texts)

    return [file for file in task.files if not same(file)], sorted(known.keys() - digests.keys())


def _removed(index: Index, dropped: set[Quad], old: Path, *, with_tables: bool) -> Iterator[Quad]:
    """What no file says any more: the quad of its graph, and the statement of the merge where no graph holds it."""
    store = open_store(old) if with_tables else None
    for quad in dropped:
        if not index.has_quad(quad):
            yield quad
        if not index.has_triple(quad) and (store is None or not _stays(store, quad, dropped)):
            yield _in_merge(quad)


def _stays(store: Store, quad: Quad, dropped: set[Quad]) -> bool:
    """Whether another graph holds a statement: one of a table's, which the index does not know."""
    others = store.quads_for_pattern(quad.subject, quad.predicate, quad.object)
    return any(o.graph_name not in (DefaultGraph(), ONTOLOGY_GRAPH) and o not in dropped for o in others)


def _added(fresh: list[Quad]) -> Iterator[Quad]:
    for quad in fresh:
        yield quad
        yield _in_merge(quad)


def _in_merge(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())


def all_findings(index: Index, project: Project, tables: Sequence[MappedTable] = ()) -> tuple[Finding, ...]:
    """What reading, mapping and the check over all files found, sorted by place."""
    introductions, references = list(index.introductions()), list(index.references())
    found = [*index.findings(), *(finding for table in tables for finding in table.findings)]
    linked, more = link_findings(introductions, references, list(index.unread()), tables, project)
    return tuple(sorted(bounded([*found, *linked], names_of(tables), more), key=lambda finding: finding.order))
