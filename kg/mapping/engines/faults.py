"""
Rows with faults: each fault once, with how many rows have it.

A code that a value table lacks may stand in every row of a million; whoever mends it wants to read it once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from kg.mapping.templates.holes import Entry, columns_at
from kg.model.findings import Finding, Severity
from kg.model.positions import Position

_MOST_FAULTY: Final = 1_000
"""Rows of an entry whose faults are all told; after them only faults that are new."""


class Fault(NamedTuple):
    """What makes faults of two rows the same. The place is the mapping's, and so is the entry's."""

    entry: int
    place: Position
    code: str
    message: str

    @staticmethod
    def of(entry: Entry, finding: Finding) -> Fault:
        """The fault that a finding about a row tells."""
        return Fault(id(entry), finding.position, finding.code, finding.message)


class Faults:
    """
    The faults of one entry's rows, each with the texts that have it.

    `again` counts rows that were passed over because their texts have a fault that is known. Nothing is lost by it:
    an error forbids the build.
    """

    def __init__(self, entry: Entry) -> None:
        self.again: Counter[Fault] = Counter()
        self._entry = entry
        self._columns = columns_at(entry)
        self._known: dict[tuple[str, ...], dict[tuple[str, ...], Fault]] = {}
        self._faulty = 0
        self._faults: set[Fault] = set()

    @property
    def too_many(self) -> bool:
        """Whether nobody would read one more."""
        return self._faulty >= _MOST_FAULTY and len(self._faults) >= _MOST_FAULTY

    def note(self, row: Mapping[str, str], findings: Sequence[Finding]) -> None:
        """Learn from what the reference says of a row."""
        errors = [finding for finding in findings if finding.severity is Severity.error]
        self._faulty += bool(errors)
        for finding in errors:
            fault = Fault.of(self._entry, finding)
            self._faults.add(fault)
            columns = self._columns.get((finding.position.line, finding.position.column), ())
            self._known.setdefault(columns, {})[tuple(row[column] for column in columns)] = fault

    def passes_over(self, row: Mapping[str, str]) -> bool:
        """Whether enough rows are told in full, and this one has a fault that is known; counts it then."""
        if self._faulty < _MOST_FAULTY:
            return False
        found = [
            fault
            for columns, texts in self._known.items()
            if (fault := texts.get(tuple(row[column] for column in columns))) is not None
        ]
        self.again.update(found)
        return bool(found)
