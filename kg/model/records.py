"""
What a reader makes of a file: a tree of text with positions, the same for YAML, JSON, CSV and XLSX.

Nothing in it is typed: `11:00`, `no` and `012` are the text that was written. The ontology gives types later.
Nodes are named tuples because a facts file of 20,000 lines makes some 70,000 of them.
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

from kg.model.findings import Finding
from kg.model.positions import Position

# The two keys that a facts file is made of.
DOCUMENT = "document"
CLAIMS = "claims"

# A semicolon that stands for itself is written `\;`.
_SEPARATOR = re.compile(r"(?<!\\);")


class Scalar(NamedTuple):
    """A text as it was written; empty where the file has a null or nothing."""

    text: str
    line: int
    column: int


class Listing(NamedTuple):
    """A list; may be empty."""

    items: tuple[Node, ...]
    line: int
    column: int


class Mapping(NamedTuple):
    """Keys and values in the order written; keys are unique (the reader has reported the others)."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        """The value under `key`, or None; for the few look-ups by name, not for loops."""
        for name, value in self.entries:
            if name.text == key:
                return value
        return None


Node: TypeAlias = Scalar | Listing | Mapping


class Sheet(NamedTuple):
    """
    One document's worth of records: a YAML or JSON file, a CSV file, or one sheet of a workbook.

    `root` is what the file holds: for facts a mapping with `document` and `claims`. `file` is relative to the
    project folder; `sheet` is empty but for workbooks.

    `tabular` says that the values are cells: one cell may hold a list, which `split_list` takes apart, if the
    property is not one for free text. A table has no room for its document: `document_sheet` holds that, with
    `document` in its root, and with its own file or sheet for the positions.
    """

    file: str
    root: Mapping
    sheet: str = ""
    tabular: bool = False
    document_sheet: Sheet | None = None

    def at(self, node: Node) -> Position:
        """The position of a node of this sheet."""
        return Position(self.file, node.line, node.column, self.sheet)


class Reading(NamedTuple):
    """What one file gave: its sheets and what was wrong. A file that cannot be read has a finding and no sheet."""

    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...]


class Limits(NamedTuple):
    """Bounds on what a facts file may ask of the machine; a file beyond them gets a finding."""

    bytes: int = 64 * 1024 * 1024
    depth: int = 64
    nodes: int = 1_000_000
    scalar: int = 10 * 1024 * 1024


def split_list(cell: Scalar) -> Scalar | Listing:
    r"""
    What a cell of a table says, read as a list: `a; b` is two items; `\;` is a semicolon that separates nothing.

    Blank around items and empty items are dropped. One item stays a scalar. Every item keeps the cell's position.

    >>> [item.text for item in split_list(Scalar("Kawlin PDF; KPDF;", 7, 3)).items]
    ['Kawlin PDF', 'KPDF']
    >>> split_list(Scalar(r"junta\; police", 7, 3)).text
    'junta; police'
    """
    if ";" not in cell.text:
        return cell
    texts = (part.strip().replace("\\;", ";") for part in _SEPARATOR.split(cell.text))
    items = tuple(Scalar(text, cell.line, cell.column) for text in texts if text)
    return items[0] if len(items) == 1 else Listing(items, cell.line, cell.column)
