"""
Rows of cells → records: what CSV files and workbooks have in common.

The first row that is not blank names the columns with the ontology's keys. `killed.count` is the key `count` of the
entry under `killed`; `killed[2].count` belongs to a second such entry. An empty cell says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from kg.facts.reporting import Report, count
from kg.facts.tree import shortened
from kg.model.positions import Position
from kg.model.records import CLAIMS, Limits, Listing, Mapping, Node, Scalar

# One step of a header such as `killed[2].count`: a key, and which of its entries.
_STEP = re.compile(r"([^\[\]]+)(?:\[([1-9][0-9]{0,3})\])?")

# The cells of a row from the first column on; an empty cell has an empty text.
Row: TypeAlias = Sequence[Scalar]

# key → its header cell and, by number, what stands there: the index of a column, or keys again.
_Keys: TypeAlias = "dict[str, tuple[Scalar, dict[int, _Slot]]]"
_Slot: TypeAlias = "int | _Keys"


def claims(rows: Iterable[Row], report: Report, limits: Limits, *, even: bool) -> Mapping | None:
    """
    What a table says: a mapping whose `claims` is a list with one entry for each row that is not blank.

    None where the table has no entry. With `even`, rows must be as wide as the header; those that are not are
    reported as `ragged-row` and left out.
    """
    header: Header | None = None
    start = Scalar("", 0, 0)
    entries: list[Mapping] = []
    left = limits.nodes
    for row in rows:
        left -= len(row)
        filled = [cell for cell in row if cell.text]
        if left < 0 or filled:
            _check_size(row, left, report, limits)
        if not filled:
            continue
        if header is None:
            header = Header(row, report, limits)
            start = filled[0]
        elif even and len(row) != header.width:
            message = f"this row has {count(len(row), 'cell')}, the header has {header.width:,}"
            hint = "a cell that holds the separator must stand in double quotes"
            report.add("ragged-row", message, row[0].line, row[0].column, hint=hint)
        elif entry := header.entry(row):
            entries.append(entry)
    if not entries:
        return None
    key = Scalar(CLAIMS, start.line, start.column)
    listing = Listing(tuple(entries), entries[0].line, entries[0].column)
    return Mapping(((key, listing),), start.line, start.column)


def _check_size(row: Row, left: int, report: Report, limits: Limits) -> None:
    """Stop where the table asks for more than the limits grant."""
    if left < 0:
        message = f"the table holds more than {count(limits.nodes, 'cell')}"
        report.stop("too-large", message, row[0].line, row[0].column, hint="split the table")
    for cell in row:
        if len(cell.text) > limits.scalar:
            message = f"this cell has more than {count(limits.scalar, 'character')}"
            hint = "keep long texts in a file of their own and name it under 'text'"
            report.stop("too-large", message, cell.line, cell.column, hint=hint)


class Header:
    """
    The keys of a table's columns.

    Reports names that stand twice, that are no keys, or that exclude each other; their columns are left out. The name
    of a column may be missing as long as its cells are empty.
    """

    def __init__(self, names: Row, report: Report, limits: Limits) -> None:
        self.width = len(names)
        self._report = report
        self._depth = limits.depth
        self._named = {column for column, name in enumerate(names) if name.text}
        self._keys: _Keys = {}
        first: dict[str, Scalar] = {}
        for column, name in enumerate(names):
            if name.text and (before := first.setdefault(name.text, name)) is not name:
                self._duplicate(name, before)
            elif name.text:
                self._place(name, column)
        # Most tables nest nothing: their rows need no walk through the keys.
        alone = [(key, slot) for key, slots in self._keys.values() for slot in slots.values()]
        self._flat = [(key, slot) for key, slot in alone if isinstance(slot, int)]
        self._is_flat = len(self._flat) == len(alone) == len(self._keys)

    def entry(self, row: Row) -> Mapping | None:
        """The entry that a row describes, or None where no named cell holds anything."""
        if len(self._named) < len(row):
            self._refuse_nameless(row)
        if not self._is_flat or len(row) < self.width:
            return _entry(self._keys, row)
        entries = tuple([(key, row[column]) for key, column in self._flat if row[column].text])
        return Mapping(entries, entries[0][1].line, entries[0][1].column) if entries else None

    def _refuse_nameless(self, row: Row) -> None:
        """Report a value without a key, once for each column."""
        for column, cell in enumerate(row):
            if cell.text and column not in self._named:
                self._named.add(column)
                self._add(
                    "unexpected-shape",
                    "this cell holds a value, but its column has no name",
                    cell,
                    "name the column in the first row, or empty its cells",
                )

    def _place(self, name: Scalar, column: int) -> None:
        """Find a column its place among the keys: only the last step may be a column, the others lead on to it."""
        keys = self._keys
        steps = self._steps(name)
        for depth, (key, number) in enumerate(steps, 1):
            slots = keys.setdefault(key, (Scalar(key, name.line, name.column), {}))[1]
            last = depth == len(steps)
            slot = slots.setdefault(number, column if last else {})
            if last and slot == column:
                return
            if last or isinstance(slot, int):
                shared = shortened(".".join(name.text.split(".")[:depth]))
                self._add(
                    "unexpected-shape",
                    f"'{shared}' is both a column and the beginning of the name of another",
                    name,
                    f"a column for each of its keys, as in '{shared}.key', or one column for all",
                )
                return
            keys = slot

    def _steps(self, name: Scalar) -> list[tuple[str, int]]:
        """`a[2].b` → (a, 2), (b, 1); empty, and reported, for what is no such name."""
        parts = name.text.split(".", self._depth)
        steps = [_STEP.fullmatch(part.strip()) for part in parts]
        if len(parts) > self._depth or None in steps:
            self._add(
                "unexpected-shape",
                f"'{shortened(name.text)}' cannot be the name of a column",
                name,
                "write a key, or 'key.key' for a key within it, or 'key[2].key' for a second one",
            )
            return []
        return [(step[1].strip(), int(step[2] or 1)) for step in steps if step]

    def _duplicate(self, name: Scalar, first: Scalar) -> None:
        self._add(
            "duplicate-key",
            f"two columns are called '{shortened(name.text)}'",
            name,
            "several values stand in one cell, separated by ';', or under 'key' and 'key[2]'",
            (("here it stands first", self._report.at(first.line, first.column)),),
        )

    def _add(
        self, code: str, message: str, cell: Scalar, hint: str, related: tuple[tuple[str, Position], ...] = ()
    ) -> None:
        self._report.add(code, message, cell.line, cell.column, hint=hint, related=related)


def _entry(keys: _Keys, row: Row) -> Mapping | None:
    """Recurses over the header alone, whose depth is bounded. An entry stands where its first value does."""
    entries: list[tuple[Scalar, Node]] = []
    for key, slots in keys.values():
        nodes: list[Node] = []
        for _, slot in sorted(slots.items()) if len(slots) > 1 else slots.items():
            if not isinstance(slot, int):
                if node := _entry(slot, row):
                    nodes.append(node)
            elif slot < len(row) and row[slot].text:
                nodes.append(row[slot])
        if nodes:
            first = nodes[0]
            entries.append((key, first if len(nodes) == 1 else Listing(tuple(nodes), first.line, first.column)))
    if not entries:
        return None
    return Mapping(tuple(entries), entries[0][1].line, entries[0][1].column)
