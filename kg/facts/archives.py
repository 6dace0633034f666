"""Looks into a workbook's zip archive before anything unpacks it: a small file can hold gigabytes."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from kg.facts.reporting import Report, count
from kg.model.records import Limits

_MOST_MEMBERS = 10_000
_MOST_UNPACKED = 4  # times the limit on bytes: XML is wordy
_BOMB_RATIO = 200  # real workbooks stay below 30
_BOMB_BYTES = 10_000_000
_MOST_ELEMENTS = 3  # times the limit on nodes: a cell is an element with its value in another
_CHUNK = 1 << 20
# A tag may lie across two chunks; formulas that reach over this are looked at in vain.
_OVERLAP = 4096

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_FORMULA_WITHOUT_RESULT = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_BROKEN = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


def inspect(raw: bytes, report: Report, limits: Limits) -> bool:
    """
    Refuse an archive that is none, that is damaged, or that would unpack to more than the limits grant.

    Returns whether some formula seems to have no stored result.
    """
    try:
        with ZipFile(BytesIO(raw)) as archive:
            _check_sizes(archive.infolist(), report, limits)
            return _read_members(archive, report, limits)
    except _BROKEN as error:
        hint = "open it in Excel or LibreOffice and save it anew as .xlsx"
        if raw.startswith(b"\xd0\xcf\x11\xe0"):  # the container of .xls, and of .xlsx with a password
            hint = "save it as .xlsx and without a password"
        report.stop("unreadable-file", f"this is no workbook, or it is damaged ({error})", hint=hint)


def _check_sizes(members: list[ZipInfo], report: Report, limits: Limits) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > _MOST_MEMBERS:
        what = f"{len(members):,} parts"
    elif unpacked > limits.bytes * _MOST_UNPACKED or (unpacked > _BOMB_BYTES and unpacked > packed * _BOMB_RATIO):
        what = f"{unpacked // 1_000_000:,} MB once it is unpacked"
    else:
        return
    report.stop("too-large", f"the workbook has {what}", hint="save the rows that matter as a CSV file")


def _read_members(archive: ZipFile, report: Report, limits: Limits) -> bool:
    """Unpack the parts that become trees of XML, piece by piece, keeping nothing; checks their checksums by the way."""
    elements = 0
    without_result = False
    for member in archive.infolist():
        if not member.filename.lower().endswith(".xml"):
            continue
        is_sheet = _SHEET.fullmatch(member.filename) is not None
        tail = b""
        with archive.open(member) as part:
            while chunk := part.read(_CHUNK):
                elements += chunk.count(b"<") - chunk.count(b"</")
                if elements > limits.nodes * _MOST_ELEMENTS:
                    message = f"the workbook holds more than {count(limits.nodes, 'cell')}"
                    report.stop("too-large", message, hint="split it, or save the rows that matter as a CSV file")
                if not tail and b"<!DOCTYPE" in chunk[:_OVERLAP]:
                    message = "this is no workbook of Excel's or LibreOffice's: it declares a document type"
                    report.stop("unreadable-file", message, hint="ask who made it, or save its rows as a CSV file")
                if is_sheet and not without_result:
                    without_result = _FORMULA_WITHOUT_RESULT.search(tail + chunk) is not None
                tail = chunk[-_OVERLAP:]
    return without_result
