"""
The tokens of Turtle and TriG.

Wider than the specification where that costs nothing: what is read here has been accepted by a strict parser before.

Spec: https://www.w3.org/TR/turtle/#sec-grammar-grammar
"""

from __future__ import annotations

import re
from typing import Final

from kg.syntax.texts import BLANK, IRI, LANGUAGE, NAME_CHARACTERS, SHORT_STRING

_SPACE: Final = r"[ \t\r\n]*+(?:\#[^\r\n]*+[ \t\r\n]*+)*+"
_LOCAL: Final = rf"(?:[{NAME_CHARACTERS}:%]++|\\.|\.++(?=[{NAME_CHARACTERS}:%\\]))*+"
_PREFIXED: Final = rf"(?:[A-Za-z\x80-\U0010ffff][{NAME_CHARACTERS}.]*)?:{_LOCAL}"
_STRING: Final = (
    r'"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+"""'
    r"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+'''"
    rf"|{SHORT_STRING}"
    r"|'[^'\\\r\n]*+(?:\\.[^'\\\r\n]*+)*+'"
)
_NUMBER: Final = r"[-+]?(?:(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][-+]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)"

# The number of the group that matched last says what a token is.
IRI_REFERENCE: Final = 1
PREFIXED_NAME: Final = 2
LABEL: Final = 3
PLAIN_STRING: Final = 4
LANGUAGE_STRING: Final = 5
TYPED_STRING: Final = 6
NUMBER: Final = 7
PUNCTUATION: Final = 8
WORD: Final = 9
DIRECTIVE: Final = 10
END: Final = 11
"""Of the file. What matches group 12 is no token."""

TOKEN: Final = re.compile(
    rf"{_SPACE}(?:({IRI})|({_PREFIXED})|({BLANK})"
    rf"|({_STRING})(?:{_SPACE}({LANGUAGE})|{_SPACE}\^\^{_SPACE}({IRI}|{_PREFIXED}))?+"
    rf"|({_NUMBER})|([.;,\[\](){{}}])|([A-Za-z]++)|({LANGUAGE})|(\Z)|(.))",
    re.DOTALL,
)
