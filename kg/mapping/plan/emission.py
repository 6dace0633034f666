"""What a facet says, put into the plan of its entry."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.mapping.plan.pieces import (
    NEVER,
    All,
    Digest,
    EntryPlan,
    Introduced,
    Line,
    OneOf,
    Pieces,
    Referred,
    When,
)
from kg.mapping.plan.probe import Marks, Spot


@dataclass(slots=True)
class Learnt:
    """
    When a facet says something (`given`), in the claim's own graph (`stated`), or something odd; its texts of a name:
    alternatives, each with when it holds.

    None of it depends on whether the row has the entry at all.
    """

    given: When = NEVER
    odd: When = NEVER
    stated: When = NEVER
    terms: dict[str, list[tuple[Pieces, When]]] = field(default_factory=dict)

    @property
    def asked(self) -> When:
        """When there is something to say, right or wrong."""
        return OneOf((self.given, self.odd))


@dataclass(frozen=True, slots=True)
class Emission:
    """
    Writes to the plan of an entry and to what is learnt of a facet.

    Args:
        name: Of the facet; the names of its digests begin with it.
        marks: What marks in its texts stand for.
        when: When the row has what the facet belongs to.
    """

    name: str
    marks: Marks
    when: When
    plan: EntryPlan
    learnt: Learnt

    def term(self, text: str) -> Pieces:
        """An N-Triples text with marks, in pieces."""
        return self.marks.term(text, self._digest_name)

    def text(self, text: str) -> Pieces:
        """Any other text with marks, in pieces."""
        return self.marks.pieces(text, self._digest_name)

    def part(self, text: str) -> Pieces:
        """A part of a digest, in pieces."""
        return self.marks.part(text, self._digest_name)

    def digest(self, number: int, parts: tuple[Pieces, ...], *, in_order: bool) -> None:
        """A digest that differs from row to row."""
        self.plan.names[self._digest_name(number)] = (Digest(parts, in_order),)

    def digest_known(self, number: int, text: Pieces) -> None:
        """A digest that is known, or is looked up."""
        self.plan.names[self._digest_name(number)] = text

    def given(self, holds: When) -> None:
        """The facet says something where this holds."""
        self.learnt.given = OneOf((self.learnt.given, holds))

    def stated(self, holds: When) -> None:
        """The claim's own graph says something of it."""
        self.learnt.stated = OneOf((self.learnt.stated, holds))

    def odd(self, holds: When) -> None:
        """The reference has something to report."""
        self.learnt.odd = OneOf((self.learnt.odd, holds))

    def quad(self, quad: tuple[str, str, str, str], value: Pieces, holds: When) -> None:
        """A quad as texts with marks, but for its object."""
        subject, predicate, _, graph = quad
        self.plan.lines.append(Line(self.term(subject), predicate, value, self.term(graph), self._here(holds)))

    def named(self, name: str, text: Pieces, holds: When) -> None:
        """A text of a name."""
        self.learnt.terms.setdefault(name, []).append((text, holds))

    def introduced(self, spot: Spot, holds: When) -> None:
        """A thing that is introduced."""
        types = (" ".join(cls.value for cls in spot.classes),)
        here = self._here(holds)
        self.plan.introduced.append(Introduced(self.text(spot.iri), types, spot.line, spot.column, here))

    def referred(self, spot: Spot, iri: Pieces, holds: When) -> None:
        """A thing that is referred to."""
        subject, here = self.text(spot.subject), self._here(holds)
        self.plan.referred.append(
            Referred(iri, spot.classes, spot.key, subject, spot.line, spot.column, spot.is_use, here)
        )  # fmt: skip

    def _here(self, holds: When) -> When:
        return All((self.when, holds))

    def _digest_name(self, number: int) -> str:
        return f"{self.name}_{number}"
