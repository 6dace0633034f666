"""
The dictionary of terms, as SQL: what its columns are made of, from the canonical N-Triples text of a term.

- `text`: the term as it was written, in canonical N-Triples; two terms are the same where their texts are.
- `kind`: `iri`, `blank` or `literal`.
- `suffix`: what follows a literal's closing quote: empty, `@` and the language, or `^^` and the datatype; else NULL.
- `lexical`: an IRI's address, a blank node's label, a literal's lexical form without escapes.
- `type`: the class of values that operators tell apart, see `Type`.
- `number`: the value of an integer or decimal, exactly; `whole`: of an integer; `real`: of any number, as a double.
- `instant`: the value of a date or time in UTC, `zoned` whether it has a time zone.

Spec: https://www.w3.org/TR/sparql11-query/#operandDataTypes
"""

from __future__ import annotations

from typing import Final

from kg.model.terms import XSD

IRI, BLANK, STRING, LANGUAGE, BOOLEAN = "iri", "blank", "string", "langString", "boolean"
INTEGER, DECIMAL, FLOAT, DOUBLE, TIME, DATE = "integer", "decimal", "float", "double", "dateTime", "date"
OTHER: Final = "other"
"""A literal without a value: of an unknown datatype, or ill-typed."""
BEYOND: Final = "beyond"
"""A literal with a value that the columns cannot hold: a duration, a number of forty digits, the nanosecond."""

TYPES: Final = (
    IRI, BLANK, STRING, LANGUAGE, BOOLEAN, INTEGER, DECIMAL, FLOAT, DOUBLE, TIME, DATE, OTHER, BEYOND,
)  # fmt: skip
NUMBER: Final = "DECIMAL(38, 18)"
"""Twenty digits before the point and eighteen behind it."""

_INTEGERS: Final = (
    "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
    "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
)  # fmt: skip
_BEYOND: Final = (
    "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay", "duration", "dayTimeDuration", "yearMonthDuration",
    "dateTimeStamp",
)  # fmt: skip

_ZONE: Final = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_DAY: Final = "-?([1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_REAL: Final = r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_ODD_ESCAPE: Final = r"\\[ubf]"


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
    plain = f"replace({inner}, '\\\\', chr(1))"
    for letter, code in (("n", 10), ("r", 13), ("t", 9), ("b", 8), ("f", 12)):
        plain = f"replace({plain}, '\\{letter}', chr({code}))"
    plain = f"replace(replace({plain}, '\\\"', '\"'), chr(1), '\\')"
    return (
        f"CASE substring({text}, 1, 1) WHEN '<' THEN substring({text}, 2, length({text}) - 2) "
        f"WHEN '_' THEN substring({text}, 3) ELSE CASE WHEN contains({text}, '\\') THEN {plain} ELSE {inner} END END"
    )


def escaped(lexical_form: str) -> str:
    """The lexical form as it stands between the quotes of N-Triples; both are SQL."""
    found = f"replace({lexical_form}, '\\', '\\\\')"
    for written, character in (('\\"', "'\"'"), ("\\n", "chr(10)"), ("\\r", "chr(13)"), ("\\t", "chr(9)")):
        found = f"replace({found}, {character}, '{written}')"
    return found


def type_of(text: str, suffix: str, form: str) -> str:
    """The type; `text`, `suffix` and the lexical form are SQL."""

    def matches(pattern: str) -> str:
        return f"regexp_full_match({form}, {quoted(pattern)})"

    def one(names: tuple[str, ...]) -> str:
        return f"{suffix} IN ({', '.join(quoted(datatype_suffix(name)) for name in names)})"

    def typed(names: tuple[str, ...], pattern: str, kind: str, held: str) -> str:
        result = f"WHEN NOT {matches(pattern)} THEN 'other' WHEN {held} THEN '{kind}' ELSE 'beyond'"
        return f"WHEN {one(names)} THEN CASE {result} END"

    fits = f"TRY_CAST({form} AS {NUMBER}) IS NOT NULL"
    timed = f"TRY_CAST({form} AS TIMESTAMP) IS NOT NULL AND NOT {matches('.*[.][0-9]{7,}.*')}"
    cases = (
        f"WHEN {suffix} IS NULL THEN CASE substring({text}, 1, 1) WHEN '<' THEN 'iri' ELSE 'blank' END",
        f"WHEN regexp_matches({text}, {quoted(_ODD_ESCAPE)}) THEN 'beyond'",
        f"WHEN {suffix} = '' THEN 'string'",
        f"WHEN substring({suffix}, 1, 1) = '@' THEN 'langString'",
        typed(_INTEGERS, "[+-]?[0-9]+", INTEGER, fits),
        typed(
            ("decimal",), r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", DECIMAL, f"{fits} AND NOT {matches('.*[.][0-9]{19,}')}"
        ),
        typed(("double",), _REAL, DOUBLE, "true"),
        typed(("float",), _REAL, FLOAT, "true"),
        typed(("boolean",), "true|false|0|1", BOOLEAN, "true"),
        typed(("dateTime",), f"{_DAY}T{_CLOCK}{_ZONE}", TIME, timed),
        typed(
            ("date",),
            f"{_DAY}{_ZONE}",
            DATE,
            f"TRY_CAST(substring({form}, 1, 10) AS DATE) IS NOT NULL AND length({form}) <= 16",
        ),
        f"WHEN {one(_BEYOND)} THEN 'beyond'",
    )
    return f"CASE {' '.join(cases)} ELSE 'other' END"


def number_of(kind: str, form: str) -> str:
    """The exact value; the type and the lexical form are SQL."""
    return f"CASE WHEN {kind} IN ('integer', 'decimal') THEN TRY_CAST({form} AS {NUMBER}) END"


def real_of(kind: str, form: str) -> str:
    """The value as a double."""
    number = f"replace({form}, 'INF', 'inf')"
    return (
        f"CASE WHEN {kind} IN ('integer', 'decimal', 'double') THEN TRY_CAST({number} AS DOUBLE) "
        f"WHEN {kind} = 'float' THEN CAST(TRY_CAST({number} AS FLOAT) AS DOUBLE) END"
    )


def instant_of(kind: str, form: str) -> str:
    """The value of a date or time in UTC; a date is its first moment."""
    day = f"substring({form}, 1, 10) || 'T00:00:00' || substring({form}, 11)"

    def moment(text: str) -> str:
        # A cast to TIMESTAMP would pass over the time zone, one to TIMESTAMPTZ take the machine's where there is none.
        zoned = f"make_timestamp(epoch_us(TRY_CAST({text} AS TIMESTAMPTZ)))"
        return f"CASE WHEN {zoned_of(form)} THEN {zoned} ELSE TRY_CAST({text} AS TIMESTAMP) END"

    return f"CASE {kind} WHEN 'dateTime' THEN {moment(form)} WHEN 'date' THEN {moment(day)} END"


def zoned_of(form: str) -> str:
    """Whether a date or time has a time zone."""
    return f"regexp_matches({form}, '(Z|[+-][0-9]{{2}}:[0-9]{{2}})$')"


def dictionary(texts: str) -> str:
    """
    A query for all columns of terms but `id`, from one whose column `text` has their texts.

    Step by step, because an alias that is used in the same SELECT is written out again wherever it stands.
    """
    forms = f"SELECT *, {lexical('text', 'suffix')} AS lexical FROM (SELECT {base_columns()} FROM ({texts}))"
    types = f"SELECT *, {type_of('text', 'suffix', 'lexical')} AS type FROM ({forms})"
    whole = "CAST(CASE type WHEN 'integer' THEN lexical END AS HUGEINT)"
    return (
        f"SELECT *, {number_of('type', 'lexical')} AS number, {whole} AS whole, {real_of('type', 'lexical')} AS real, "
        f"{instant_of('type', 'lexical')} AS instant, "
        f"CASE WHEN type IN ('dateTime', 'date') THEN {zoned_of('lexical')} END AS zoned FROM ({types})"
    )
