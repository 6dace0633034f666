"""
The dictionary of terms, as SQL: what its columns are made of, from the canonical N-Triples text of a term.

- `text`: the term as it was written, in canonical N-Triples; two terms are the same where their texts are.
- `kind`: `iri`, `blank` or `literal`.
- `suffix`: what follows a literal's closing quote: empty, `@` and the language, or `^^` and the datatype; else NULL.
- `lexical`: an IRI's address, a blank node's label, a literal's lexical form without escapes.
- `type`: the class of values that operators tell apart, one of `TYPES`.
- `number`: the value of an integer or decimal, exactly; `whole`: of an integer; `real`: of any number, as a double.
- `instant`: the value of a date, a moment or a time of day in UTC, `zoned` whether it has a time zone.

Spec: https://www.w3.org/TR/sparql11-query/#operandDataTypes
"""

from __future__ import annotations

from typing import Final, NamedTuple

from kg.model.terms import XSD

IRI, BLANK, STRING, LANGUAGE, BOOLEAN = "iri", "blank", "string", "langString", "boolean"
INTEGER, DECIMAL, FLOAT, DOUBLE = "integer", "decimal", "float", "double"
TIME, DATE, CLOCK = "dateTime", "date", "time"
OTHER: Final = "other"
"""A literal without a value: of an unknown datatype, or ill-typed."""
BEYOND: Final = "beyond"
"""A literal with a value that the columns cannot hold: a duration, a number of forty digits, the nanosecond."""

TYPES: Final = (
    IRI, BLANK, STRING, LANGUAGE, BOOLEAN, INTEGER, DECIMAL, FLOAT, DOUBLE, TIME, DATE, CLOCK, OTHER, BEYOND,
)  # fmt: skip
NUMBER: Final = "DECIMAL(38, 18)"
"""Twenty digits before the point and eighteen behind it."""

_BOUNDS: Final = {
    "int": "BETWEEN -2147483648 AND 2147483647",
    "long": "BETWEEN -9223372036854775808 AND 9223372036854775807",
    "short": "BETWEEN -32768 AND 32767",
    "byte": "BETWEEN -128 AND 127",
    "nonNegativeInteger": ">= 0",
    "positiveInteger": "> 0",
    "nonPositiveInteger": "<= 0",
    "negativeInteger": "< 0",
    "unsignedLong": "BETWEEN 0 AND 18446744073709551615",
    "unsignedInt": "BETWEEN 0 AND 4294967295",
    "unsignedShort": "BETWEEN 0 AND 65535",
    "unsignedByte": "BETWEEN 0 AND 255",
}
"""Which numbers the datatypes have that are derived from `xsd:integer`."""

_BEYOND: Final = (
    "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay", "duration", "dayTimeDuration", "yearMonthDuration",
    "dateTimeStamp",
)  # fmt: skip

_XSD: Final = f"^^<{XSD}"
_ZONE: Final = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_DAY: Final = "-?([1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_SOME_DAY: Final = "1972-12-31"
"""Times of day are compared as if they were of one day: that of XML Schema's timeOnTimeline."""
_INTEGER: Final = "[+-]?[0-9]+"
_DECIMAL: Final = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_REAL: Final = r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"


def quoted(text: str) -> str:
    """
    A text as SQL writes it.

    >>> quoted("Kawlin's")
    "'Kawlin''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def datatype_suffix(name: str) -> str:
    """What follows the closing quote of a literal of one of XML Schema's datatypes."""
    return f"^^<{XSD}{name}>"


def base_columns() -> str:
    """`text`, `kind` and `suffix`, from `text`."""
    return """text, CASE text[1] WHEN '<' THEN 'iri' WHEN '_' THEN 'blank' ELSE 'literal' END AS kind,
    CASE text[1] WHEN '"' THEN split_part(text, '"', -1) END AS suffix"""


def lexical(text: str, suffix: str) -> str:
    """The lexical form; `text` and `suffix` are SQL."""
    inner = f"substring({text}, 2, length({text}) - 2 - length({suffix}))"
    # What stands between the quotes of canonical N-Triples is a text of JSON, escapes and all.
    plain = f"json_extract_string(substring({text}, 1, length({text}) - length({suffix})), '$')"
    return (
        f"CASE substring({text}, 1, 1) WHEN '<' THEN substring({text}, 2, length({text}) - 2) "
        f"WHEN '_' THEN substring({text}, 3) ELSE CASE WHEN contains({text}, '\\') THEN {plain} ELSE {inner} END END"
    )


def in_quotes(lexical_form: str) -> str:
    """
    The lexical form in quotes, as canonical N-Triples has it; both are SQL.

    Spec: https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples
    """
    # As JSON writes it, but for three characters.
    found = f"CAST(to_json({lexical_form}) AS VARCHAR)"
    for code in (0x7F, 0xFFFE, 0xFFFF):
        found = f"replace({found}, chr({code}), '\\u{code:04X}')"
    return found


def type_of(text: str, suffix: str, form: str) -> str:
    """The type; `text`, `suffix` and the lexical form are SQL."""
    return (
        f"CASE WHEN {suffix} IS NULL THEN CASE substring({text}, 1, 1) WHEN '<' THEN 'iri' ELSE 'blank' END "
        f"WHEN {suffix} = '' THEN 'string' WHEN substring({suffix}, 1, 1) = '@' THEN 'langString' "
        f"WHEN starts_with({suffix}, '{_XSD}') THEN {_type_of_datatype(f'substring({suffix}, {len(_XSD) + 1})', form)} "
        "ELSE 'other' END"
    )


def _matches(form: str, pattern: str) -> str:
    return f"regexp_full_match({form}, {quoted(pattern)})"


class _Form(NamedTuple):
    """When a lexical form is one of a datatype, when columns hold its value, and the type where they do not; SQL."""

    good: str
    held: str
    otherwise: str = f"'{BEYOND}'"


def _forms(form: str) -> dict[str, _Form]:
    """Of the types that have a datatype of their name; the lexical form is SQL."""
    fits = f"TRY_CAST({form} AS {NUMBER}) IS NOT NULL"
    day = f"TRY_CAST(substring({form}, 1, 10) AS DATE)"
    # Of four digits, it is a day that the calendar does not have.
    no_day = f"CASE WHEN {form}[5] = '-' AND {day} IS NULL THEN 'other' ELSE 'beyond' END"
    fine = f"NOT {_matches(form, '.*[.][0-9]{7,}.*')}"
    room = f"TRY_CAST({form} AS TIMESTAMP) IS NOT NULL AND {fine}"
    return {
        INTEGER: _Form(_matches(form, _INTEGER), fits),
        DECIMAL: _Form(_matches(form, _DECIMAL), f"{fits} AND NOT {_matches(form, '.*[.][0-9]{19,}')}"),
        DOUBLE: _Form(_matches(form, _REAL), "true"),
        FLOAT: _Form(_matches(form, _REAL), "true"),
        BOOLEAN: _Form(_matches(form, "true|false|0|1"), "true"),
        TIME: _Form(_matches(form, f"{_DAY}T{_CLOCK}{_ZONE}"), room, no_day),
        DATE: _Form(_matches(form, f"{_DAY}{_ZONE}"), f"{day} IS NOT NULL AND length({form}) <= 16", no_day),
        CLOCK: _Form(_matches(form, f"{_CLOCK}{_ZONE}"), f"NOT starts_with({form}, '24') AND {fine}"),
    }


def is_held(kind: str, form: str) -> str:
    """Whether a lexical form is one of a type with a datatype of its name, and columns hold its value; SQL."""
    found = _forms(form)[kind]
    return f"({found.good} AND {found.held})"


def _type_of_datatype(name: str, form: str) -> str:
    """The type of a literal of XML Schema's datatypes; `name` is SQL for what follows their namespace."""

    def typed(datatype: str, found: _Form) -> str:
        result = f"WHEN NOT {found.good} THEN 'other' WHEN {found.held} THEN '{datatype}' ELSE {found.otherwise}"
        return f"WHEN '{datatype}>' THEN CASE {result} END"

    def one(names: tuple[str, ...]) -> str:
        return f"{name} IN ({', '.join(quoted(known + '>') for known in names)})"

    whole = _forms(form)[INTEGER]
    cases = [typed(datatype, found) for datatype, found in _forms(form).items()]
    bounds = " ".join(f"WHEN '{known}>' THEN {form}::HUGEINT {bound}" for known, bound in _BOUNDS.items())
    return (
        f"CASE {name} {' '.join(cases)} ELSE CASE WHEN {one(_BEYOND)} THEN 'beyond' "
        f"WHEN NOT {one(tuple(_BOUNDS))} OR NOT {whole.good} THEN 'other' WHEN NOT {whole.held} THEN 'beyond' "
        f"WHEN CASE {name} {bounds} END THEN 'integer' ELSE 'other' END END"
    )


def has_truth(suffix: str) -> str:
    """Whether the datatype is a boolean or one of numbers; the suffix is SQL."""
    names = ", ".join(quoted(f"{name}>") for name in (BOOLEAN, INTEGER, DECIMAL, FLOAT, DOUBLE, *_BOUNDS))
    return f"(starts_with({suffix}, '{_XSD}') AND substring({suffix}, {len(_XSD) + 1}) IN ({names}))"


def number_of(kind: str, form: str) -> str:
    """The exact value; the type and the lexical form are SQL."""
    return f"CASE WHEN {kind} IN ('integer', 'decimal') THEN TRY_CAST({form} AS {NUMBER}) END"


def real_of(kind: str, form: str) -> str:
    """The value as a double."""
    number = f"replace({form}, 'INF', 'inf')"
    return (
        # An integer has no negative zero.
        f"CASE WHEN {kind} IN ('integer', 'decimal') THEN TRY_CAST({number} AS DOUBLE) + 0 "
        f"WHEN {kind} = 'double' THEN TRY_CAST({number} AS DOUBLE) "
        f"WHEN {kind} = 'float' THEN CAST(TRY_CAST({number} AS FLOAT) AS DOUBLE) END"
    )


def instant_of(kind: str, form: str) -> str:
    """The value of a date or time in UTC; a date is its first moment, a time of day one of a certain day."""
    day = f"substring({form}, 1, 10) || 'T00:00:00' || substring({form}, 11)"
    clock = f"'{_SOME_DAY}T' || {form}"

    def moment(text: str) -> str:
        # A cast to TIMESTAMP would pass over the time zone, one to TIMESTAMPTZ take the machine's where there is none.
        zoned = f"make_timestamp(epoch_us(TRY_CAST({text} AS TIMESTAMPTZ)))"
        return f"CASE WHEN {zoned_of(form)} THEN {zoned} ELSE TRY_CAST({text} AS TIMESTAMP) END"

    cases = [f"WHEN '{name}' THEN {moment(text)}" for name, text in ((TIME, form), (DATE, day), (CLOCK, clock))]
    return f"CASE {kind} {' '.join(cases)} END"


def zoned_of(form: str) -> str:
    """Whether a date or time has a time zone."""
    return f"regexp_matches({form}, '(Z|[+-][0-9]{{2}}:[0-9]{{2}})$')"


def dictionary(texts: str, kept: str = "") -> str:
    """
    A query for all columns of terms but `id`, from one whose column `text` has their texts.

    `kept` is a column of that query which is handed on before them.

    Step by step, because an alias that is used in the same SELECT is written out again wherever it stands.
    """
    base = f"SELECT {f'{kept}, ' if kept else ''}{base_columns()} FROM ({texts})"
    forms = f"SELECT *, {lexical('text', 'suffix')} AS lexical FROM ({base})"
    types = f"SELECT *, {type_of('text', 'suffix', 'lexical')} AS type FROM ({forms})"
    whole = "CAST(CASE type WHEN 'integer' THEN lexical END AS HUGEINT)"
    return (
        f"SELECT *, {number_of('type', 'lexical')} AS number, {whole} AS whole, {real_of('type', 'lexical')} AS real, "
        f"{instant_of('type', 'lexical')} AS instant, "
        f"CASE WHEN type IN ('dateTime', 'date', 'time') THEN {zoned_of('lexical')} END AS zoned FROM ({types})"
    )
