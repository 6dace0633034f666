"""Facts → findings: what is wrong while reading, then what the shapes say of the merge, each at its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Triple

from kg.mapping.linking import check_links
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.statements import Mapped
from kg.pipeline.project import CONFIGURATION, Project
from kg.pipeline.reading import context_of, facts_files, map_files
from kg.pipeline.results import by_name, finding_of, name_of
from kg.stores.index import Index
from kg.validation.locate import locate
from kg.validation.results import Engine, Result, Statistic
from kg.validation.shapes.sources import ShapesSource


@dataclass(frozen=True, slots=True)
class Checked:
    """
    What a check found, sorted by place. `shapes_checked` is False where reading found errors: then no shape was.

    `statistics` tell what each shape came to, by name, where the engine knows.
    """

    findings: tuple[Finding, ...]
    files: int
    statements: int
    shapes_checked: bool
    statistics: Mapping[str, Statistic] = field(default_factory=dict)


def check(project: Project, engine: Engine | None = None) -> Checked:
    """
    Read all facts and check them, without touching the store.

    Shapes are checked only where reading gave no error: a graph with holes would be blamed for what is missing.

    Raises:
        UsageError: The project, its ontology or its shapes cannot be read.
    """
    mapped = list(map_files(facts_files(project), context_of(project)))
    if engine is None:
        from kg.validation.validate import SetBased

        engine = SetBased()
    merge = _merge(mapped)

    def results() -> list[Result]:
        # The order of a set of terms is another in each process; that of what is found is not to be.
        data = [*sorted(merge, key=str), *(triple for triple in project.ontology.triples if triple not in merge)]
        return list(engine.validate(data, ShapesSource.of_folders(project.folders("shapes"))))

    return replace(checked(project, mapped, results, len(merge)), statistics=by_name(engine.statistics))


def checked(
    project: Project, mapped: list[Mapped], results: Callable[[], Sequence[Result]], statements: int
) -> Checked:
    """What was found while reading, and where that gave no error, the results; at their places in the facts."""
    findings = reading_findings(project, mapped)
    if any(finding.severity is Severity.error for finding in findings):
        return Checked(findings, len(mapped), statements, shapes_checked=False)
    found = results()
    if found:
        findings = _sorted([*findings, *_located(project, mapped, found)])
    return Checked(findings, len(mapped), statements, shapes_checked=True)


def _merge(mapped: list[Mapped]) -> set[Triple]:
    return {Triple(q.subject, q.predicate, q.object) for m in mapped for q, *_ in m.statements}


def reading_findings(project: Project, mapped: list[Mapped]) -> tuple[Finding, ...]:
    """What reading, mapping and the check over all files found, sorted by place."""
    introductions = sorted((i for m in mapped for i in m.introductions), key=lambda i: i.position)
    references = sorted((r for m in mapped for r in m.references), key=lambda r: r.position)
    unread = [m.file for m in mapped if m.unread]
    links = check_links(introductions, references, unread, project.ontology, project.settings.base)
    return _sorted([*(f for m in mapped for f in m.findings), *links])


def _sorted(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: finding.order))


def _located(project: Project, mapped: list[Mapped], results: Sequence[Result]) -> list[Finding]:
    with Index.create() as index:
        for one in mapped:
            index.add(one, "")
        return [_finding(project, result, index) for result in results]


def _finding(project: Project, result: Result, index: Index) -> Finding:
    located = locate(result, index)
    position = located.position if located.position.file else Position(CONFIGURATION, 0, 0)
    related = (("the other is here", located.other),) if located.other is not None else ()
    name = name_of(result)
    return finding_of(result, position, project.settings.base, f"kg explain {name}", related)
