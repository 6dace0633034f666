"""
Positions in N-Triples and N-Quads: a quad a line.

Spec: https://www.w3.org/TR/n-triples/#n-triples-grammar, https://www.w3.org/TR/n-quads/#sec-grammar
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Final

from kg.model.errors import Bug
from kg.syntax.quads import Written
from kg.syntax.texts import BLANK, IRI, LANGUAGE, SHORT_STRING, quoted, typed, unescaped

_LINE: Final = re.compile(
    rf"[ \t]*+({IRI}|{BLANK})[ \t]*+({IRI})[ \t]*+"
    rf"(?:({IRI}|{BLANK})|({SHORT_STRING})(?:[ \t]*+({LANGUAGE})|[ \t]*+\^\^[ \t]*+({IRI}))?+)"
    rf"[ \t]*+({IRI}|{BLANK})?+[ \t]*+\.[ \t]*+(?:\#[^\r\n]*+)?+[\r\n]*+",
    re.DOTALL,
)
_NOTHING: Final = re.compile(r'[ \t\r\n]*+(?:#.*|VERSION[ \t]*+["\'].*)?', re.IGNORECASE | re.DOTALL)

# A line whose subject is its text up to the first space.
_ORDINARY: Final = re.compile(r"(?:<[^<>\\ \t\r\n]*>|_:[^<>\\ \t\r\n]*) <")


def written_in_lines(path: Path) -> Iterator[Written]:
    """
    Every quad of an N-Triples or N-Quads file, in the order of the file; blank nodes keep their labels.

    Lazy, one line in memory.

    Raises:
        Bug: A line is neither a quad nor empty.
    """
    for number, line in _lines(path):
        if quad := _written(line, number, path):
            yield quad


def written_about(path: Path, subjects: Container[str]) -> Iterator[Written]:
    """Only the quads with one of these subjects, several times faster than to filter all of them."""
    for number, line in _lines(path):
        subject = line[: line.find(" ")]
        if subject in subjects or not _ORDINARY.match(line):
            quad = _written(line, number, path)
            if quad and quad.subject in subjects:
                yield quad


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from enumerate(file, 1)


def _written(line: str, number: int, path: Path) -> Written | None:
    found = _LINE.fullmatch(line)
    if not found:
        if _NOTHING.fullmatch(line):
            return None
        raise Bug(f"{path}:{number}: this line is read as no quad of RDF 1.1")
    subject, predicate, object_, string, language, datatype, graph = found.groups()
    if string:
        object_ = quoted(string)
        if language:
            object_ += language.lower()
        elif datatype:
            object_ = typed(object_, unescaped(datatype))
    else:
        object_ = unescaped(object_)
    return Written(
        unescaped(subject),
        unescaped(predicate),
        object_,
        unescaped(graph) if graph else "",
        (number, found.start(1) + 1),
        (number, found.start(2) + 1),
        (number, found.start(4 if string else 3) + 1),
    )
