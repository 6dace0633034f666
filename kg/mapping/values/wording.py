"""The words of `ontology/wording.ttl` as look-ups: what each phrase, in any language, stands for."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import NamedTuple, TypeAlias, TypeVar

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.model.errors import OntologyError
from kg.ontology import vocabulary as v

HOLE = "…"
"""Where a number stands in the label of a qualifier."""

_LABELS = (v.SKOS_PREF_LABEL, v.SKOS_ALT_LABEL, v.SKOS_HIDDEN_LABEL)

_BEARS_NUMBER = frozenset({v.EXACT, v.AT_LEAST, v.AT_MOST, v.AROUND})

# What the press and the keyboard write in more than one way, and nobody tells apart.
_ONE_FORM = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "‐": "-", "‑": "-", "−": "-"})

_T = TypeVar("_T")
_Terms: TypeAlias = "dict[NamedNode, dict[NamedNode, list[NamedNode | Literal]]]"


class PartOfDay(NamedTuple):
    """The window of a part of the day; it crosses midnight where `latest` is before `earliest`."""

    earliest: time
    latest: time
    either_night: bool = False


class Quantifier(NamedTuple):
    """What a phrase says of the number beside it; an exclusive one leaves the number itself out."""

    qualifier: NamedNode
    exclusive: bool = False


class NumberWord(NamedTuple):
    """A word for a number. One that `determines` (a, no) counts only at the head of a phrase."""

    number: int
    multiplies: bool = False
    determines: bool = False


@dataclass(frozen=True, eq=False)
class Wording:
    """
    The words that values are written in. Keys are labels as `fold` gives them.

    Two wordings are equal only when they are the same object, so that what is compiled from one is kept beside it.
    """

    parts_of_day: Mapping[str, PartOfDay]
    approximations: Mapping[str, int]
    time_relations: Mapping[str, NamedNode]
    halves_of_day: Mapping[str, NamedNode]
    weekdays: Mapping[str, int]
    passed_over: Mapping[str, NamedNode]
    unknown_times: Mapping[str, NamedNode]
    quantifiers: Mapping[str, Quantifier]
    numbers: Mapping[str, NumberWord]
    joiners: Mapping[str, NamedNode]
    proportions: Mapping[str, NamedNode]

    @classmethod
    def from_triples(cls, triples: Iterable[Triple | Quad]) -> Wording:
        """
        Collect the words from the triples of the ontology; what is no wording is passed over.

        Raises:
            OntologyError: A label has two meanings of one kind, or a term lacks its numbers.
        """
        terms = _indexed(triples)
        return cls(
            parts_of_day=_table(terms, v.PART_OF_DAY, _part_of_day),
            approximations=_table(terms, v.APPROXIMATION, lambda term: _integer(term, v.MINUTES_EITHER_SIDE)),
            time_relations=_table(terms, v.TIME_RELATION, _itself),
            halves_of_day=_table(terms, v.HALF_OF_DAY, _itself),
            weekdays=_table(terms, v.WEEKDAY, lambda term: _integer(term, v.NUMBER)),
            passed_over=_table(terms, v.PASSED_OVER_WORD, _itself),
            unknown_times=_unique((label, v.UNKNOWN_PRECISION) for label in _labels(terms, v.UNKNOWN_PRECISION)),
            quantifiers=_unique(_quantifiers(terms)),
            numbers=_table(terms, v.NUMBER_WORD, _number_word),
            joiners=_table(terms, v.NUMBER_JOINER, _itself),
            proportions=_table(terms, v.PROPORTION, _itself),
        )


def fold(text: str) -> str:
    """
    A text as it is compared: lower case, single spaces, one kind of apostrophe and hyphen, digits of ASCII.

    >>> fold(" Around\u00a0၁၁  A.M. ")
    'around 11 a.m.'
    """
    if text.isascii():
        return " ".join(text.lower().split())
    folded = text.casefold().translate(_ONE_FORM)
    return " ".join("".join(_ascii_digit(c) for c in folded).split())


def phrase_pattern(labels: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds the longest of the labels; letters on both sides of its ends would be another word."""
    letter = r"[^\W\d_]"
    choices = []
    for label in sorted(labels, key=len, reverse=True):
        before = rf"(?<!{letter})" if label[0].isalpha() else ""
        after = rf"(?!{letter})" if label[-1].isalpha() else ""
        choices.append(before + re.escape(label) + after)
    return re.compile("|".join(choices) or r"(?!)")


def _ascii_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


class _Term(NamedTuple):
    """One term of the table and what is said of it."""

    iri: NamedNode
    said: Mapping[NamedNode, list[NamedNode | Literal]]


def _indexed(triples: Iterable[Triple | Quad]) -> _Terms:
    terms: _Terms = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            terms[triple.subject][triple.predicate].append(triple.object)
    return terms


def _of_class(terms: _Terms, cls: NamedNode) -> Iterator[_Term]:
    for iri, said in terms.items():
        if cls in said.get(v.RDF_TYPE, ()):
            yield _Term(iri, said)


def _labels(terms: _Terms, iri: NamedNode, properties: Iterable[NamedNode] = _LABELS) -> Iterator[str]:
    said = terms.get(iri, {})
    for prop in properties:
        for value in said.get(prop, ()):
            if isinstance(value, Literal) and fold(value.value):
                yield fold(value.value)


def _table(terms: _Terms, cls: NamedNode, meaning: Callable[[_Term], _T]) -> dict[str, _T]:
    """The labels of all terms of a class, each with what it means; longest first, as they are looked for."""
    return _unique((label, meaning(term)) for term in _of_class(terms, cls) for label in _labels(terms, term.iri))


def _unique(pairs: Iterable[tuple[str, _T]]) -> dict[str, _T]:
    found: dict[str, _T] = {}
    for label, meaning in pairs:
        if found.setdefault(label, meaning) != meaning:
            raise OntologyError(
                f"the words {label!r} have two meanings: {_shown(found[label])} and {_shown(meaning)}",
                "take one of the labels out of ontology/wording.ttl or your own ontology file",
            )
    return dict(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))


def _quantifiers(terms: _Terms) -> Iterator[tuple[str, Quantifier]]:
    for term in _of_class(terms, v.QUALIFIER_CLASS):
        for exclusive, properties in ((False, _LABELS), (True, (v.EXCLUSIVE_LABEL,))):
            for label in _labels(terms, term.iri, properties):
                yield _with_hole(label, term.iri), Quantifier(term.iri, exclusive)


def _with_hole(label: str, qualifier: NamedNode) -> str:
    """A phrase of a number without a hole stands before the number: "some" of 20, not the "some" of nobody knows."""
    return f"{label} {HOLE}" if qualifier in _BEARS_NUMBER and HOLE not in label else label


def _itself(term: _Term) -> NamedNode:
    return term.iri


def _part_of_day(term: _Term) -> PartOfDay:
    return PartOfDay(_clock(term, v.CLOCK_EARLIEST), _clock(term, v.CLOCK_LATEST), _flag(term, v.EITHER_NIGHT))


def _number_word(term: _Term) -> NumberWord:
    return NumberWord(_integer(term, v.NUMBER), _flag(term, v.MULTIPLIES), _flag(term, v.DETERMINES))


def _clock(term: _Term, prop: NamedNode) -> time:
    text = _one(term, prop)
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise OntologyError(f"{term.iri.value}: {text!r} of {prop.value} is no time like 09:30:00") from error


def _integer(term: _Term, prop: NamedNode) -> int:
    text = _one(term, prop)
    try:
        return int(text)
    except ValueError as error:
        raise OntologyError(f"{term.iri.value}: {text!r} of {prop.value} is no whole number") from error


def _flag(term: _Term, prop: NamedNode) -> bool:
    return prop in term.said and _one(term, prop) in ("true", "1")


def _one(term: _Term, prop: NamedNode) -> str:
    values = {value.value for value in term.said.get(prop, ())}
    if len(values) != 1:
        found = "no value" if not values else f"{len(values)} values"
        raise OntologyError(f"{term.iri.value} has {found} of {prop.value}, and needs one")
    return values.pop()


def _shown(meaning: object) -> str:
    return meaning.value if isinstance(meaning, NamedNode) else str(meaning)
