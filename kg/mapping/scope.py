"""Where in a facts file mapping stands: the sheet, the claim it writes to, and what it has collected so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pyoxigraph import Literal, NamedNode, Quad

from kg.mapping.context import Context
from kg.mapping.iris import below
from kg.model.findings import Finding, Severity
from kg.model.records import Node, Scalar, Sheet
from kg.model.statements import Introduction, Mapped, Reference, Statement
from kg.ontology import Property
from kg.ontology import vocabulary as v


@dataclass(frozen=True, slots=True)
class Inference:
    """What the analyst concludes beside an entry: the claim's IRI, the reason, and what it is about."""

    claim: NamedNode
    reason: Scalar
    subjects: dict[NamedNode, None]


class Slot(NamedTuple):
    """What a value is written to: a thing, a property of it, and the key as it stands in the file."""

    subject: NamedNode
    prop: Property
    key: Scalar


@dataclass(frozen=True, slots=True)
class Scope:
    """
    A graph to write to, and from where.

    `graph` is the claim's IRI, or the document's for descriptions. `subjects` collects what the claim is about,
    `inferences` what the analyst concludes beside it, by reason. `inferred` says that this is the analyst's voice.
    """

    context: Context
    sheet: Sheet
    mapped: Mapped
    document: NamedNode
    graph: NamedNode
    zone: ZoneInfo | None
    subjects: dict[NamedNode, None]
    inferences: dict[str, Inference]
    inferred: bool = False

    def add(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal, at: Node, key: Node) -> None:
        """Write a statement and all that the ontology entails from it."""
        place, key_place = self.sheet.at(at), self.sheet.at(key)
        write = self.mapped.statements.append
        if predicate == v.RDF_TYPE and isinstance(value, NamedNode):
            for cls in (value, *self.context.ontology.ancestors(value)):
                write(Statement(Quad(subject, predicate, cls, self.graph), place, key_place))
            return
        for entailed, swapped in self.context.entailed(predicate):
            if not swapped:
                write(Statement(Quad(subject, entailed, value, self.graph), place, key_place))
            elif isinstance(value, NamedNode):
                write(Statement(Quad(value, entailed, subject, self.graph), place, key_place))

    def introduce(self, iri: NamedNode, types: tuple[NamedNode, ...], at: Node) -> None:
        """Note that a thing is introduced here."""
        self.mapped.introductions.append(Introduction(iri, types, self.sheet.at(at)))

    def refer(self, iri: NamedNode, slot: Slot, at: Node) -> None:
        """Note that a thing is named here as a property's value, for the check over all files."""
        self.mapped.references.append(Reference(iri, slot.prop.ranges, slot.key.text, slot.subject, self.sheet.at(at)))

    def refer_about(self, iri: NamedNode, at: Node) -> None:
        """Note that an entry adds to a thing that another introduces."""
        self.mapped.references.append(Reference(iri, (), v.WORD_ABOUT, iri, self.sheet.at(at)))

    def use(self, subject: NamedNode, prop: Property, key: Scalar) -> None:
        """Note that an entry adds this key to a thing whose class another file may tell."""
        if prop.domains:
            domains = tuple(sorted(prop.domains, key=lambda iri: iri.value))
            self.mapped.references.append(
                Reference(subject, domains, key.text, subject, self.sheet.at(key), is_use=True)
            )

    def report(
        self,
        code: str,
        message: str,
        at: Node,
        hint: str = "",
        severity: Severity = Severity.error,
    ) -> None:
        """Note that something is wrong here, and go on."""
        self.mapped.findings.append(Finding(code, severity, _line(message), self.sheet.at(at), _line(hint)))

    def inference(self, reason: Scalar) -> Scope:
        """The same place, writing to the claim that the analyst makes for this reason."""
        known = self.inferences.get(reason.text)
        if known is None:
            claim = below(self.document, v.CLAIM_SEGMENT, self.context.digest(self.graph.value, reason.text))
            known = self.inferences[reason.text] = Inference(claim, reason, {})
        return replace(self, graph=known.claim, subjects=known.subjects, inferred=True)


def _line(text: str) -> str:
    """A message on one line, whatever it repeats of a file: line ends and marks that turn a line around are blanks."""
    return text if text.isprintable() else " ".join("".join(c if c.isprintable() else " " for c in text).split())
