"""
JSON lines: an object in each line. Its keys are columns; those of objects inside it are joined with a dot.

A list of texts is one cell, its items separated by `; ` as in facts in a spreadsheet. Numbers stay as written.

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
from kg.model.records import Limits, Mapping, Node, Scalar
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
        elif name in row:
            message = f"two values are called '{shortened(name)}'"
            report.add("duplicate-key", message, line, key.column, hint="rename one of the keys")
            return False
        else:
            text = _text(value)
            if text is None:
                message = f"'{shortened(name)}' is a list of lists or of objects"
                report.add("unexpected-shape", message, line, value.column, hint="a row for each of its items")
                return False
            row[name] = Scalar(text, line, value.column)
    return True


def _text(value: Node) -> str | None:
    if isinstance(value, Scalar):
        return _plain(value.text)
    if isinstance(value, Mapping):
        return None
    texts = [_plain(item.text) for item in value.items if isinstance(item, Scalar)]
    if len(texts) < len(value.items):
        return None
    return "; ".join(text for text in texts if text)


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
