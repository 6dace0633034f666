"""
How terms look in lines that are written as the parser would print them, as regular expressions.

Each takes less than the parser does, and never more. They mean the same to Python and to RE2.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from kg.columns.terms import quoted
from kg.model.terms import LANGUAGE_STRING, STRING

_LONGEST_LINE: Final = 256 * 1024 * 1024
_FOREIGN = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd"
_LANGUAGE = "@[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"


class Plain(NamedTuple):
    """Expressions for an IRI, for a blank node, and for a literal."""

    iri: str
    blank: str
    literal: str


def _plain(foreign: str) -> Plain:
    character = rf"(?:[A-Za-z0-9:/?@!$&'()*+,;=._~{foreign}-]|%[0-9A-Fa-f]{{2}})"
    host = rf"//[A-Za-z0-9._~{foreign}-]*(?::[0-9]*)?"
    first = character.replace(":/?", ":?", 1)
    iri = rf"<[A-Za-z][A-Za-z0-9+.-]*:(?:{host}(?:[/?]{character}*)?|/?(?:{first}{character}*)?)(?:#{character}*)?>"
    literal = rf'"(?:[^\x00-\x1f\x7f{chr(0xFFFE)}{chr(0xFFFF)}"\\]|\\[tnr"\\])*"(?:{_LANGUAGE}|\^\^{iri})?'
    return Plain(iri, "_:[A-Za-z0-9_][A-Za-z0-9_-]*", literal)


PLAIN: Final = _plain(_FOREIGN)
ASCII: Final = _plain("")
"""For texts that are all ASCII: the same, and to Python far quicker to compile."""

NO_SUFFIX: Final = (f"^^<{STRING}>", f"^^<{LANGUAGE_STRING}>")
"""What the parser leaves out where it stands behind a literal."""

OTHER_FILE: Final = "_:f[0-9]+_.*"
"""A label that could be one of those that blank nodes of later files are given."""


def read_lines(files: str) -> str:
    """SQL for the lines of files, as a table with one column `line`; `files` is SQL for their names."""
    return (
        f"read_csv({files}, columns = {{'line': 'VARCHAR'}}, auto_detect = false, delim = chr(1), header = false, "
        f"quote = '', escape = '', comment = '', new_line = '\\n', max_line_size = {_LONGEST_LINE})"
    )


def read_rows(path: Path, names: Sequence[str]) -> str:
    """SQL for a file of tab-separated values, whose first line is its header; what is empty is NULL."""
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({quoted(str(path))}, columns = {{{columns}}}, auto_detect = false, delim = '\\t', header = true, "
        f"quote = '', escape = '', comment = '', new_line = '\\n', max_line_size = {_LONGEST_LINE})"
    )
