"""
Texts as RDF literals, in the one lexical form that the store gives back unchanged.

The form is Oxigraph's, which is the canonical one of XML Schema but for two things that its stores do: numbers never
have an exponent, and types derived from xsd:integer and xsd:dateTime come back as these.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from kg.mapping.values import calendar_types, numbers
from kg.mapping.values.problem import ValueProblem, quoted
from kg.ontology import vocabulary as v

_BOOLEANS = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}
# https://www.rfc-editor.org/rfc/rfc3986#section-3.1 for the scheme; the rest may be any character of an IRI (RFC 3987).
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[^\s<>\"{}|\\^`%\x00-\x20\x7f]|%[0-9A-Fa-f]{2})+")
_WEB = re.compile(r"https?:", re.IGNORECASE)
_SITE = re.compile(r"https?://[^/?#]", re.IGNORECASE)
# https://www.w3.org/TR/xmlschema11-2/#language
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?")

_Canonical: TypeAlias = Callable[[str, NamedNode], Literal]


def canonical(text: str, datatype: NamedNode) -> Literal:
    """
    A text as a literal of a datatype, in its canonical form. Of a datatype that is not XML Schema's, as it stands.

    >>> from kg.ontology.vocabulary import XSD_BOOLEAN, XSD_DECIMAL
    >>> canonical("yes", XSD_BOOLEAN).value, canonical("023.790", XSD_DECIMAL).value
    ('true', '23.79')

    Raises:
        ValueProblem: The text is no value of the datatype.
    """
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueProblem(f"{quoted(text)} holds half a character", "mend the escapes \\ud800 to \\udfff in the file")
    read = _DATATYPES.get(datatype)
    if read is not None:
        return read(text.strip(" \t\r\n"), datatype)  # whiteSpace is `collapse` for all of these types
    if datatype in _TEXTS:
        return Literal(_TEXTS[datatype](text), datatype=datatype)
    if datatype.value.startswith(v.PREFIXES["xsd"]):
        raise ValueProblem(f"kg cannot read values of <{datatype.value}>", "give the property another range")
    return Literal(text, datatype=datatype)


def _boolean(text: str, datatype: NamedNode) -> Literal:
    value = _BOOLEANS.get(text.casefold())
    if value is None:
        raise ValueProblem(f"{quoted(text)} is neither true nor false", "write true or false")
    return Literal(value, datatype=datatype)


def _uri(text: str, datatype: NamedNode) -> Literal:
    if ":" not in text.split("/", 1)[0]:
        example = f"write https://{text}" if re.match(r"[\w-]+(\.[\w-]+)+", text) else "write it whole: https://…"
        raise ValueProblem(f"{quoted(text)} is no web address: it does not begin like https://", example)
    if _URI.fullmatch(text) is None:
        raise ValueProblem(
            f"{quoted(text)} is no web address: it holds a space or another character that none can have",
            "write a space as %20, and copy the address from the browser",
        )
    if _WEB.match(text) and _SITE.match(text) is None:
        raise ValueProblem(f"{quoted(text)} names no site", "write it whole: https://example.org/page")
    return Literal(text, datatype=datatype)


def _language(text: str, datatype: NamedNode) -> Literal:
    if _LANGUAGE.fullmatch(text) is None:
        raise ValueProblem(f"{quoted(text)} is no language tag", "write en, my, ar, zh-Hant …")
    return Literal(text, datatype=datatype)


def _hexadecimal(text: str, datatype: NamedNode) -> Literal:
    if _HEX.fullmatch(text) is None:
        raise ValueProblem(
            f"{quoted(text)} is no hexadecimal number of whole bytes", "write two of 0–9 and A–F per byte"
        )
    return Literal(text.upper(), datatype=datatype)


def _base64(text: str, datatype: NamedNode) -> Literal:
    joined = re.sub(r"\s", "", text)
    if _BASE64.fullmatch(joined) is None:
        raise ValueProblem(f"{quoted(text)} is not base64", "write the output of `base64 -w 0`")
    return Literal(joined, datatype=datatype)


_TEXTS: dict[NamedNode, Callable[[str], str]] = {
    v.XSD_STRING: str,
    v.XSD_NORMALIZED_STRING: lambda text: re.sub(r"[\t\r\n]", " ", text),
    v.XSD_TOKEN: lambda text: " ".join(part for part in re.split(r"[ \t\r\n]+", text) if part),
}

# In the order of https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes
_DATATYPES: dict[NamedNode, _Canonical] = {
    v.XSD_BOOLEAN: _boolean,
    v.XSD_DECIMAL: numbers.decimal,
    v.XSD_FLOAT: numbers.single,
    v.XSD_DOUBLE: numbers.double,
    v.XSD_DURATION: calendar_types.duration,
    v.XSD_DATE_TIME: calendar_types.moment,
    v.XSD_TIME: calendar_types.clock,
    v.XSD_DATE: calendar_types.day,
    v.XSD_G_YEAR_MONTH: calendar_types.year_month,
    v.XSD_G_YEAR: calendar_types.year,
    v.XSD_G_MONTH_DAY: calendar_types.month_day,
    v.XSD_G_DAY: calendar_types.month_less_day,
    v.XSD_G_MONTH: calendar_types.month,
    v.XSD_HEX_BINARY: _hexadecimal,
    v.XSD_BASE64_BINARY: _base64,
    v.XSD_ANY_URI: _uri,
    v.XSD_LANGUAGE: _language,
    **dict.fromkeys(numbers.INTEGERS, numbers.integer),
    v.XSD_YEAR_MONTH_DURATION: calendar_types.duration,
    v.XSD_DAY_TIME_DURATION: calendar_types.duration,
    v.XSD_DATE_TIME_STAMP: calendar_types.moment,
}
