"""
What the values of a table say, learnt by trying each distinct one once: look-up tables, and lines that read them.

Texts in a plain form are tried by two samples. Where both say the same but for the sample itself, every text of the
form does, and no look-up is needed for them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, Protocol

from kg.mapping.iris import digest
from kg.mapping.plan.emission import Emission, Learnt
from kg.mapping.plan.forms import Form
from kg.mapping.plan.look_ups import LookUp, Table, Tried
from kg.mapping.plan.pieces import ALWAYS, Cell, EntryPlan, Flag, IsFull, IsPlain, Plain, When
from kg.mapping.plan.probe import Marks, Said, is_confusing
from kg.mapping.templates.filling import Row
from kg.model.findings import Finding, Severity

_MOST_FAULTY: Final = 2_000
"""Distinct texts with errors, after which no further one is tried."""

Fill = Callable[[Row], Hashable]
Say = Callable[[Any, frozenset[str]], Said | None]


class Cells(Protocol):
    """The cells of a table, as an engine holds them."""

    def distinct(self, columns: tuple[str, ...], unless: Plain) -> Iterator[tuple[str, ...]]:
        """The distinct texts of some columns, of the rows in which they are not all in these forms."""
        ...

    def all_plain(self, plain: Plain) -> bool:
        """Whether every cell of these columns that is not empty is in its form."""
        ...

    def any_empty(self, column: str) -> bool:
        """Whether the cell of a row is empty."""
        ...

    def look_up(self, table: LookUp) -> None:
        """Take a look-up table in."""
        ...


@dataclass(frozen=True, slots=True)
class Facet:
    """
    One thing that an entry says, and the columns it depends on.

    `fill` gives what a row puts into it, None where that is nothing; `say` what that says, and is told which samples
    stand for any text. Rows that put the same into it say the same, so that it is said once. `plain` are the forms of
    the columns in which a sample can stand for a text; empty where it cannot.
    """

    columns: tuple[str, ...]
    fill: Fill
    say: Say
    plain: tuple[Form, ...] = ()


class PlainFacet(NamedTuple):
    """What a facet says of samples, the cells that they stand for, and the forms that these have."""

    said: Said
    cells: dict[str, Cell]
    forms: Plain


class Learner:
    """
    Learns the facets of one mapping. `cells` is the engine's table.

    `findings` are what is wrong with the mapping itself, whatever the rows say.
    """

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._tables = 0
        self.findings: dict[Finding, None] = {}

    def learn(self, facet: Facet, plan: EntryPlan, names: Mapping[str, str], when: When = ALWAYS) -> Learnt:
        """
        Find out what a facet says; its lines go to `plan`, each where `when` holds too.

        `names` are the names of the row's texts by mark: the subject, the claim.
        """
        learnt = Learnt()
        emission = Emission(self._next(), Marks(names, {}), when, plan, learnt)
        if not facet.columns:
            self._constant(facet, emission)
            return learnt
        plain = self._plain(facet)
        whole = plain is not None and self._cells.all_plain(plain.forms)
        if plain is not None:
            holds = self.full(facet.columns)
            if not whole:
                holds = Flag(f"plain_{emission.name}")
                plan.flags[holds.name] = IsPlain(plain.forms)
            _emit_plain(plain.said, replace(emission, marks=Marks(names, plain.cells)), holds)
        if not whole:
            self._look_up(facet, plain.forms if plain is not None else (), replace(emission, name=self._next()))
        return learnt

    def _look_up(self, facet: Facet, unless: Plain, emission: Emission) -> None:
        """Try every text that is not plain, and make a table of what they say."""
        tried = Tried()
        faulty = 0
        for texts in self._cells.distinct(facet.columns, unless):
            filled = facet.fill(dict(zip(facet.columns, texts, strict=True)))
            if filled is None or tried.known(texts, filled):
                continue
            # What is wrong with one more, nobody reads: its row is left to the reference.
            is_left = faulty >= _MOST_FAULTY or is_confusing(filled)
            said = Said(confusing=True) if is_left else facet.say(filled, frozenset())
            if said is not None:
                faulty += any(finding.severity is Severity.error for finding in said.findings)
                tried.add(texts, filled, said)
        if tried.said:
            self._cells.look_up(Table(tried).emit(facet.columns, emission))

    def _constant(self, facet: Facet, emission: Emission) -> None:
        """What no cell decides is the same in every row, and so is what is wrong with it: told once."""
        filled = facet.fill({})
        if is_confusing(filled):
            emission.odd(ALWAYS)
            return
        said = facet.say(filled, frozenset()) if filled is not None else None
        if said is not None:
            self.findings.update(dict.fromkeys(said.findings))
            _emit_plain(said, emission, ALWAYS)

    def full(self, columns: Iterable[str]) -> When:
        """When all these columns are full."""
        some = tuple(column for column in columns if self._cells.any_empty(column))
        return IsFull(some) if some else ALWAYS

    def _next(self) -> str:
        self._tables += 1
        return f"v{self._tables}"

    @staticmethod
    def _plain(facet: Facet) -> PlainFacet | None:
        """What a sample says; None where samples do not do."""
        if not facet.plain:
            return None
        found: list[tuple[Said, dict[str, str]]] = []
        for which in (0, 1):
            samples = {
                form.sample(which, number): column
                for number, (column, form) in enumerate(zip(facet.columns, facet.plain, strict=True))
            }
            filled = facet.fill({column: text for text, column in samples.items()})
            if is_confusing(filled):
                return None
            said = facet.say(filled, frozenset(samples)) if filled is not None else None
            if said is None or said.findings:
                return None
            found.append((said, samples))
        if _shape(*found[0]) != _shape(*found[1]):
            return None
        plain = tuple(zip(facet.columns, facet.plain, strict=True))
        forms = dict(plain)
        said, samples = found[0]
        cells = {text: Cell(column, escaped=forms[column].has_quotes) for text, column in samples.items()}
        return PlainFacet(said, cells, plain)


def _shape(said: Said, samples: Mapping[str, str]) -> object:
    """What was said with every sample replaced by its column: equal for two samples where only they differ."""

    def neutral(text: str) -> str:
        for sample, column in samples.items():
            text = text.replace(sample, f"\0{column}\0")
        return text

    quads = frozenset(tuple(map(neutral, quad)) for quad in said.quads)
    digests = tuple((tuple(_neutral_part(part, neutral) for part in parts), order) for parts, order in said.digests)
    terms = tuple((name, neutral(text)) for name, text in said.terms.items())
    spots = frozenset((neutral(s.iri), s.key, neutral(s.subject)) for s in (*said.introduced, *said.referred))
    return quads, digests, terms, spots


def _neutral_part(part: str, neutral: Callable[[str], str]) -> str:
    length, colon, rest = part.partition(":")
    own = colon and length.isdecimal() and int(length) == len(rest)
    return f"\0length:{neutral(rest)}" if own else neutral(part)


def _emit_plain(said: Said, emission: Emission, holds: When) -> None:
    """Emit what is said wherever `holds` does."""
    for number, (parts, in_order) in enumerate(said.digests):
        if any(emission.marks.differs(part) for part in parts):
            emission.digest(number, tuple(map(emission.part, parts)), in_order=in_order)
        else:
            emission.digest_known(number, (digest(*parts),))
    for quad in said.quads:
        emission.quad(quad, emission.term(quad[2]), holds)
    for name, text in said.terms.items():
        emission.named(name, emission.text(text), holds)
    for spot in said.introduced:
        emission.introduced(spot, holds)
    for spot in said.referred:
        emission.referred(spot, emission.text(spot.iri), holds)
    emission.given(holds)
    if said.states:
        emission.stated(holds)
