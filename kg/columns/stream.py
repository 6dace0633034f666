"""RDF files as triples of texts with their places, for graphs small enough to hold in memory as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pyoxigraph import RdfFormat

from kg.columns.files import FILE_BITS, parsed, refused
from kg.columns.plain import BLANK, IRI, LITERAL, NO_SUFFIX, OTHER_FILE
from kg.syntax.blanks import stable_texts

_DIRECTED: Final = re.compile(r'".*"@.*--(?:ltr|rtl)', re.DOTALL).fullmatch
_DATATYPES: Final = tuple(f'"{suffix}' for suffix in NO_SUFFIX)


class Placed(NamedTuple):
    """A triple as N-Triples texts, and its place; see `kg.columns.encode`."""

    subject: str
    predicate: str
    object: str
    place: int


class Triples(NamedTuple):
    """The triples of some files, not distinct; `by_line` says of each file whether its places are lines."""

    triples: list[Placed]
    by_line: list[bool]


def read(files: Sequence[tuple[Path, RdfFormat]]) -> Triples:
    """
    The triples of files, as `kg.columns.encode.Columns.load` would have them.

    Raises:
        UsageError: A file cannot be read: file, line and column.
    """
    found = Triples([], [])
    for number, (path, form) in enumerate(files):
        lines = _plain(path, number) if form == RdfFormat.N_TRIPLES else None
        found.by_line.append(lines is not None)
        found.triples.extend(_parsed(path, form, number) if lines is None else lines)
    return found


def _plain(path: Path, number: int) -> list[Placed] | None:
    """The triples of lines with single blanks between terms that are written as the parser prints them; else None."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, ValueError):
        return None
    start, found = number << FILE_BITS, []
    for place, line in enumerate(text.split("\n"), start + 1):
        if line and line[0] != "#":
            subject, _, rest = line.partition(" ")
            predicate, _, rest = rest.partition(" ")
            if rest[-2:] != " .":
                return None
            found.append(Placed(subject, predicate, rest[:-2], place))
    subjects = {triple.subject for triple in found}
    objects = {triple.object for triple in found}
    return (
        [_renamed(triple, number) for triple in found]
        if _all(re.compile(IRI), {triple.predicate for triple in found})
        and _all(re.compile(f"{IRI}|{BLANK}"), subjects)
        and _all(re.compile(f"{IRI}|{BLANK}|{LITERAL}"), objects - subjects)
        and not any(one.endswith(_DATATYPES) for one in objects)
        else None
    )


def _all(pattern: re.Pattern[str], texts: set[str]) -> bool:
    return all(map(pattern.fullmatch, texts))


def _renamed(triple: Placed, number: int) -> Placed:
    """The triple; in files after the first, and where labels could be taken for such, with blank nodes of their own."""
    subject, predicate, value, place = triple
    if subject[0] == "_" or value[0] == "_":
        return Placed(_own(subject, number), predicate, _own(value, number), place)
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
        yield _renamed(Placed(subject, predicate, value, place), number)
