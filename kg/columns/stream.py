"""RDF files as triples of texts with their places, for graphs small enough to hold in memory as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from pyoxigraph import RdfFormat

from kg.columns.files import FILE_BITS, parsed, refused
from kg.columns.plain import ASCII, NO_SUFFIX, OTHER_FILE, PLAIN, Plain
from kg.syntax.blanks import stable_texts

Placed: TypeAlias = tuple[str, str, str, int]
"""Subject, predicate, object as N-Triples texts, and the place."""

_DIRECTED: Final = re.compile(r'".*"@.*--(?:ltr|rtl)', re.DOTALL).fullmatch
_DATATYPES: Final = tuple(f'"{suffix}' for suffix in NO_SUFFIX)


Index: TypeAlias = dict[str, dict[str, dict[str, int]]]
"""Predicate → subject → object → place: N-Triples texts, and where each distinct triple stands first."""


class Read(NamedTuple):
    """
    The triples of some files; `by_line` says of each file whether its places are lines.

    For places see `kg.columns.files`.
    """

    triples: Index
    by_line: list[bool]


def read(files: Sequence[tuple[Path, RdfFormat]]) -> Read:
    """
    The triples of files, with the labels that `kg.columns.encode.Columns.load` would give their blank nodes.

    Raises:
        UsageError: A file cannot be read: file, line and column.
    """
    index: Index = {}
    by_line = []
    for number, (path, form) in enumerate(files):
        lines = _plain(path, number) if form == RdfFormat.N_TRIPLES else None
        by_line.append(lines is not None)
        if lines is None:
            lines = _indexed(_parsed(path, form, number))
        index = _indexed(_listed(lines), index) if index else lines
    return Read(index, by_line)


def _plain(path: Path, number: int) -> Index | None:
    """The triples of lines with single blanks between terms that are written as the parser prints them; else None."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, ValueError):
        return None
    index: Index = {}
    for place, line in enumerate(text.split("\n"), (number << FILE_BITS) + 1):
        if line and line[0] != "#":
            parts = line.split(" ", 2)
            if len(parts) < 3 or line[-2:] != " .":
                return None
            subject, predicate, value = parts[0], parts[1], parts[2][:-2]
            by_subject = index.get(predicate)
            if by_subject is None:
                by_subject = index[predicate] = {}
            values = by_subject.get(subject)
            if values is None:
                by_subject[subject] = {value: place}
            elif value not in values:
                values[value] = place
    if not _is_plain(index, ASCII if text.isascii() else PLAIN):
        return None
    return _indexed(_renamed(triple, number) for triple in _listed(index)) if "_:" in text else index


def _is_plain(index: Index, plain: Plain) -> bool:
    subjects = {subject for by_subject in index.values() for subject in by_subject}
    objects = {value for by_subject in index.values() for values in by_subject.values() for value in values}
    iri, blank, literal = plain
    return (
        _all(re.compile(iri), index.keys())
        and _all(re.compile(f"{iri}|{blank}"), subjects)
        and _all(re.compile(f"{iri}|{blank}|{literal}"), objects - subjects)
        and not any(one.endswith(_DATATYPES) for one in objects)
    )


def _listed(index: Index) -> Iterator[Placed]:
    for predicate, by_subject in index.items():
        for subject, values in by_subject.items():
            for value, place in values.items():
                yield subject, predicate, value, place


def _indexed(triples: Iterable[Placed], into: Index | None = None) -> Index:
    index: Index = {} if into is None else into
    for subject, predicate, value, place in triples:
        index.setdefault(predicate, {}).setdefault(subject, {}).setdefault(value, place)
    return index


def _all(pattern: re.Pattern[str], texts: Iterable[str]) -> bool:
    return all(map(pattern.fullmatch, texts))


def _renamed(triple: Placed, number: int) -> Placed:
    """The triple; in files after the first, and where labels could be taken for such, with blank nodes of their own."""
    subject, predicate, value, place = triple
    if subject[0] == "_" or value[0] == "_":
        return _own(subject, number), predicate, _own(value, number), place
    return triple


def _own(text: str, number: int) -> str:
    if text[0] != "_" or not (number or re.fullmatch(OTHER_FILE, text)):
        return text
    return f"_:f{number}_{text[2:]}"


def _parsed(path: Path, form: RdfFormat, number: int) -> Iterator[Placed]:
    quads = parsed(path, form)
    texts = (
        stable_texts(quads)
        if form in {RdfFormat.TURTLE, RdfFormat.TRIG}
        else ((str(q.subject), str(q.predicate), str(q.object), "") for q in quads)
    )
    for place, (subject, predicate, value, _) in enumerate(texts, (number << FILE_BITS) + 1):
        if value[:2] == "<<" or _DIRECTED(value):
            raise refused(value)
        yield _renamed((subject, predicate, value, place), number)
