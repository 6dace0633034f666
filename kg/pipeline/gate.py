"""The gate over a project: whether the words that claims quote bear what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg.mapping.gate import Gate, Registry
from kg.mapping.values.wording import Wording
from kg.model.findings import Finding, Severity
from kg.model.statements import Mapped
from kg.pipeline.project import Project


def gate_of(project: Project, mapped: Iterable[Mapped]) -> Gate:
    """A gate that knows things by the names that the project's facts give them."""
    registry = Registry()
    for one in mapped:
        registry.take(one.statements)
        registry.take(one.proposed)
    return Gate(registry, project.ontology, Wording.from_triples(project.ontology.triples), project.settings.base)


def gate_findings(project: Project, mapped: Sequence[Mapped]) -> Iterator[Finding]:
    """
    What claims say that their quotes do not bear: of facts written by hand, accepted, or waiting for review.

    Files in which reading found errors are passed over: what is wrong there comes first.
    """
    gate = gate_of(project, mapped)
    for one in mapped:
        if any(finding.severity is Severity.error for finding in one.findings):
            continue
        yield from gate.findings(one.statements, strict=False)
        yield from gate.findings(one.proposed, strict=True)
