"""
Entries that a machine proposed: what waits for review, and what was rejected, is read and never becomes a statement.

| status | in the graph | what is wrong with it |
|---|---|---|
| none (written by hand), accepted, edited | yes | as it is |
| proposed | no | at most a warning: what waits must not stop a build |
| rejected | no | is not told: it stays only to be remembered |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pyoxigraph import NamedNode

from kg.mapping.scope import Scope
from kg.model.findings import Finding, Severity
from kg.model.records import Mapping, Scalar
from kg.model.statements import Mapped
from kg.ontology import Ontology
from kg.ontology import vocabulary as v

HELD_BACK = frozenset({v.PROPOSED, v.REJECTED})
"""Where entries stand that the graph does not hold."""


def status_of(entry: Mapping, ontology: Ontology) -> NamedNode | None:
    """Where an entry stands; None where a person wrote it, or where what it says is no status."""
    prop = ontology.properties.get(v.REVIEW_STATUS)
    written = entry.get(prop.key) if prop is not None else None
    cls = ontology.by_iri.get(v.REVIEW_STATUS_CLASS)
    return cls.individuals.get(written.text) if isinstance(written, Scalar) and cls is not None else None


def reviewed(scope: Scope, entry: Mapping, write: Callable[[Scope], None]) -> None:
    """Write an entry with `write`; what the graph must not hold goes to where proposals are kept."""
    status = status_of(entry, scope.context.ontology)
    if status is None:
        write(scope)
        return
    mapped = scope.mapped
    mapped.reviews[status.value] += 1
    if status not in HELD_BACK:
        write(scope)
        return
    apart = Mapped(mapped.file)
    write(replace(scope, mapped=apart))
    if status == v.PROPOSED:
        mapped.proposed += apart.statements
        mapped.introductions += (one._replace(is_proposed=True) for one in apart.introductions)
        mapped.references += (one._replace(is_proposed=True) for one in apart.references)
        mapped.findings += map(waiting, apart.findings)


def waiting(finding: Finding) -> Finding:
    """
    A finding about an entry that waits: at most a warning, because nothing of it is in the graph.

    >>> from kg.model.positions import Position
    >>> waiting(Finding("unknown-key", Severity.error, "", Position("f.yaml", 3, 5))).severity.name
    'warning'
    """
    return replace(finding, severity=min(finding.severity, Severity.warning))
