"""
What the values of a table say, learnt by trying each distinct one once: look-up tables, and lines that read them.

Texts in a plain form are tried by two samples. Where both say the same but for the sample itself, every text of the form
does, and no look-up is needed for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from kg.mapping.iris import digest
from kg.mapping.plan.forms import Form
from kg.mapping.plan.pieces import (
    ALWAYS,
    All,
    Any_,
    Cell,
    Digest,
    EntryPlan,
    Flag,
    Found,
    Introduced,
    IsFound,
    IsFull,
    IsPlain,
    Line,
    Pieces,
    Plain,
    Referred,
    When,
)
from kg.mapping.plan.probe import Marks, Said, has_marks, is_confusing, renumbered
from kg.mapping.templates.filling import Row
from kg.model.findings import Finding

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
    stand for any text. Rows that put the same into it say the same, so that it is said once. `plain` are the forms of the
    columns in which a sample can stand for a text; empty where it cannot.
    """

    columns: tuple[str, ...]
    fill: Fill
    say: Say
    plain: tuple[Form, ...] = ()


@dataclass(frozen=True, slots=True)
class LookUp:
    """A table by distinct texts of columns. A row of it has the texts, then a text or None for each of `names`."""

    name: str
    columns: tuple[str, ...]
    names: tuple[str, ...]
    rows: list[tuple[str | None, ...]]


@dataclass(slots=True)
class Learnt:
    """
    When a facet says something (`given`), in the claim's own graph (`stated`), or something odd; its texts of a name:
    alternatives, each with when it holds.

    None of it depends on whether the row has the entry at all.
    """

    given: When
    odd: When
    stated: When = Any_(())
    terms: dict[str, list[tuple[Pieces, When]]] = field(default_factory=dict)

    @property
    def asked(self) -> When:
        """When there is something to say, right or wrong."""
        return Any_((self.given, self.odd))


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
        learnt = Learnt(Any_(()), Any_(()))
        if not facet.columns:
            self._constant(facet, plan, names, when, learnt)
            return learnt
        plain = self._plain(facet)
        if plain is not None:
            said, marks, forms = plain
            whole = self._cells.all_plain(forms)
            name = self._next()
            holds = self.full(facet.columns)
            if not whole:
                holds = Flag(f"plain_{name}")
                plan.flags[holds.name] = IsPlain(forms)
            _emit_plain(said, Marks(names, marks), plan, when, learnt, name, holds)
            if whole:
                return learnt
        tried = _Tried(facet)
        for texts in self._cells.distinct(facet.columns, plain[2] if plain is not None else ()):
            tried.take(texts)
        if tried.said:
            table = _Table(self._next(), facet.columns, names)
            self._cells.look_up(table.fill(tried, plan, when, learnt))
        return learnt

    def _constant(self, facet: Facet, plan: EntryPlan, names: Mapping[str, str], when: When, learnt: Learnt) -> None:
        """What no cell decides is the same in every row, and so is what is wrong with it: told once."""
        filled = facet.fill({})
        if is_confusing(filled):
            learnt.odd = ALWAYS
            return
        said = facet.say(filled, frozenset()) if filled is not None else None
        if said is not None:
            self.findings.update(dict.fromkeys(said.findings))
            _emit_plain(said, Marks(names, {}), plan, when, learnt, self._next(), ALWAYS)

    def full(self, columns: Iterable[str]) -> When:
        """When all these columns are full."""
        some = tuple(column for column in columns if self._cells.any_empty(column))
        return IsFull(some) if some else ALWAYS

    def _next(self) -> str:
        self._tables += 1
        return f"v{self._tables}"

    @staticmethod
    def _plain(facet: Facet) -> tuple[Said, dict[str, Cell], Plain] | None:
        """What a sample says, the cells that the samples stand for, and the forms; None where samples do not do."""
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
        return said, cells, plain


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


def _emit_plain(said: Said, marks: Marks, plan: EntryPlan, when: When, learnt: Learnt, name: str, holds: When) -> None:
    """Emit what is said wherever `holds` does."""
    here = All((when, holds))

    def digest_name(number: int) -> str:
        return f"{name}_{number}"

    for number, (parts, in_order) in enumerate(said.digests):
        differs = any(marks.differs(part) for part in parts)
        computed = Digest(tuple(marks.part(p, digest_name) for p in parts), in_order)
        plan.names[digest_name(number)] = (computed if differs else digest(*parts),)
    for s, p, o, g in said.quads:
        subject, value, graph = (marks.term(text, digest_name) for text in (s, o, g))
        plan.lines.append(Line(subject, p, value, graph, here))
    for term, text in said.terms.items():
        learnt.terms.setdefault(term, []).append((marks.pieces(text, digest_name), holds))
    for spot in said.introduced:
        types = (" ".join(cls.value for cls in spot.classes),)
        plan.introduced.append(
            Introduced(marks.pieces(spot.iri, digest_name), types, spot.line, spot.column, here)
        )  # fmt: skip
    for spot in said.referred:
        iri, subject = marks.pieces(spot.iri, digest_name), marks.pieces(spot.subject, digest_name)
        plan.referred.append(
            Referred(iri, spot.classes, spot.key, subject, spot.line, spot.column, spot.is_use, here)
        )  # fmt: skip
    learnt.given = Any_((learnt.given, holds))
    if said.states:
        learnt.stated = Any_((learnt.stated, holds))


class _Tried:
    """What the distinct texts of a facet put into it, and what that says, once each."""

    def __init__(self, facet: Facet) -> None:
        self._facet = facet
        self._numbers: dict[Hashable, int] = {}
        self.said: list[Said] = []
        self.texts: list[tuple[tuple[str, ...], int]] = []

    def take(self, texts: tuple[str, ...]) -> None:
        filled = self._facet.fill(dict(zip(self._facet.columns, texts, strict=True)))
        if filled is None:
            return
        number = self._numbers.get(filled)
        if number is None:
            said = Said(confusing=True) if is_confusing(filled) else self._facet.say(filled, frozenset())
            number = self._numbers[filled] = len(self.said) if said is not None else -1
            if said is not None:
                self.said.append(said)
        if number >= 0:
            self.texts.append((texts, number))


class _Table:
    """The look-up table of a facet, and the lines that read it."""

    def __init__(self, name: str, columns: tuple[str, ...], names: Mapping[str, str]) -> None:
        self.name = name
        self.columns = columns
        self.marks = Marks(names, {})
        self._shapes: dict[tuple[int, tuple[str | None, ...], bool], int] = {}
        self._cells: dict[tuple[object, ...], dict[int, str]] = defaultdict(dict)

    def fill(self, tried: _Tried, plan: EntryPlan, when: When, learnt: Learnt) -> LookUp:
        for number, said in enumerate(tried.said):
            if said.odd:
                self._cells["odd",][number] = "1"
            else:
                self._cells["given",][number] = "1"
                if said.states:
                    self._cells["stated",][number] = "1"
                self._take(number, said)
        # Columns that say the same of every text are one: superproperties, and whatever always goes together.
        merged: dict[tuple[tuple[int, str], ...], str] = {}
        column_of: dict[tuple[object, ...], str] = {}
        single: dict[tuple[object, ...], str] = {}
        for key, cells in self._cells.items():
            values = set(cells.values())
            if key[0] == "value" and len(values) == 1:
                single[key] = values.pop()
                cells = dict.fromkeys(cells, "1")  # noqa: PLW2901 # where it stands is all that differs
            column_of[key] = merged.setdefault(tuple(cells.items()), f"k{len(merged)}")
        self._emit(column_of, single, plan, when, learnt)
        names = tuple(merged.values())
        filled = [dict(cells) for cells in merged]
        found = [tuple(cells.get(number) for cells in filled) for number in range(len(tried.said))]
        rows = [(*texts, *found[number]) for texts, number in tried.texts]
        return LookUp(self.name, self.columns, names, rows)

    def _take(self, which: int, said: Said) -> None:
        numbers: dict[int, int] = {}
        for number, (parts, in_order) in enumerate(said.digests):
            own = tuple(renumbered(part, numbers) for part in parts)
            shape = tuple(part if has_marks(part) else None for part in own)
            known = numbers[number] = self._shapes.setdefault((number, shape, in_order), len(self._shapes))
            if not any(shape):
                self._cells["digest", known][which] = digest(*parts)
                continue
            for k, part in enumerate(own):
                if shape[k] is None:
                    self._cells["part", known, k][which] = part
        seen: dict[tuple[str, str, str], int] = defaultdict(int)
        for quad in sorted(said.quads):
            s, p, o, g = (renumbered(text, numbers) for text in quad)
            if has_marks(o):
                self._cells["flag", s, p, o, g][which] = "1"
            else:
                self._cells["value", s, p, g, seen[s, p, g]][which] = o
                seen[s, p, g] += 1
        for name, text in said.terms.items():
            called = renumbered(text, numbers)
            if has_marks(called):
                self._cells["marked", name, called][which] = "1"
            else:
                self._cells["term", name][which] = called
        for spot in said.introduced:
            self._cells["introduced", spot._replace(iri=renumbered(spot.iri, numbers))][which] = "1"
        for number, spot in enumerate(said.referred):
            key = spot._replace(iri="", subject=renumbered(spot.subject, numbers))
            if has_marks(spot.iri):
                self._cells["referred", key._replace(iri=renumbered(spot.iri, numbers))][which] = "1"
            else:
                self._cells["reference", key, number][which] = spot.iri

    def _emit(
        self,
        column_of: Mapping[tuple[object, ...], str],
        single: Mapping[tuple[object, ...], str],
        plan: EntryPlan,
        when: When,
        learnt: Learnt,
    ) -> None:
        for (_, shape, in_order), known in self._shapes.items():
            if not any(shape):
                plan.names[self._digest(known)] = (Found(self.name, column_of["digest", known]),)
                continue
            parts = tuple(
                self.marks.part(part, self._digest) if part is not None
                else (Found(self.name, column_of["part", known, k]),)
                for k, part in enumerate(shape)
            )  # fmt: skip
            plan.names[self._digest(known)] = (Digest(parts, in_order),)
        for key, column in column_of.items():
            self._emit_one(key, Found(self.name, column), single.get(key), plan, when, learnt)

    def _emit_one(
        self,
        key: tuple[object, ...],
        found: Found,
        single: str | None,
        plan: EntryPlan,
        when: When,
        learnt: Learnt,
    ) -> None:
        here = All((when, IsFound(found)))
        match key:
            case ("odd",):
                learnt.odd = Any_((learnt.odd, IsFound(found)))
            case ("given",):
                learnt.given = Any_((learnt.given, IsFound(found)))
            case ("stated",):
                learnt.stated = Any_((learnt.stated, IsFound(found)))
            case ("flag", str(s), str(p), str(o), str(g)):
                plan.lines.append(Line(self._term(s), p, self._term(o), self._term(g), here))
            case ("value", str(s), str(p), str(g), _):
                value: Pieces = (single,) if single is not None else (found,)
                plan.lines.append(Line(self._term(s), p, value, self._term(g), here))
            case ("term", str(name)):
                learnt.terms.setdefault(name, []).append(((found,), IsFound(found)))
            case ("marked", str(name), str(text)):
                learnt.terms.setdefault(name, []).append((self._term(text), IsFound(found)))
            case ("introduced", spot):
                types = (" ".join(cls.value for cls in spot.classes),)  # type: ignore[attr-defined]
                iri = self.marks.pieces(spot.iri, self._digest)  # type: ignore[attr-defined]
                plan.introduced.append(Introduced(iri, types, spot.line, spot.column, here))  # type: ignore[attr-defined]
            case ("referred" | "reference", spot, *_):
                iri = self.marks.pieces(spot.iri, self._digest) if key[0] == "referred" else (found,)  # type: ignore[attr-defined]
                subject = self.marks.pieces(spot.subject, self._digest)  # type: ignore[attr-defined]
                plan.referred.append(
                    Referred(iri, spot.classes, spot.key, subject, spot.line, spot.column, spot.is_use, here)  # type: ignore[attr-defined]
                )
            case _:
                return

    def _term(self, text: str) -> Pieces:
        return self.marks.term(text, self._digest)

    def _digest(self, number: int) -> str:
        return f"{self.name}_{number}"
