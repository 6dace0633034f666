"""The front door: positions of triples in a file, whatever its syntax."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import RdfFormat

from kg.syntax.lines import written_about, written_in_lines
from kg.syntax.quads import Place, Written
from kg.syntax.turtle import Quad, Turtle

Statement: TypeAlias = tuple[str, str, str]
"""Subject, predicate, object as N-Triples texts; blank nodes of Turtle and TriG as `kg.syntax.blanks` names them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for: triples, subjects with a predicate, and terms (of findings that have no triple)."""

    triples: Collection[Statement] = ()
    pairs: Collection[tuple[str, str]] = ()
    terms: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """What a pass over a file found: of each thing wanted the first place; what does not stand there is not in it."""

    triples: Mapping[Statement, Written] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str], Written] = field(default_factory=dict)
    terms: Mapping[str, Place] = field(default_factory=dict)


def has_places(form: RdfFormat) -> bool:
    """
    Whether positions can be given for files of this syntax; for the others every function here finds nothing.

    >>> has_places(RdfFormat.TURTLE), has_places(RdfFormat.RDF_XML)
    (True, False)
    """
    return _in_lines(form) or form in {RdfFormat.TURTLE, RdfFormat.TRIG}


def written(path: Path, form: RdfFormat, base: str = "") -> Iterator[Written]:
    """
    Every triple of a file with its place, in the order in which pyoxigraph emits them.

    Lazy; of N-Triples and N-Quads one line is in memory, of Turtle and TriG the whole text. `base` resolves relative
    IRIs, and must be what the fast parse was given.

    Raises:
        Bug: The file is not what `form` says. It should have been parsed before.
    """
    if _in_lines(form):
        yield from written_in_lines(path)
    elif has_places(form):
        text = _text(path)
        starts = _line_starts(text)
        for quad in Turtle(text, path, base).quads():
            yield _written(quad, starts)


def find(path: Path, form: RdfFormat, wanted: Wanted, base: str = "") -> Places:
    """
    Look for many things in one pass over a file.

    A term stands where it is first a subject; where it never is, where it is first an object.

    Raises:
        Bug: The file is not what `form` says.
    """
    search = _Search(wanted)
    if _in_lines(form):
        _find_in_lines(path, search)
    elif has_places(form) and search.subjects:
        _find_in_text(path, search, base)
    return Places(search.triples, search.pairs, search.objects | search.terms)


def places(path: Path, form: RdfFormat, wanted: Collection[Statement], base: str = "") -> Mapping[Statement, Written]:
    """Where each triple first stands, in whichever graph; see `find`."""
    return find(path, form, Wanted(triples=wanted), base).triples


def focus_places(path: Path, form: RdfFormat, subjects: Collection[str], base: str = "") -> Mapping[str, Place]:
    """Where each term first stands as a subject, or else as an object; see `find`."""
    return find(path, form, Wanted(terms=subjects), base).terms


def numbered(path: Path, form: RdfFormat, numbers: Collection[int], base: str = "") -> Mapping[int, Written]:
    """
    Where the n-th triples of a file stand, as pyoxigraph emits them, counted from 1; a number too large is left out.

    Reads no further than it has to. Needs no label of a blank node.

    Raises:
        Bug: The file is not what `form` says.
    """
    wanted = frozenset(numbers)
    last = max(wanted, default=0)
    quads = islice(written(path, form, base), last)
    return {number: quad for number, quad in enumerate(quads, 1) if number in wanted}


class _Search:
    """What is wanted, and what of it has been found so far."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = frozenset(wanted.triples), frozenset(wanted.pairs), frozenset(wanted.terms)
        triples, pairs, terms = self.wanted
        self.subjects = {triple[0] for triple in triples} | {pair[0] for pair in pairs} | terms
        self.triples: dict[Statement, Written] = {}
        self.pairs: dict[tuple[str, str], Written] = {}
        self.terms: dict[str, Place] = {}
        self.objects: dict[str, Place] = {}

    def note(self, quad: Written) -> None:
        """Keep what a quad with one of the subjects is the first to show."""
        triples, pairs, terms = self.wanted
        subject, predicate, object_, *_ = quad
        if (subject, predicate, object_) in triples:
            self.triples.setdefault((subject, predicate, object_), quad)
        if (subject, predicate) in pairs:
            self.pairs.setdefault((subject, predicate), quad)
        if subject in terms:
            self.terms.setdefault(subject, quad.subject_at)

    def objects_wanted(self) -> frozenset[str]:
        """The terms that have been found as no subject."""
        return self.wanted[2] - self.terms.keys()


def _find_in_lines(path: Path, search: _Search) -> None:
    if search.subjects:
        for quad in written_about(path, search.subjects):
            search.note(quad)
    if wanted := search.objects_wanted():
        for quad in written_in_lines(path):
            if quad.object in wanted:
                search.objects.setdefault(quad.object, quad.object_at)


def _find_in_text(path: Path, search: _Search, base: str) -> None:
    text = _text(path)
    starts = _line_starts(text)
    subjects, terms = search.subjects, search.wanted[2]
    as_objects: dict[str, int] = {}
    for quad in Turtle(text, path, base).quads():
        if quad[0] in subjects:
            search.note(_written(quad, starts))
        if quad[2] in terms:
            as_objects.setdefault(quad[2], quad[6])
    search.objects |= {term: _place(at, starts) for term, at in as_objects.items()}


def _in_lines(form: RdfFormat) -> bool:
    return form in {RdfFormat.N_TRIPLES, RdfFormat.N_QUADS}


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig")


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\r\n?|\n", text))]


def _place(at: int, starts: list[int]) -> Place:
    line = bisect_right(starts, at)
    return line, at - starts[line - 1] + 1


def _written(quad: Quad, starts: list[int]) -> Written:
    places = (_place(at, starts) for at in quad[4:])
    return Written(*quad[:4], *places)
