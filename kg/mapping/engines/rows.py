"""
The reference: each row fills the entries, and these are mapped like any facts entry written by hand.

What it gives has the positions of the mapping file; `placed` turns them into those of cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import NamedNode

from kg.mapping.opened import Opened
from kg.mapping.templates.filling import Row
from kg.model.findings import Finding, Severity
from kg.model.statements import Mapped


class OfRow(NamedTuple):
    """What one row said: its number, counted from 0 over the whole table, and what mapping made of it."""

    row: int
    mapped: Mapped


def map_rows(opened: Opened, rows: Iterable[tuple[int, Row]]) -> Iterator[OfRow]:
    """
    Map rows one after the other; lazy. A shared entry is written with the first row that gives it.

    What several rows introduce in shared entries is introduced by the first.
    """
    seen: list[set[str]] = [set() for _ in opened.mapping.shared]
    introduced: set[NamedNode] = set()
    for number, row in rows:
        if not opened.taken(row):
            continue
        mapped = Mapped(opened.mapping.file)
        for entry, known in zip(opened.mapping.shared, seen, strict=True):
            same = opened.fingerprint(entry, row)
            if same and same in known:
                continue
            known.add(same)
            _extend(mapped, first_introduced(opened.claim(entry, row, shared=True), introduced))
        for entry in opened.mapping.claims:
            _extend(mapped, opened.claim(entry, row))
        yield OfRow(number, mapped)


def first_introduced(mapped: Mapped, introduced: set[NamedNode]) -> Mapped:
    """Without the introductions of what is introduced already; adds the others to it."""
    new = [one for one in mapped.introductions if one.iri not in introduced]
    introduced.update(one.iri for one in new)
    mapped.introductions = new
    return mapped


def _extend(mapped: Mapped, more: Mapped) -> None:
    mapped.statements += more.statements
    mapped.introductions += more.introductions
    mapped.references += more.references
    mapped.findings += more.findings


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether one of the findings forbids a build."""
    return any(finding.severity is Severity.error for finding in findings)
