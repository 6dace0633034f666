"""
JSON lines: an object in each line. Its keys are columns; those of objects inside it are joined with a dot.

A list of texts is one cell, its items separated by `; ` as in facts in a spreadsheet. A list of objects has a column
for each of their keys, which is such a list. Numbers stay as written.

Spec: https://jsonlines.org
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from kg.facts import from_json
from kg.facts.reporting import Report
from kg.facts.tree import shortened
from kg.model.findings import Finding
from kg.model.records import Limits, Listing, Mapping, Node, Scalar
from kg.tables.row_file import RowFile

_LIMITS: Final = Limits()
_NOTHING: Final = Scalar("", 0, 0)


class JsonLinesFile(RowFile):
    """A file of JSON lines; `columns` are the keys in the order in which they come first, which takes one reading."""

    def __init__(self, name: str, path: Path) -> None:
        super().__init__(name, path)
        columns: dict[str, None] = {}
        for row in self._rows():
            columns.update(dict.fromkeys(row))
        self.columns = tuple(columns)

    def read(self) -> Iterator[Sequence[Scalar]]:
        """The cells of each line that is an object; a key that it lacks is empty, and stands where the object does."""
        for row in self._rows():
            yield [row.get(column, _NOTHING) for column in self.columns]

    def _rows(self) -> Iterator[dict[str, Scalar]]:
        report = Report(self.name)
        with self.path.open("rb") as file:
            for line, raw in enumerate(_lines(file), 1):
                if raw.strip():
                    row = self._row(raw, line, report)
                    if row:
                        yield row
        self.findings = report.findings()

    def _row(self, raw: bytes, line: int, report: Report) -> dict[str, Scalar] | None:
        reading = from_json.read(raw.rstrip(b"\r\n"), self.name, _LIMITS)
        for finding in reading.findings:
            _report(finding, line, report)
        if reading.findings or not reading.sheets:
            return None
        row: dict[str, Scalar] = {}
        return row if _flatten(reading.sheets[0].root, "", line, row, report) else None


def _report(found: Finding, line: int, report: Report) -> None:
    """Report what is wrong in one line, which its reader calls the first."""
    related = tuple((text, report.at(line, at.column)) for text, at in found.related)
    message, hint = found.message, found.hint
    if message.startswith("the file holds"):
        message = message.replace("the file", "this line").replace("keys with values", "an object")
        hint = 'each line holds one object: {"id": "1", "day": "2023-11-03"}'
    elif message.startswith("the file ends"):
        message = message.replace("the file", "the line")
        hint = (
            "does the object go on in the next line? Each stands whole in a line of its own, with no list around them"
        )
    report.add(found.code, message, line, found.position.column or 1, hint=hint, related=related)


def _flatten(node: Mapping, prefix: str, line: int, row: dict[str, Scalar], report: Report) -> bool:
    """Put the values of an object into a row; recursion is bounded by the limit on depth."""
    for key, value in node.entries:
        name = prefix + key.text.strip()
        if isinstance(value, Mapping):
            if not _flatten(value, f"{name}.", line, row, report):
                return False
        else:
            texts: dict[str, list[str]] = {}
            if not _gather(value, name, texts):
                message = f"'{shortened(name)}' is a list of lists, or of texts and objects"
                report.add("unexpected-shape", message, line, value.column, hint="a row for each of its items")
                return False
            for own, parts in texts.items():
                if own in row:
                    message = f"two values are called '{shortened(own)}'"
                    report.add("duplicate-key", message, line, key.column, hint="rename one of the keys")
                    return False
                row[own] = Scalar("; ".join(part for part in parts if part), line, value.column)
    return True


def _gather(value: Node, name: str, texts: dict[str, list[str]]) -> bool:
    """
    Gather the texts of a value by the column that they belong to: a list of objects has a column for each key of these.

    False where lists stand in lists. Recursion is bounded by the limit on depth.
    """
    if isinstance(value, Scalar):
        texts.setdefault(name, []).append(_plain(value.text))
        return True
    if isinstance(value, Mapping):
        return all(_gather(one, f"{name}.{key.text.strip()}", texts) for key, one in value.entries)
    if not value.items:
        texts.setdefault(name, [])
    kinds = {type(item) for item in value.items}
    return Listing not in kinds and len(kinds) <= 1 and all(_gather(item, name, texts) for item in value.items)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, without a byte order mark; of a line beyond the limit just enough to be refused."""
    most = _LIMITS.bytes + 2
    is_first = True
    while raw := file.readline(most):
        if len(raw) == most and not raw.endswith(b"\n"):
            while rest := file.readline(1 << 20):
                if rest.endswith(b"\n"):
                    break
        yield raw.removeprefix(b"\xef\xbb\xbf") if is_first else raw
        is_first = False
