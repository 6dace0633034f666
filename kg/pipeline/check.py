"""Facts → findings: what is wrong while reading, then what the shapes say of the merge, each at its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Triple

from kg.mapping.context import Context
from kg.mapping.templates.names import READS
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.statements import Mapped
from kg.ontology import vocabulary as v
from kg.pipeline.project import CONFIGURATION, Project
from kg.pipeline.reading import context_of, facts_files, map_files
from kg.pipeline.reading_findings import in_order, reading_findings
from kg.pipeline.results import by_name, finding_of, name_of
from kg.pipeline.tables import mapped_tables, mapping_files, names_of
from kg.stores.index import Index
from kg.validation.locate import Located, locate
from kg.validation.results import Engine, Result, Statistic
from kg.validation.shapes.sources import ShapesSource


@dataclass(frozen=True, slots=True)
class Checked:
    """
    What a check found, sorted by place. `shapes_checked` is False where reading found errors: then no shape was.

    `statistics` tell what each shape came to, by name, where the engine knows. `waiting` is how many entries wait for
    review, `tables` are the files whose rows a mapping reads.
    """

    findings: tuple[Finding, ...]
    files: int
    statements: int
    shapes_checked: bool
    statistics: Mapping[str, Statistic] = field(default_factory=dict)
    waiting: int = 0
    tables: frozenset[str] = frozenset()


def check(project: Project, engine: Engine | None = None) -> Checked:
    """
    Read all facts and check them, without touching the store.

    Shapes are checked only where reading gave no error: a graph with holes would be blamed for what is missing.

    Raises:
        UsageError: The project, its ontology or its shapes cannot be read.
    """
    context = context_of(project)
    mapped = list(map_files(facts_files(project), context))
    if engine is None and mapping_files(project):
        return _check_with_tables(project, context, mapped)
    if engine is None:
        from kg.validation.validate import SetBased

        engine = SetBased()
    merge = _merge(mapped)

    def results() -> list[Result]:
        # The order of a set of terms is another in each process; that of what is found is not to be.
        data = [*sorted(merge, key=str), *(triple for triple in project.ontology.triples if triple not in merge)]
        return list(engine.validate(data, ShapesSource.of_folders(project.folders("shapes"))))

    return replace(checked(project, mapped, results, len(merge)), statistics=by_name(engine.statistics))


def _check_with_tables(project: Project, context: Context, mapped: list[Mapped]) -> Checked:
    from kg.pipeline.check_tables import located, validate_with_tables
    from kg.validation.validate import SetBased

    engine = SetBased()
    named = (s.quad for m in mapped for s in m.statements if s.quad.predicate in READS)
    with mapped_tables(project, context, named) as tables:
        findings = reading_findings(project, mapped, tables)
        files = len(mapped) + len(tables)
        if any(finding.severity is Severity.error for finding in findings):
            return Checked(findings, files, len(_merge(mapped)), shapes_checked=False, waiting=_waiting(mapped))
        validated = validate_with_tables(project, mapped, tables, engine)
        places = located(validated.results, mapped, tables)
        found = [_finding(project, result, at) for result, at in zip(validated.results, places, strict=True)]
    findings = in_order([*findings, *found])
    statistics = by_name(engine.statistics)
    return Checked(findings, files, validated.statements, True, statistics, _waiting(mapped), names_of(tables))  # noqa: FBT003


def checked(
    project: Project, mapped: list[Mapped], results: Callable[[], Sequence[Result]], statements: int
) -> Checked:
    """What was found while reading, and where that gave no error, the results; at their places in the facts."""
    findings = reading_findings(project, mapped)
    if any(finding.severity is Severity.error for finding in findings):
        return Checked(findings, len(mapped), statements, shapes_checked=False, waiting=_waiting(mapped))
    found = results()
    if found:
        findings = in_order([*findings, *_located(project, mapped, found)])
    return Checked(findings, len(mapped), statements, shapes_checked=True, waiting=_waiting(mapped))


def _waiting(mapped: Sequence[Mapped]) -> int:
    return sum(one.reviews[v.PROPOSED.value] for one in mapped)


def _merge(mapped: list[Mapped]) -> set[Triple]:
    return {Triple(q.subject, q.predicate, q.object) for m in mapped for q, *_ in m.statements}


def _located(project: Project, mapped: list[Mapped], results: Sequence[Result]) -> list[Finding]:
    with Index.create() as index:
        for one in mapped:
            index.add(one, "")
        return [_finding(project, result, locate(result, index)) for result in results]


def _finding(project: Project, result: Result, located: Located) -> Finding:
    position = located.position if located.position.file else Position(CONFIGURATION, 0, 0)
    related = (("the other is here", located.other),) if located.other is not None else ()
    name = name_of(result)
    return finding_of(result, position, project.settings.base, f"kg explain {name}", related)
