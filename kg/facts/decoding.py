"""Bytes → text. Facts are UTF-8; whatever else comes is named, with how to save it as UTF-8."""

from __future__ import annotations

import codecs
import re

from kg.facts.reporting import Report

# A byte order mark of UTF-32 begins with the one of UTF-16: the longer ones come first.
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)

SAVE_AS_UTF8 = (
    "save the file as UTF-8: in Excel as 'CSV UTF-8', in LibreOffice with 'Edit filter settings', "
    "in an editor under 'Save with encoding'"
)

# What XML, and with it Gephi's files, cannot hold, and what no keyboard writes. U+0085, a line end of old, may stay.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def decode(raw: bytes, report: Report) -> str:
    """
    The text of a file, without a byte order mark, its lines ended by a line feed alone.

    Stops with `invalid-encoding` at the first byte that is no UTF-8 or the first control character.
    """
    for mark, encoding in _OTHER_ENCODINGS:
        if raw.startswith(mark):
            report.stop("invalid-encoding", f"the file is saved as {encoding}, not as UTF-8", hint=SAVE_AS_UTF8)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # `start` counts in what is left of `raw` once the mark is gone: `object` is just that.
        before = _line_ends(error.object[: error.start].decode("utf-8", "replace"))
        line, column = place(before, len(before))
        byte = error.object[error.start]
        report.stop("invalid-encoding", f"the byte {byte:#04x} is no UTF-8", line, column, hint=SAVE_AS_UTF8)
    text = _line_ends(text)
    if found := CONTROL.search(text):
        line, column = place(text, found.start())
        report.stop(
            "invalid-encoding",
            f"a control character ({code_point(found[0])}) stands here",
            line,
            column,
            hint="delete it; it does not show in most editors. If there are many, the file is not a text file",
        )
    return text


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def place(text: str, offset: int) -> tuple[int, int]:
    r"""
    Line and column of an offset, both from 1, in code points.

    >>> place("a\n😀b", 3)
    (2, 2)
    """
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def without_control(text: str) -> tuple[str, str]:
    r"""
    A text in which U+FFFD replaces what no value may hold, however it was written, and the first of such characters.

    >>> without_control("town"), without_control("a\x00b")
    (('town', ''), ('a\ufffdb', '\x00'))
    """
    found = CONTROL.search(text)
    return (CONTROL.sub("\ufffd", text), found[0]) if found else (text, "")


def code_point(character: str) -> str:
    r"""
    How Unicode calls a character.

    >>> code_point("\x00")
    'U+0000'
    """
    return f"U+{ord(character):04X}"
