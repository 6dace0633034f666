"""What is wrong in facts and tables before any shape is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.model.findings import Finding
from kg.model.statements import Mapped
from kg.pipeline.gate import gate_findings
from kg.pipeline.linking import link_findings
from kg.pipeline.project import Project
from kg.pipeline.row_faults import bounded
from kg.pipeline.tables import MappedTable, names_of


def reading_findings(project: Project, mapped: list[Mapped], tables: Sequence[MappedTable] = ()) -> tuple[Finding, ...]:
    """What reading, mapping and the check over all files found, sorted by place."""
    introductions = [i for m in mapped for i in m.introductions]
    references = [r for m in mapped for r in m.references]
    unread = [m.file for m in mapped if m.unread]
    found = [*(f for m in mapped for f in m.findings), *(f for table in tables for f in table.findings)]
    linked, more = link_findings(introductions, references, unread, tables, project)
    found += [*linked, *gate_findings(project, mapped)]
    return in_order(bounded(found, names_of(tables), more))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings sorted by place."""
    return tuple(sorted(findings, key=lambda finding: finding.order))
