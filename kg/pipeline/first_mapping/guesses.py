"""Which term of the ontology each column of a table holds: by its header, then by what its cells look like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from pyoxigraph import NamedNode

from kg.mapping.values.coordinates import read_coordinates
from kg.mapping.values.counts import read_count
from kg.mapping.values.problem import ValueProblem
from kg.mapping.values.wording import Wording
from kg.ontology import Class, Ontology, Property
from kg.ontology import vocabulary as v
from kg.ontology.other_names import OtherNames
from kg.pipeline.first_mapping.cells import Column

Kind = Enum("Kind", "row_id type day time first last latitude longitude point place thing count words text")
"""What is written for a column; `first` and `last` are the ends of a time."""

_TEXTS: Final = {v.XSD_STRING, v.RDF_LANG_STRING}
_SEVERAL: Final = {Kind.thing, Kind.text, Kind.row_id}
_NOT_ALL: Final = 0.6
_NEARLY_ALL: Final = 0.8
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}( ?[ap]\.?m\.?)?", re.IGNORECASE)
_FIGURE = re.compile(r"-?[0-9][0-9,.' ]*")
_WHOLE = re.compile(r"-?[0-9]+")


@dataclass(frozen=True, slots=True)
class Guess:
    """
    What a column holds.

    `prop` is the property to write, `cls` the class of the things that the cells name; `per_row` where each row has a
    thing of its own. `is_sure` is false where only a part of the header, or the cells alone, say so.
    """

    column: Column
    kind: Kind
    prop: Property | None = None
    cls: Class | None = None
    per_row: bool = False
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """The ontology, as headers and codes are looked up in it."""

    ontology: Ontology
    names: OtherNames
    wording: Wording
    _said: dict[tuple[object, object], NamedNode] = field(default_factory=dict)

    @classmethod
    def of(cls, ontology: Ontology) -> Terms:
        """The look-ups of an ontology."""
        hints = (v.COLUMN_PROPERTY, v.COLUMN_CLASS, v.ROW_CLASS, v.USUALLY_WITHIN, v.SAYS_LACK_OF)
        said: dict[tuple[object, object], NamedNode] = {
            (t.subject, t.predicate): t.object
            for t in ontology.triples
            if t.predicate in hints and isinstance(t.object, NamedNode)
        }
        return cls(ontology, OtherNames(ontology), Wording.from_triples(ontology.triples), said)

    def said(self, term: NamedNode, above: Sequence[NamedNode], hint: NamedNode) -> NamedNode | None:
        """What an annotation says of a term, or of the nearest above it that has one."""
        return next((found for one in (term, *above) if (found := self._said.get((one, hint)))), None)

    def depth(self, cls: Class) -> int:
        """How many larger places a place of this class usually lies in."""
        steps, at = 0, self._said.get((cls.iri, v.USUALLY_WITHIN))
        while at is not None and steps < len(self.ontology.by_iri):
            steps, at = steps + 1, self._said.get((at, v.USUALLY_WITHIN))
        return steps

    def event_class(self, code: str) -> tuple[Class | None, bool]:
        """The class of event that a code may stand for, and whether all of it is a name of the class."""
        for named in self.names.find(code):
            cls = self.ontology.by_iri.get(named.term)
            if cls is not None and self.ontology.is_kind_of(cls.iri, v.EVENT):
                return cls, named.is_whole
        return None, False

    def word(self, cls: Class, code: str) -> str:
        """The listed word of a class that a code may stand for; empty where none is."""
        plain = code.strip().casefold()
        return next((key for key in cls.individuals if key.casefold() == plain), "")


def guesses(columns: Sequence[Column], terms: Terms) -> list[Guess]:
    """One guess for each column that is understood, in the order of the columns. No two give what can be given once."""
    likely = [(column, list(_likely(column, terms))) for column in columns if column.filled]
    found: dict[str, Guess] = {}
    taken: set[tuple[Kind, str]] = set()
    for is_sure in (True, False):
        for column, options in likely:
            fitting = (one for one in options if one.is_sure is is_sure and _slot(one) not in taken)
            guess = None if column.name in found else next(fitting, None)
            if guess is not None:
                found[column.name] = guess
                if guess.kind not in _SEVERAL:
                    taken.add(_slot(guess))
    for column, _ in likely:
        guess = None if column.name in found else _by_cells(column, terms, {kind for kind, _ in taken})
        if guess is not None:
            found[column.name] = guess
            taken.add(_slot(guess))
    return _whole_pairs([found[column.name] for column in columns if column.name in found])


def _whole_pairs(found: list[Guess]) -> list[Guess]:
    """The guesses that can be written: both degrees or none, both ends of a time or none."""
    kinds = {guess.kind for guess in found}
    ends = [guess for guess in found if guess.kind in (Kind.first, Kind.last)]
    left_out: set[Kind] = set()
    if not {Kind.latitude, Kind.longitude} <= kinds:
        left_out |= {Kind.latitude, Kind.longitude}
    else:
        left_out.add(Kind.point)
    if len(ends) < 2 or Kind.time in kinds or not all(guess.column.are_spelled_times for guess in ends):
        left_out |= {Kind.first, Kind.last}
    return [guess for guess in found if guess.kind not in left_out]


def _slot(guess: Guess) -> tuple[Kind, str]:
    """What can be given once."""
    return guess.kind, guess.cls.name if guess.cls else guess.prop.key if guess.prop else ""


def _likely(column: Column, terms: Terms) -> Iterator[Guess]:
    for named in terms.names.find(column.name):
        guess = _guess(column, named.term, terms)
        if guess is not None and _fits(guess, terms):
            yield Guess(guess.column, guess.kind, guess.prop, guess.cls, guess.per_row, named.is_whole)


def _by_cells(column: Column, terms: Terms, taken: set[Kind]) -> Guess | None:
    """What the cells alone say: days, or codes that are mostly names of classes."""
    if Kind.day not in taken and Kind.first not in taken and column.day_formats is not None:
        return Guess(column, Kind.day, terms.ontology.properties[v.DAY], is_sure=False)
    known = [code for code in column.codes if terms.event_class(code)[0] is not None]
    if Kind.type not in taken and column.are_codes and len(known) >= _NOT_ALL * len(column.codes):
        return Guess(column, Kind.type, is_sure=False)
    return None


def _guess(column: Column, term: NamedNode, terms: Terms) -> Guess | None:
    """What a column would be, if it held this term; None where no row of events can say it."""
    plain = {
        v.DCTERMS_IDENTIFIER: Kind.row_id,
        v.RDF_TYPE: Kind.type,
        v.LATITUDE: Kind.latitude,
        v.LONGITUDE: Kind.longitude,
        v.EARLIEST: Kind.first,
        v.LATEST: Kind.last,
    }.get(term)
    if plain is not None:
        return Guess(column, plain)
    if (cls := terms.ontology.by_iri.get(term)) is not None:
        return _of_class(column, cls, terms)
    prop = terms.ontology.properties.get(term)
    return _of_property(column, prop, terms) if prop is not None and _can_say(prop, terms.ontology) else None


def _of_class(column: Column, cls: Class, terms: Terms) -> Guess | None:
    """A column that is named after a class: a larger or smaller place, or somebody."""
    if terms.ontology.is_kind_of(cls.iri, v.PLACE):
        return Guess(column, Kind.place, cls=cls)
    iri = terms.said(cls.iri, cls.ancestors, v.COLUMN_PROPERTY)
    return Guess(column, Kind.thing, terms.ontology.properties[iri], cls) if iri is not None else None


def _can_say(prop: Property, ontology: Ontology) -> bool:
    """Whether a claim, or an event in it, can have a property."""
    if prop.key in ontology.claim_keys:
        return ontology.claim_keys[prop.key] is prop
    above = {v.EVENT, *ontology.ancestors(v.EVENT)}
    return (ontology.thing_keys.get(prop.key) is prop and (not prop.domains or bool(above & prop.domains))) or (
        prop.iri == v.COORDINATES
    )


def _of_property(column: Column, prop: Property, terms: Terms) -> Guess | None:
    cls = terms.ontology.value_class(prop)
    scalar = terms.ontology.properties.get(cls.scalar_property) if cls and cls.scalar_property else None
    counted = terms.ontology.value_class(scalar) if scalar else cls
    syntax = prop.syntax or (counted.syntax if counted else "")
    kinds = {
        v.SYNTAX_DAY: Kind.day,
        v.SYNTAX_TIME: Kind.time,
        v.SYNTAX_COUNT: Kind.count,
        v.SYNTAX_COORDINATES: Kind.point,
    }
    if syntax == v.SYNTAX_TIME and column.day_formats is not None:
        return Guess(column, Kind.day, terms.ontology.properties[v.DAY])
    if syntax:
        return Guess(column, kinds[syntax], prop) if syntax in kinds else None
    if cls is not None:
        return _of_things(column, prop, cls, terms)
    return Guess(column, Kind.text, prop) if {v.XSD_INTEGER, *_TEXTS} & set(prop.ranges) else None


def _of_things(column: Column, prop: Property, cls: Class, terms: Terms) -> Guess | None:
    if cls.individuals:
        return Guess(column, Kind.words, prop, cls)
    each = terms.said(prop.iri, (), v.ROW_CLASS)
    iri = each or terms.said(prop.iri, prop.ancestors, v.COLUMN_CLASS)
    if iri == v.PLACE:
        return Guess(column, Kind.place, cls=terms.ontology.by_iri[iri])
    found = terms.ontology.by_iri.get(iri) if iri is not None else None
    return Guess(column, Kind.thing, prop, found, per_row=each is not None) if found else None


def _fits(guess: Guess, terms: Terms) -> bool:
    """Whether the cells can be what the header says."""
    column = guess.column
    match guess.kind:
        case Kind.row_id:
            return column.is_unique
        case Kind.type:
            return _are_types(column, terms)
        case Kind.day | Kind.first | Kind.last:
            return column.day_formats is not None
        case Kind.time:
            return column.are_spelled_times or column.are(_CLOCK)
        case Kind.latitude | Kind.longitude:
            return column.are_degrees(90 if guess.kind is Kind.latitude else 180)
        case Kind.words:
            return guess.cls is not None and any(terms.word(guess.cls, code) for code in column.codes)
        case Kind.place | Kind.thing:
            return not column.are(_FIGURE)
        case _:
            return _is_written_so(guess, terms)


def _are_types(column: Column, terms: Terms) -> bool:
    """Whether the cells are codes: they come again, or are names of classes."""
    known = sum(terms.event_class(code)[0] is not None for code in column.codes)
    repeats = len(column.codes) < _NOT_ALL * len(column.filled)
    return column.are_codes and (repeats or known >= _NOT_ALL * len(column.codes))


def _is_written_so(guess: Guess, terms: Terms) -> bool:
    """Whether the cells can be read as the values of a property."""
    column, mark = guess.column, guess.column.thousands
    if guess.kind is Kind.point:
        return _most(column, read_coordinates)
    if guess.kind is Kind.count:
        return _most(column, lambda cell: read_count(cell.replace(mark, "") if mark else cell, terms.wording))
    return bool(_TEXTS & set(guess.prop.ranges if guess.prop else ())) or column.are(_WHOLE)


def _most(column: Column, read: Callable[[str], object]) -> bool:
    """Whether nearly all cells can be read."""
    cells = column.codes[:500]
    return sum(_is_read(cell, read) for cell in cells) >= _NEARLY_ALL * len(cells)


def _is_read(cell: str, read: Callable[[str], object]) -> bool:
    try:
        read(cell)
    except ValueProblem:
        return False
    return True
