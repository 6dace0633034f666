"""
The gate: what a claim states must stand in the words it quotes, or say that it was inferred.

It looks at statements, so that it does not matter who wrote them: an engine, or a person in a facts file. Of each claim
that quotes:

- every participant and every place stands in a quote, or in a passage that supports it, by a name that it is known by.
  Who speaks, or is spoken for, need not be named ("we seized it"); what the claim introduces is named as one likes;
- every number of a count can be read from there, with what qualifies it: "at least 20" bears no 20;
- every day is named there in full, and every clock time.

What was inferred is a claim of the analyst's, which quotes nothing, and so it is not looked at here.

What a person wrote is held to less than what an engine proposes: the person has read the whole report, knows who "they"
are and quotes few words. There it is enough that some quote of the document holds a word of the name, and that the
wording of a count stands in the quote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from pyoxigraph import Literal, NamedNode

from kg.mapping.borne import Passage
from kg.mapping.linking import shown
from kg.mapping.values.wording import Wording, fold
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.statements import Statement
from kg.ontology import Ontology
from kg.ontology import vocabulary as v

_EPOCH = date(1970, 1, 1).toordinal()
_LABELS = frozenset({v.SKOS_PREF_LABEL, v.SKOS_ALT_LABEL, v.SKOS_HIDDEN_LABEL})
_RESTS_ON = frozenset({v.QUOTE, v.SUPPORT, v.EXACT_TEXT})
_WHO_AND_WHERE = frozenset({v.PARTICIPANT, v.TARGET, v.VICTIM, v.PLACE_OF})


@dataclass(slots=True)
class Registry:
    """By what names things are known, of which classes they are, whom they speak for: from all that the facts say."""

    names: dict[NamedNode, set[str]] = field(default_factory=lambda: defaultdict(set))
    types: dict[NamedNode, set[NamedNode]] = field(default_factory=lambda: defaultdict(set))
    speaks_for: dict[NamedNode, set[NamedNode]] = field(default_factory=lambda: defaultdict(set))

    def take(self, statements: Iterable[Statement]) -> None:
        """Learn names and classes from statements."""
        for quad, *_ in statements:
            predicate = quad.predicate
            if predicate in _LABELS and isinstance(quad.object, Literal):
                self.names[quad.subject].add(quad.object.value)  # type: ignore[index]
            elif predicate == v.RDF_TYPE and isinstance(quad.object, NamedNode):
                self.types[quad.subject].add(quad.object)  # type: ignore[index]
            elif predicate == v.SPEAKS_FOR:
                self.speaks_for[quad.subject].add(quad.object)  # type: ignore[index,arg-type]

    def known_as(self, thing: NamedNode, ontology: Ontology) -> set[str]:
        """
        All that a thing may be called: its names, and those of places without the word for their class.

        A report writes "in Kyunhla" of Kyunhla Township, and "Sagaing and Magwe regions" of two regions.
        """
        names = self.names.get(thing, set())
        kinds = {
            word for cls in self.types.get(thing, ()) if (c := ontology.by_iri.get(cls)) for word in _words(c.label)
        }
        bare = {" ".join(words[:-1]) for name in names if len(words := name.split()) > 1 and fold(words[-1]) in kinds}
        return names | bare


def _words(label: str) -> list[str]:
    return fold(label).replace("/", " ").split()


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate needs beside the statements; `base` is what the names of things begin with."""

    registry: Registry
    ontology: Ontology
    wording: Wording
    base: str

    def findings(self, statements: Sequence[Statement], *, strict: bool) -> Iterator[Finding]:
        """
        What the claims among these statements say that their words do not bear, claim by claim.

        `strict` is for what an engine proposes. The statements are those of one document.
        """
        stated: dict[NamedNode, list[Statement]] = defaultdict(list)
        speakers: dict[NamedNode, set[NamedNode]] = defaultdict(set)
        for one in statements:
            stated[one.quad.graph_name].append(one)  # type: ignore[index]
            if one.quad.predicate == v.SPEAKER:
                speaker = one.quad.object
                speakers[one.quad.subject] |= {speaker, *self.registry.speaks_for.get(speaker, ())}  # type: ignore[index,arg-type]
        passages = _passages(statements, self.wording)
        whole = Passage(tuple(text for _, passage in passages for text in passage.texts), self.wording)
        introduced = {one.quad.subject for one in statements if one.quad.predicate == v.RDF_TYPE}
        for claim, passage in passages:
            of = _Claim(self, passage, stated.get(claim, []), speakers[claim])
            yield from of.findings(whole) if strict else of.findings_of_hand(whole, introduced)


def _passages(statements: Iterable[Statement], wording: Wording) -> list[tuple[NamedNode, Passage]]:
    """The claims that quote, each with what it rests on."""
    quotes: dict[NamedNode, list[str]] = defaultdict(list)
    supports: list[tuple[NamedNode, NamedNode]] = []
    exact: dict[NamedNode, str] = {}
    for quad, *_ in statements:
        predicate = quad.predicate
        if predicate not in _RESTS_ON:
            continue
        if predicate == v.QUOTE:
            quotes[quad.subject].append(quad.object.value)  # type: ignore[index,union-attr]
        elif predicate == v.SUPPORT:
            supports.append((quad.subject, quad.object))  # type: ignore[arg-type]
        else:
            exact[quad.subject] = quad.object.value  # type: ignore[index,union-attr]
    for claim, node in supports:
        if claim in quotes and node in exact:
            quotes[claim].append(exact[node])
    return [(claim, Passage(tuple(texts), wording)) for claim, texts in quotes.items()]


class _Claim:
    """One claim: what it states, by subject, and the words it rests on."""

    def __init__(
        self, gate: Gate, passage: Passage, statements: Sequence[Statement], speakers: Collection[NamedNode]
    ) -> None:
        self.gate = gate
        self.passage = passage
        self.statements = statements
        self.speakers = speakers
        self.of: dict[NamedNode, dict[NamedNode, Statement]] = defaultdict(dict)
        for one in statements:
            self.of[one.quad.subject][one.quad.predicate] = one  # type: ignore[index]

    def findings(self, whole: Passage) -> Iterator[Finding]:
        """What an engine proposes and its passages do not bear; `whole` are all passages of the document."""
        introduced = {subject for subject, said in self.of.items() if v.RDF_TYPE in said}
        named = self._names(introduced, self.passage.names)
        return _once((*named, *self._given_names(whole), *self._wordings(strict=True)))

    def findings_of_hand(self, whole: Passage, introduced: Collection[object]) -> Iterator[Finding]:
        """What a person wrote and the quotes do not bear; `whole` are all quotes of the document."""
        return _once((*self._names(introduced, whole.hints_at), *self._wordings(strict=False)))

    def _names(self, introduced: Collection[object], named: Callable[[Iterable[str]], bool]) -> Iterator[Finding]:
        for quad, place, _ in self.statements:
            if quad.predicate not in _WHO_AND_WHERE or quad.object in introduced or quad.object in self.speakers:
                continue
            names = self.gate.registry.known_as(quad.object, self.gate.ontology)  # type: ignore[arg-type]
            if names and not named(names):
                name = shown(quad.object, self.gate.base)  # type: ignore[arg-type]
                message = f"the quote does not name '{name}' ({_told(names)})"
                hint = "quote the words that name it, add them as `support`, or write `{value: …, inferred: why}`"
                yield _finding("participant-not-quoted", message, place, hint)

    def _given_names(self, whole: Passage) -> Iterator[Finding]:
        """The names that an engine gives to things, and whose words no passage has."""
        for quad, place, _ in self.statements:
            if quad.predicate in _LABELS and not whole.has_words(quad.object.value):  # type: ignore[union-attr]
                message = f"no quote holds the name '{quad.object.value}'"  # type: ignore[union-attr]
                yield _finding("participant-not-quoted", message, place, "take the name as it stands in the quote")

    def _wordings(self, *, strict: bool) -> Iterator[Finding]:
        for said in self.of.values():
            if v.QUALIFIER in said and (strict or not self._stands(said)):
                yield from self._count(said, strict=strict)
            elif v.PRECISION in said:
                yield from self._time(said)

    def _stands(self, said: Mapping[NamedNode, Statement]) -> bool:
        """Whether a wording stands in the quote as it is."""
        written = said.get(v.AS_WRITTEN)
        return written is not None and self.passage.names([written.quad.object.value])  # type: ignore[union-attr]

    def _count(self, said: Mapping[NamedNode, Statement], *, strict: bool) -> Iterator[Finding]:
        bounds = [_integer(said.get(predicate)) for predicate in (v.LOW, v.HIGH, v.CENTRAL)]
        if bounds == [None, None, None]:
            yield from self._words(said, "number-not-quoted") if strict else ()
            return
        if any((r.low, r.high, r.central) == tuple(bounds) for r in self.passage.counts):
            return
        at = said.get(v.AS_WRITTEN, said[v.QUALIFIER])
        told = at.quad.object.value if v.AS_WRITTEN in said else ""  # type: ignore[union-attr]
        message = f"the quote does not bear this number{f': {told}' if told else ''}"
        hint = "write the number that the quote has, quote the words that have it, or write `{value: …, inferred: why}`"
        yield _finding("number-not-quoted", message, at.value, hint)

    def _time(self, said: Mapping[NamedNode, Statement]) -> Iterator[Finding]:
        numbers = {_integer(said.get(predicate)) for predicate in (v.EARLIEST_DAY, v.LATEST_DAY)} - {None}
        missing = [day for n in sorted(filter(None, numbers)) if not self._names_day(day := _iso(n), said)]
        if missing:
            at = next(said[predicate] for predicate in (v.EARLIEST_DAY, v.LATEST_DAY) if predicate in said)
            hint = "what follows from the dateline or the context is inferred: `{value: …, inferred: why}`"
            message = f"the quote does not name {missing[0]} in full"
            yield _finding("date-not-quoted", message, at.value, hint)
        elif not numbers and not {v.CLOCK_EARLIEST, v.CLOCK_LATEST}.isdisjoint(said):
            clock = (_clock(said.get(v.CLOCK_EARLIEST)), _clock(said.get(v.CLOCK_LATEST)))
            if clock not in self.passage.clock:
                yield from self._words(said, "date-not-quoted")

    def _names_day(self, day: str, said: Mapping[NamedNode, Statement]) -> bool:
        precision = said[v.PRECISION].quad.object
        if precision == v.YEAR_PRECISION:
            return day[:4] in self.passage.years
        if precision == v.MONTH_PRECISION:
            return day[:7] in self.passage.months
        # "Before" and "after" a day leave it out.
        near = (date.fromisoformat(day).toordinal() + n for n in (0, -1, 1))
        days = {date.fromordinal(n).isoformat() for n in near} if precision == v.INTERVAL_PRECISION else {day}
        return not days.isdisjoint(self.passage.days)

    def _words(self, said: Mapping[NamedNode, Statement], code: str) -> Iterator[Finding]:
        """That a wording which bears no number stands in the quote."""
        written = said.get(v.AS_WRITTEN)
        if written is None or self._stands(said):
            return
        message = f"the quote does not say '{written.quad.object.value}'"  # type: ignore[union-attr]
        hint = "write it as the quote does, quote the words that say it, or write `{value: …, inferred: why}`"
        yield _finding(code, message, written.value, hint)


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """A value that is wrong in two ways is told once."""
    told: set[Position] = set()
    for one in findings:
        if one.position not in told:
            told.add(one.position)
            yield one


def _finding(code: str, message: str, at: Position, hint: str) -> Finding:
    return Finding(code, Severity.warning, message, at, hint)


def _told(names: Iterable[str]) -> str:
    shown_names = sorted(names, key=lambda name: (-len(name), name))[:3]
    return ", ".join(shown_names)


def _integer(statement: Statement | None) -> int | None:
    return int(statement.quad.object.value) if statement is not None else None  # type: ignore[union-attr]


def _clock(statement: Statement | None) -> time | None:
    return time.fromisoformat(statement.quad.object.value) if statement is not None else None  # type: ignore[union-attr]


def _iso(day_number: int) -> str:
    return date.fromordinal(day_number + _EPOCH).isoformat()
