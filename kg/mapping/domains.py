"""Keys that a thing of its class does not have; found in an entry, or over all files."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.ontology import Ontology


def unexpected_key(
    cls: NamedNode, domains: Iterable[NamedNode], key: str, position: Position, ontology: Ontology
) -> Finding:
    """The finding that a thing of a class has a key that belongs to others."""
    belongs = ", ".join(sorted(label(domain, ontology) for domain in domains))
    name = ontology.by_iri[cls].name if cls in ontology.by_iri else cls.value
    message = f"a thing of the class {name} has no '{key}'"
    return Finding("unexpected-key", Severity.violation, message, position, f"'{key}' belongs to: {belongs}")


def label(iri: NamedNode, ontology: Ontology) -> str:
    """A class in words; its IRI where the ontology does not know it."""
    return ontology.by_iri[iri].label if iri in ontology.by_iri else iri.value
