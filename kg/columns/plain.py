"""
How terms look in lines that are written as the parser would print them, as regular expressions.

Each takes less than the parser does, and never more. They mean the same to Python and to RE2.
"""

from __future__ import annotations

from typing import Final

from kg.model.terms import XSD

_FOREIGN = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd"
_CHARACTER = rf"(?:[A-Za-z0-9:/?@!$&'()*+,;=._~{_FOREIGN}-]|%[0-9A-Fa-f]{{2}})"
_HOST = rf"//[A-Za-z0-9._~{_FOREIGN}-]*(?::[0-9]*)?"
_FIRST = _CHARACTER.replace(":/?", ":?", 1)
_LANGUAGE = "@[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"

IRI: Final = (
    rf"<[A-Za-z][A-Za-z0-9+.-]*:(?:{_HOST}(?:[/?]{_CHARACTER}*)?|/?(?:{_FIRST}{_CHARACTER}*)?)(?:#{_CHARACTER}*)?>"
)
BLANK: Final = "_:[A-Za-z0-9_][A-Za-z0-9_-]*"
LITERAL: Final = rf'"(?:[^\x00-\x1f\x7f{chr(0xFFFE)}{chr(0xFFFF)}"\\]|\\[tnr"\\])*"(?:{_LANGUAGE}|\^\^{IRI})?'

NO_SUFFIX: Final = (f"^^<{XSD}string>", "^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>")
"""What the parser leaves out where it stands behind a literal."""

OTHER_FILE: Final = "_:f[0-9]+_.*"
"""A label that could be one of those that blank nodes of later files are given."""
