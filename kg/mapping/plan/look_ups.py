"""
Look-up tables: what each distinct text of a facet's columns says, in as few columns as say it.

The columns are found by trying: a quad whose object is the same for all texts is a truth, one whose object differs a
text, and columns that go together are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from kg.mapping.iris import digest
from kg.mapping.plan.emission import Emission
from kg.mapping.plan.pieces import Found, IsFound
from kg.mapping.plan.probe import Quad4, Said, Spot, has_marks, renumbered

_YES = "1"


@dataclass(frozen=True, slots=True)
class LookUp:
    """A table by distinct texts of columns. A row of it has the texts, then a text or None for each of `names`."""

    name: str
    columns: tuple[str, ...]
    names: tuple[str, ...]
    rows: list[tuple[str | None, ...]]


# ── What a column of a look-up table can be ─────────────────────────────────────────────────────────────────────────


class Truth(NamedTuple):
    """Whether a text is `odd`, `given`, or `stated`; see `Learnt`."""

    which: str


class DigestOf(NamedTuple):
    """A digest that no other column decides."""

    number: int


class PartOf(NamedTuple):
    """A part of a digest that is computed in the row."""

    number: int
    place: int


class Marked(NamedTuple):
    """Whether a quad is said whose object has marks."""

    quad: Quad4


class Valued(NamedTuple):
    """The object of a quad, by its number among those with this subject, predicate and graph."""

    quad: Quad4
    number: int


class Term(NamedTuple):
    """A text of a name; with marks a truth, and `text` is the text."""

    name: str
    text: str = ""


class Introduces(NamedTuple):
    """Whether something is introduced."""

    spot: Spot


class Refers(NamedTuple):
    """What is referred to; a truth where the spot has its IRI already, with marks."""

    spot: Spot
    number: int


Key: TypeAlias = Truth | DigestOf | PartOf | Marked | Valued | Term | Introduces | Refers


class Tried:
    """What each distinct text puts into a facet, and what that says: said once for what is the same."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self.said: list[Said] = []
        self.texts: list[tuple[tuple[str, ...], int]] = []

    def known(self, texts: tuple[str, ...], filled: Hashable) -> bool:
        """Whether it is known what this says; the texts are then noted."""
        number = self._numbers.get(filled)
        if number is not None:
            self.texts.append((texts, number))
        return number is not None

    def add(self, texts: tuple[str, ...], filled: Hashable, said: Said) -> None:
        """Note what is said."""
        self._numbers[filled] = len(self.said)
        self.texts.append((texts, len(self.said)))
        self.said.append(said)


class Table:
    """The look-up table of a facet, made of what its texts say."""

    def __init__(self, tried: Tried) -> None:
        self._tried = tried
        self._shapes: dict[tuple[int, tuple[str | None, ...], bool], int] = {}
        self._cells: dict[Key, dict[int, str]] = defaultdict(dict)
        for number, said in enumerate(tried.said):
            if said.odd:
                self._cells[Truth("odd")][number] = _YES
            else:
                self._take(number, said)

    def emit(self, columns: tuple[str, ...], emission: Emission) -> LookUp:
        """Write lines that read the table to a plan; the table."""
        merged: dict[tuple[tuple[int, str], ...], str] = {}
        column_of: dict[Key, str] = {}
        single: dict[Key, str] = {}
        for key, cells in self._cells.items():
            values = set(cells.values())
            if isinstance(key, Valued) and len(values) == 1:
                single[key] = values.pop()
                cells = dict.fromkeys(cells, _YES)  # noqa: PLW2901 # where it stands is all that differs
            column_of[key] = merged.setdefault(tuple(cells.items()), f"k{len(merged)}")
        self._emit_digests(column_of, emission)
        for key, column in column_of.items():
            _emit(key, Found(emission.name, column), single.get(key), emission)
        filled = [dict(cells) for cells in merged]
        found = [tuple(cells.get(number) for cells in filled) for number in range(len(self._tried.said))]
        rows = [(*texts, *found[number]) for texts, number in self._tried.texts]
        return LookUp(emission.name, columns, tuple(merged.values()), rows)

    # ── What one text says ──────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, which: int, said: Said) -> None:
        self._cells[Truth("given")][which] = _YES
        if said.states:
            self._cells[Truth("stated")][which] = _YES
        numbers = self._take_digests(which, said)
        seen: dict[Quad4, int] = defaultdict(int)
        for quad in sorted(said.quads):
            s, p, o, g = (renumbered(text, numbers) for text in quad)
            if has_marks(o):
                self._cells[Marked((s, p, o, g))][which] = _YES
            else:
                slot = (s, p, "", g)
                self._cells[Valued(slot, seen[slot])][which] = o
                seen[slot] += 1
        for name, text in said.terms.items():
            own = renumbered(text, numbers)
            key = Term(name, own) if has_marks(own) else Term(name)
            self._cells[key][which] = _YES if key.text else own
        for spot in said.introduced:
            self._cells[Introduces(spot._replace(iri=renumbered(spot.iri, numbers)))][which] = _YES
        for number, spot in enumerate(said.referred):
            self._take_reference(which, number, spot, numbers)

    def _take_digests(self, which: int, said: Said) -> dict[int, int]:
        """Note the parts of digests; the numbers that they have in the table, by those of this trial."""
        numbers: dict[int, int] = {}
        for number, (parts, in_order) in enumerate(said.digests):
            own = tuple(renumbered(part, numbers) for part in parts)
            shape = tuple(part if has_marks(part) else None for part in own)
            known = numbers[number] = self._shapes.setdefault((number, shape, in_order), len(self._shapes))
            if not any(shape):
                self._cells[DigestOf(known)][which] = digest(*parts)
                continue
            for place, part in enumerate(own):
                if shape[place] is None:
                    self._cells[PartOf(known, place)][which] = part
        return numbers

    def _take_reference(self, which: int, number: int, spot: Spot, numbers: dict[int, int]) -> None:
        iri, subject = renumbered(spot.iri, numbers), renumbered(spot.subject, numbers)
        if has_marks(iri):
            self._cells[Refers(spot._replace(iri=iri, subject=subject), 0)][which] = _YES
        else:
            self._cells[Refers(spot._replace(iri="", subject=subject), number)][which] = iri

    # ── Lines ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _emit_digests(self, column_of: dict[Key, str], emission: Emission) -> None:
        def found(key: Key) -> Found:
            return Found(emission.name, column_of[key])

        for (_, shape, in_order), known in self._shapes.items():
            if not any(shape):
                emission.digest_known(known, (found(DigestOf(known)),))
                continue
            parts = tuple(
                emission.part(part) if part is not None else (found(PartOf(known, place)),)
                for place, part in enumerate(shape)
            )
            emission.digest(known, parts, in_order=in_order)


def _emit(key: Key, found: Found, single: str | None, emission: Emission) -> None:
    holds = IsFound(found)
    match key:
        case Truth("odd"):
            emission.odd(holds)
        case Truth("given"):
            emission.given(holds)
        case Truth(_):
            emission.stated(holds)
        case Marked(quad):
            emission.quad(quad, emission.term(quad[2]), holds)
        case Valued(quad, _):
            emission.quad(quad, (single,) if single is not None else (found,), holds)
        case Term(name, text):
            emission.named(name, emission.term(text) if text else (found,), holds)
        case Introduces(spot):
            emission.introduced(spot, holds)
        case Refers(spot, _):
            emission.referred(spot, emission.text(spot.iri) if spot.iri else (found,), holds)
        case DigestOf() | PartOf():
            return
