"""The check over all files: names that facts and tables introduce and refer to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from kg.mapping.linking import check_links
from kg.model.findings import Finding
from kg.model.statements import Introduction, Reference
from kg.pipeline.project import Project
from kg.pipeline.tables import MappedTable, names_of


def link_findings(
    introductions: list[Introduction],
    references: list[Reference],
    unread: Sequence[str],
    tables: Sequence[MappedTable],
    project: Project,
) -> tuple[list[Finding], Counter[Finding]]:
    """
    What the check over all files finds in facts and tables together, and how many further rows a finding stands for.

    Cells are looked up only where there is something to say of one: it takes another pass over the tables.
    """
    unread = [*unread, *(table.file for table in tables if table.run is None)]
    found: list[Finding] = []
    more: Counter[Finding] = Counter()
    for placed in (False, True) if tables else (True,):
        links = _with_tables(introductions, references, tables, placed=placed)
        more.clear()
        found = list(check_links(links, unread, project.ontology, project.settings.base, more))
        if not found:
            break
    files = names_of(tables)
    counted = Counter({_of_row(finding, files): rows for finding, rows in more.items()})
    return [_of_row(finding, files) for finding in found], counted


def _of_row(finding: Finding, tables: Collection[str]) -> Finding:
    """The same, with a hint for those who mend a table where it is about a row."""
    if finding.code != "duplicate-id" or finding.position.file not in tables:
        return finding
    return replace(finding, hint="is this row there twice? Delete one; where rows differ, make the id of more columns")


def _with_tables(
    introductions: list[Introduction], references: list[Reference], tables: Sequence[MappedTable], *, placed: bool
) -> tuple[list[Introduction], list[Reference]]:
    """
    Introductions and references of facts and tables, as the check over all files takes them: sorted by place.

    Of a table's only those are among them that the check could say something of.
    """
    for table in tables:
        asked = [*(i.iri.value for i in introductions), *(r.iri.value for r in references)]
        introduced, referred = table.links(asked, placed=placed)
        introductions = [*introductions, *introduced]
        references = [*references, *referred]
    return sorted(introductions, key=lambda i: i.position), sorted(references, key=lambda r: r.position)
