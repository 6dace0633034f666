"""
Whether a lexical form belongs to its datatype, and whether a language tag matches a range.

The lexical spaces are those of XML Schema 1.1, for the datatypes that RDF 1.1 lists. White space around a value is
not part of them: XML Schema takes it away before it looks, and RDF has no such step.

Spec: https://www.w3.org/TR/rdf11-concepts/#xsd-datatypes, https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from kg.model.terms import XSD

_Check: TypeAlias = Callable[[str], object]

# https://www.w3.org/TR/REC-xml/#NT-NameStartChar and #NT-NameChar, without the brackets of a character class
NAME_START: Final = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
NAME: Final = NAME_START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"

# https://www.w3.org/TR/xmlschema11-2/#dateTime: years have no bound and include 0000; 24:00:00 ends a day; ±14:00.
_YEAR = r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12][0-9]|3[01])"
_CLOCK = (
    r"([01][0-9]|2[0-3]|24(?=:00:00(?:\.0+)?(?![0-9.]))):([0-5][0-9])"
    r":([0-5][0-9](?:\.[0-9]+)?)"
)
_ZONE = r"(Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
# Each pattern has the seven groups of `Calendar`; () is a field that the datatype lacks.
_CALENDAR: Final = {
    name.replace("xsd:", XSD): pattern
    for name, pattern in {
        "xsd:date": f"{_YEAR}-{_MONTH}-{_DAY}()()(){_ZONE}?",
        "xsd:dateTime": f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}?",
        "xsd:dateTimeStamp": f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}",
        "xsd:gDay": f"()()---{_DAY}()()(){_ZONE}?",
        "xsd:gMonth": f"()--{_MONTH}()()()(){_ZONE}?",
        "xsd:gMonthDay": f"()--{_MONTH}-{_DAY}()()(){_ZONE}?",
        "xsd:gYear": f"{_YEAR}()()()()(){_ZONE}?",
        "xsd:gYearMonth": f"{_YEAR}-{_MONTH}()()()(){_ZONE}?",
        "xsd:time": f"()()(){_CLOCK}{_ZONE}?",
    }.items()
}
_DAYS_IN_MONTH = {"02": 29, "04": 30, "06": 30, "09": 30, "11": 30}
# A year modulo 400 has the same calendar, so that the last four digits tell leap years apart, of any sign.
_LAST_FOUR_DIGITS = 4


class Calendar(NamedTuple):
    """The fields of a date or time as they are written; those that the datatype does not have are empty."""

    year: str
    month: str
    day: str
    hour: str
    minute: str
    second: str
    zone: str


def calendar(lexical: str, datatype: str) -> Calendar | None:
    """
    The fields of a well-formed literal of `xsd:dateTime` and its kin; None if it is ill-formed or of another datatype.

    >>> calendar("2024-02-29Z", XSD + "date")
    Calendar(year='2024', month='02', day='29', hour='', minute='', second='', zone='Z')
    >>> calendar("2023-02-29", XSD + "date") is None
    True

    Spec: https://www.w3.org/TR/xmlschema11-2/#dateTime
    """
    pattern = _CALENDAR.get(datatype)
    match = re.fullmatch(pattern, lexical) if pattern is not None else None
    if match is None:
        return None
    fields = Calendar(*match.groups(""))
    if fields.day > "28" and not _has_day(fields.year, fields.month, int(fields.day)):
        return None
    return fields


def _has_day(year: str, month: str, day: int) -> bool:
    if month == "02" and day == 29 and year:
        number = int(year[-_LAST_FOUR_DIGITS:])
        return number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
    return day <= _DAYS_IN_MONTH.get(month, 31)


def _calendar(datatype: str) -> _Check:
    return lambda lexical: calendar(lexical, datatype) is not None


def _pattern(pattern: str) -> _Check:
    # Compiled when a value of the datatype comes: most data has few of them.
    return lambda lexical: re.fullmatch(pattern, lexical) is not None


_INTEGER = re.compile(r"([+-]?)0*([0-9]{1,20})")


def _between(low: int, high: int) -> _Check:
    """Python refuses to read more than 4,300 digits, so zeros in front go first."""

    def check(lexical: str) -> bool:
        match = _INTEGER.fullmatch(lexical)
        return match is not None and low <= int(match[1] + match[2]) <= high

    return check


def _is_string(lexical: str) -> bool:
    """XML 1.1 has all characters but these three; XML Schema 1.1 leaves the choice between it and XML 1.0."""
    return "\x00" not in lexical and "\ufffe" not in lexical and "\uffff" not in lexical


def _is_normalized(lexical: str) -> bool:
    return "\t" not in lexical and "\n" not in lexical and "\r" not in lexical and _is_string(lexical)


def _is_token(lexical: str) -> bool:
    return "  " not in lexical and lexical[:1] != " " and lexical[-1:] != " " and _is_normalized(lexical)


_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DOUBLE = _pattern(_DECIMAL + r"(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_CLOCK_PART = r"T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?"
# https://www.w3.org/TR/xmlschema11-2/#base64Binary: single spaces may stand between characters.
_BASE64 = (
    r"(?:(?:(?:[A-Za-z0-9+/] ?){4})*(?:(?:[A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]"
    r"|(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=))?"
)

_BY_NAME: dict[str, _Check] = {
    "xsd:string": _is_string,
    "xsd:boolean": {"true": True, "false": True, "1": True, "0": True}.get,
    "xsd:decimal": _pattern(_DECIMAL),
    "xsd:integer": _pattern(r"[+-]?[0-9]+"),
    "xsd:double": _DOUBLE,
    "xsd:float": _DOUBLE,
    "xsd:duration": _pattern(rf"-?P(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:{_CLOCK_PART})?"),
    "xsd:yearMonthDuration": _pattern(r"-?P(?=[0-9])(?:[0-9]+Y)?(?:[0-9]+M)?"),
    "xsd:dayTimeDuration": _pattern(rf"-?P(?=[0-9T])(?:[0-9]+D)?(?:{_CLOCK_PART})?"),
    "xsd:byte": _between(-(2**7), 2**7 - 1),
    "xsd:short": _between(-(2**15), 2**15 - 1),
    "xsd:int": _between(-(2**31), 2**31 - 1),
    "xsd:long": _between(-(2**63), 2**63 - 1),
    "xsd:unsignedByte": _between(0, 2**8 - 1),
    "xsd:unsignedShort": _between(0, 2**16 - 1),
    "xsd:unsignedInt": _between(0, 2**32 - 1),
    "xsd:unsignedLong": _between(0, 2**64 - 1),
    "xsd:nonNegativeInteger": _pattern(r"\+?[0-9]+|-0+"),
    "xsd:positiveInteger": _pattern(r"\+?0*[1-9][0-9]*"),
    "xsd:nonPositiveInteger": _pattern(r"-[0-9]+|\+?0+"),
    "xsd:negativeInteger": _pattern(r"-0*[1-9][0-9]*"),
    "xsd:hexBinary": _pattern(r"(?:[0-9a-fA-F]{2})*"),
    "xsd:base64Binary": _pattern(_BASE64),
    "xsd:anyURI": _is_string,  # any string since XML Schema 1.1: https://www.w3.org/TR/xmlschema11-2/#anyURI
    "xsd:language": _pattern(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*"),
    "xsd:normalizedString": _is_normalized,
    "xsd:token": _is_token,
    "xsd:NMTOKEN": _pattern(f"[{NAME}]+"),
    "xsd:Name": _pattern(f"[{NAME_START}][{NAME}]*"),
    "xsd:NCName": _pattern(f"[{NAME_START[1:]}][{NAME[1:]}]*"),
}
_CHECKS: Final = {name.replace("xsd:", XSD): check for name, check in _BY_NAME.items()} | {
    datatype: _calendar(datatype) for datatype in _CALENDAR
}


def well_formed(lexical: str, datatype: str) -> bool:
    """
    Whether the lexical form is in the lexical space of the datatype, as `sh:datatype` asks. True for other datatypes.

    >>> well_formed("18446744073709551616", XSD + "integer"), well_formed("18446744073709551616", XSD + "unsignedLong")
    (True, False)
    >>> well_formed("2023-02-30", XSD + "date"), well_formed(" 5", XSD + "integer")
    (False, False)

    Spec: https://www.w3.org/TR/shacl/#DatatypeConstraintComponent,
    https://www.w3.org/TR/rdf11-concepts/#dfn-ill-typed
    """
    check = _CHECKS.get(datatype)
    return check is None or bool(check(lexical))


def language_matches(tag: str, range_: str) -> bool:
    """
    Whether a language tag matches a basic language range, as SPARQL's `langMatches`. No tag matches nothing.

    >>> language_matches("de-AT", "DE"), language_matches("den", "de"), language_matches("my", "*")
    (True, False, True)

    Spec: https://www.rfc-editor.org/rfc/rfc4647#section-3.3.1
    """
    if range_ == "*":
        return bool(tag)
    tag, range_ = tag.lower(), range_.lower()
    return bool(range_) and (tag == range_ or tag.startswith(range_ + "-"))
