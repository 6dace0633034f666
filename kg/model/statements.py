"""What mapping makes of one facts file: statements with their places, and what it introduces and refers to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad

from kg.model.findings import Finding, Severity
from kg.model.positions import Position


class Statement(NamedTuple):
    """A quad, the place of its value, the place of the key it was written under, and the key itself."""

    quad: Quad
    value: Position
    key: Position


class Introduction(NamedTuple):
    """
    Where a thing, a document or a claim with a key is introduced; `types` are its classes.

    `is_proposed` says that the entry waits for review: the graph does not know the thing yet. `more` says how many
    further rows of the same table introduce it, which are left out.
    """

    iri: NamedNode
    types: tuple[NamedNode, ...]
    position: Position
    is_proposed: bool = False
    more: int = 0


class Reference(NamedTuple):
    """
    Where a thing is named, under which `key` of which `subject`; `expected` are the classes it may belong to.

    A use names the thing as the one that has the key: `expected` are then the classes that the key belongs to.
    `is_proposed` says that the entry waits for review.
    """

    iri: NamedNode
    expected: tuple[NamedNode, ...]
    key: str
    subject: NamedNode
    position: Position
    is_use: bool = False
    is_proposed: bool = False


@dataclass(slots=True)
class Mapped:
    """
    One facts file, mapped: a pure function of its bytes, the text it names, the ontology and the settings.

    `file` is the facts file; statements of a table's document stand in the sidecar. `texts` are the texts
    that were read: path seen from the project folder, SHA-256.

    `proposed` are the statements of entries that wait for review, which are no part of the graph. `reviews` counts the
    entries that have a status, by its IRI.
    """

    file: str
    statements: list[Statement] = field(default_factory=list)
    introductions: list[Introduction] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    proposed: list[Statement] = field(default_factory=list)
    reviews: Counter[str] = field(default_factory=Counter)

    @property
    def unread(self) -> bool:
        """Whether the file could not be read, so that it is not known what it introduces."""
        return not self.introductions and any(finding.severity is Severity.error for finding in self.findings)
