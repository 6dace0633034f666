"""
Files of facts → records: one reader for each format, and one front door.

    file ── bytes ── decoding ── from_yaml · from_json ── tree ──┐
                        └─────── from_csv ──┐                    ├── Reading: sheets and findings
              └───────────────── from_xlsx ─┴── tables ──────────┘

A reader types nothing and knows no ontology: it gives text, with the place of each text. What is wrong in a file is a
finding. The only exception is `EnvironmentFault`, where the machine lacks what a format needs.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from kg.facts.reporting import Report, Stop
from kg.model.records import DOCUMENT, Limits, Mapping, Reading, Sheet

__all__ = ["OTHER_TABLES", "SUFFIXES", "is_sidecar", "read", "sidecar"]

_TABLES = (".csv", ".tsv", ".xlsx")
SUFFIXES = (".yaml", ".yml", ".json", *_TABLES)

OTHER_TABLES = {
    ".xls": "save it as .xlsx",
    ".xlsm": "save it as .xlsx",
    ".xlsb": "save it as .xlsx",
    ".ods": "save it as .xlsx or as CSV",
    ".numbers": "export it as .xlsx or as CSV",
}


def read(path: Path, name: str, limits: Limits) -> Reading:
    """
    What a file of facts holds, and what is wrong with it.

    The suffix says which format it is. A table takes its document from the file `sidecar(path)`, if there is one.

    Args:
        path: The file.
        name: How positions call it: relative to the project folder, with forward slashes.
        limits: What a file may ask of the machine; one that asks for more gives a `too-large`.

    Returns:
        A sheet for each table of a workbook, one for any other file, none for a file that cannot be read.
        Never raises for what is in the file, or for a file that is not there.

    Raises:
        EnvironmentFault: A library that the format needs is not installed.
    """
    report = Report(name)
    try:
        reader = _reader(path, report)
        raw = _bytes(path, report, limits)
    except Stop:
        return Reading((), report.findings())
    reading = reader(raw, name, limits)
    if path.suffix.lower() in _TABLES and sidecar(path).exists():
        return _with_document(reading, path, name, limits)
    return reading


def sidecar(path: Path) -> Path:
    """
    Where the document of a table is described.

    >>> sidecar(Path("facts/ged.csv")).as_posix()
    'facts/ged.document.yaml'
    """
    return path.with_name(f"{path.stem}.{DOCUMENT}.yaml")


def is_sidecar(path: Path) -> bool:
    """Whether a file describes the document of a table beside it: such a file is read with the table, not alone."""
    ending = f".{DOCUMENT}.yaml"
    if not path.name.endswith(ending):
        return False
    stem = path.name.removesuffix(ending)
    return any(path.with_name(stem + suffix).exists() for suffix in _TABLES)


def _reader(path: Path, report: Report) -> Callable[[bytes, str, Limits], Reading]:
    match path.suffix.lower():
        case ".yaml" | ".yml":
            from kg.facts.from_yaml import read as reader
        case ".json":
            from kg.facts.from_json import read as reader
        case ".csv":
            from kg.facts.from_csv import read as reader
        case ".tsv":
            from kg.facts.from_csv import read_tsv as reader
        case ".xlsx":
            from kg.facts.from_xlsx import read as reader
        case suffix:
            hint = OTHER_TABLES.get(suffix, f"facts are {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}")
            what = f"files of the kind '{suffix}' hold no facts" if suffix else "the name of the file has no suffix"
            report.stop("unreadable-file", what, hint=hint)
    return reader


def _bytes(path: Path, report: Report, limits: Limits) -> bytes:
    """The file's bytes, one more than the limit at most: it may grow while it is read."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            report.stop("unreadable-file", "this is a folder, not a file", hint="name the files in it")
        if not stat.S_ISREG(status.st_mode):
            # A pipe or a device would be waited for, or never end.
            report.stop("unreadable-file", "this is no ordinary file", hint="copy what it gives into a file")
        with path.open("rb") as file:
            raw = b"" if status.st_size > limits.bytes else file.read(limits.bytes + 1)
    except FileNotFoundError:
        report.stop("unreadable-file", "there is no such file", hint="is its name spelled right?")
    except (OSError, ValueError) as error:  # ValueError: a name with a null byte
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        report.stop("unreadable-file", f"the file cannot be read: {reason}", hint="may you read it, and its folder?")
    if max(status.st_size, len(raw)) > limits.bytes:
        message = f"the file has {max(status.st_size, len(raw)):,} bytes; the limit is {limits.bytes:,}"
        report.stop("too-large", message, hint="split the file")
    return raw


def _with_document(reading: Reading, table: Path, name: str, limits: Limits) -> Reading:
    """A table's sheets, each with the document that the file beside the table describes."""
    path = sidecar(table)
    folder = name.rpartition("/")[0]
    described = read(path, f"{folder}/{path.name}" if folder else path.name, limits)
    findings = reading.findings + described.findings
    if not described.sheets:
        return Reading(reading.sheets, findings)
    report = Report(described.sheets[0].file)
    document = _document_alone(described.sheets[0], report)
    known = next((sheet.document_sheet for sheet in reading.sheets if sheet.document_sheet), None)
    if known and document:
        related = (("here is the other", known.at(known.root)),)
        hint = "keep one of them"
        report.add("duplicate-key", "the document is described twice", 1, 1, hint=hint, related=related)
    sheets = tuple(sheet._replace(document_sheet=known or document) for sheet in reading.sheets)
    return Reading(sheets, findings + report.findings())


def _document_alone(sheet: Sheet, report: Report) -> Sheet | None:
    """What a sidecar says of the document; anything else in it is reported."""
    entries = tuple((key, value) for key, value in sheet.root.entries if key.text == DOCUMENT)
    for key, _ in sheet.root.entries:
        if key.text != DOCUMENT:
            hint = "the table beside this file holds the claims"
            message = f"only '{DOCUMENT}:' belongs here, not '{key.text}'"
            report.add("unexpected-shape", message, key.line, key.column, hint=hint)
    if not entries:
        report.add("unexpected-shape", f"there is no '{DOCUMENT}:' here", 1, 1, hint=f"begin with '{DOCUMENT}:'")
        return None
    return sheet._replace(root=Mapping(entries, sheet.root.line, sheet.root.column))
