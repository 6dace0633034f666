"""The gate over a project: whether the words that claims quote bear what they say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg.mapping.gate import Gate, Registry
from kg.mapping.values.wording import Wording
from kg.model.findings import Finding, Severity
from kg.model.statements import Mapped
from kg.pipeline.project import Project


def gate_of(project: Project, mapped: Iterable[Mapped], wording: Wording | None = None) -> Gate:
    """A gate that knows things by the names that the facts give them; `wording` is the ontology's, if at hand."""
    registry = Registry()
    for one in mapped:
        registry.take(one.statements)
        registry.take(one.proposed)
    wording = wording or Wording.from_triples(project.ontology.triples)
    return Gate(registry, project.ontology, wording, project.settings.base)


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
