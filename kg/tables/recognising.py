"""Files that are something else than their name says: a web page in place of a download, a workbook called .csv."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final, NamedTuple

from kg.model.errors import UsageError

_FETCH: Final = "was the download refused? Look into the file, and fetch it again"


class _Kind(NamedTuple):
    begins: bytes
    what: str
    hint: str
    forms: frozenset[str] = frozenset()  # where it is what it should be


_KINDS: Final = (
    _Kind(b"<!doctype html", "a web page", _FETCH),
    _Kind(b"<html", "a web page", _FETCH),
    _Kind(b"<?xml", "an XML document", _FETCH),
    _Kind(b"par1", "a Parquet file", "write `format: parquet`, or call it .parquet", frozenset({"parquet"})),
    _Kind(b"pk\x03\x04", "a workbook or a zip file", "write `format: xlsx`, or unpack it", frozenset({"xlsx"})),
    _Kind(b"\xd0\xcf\x11\xe0", "an old file of Office", "open it and save it as .xlsx or as CSV UTF-8"),
    _Kind(b"%pdf", "a PDF document", "a table in it has to be copied into a spreadsheet first"),
)
_FORMS: Final = {
    "csv": "rows of text",
    "tsv": "rows of text",
    "jsonl": "JSON lines",
    "xlsx": "a workbook",
    "parquet": "a Parquet file",
}


def check_form(path: Path, name: str, form: str) -> None:
    """
    Look at the first bytes of a file that is to be read in a format.

    Raises:
        UsageError: They begin something else.
    """
    with path.open("rb") as file:
        start = file.read(64).removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n").lower()
    for kind in _KINDS:
        if start.startswith(kind.begins) and form not in kind.forms:
            raise UsageError(f"{name}: this is {kind.what}, not {_FORMS[form]}", kind.hint)
