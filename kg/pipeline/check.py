"""Facts → findings: what is wrong while reading, then what the shapes say of the merge, each at its line."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Triple

from kg.mapping.linking import check_links
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.statements import Mapped
from kg.ontology.reader import local_name
from kg.pipeline.project import CONFIGURATION, Project
from kg.pipeline.reading import context_of, facts_files, map_files
from kg.stores.index import Index
from kg.validation.locate import locate
from kg.validation.results import Engine, Result


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, sorted by place. `shapes_checked` is False where reading found errors: then no shape was."""

    findings: tuple[Finding, ...]
    files: int
    statements: int
    shapes_checked: bool


def check(project: Project, engine: Engine | None = None) -> Checked:
    """
    Read all facts and check them, without touching the store.

    Shapes are checked only where reading gave no error: a graph with holes would be blamed for what is missing.

    Raises:
        UsageError: The project, its ontology or its shapes cannot be read.
    """
    mapped = list(map_files(facts_files(project), context_of(project)))
    findings = reading_findings(project, mapped)
    merge = {Triple(q.subject, q.predicate, q.object) for m in mapped for q, *_ in m.statements}
    if any(finding.severity is Severity.error for finding in findings):
        return Checked(findings, len(mapped), len(merge), shapes_checked=False)
    if engine is None:
        from kg.validation.reference import PySHACL

        engine = PySHACL()
    results = list(engine.validate(merge, project.ontology.triples, project.folders("shapes")))
    if results:
        findings = _sorted([*findings, *_located(project, mapped, results)])
    return Checked(findings, len(mapped), len(merge), shapes_checked=True)


def reading_findings(project: Project, mapped: list[Mapped]) -> tuple[Finding, ...]:
    """What reading, mapping and the check over all files found, sorted by place."""
    introductions = sorted((i for m in mapped for i in m.introductions), key=lambda i: i.position)
    references = sorted((r for m in mapped for r in m.references), key=lambda r: r.position)
    unread = [m.file for m in mapped if m.unread]
    links = check_links(introductions, references, unread, project.ontology, project.settings.base)
    return _sorted([*(f for m in mapped for f in m.findings), *links])


def _sorted(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: finding.order))


def _located(project: Project, mapped: list[Mapped], results: list[Result]) -> list[Finding]:
    with Index.create() as index:
        for one in mapped:
            index.add(one, "")
        return [_finding(project, result, index) for result in results]


def _finding(project: Project, result: Result, index: Index) -> Finding:
    located = locate(result, index)
    name = local_name(result.shape) or local_name(result.component[1:-1])
    position = located.position if located.position.file else Position(CONFIGURATION, 0, 0)
    return Finding(
        code=name,
        severity=result.severity,
        message=result.message.replace(project.settings.base, "") or f"{name} is broken",
        position=position,
        hint=f"kg explain {name}",
        related=(("the other is here", located.other),) if located.other is not None else (),
        focus=result.focus,
        path=result.path,
        value=result.value,
    )
