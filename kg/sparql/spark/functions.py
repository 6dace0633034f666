"""
Operators and functions of DuckDB that Spark has by another name, or of which it means something else.

Each takes the arguments as Spark SQL and gives Spark SQL. Spark runs with the settings of `kg.sparql.spark.running`.

Spec: https://spark.apache.org/docs/latest/api/sql/, https://spark.apache.org/docs/latest/sql-ref-ansi-compliance.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

WHOLE: Final = "DECIMAL(38, 0)"
"""What stands for integers of 128 bits."""

_BASE: Final = "CAST(10000000000000000000 AS DECIMAL(38, 0))"
_SHORT: Final = 40
_LONGEST_TEXT: Final = "2147483647"
_EXACT_DOUBLE: Final = "9.2E18D"
_DIGITS_OF: Final = {"FLOAT": range(6, 9), "DOUBLE": range(14, 17)}
"""How many digits behind the first the shortest text of a number may need; the last tells any two apart."""


def let(value: str, use: Callable[[str], str]) -> str:
    """What `use` makes of a value, which is written and computed once where it is long."""
    if len(value) <= _SHORT:
        return use(value)
    return f"transform(array({value}), v -> {use('v')})[0]"


def quotient(above: str, below: str) -> str:
    """
    The quotient of two integers without its fraction.

    Spark's `div` gives 64 bits, and its `/` has 20 digits before the point: so it is divided in two steps, as on paper.
    """

    def part(one: str, other: str) -> str:
        return f"CAST(({one} - {one} % {other}) / {other} AS {WHOLE})"

    given = f"array(named_struct('n', CAST({above} AS {WHOLE}), 'd', CAST({below} AS {WHOLE})))"
    halves = f"named_struct('h', {part('x.n', _BASE)}, 'l', x.n % {_BASE}, 'd', x.d)"
    rest = f"CAST((x.h % x.d) * {_BASE} + x.l AS {WHOLE})"
    steps = f"named_struct('q', {part('x.h', 'x.d')}, 'r', {rest}, 'd', x.d)"
    joined = f"CAST(x.q * {_BASE} + {part('x.r', 'x.d')} AS {WHOLE})"
    return f"transform(transform(transform({given}, x -> {halves}), x -> {steps}), x -> {joined})[0]"


def divided(above: str, below: str) -> str:
    """Doubles, of which Spark refuses to divide by zero; the sign of a zero decides that of the infinity."""
    sign = f"CASE CAST({below} AS STRING) WHEN '-0.0' THEN '-Infinity' ELSE 'Infinity' END"
    return f"CASE WHEN {below} = 0 THEN {above} * CAST({sign} AS DOUBLE) ELSE {above} / {below} END"


def floor(number: str) -> str:
    """In the type of the number; Spark's own gives 64 bits of a double. What has no fraction stays, infinities too."""
    return let(number, _floor)


def _floor(x: str) -> str:
    fraction = f"{x} % 1"
    return (
        f"CASE WHEN {fraction} = 0 OR isnan({fraction}) THEN {x} "
        f"WHEN {x} < 0 THEN {x} - {fraction} - 1 ELSE {x} - {fraction} END"
    )


def ceil(number: str) -> str:
    """See `floor`; what lies between -1 and 0 becomes the zero with a sign, as in DuckDB."""
    return f"(-({let(f'(-({number}))', _floor)}))"


def trunc(number: str) -> str:
    """See `floor`."""
    return let(number, lambda x: f"CASE WHEN {x} % 1 = 0 OR isnan({x} % 1) THEN {x} ELSE {x} - {x} % 1 END")


def whole_or_null(number: str) -> str:
    """A double as an integer. Beyond 64 bits Spark would take its shortest decimal text for its value."""

    def by_size(x: str) -> str:
        beyond = f"abs({x}) >= {_EXACT_DOUBLE} AND abs({x}) < CAST('Infinity' AS DOUBLE)"
        stop = stopped(f"CAST({x} AS STRING)", WHOLE)
        return f"CASE WHEN {beyond} THEN {stop} ELSE CAST(TRY_CAST({x} AS BIGINT) AS {WHOLE}) END"

    return let(number, by_size)


def real_text(number: str) -> str:
    """
    A double or float in the fewest digits that tell it apart, without a power of ten; the query stops at one so far
    from 1 that DuckDB would write it with one.

    Java 17 may write a digit too many, and has powers of ten from ten million on.
    """

    def by_size(x: str) -> str:
        by_type = " ".join(f"WHEN '{kind.lower()}' THEN {_shortest(x, kind)}" for kind in _DIGITS_OF)
        digits = f"CAST(CAST(CASE typeof({x}) {by_type} END AS DECIMAL(38, 21)) AS STRING)"
        return (
            f"CASE WHEN {x} IS NULL THEN NULL WHEN isnan({x}) THEN 'NaN' "
            f"WHEN {x} = CAST('Infinity' AS DOUBLE) THEN 'INF' WHEN {x} = CAST('-Infinity' AS DOUBLE) THEN '-INF' "
            f"WHEN {x} = 0 THEN CASE CAST({x} AS STRING) WHEN '-0.0' THEN '-0' ELSE '0' END "
            f"WHEN abs({x}) >= 1E16D OR abs({x}) < 1E-4D THEN {stopped(f'CAST({x} AS STRING)')} "
            f"ELSE regexp_replace({digits}, '[.]?0+$', '') END"
        )

    return let(number, by_size)


def _shortest(number: str, kind: str) -> str:
    texts = [f"printf('%.{digits}e', {number})" for digits in _DIGITS_OF[kind]]
    tried = " ".join(f"WHEN CAST({text} AS {kind}) = {number} THEN {text}" for text in texts[:-1])
    return f"CASE {tried} ELSE {texts[-1]} END"


def stopped(reason: str, kind: str = "STRING") -> str:
    """See `kg.sparql.stopping`."""
    return f"CAST(CAST('not held: ' || {reason} AS TINYINT) AS {kind})"


def substring(text: str, start: str, length: str | None) -> str:
    """Spark's places have 32 bits."""
    places = [_short(one) for one in (start, length) if one is not None]
    return f"substring({', '.join([text, *places])})"


def _short(place: str) -> str:
    if "CAST" not in place:
        return place
    return f"CAST(least({place}, {_LONGEST_TEXT}) AS INT)"


def to_json(text: str) -> str:
    """A text as JSON writes it: of an array, because Spark writes no JSON of less. NULL stays NULL."""
    array = f"to_json(array({text}))"
    return f"nullif(substring({array}, 2, length({array}) - 2), 'null')"


def url_encode(text: str) -> str:
    """For the path of an address; Spark's own is for forms."""
    return f"replace(replace(replace(url_encode({text}), '+', '%20'), '*', '%2A'), '%7E', '~')"


def ordered_row(keys: list[str]) -> str:
    """Keys to compare rows by; what is NULL comes last, as in DuckDB."""
    return f"struct({', '.join(f'{key} IS NULL, {key}' for key in keys)})"


def list_sum(numbers: str) -> str:
    """The sum of a list in the type of its numbers; NULL of an empty one."""
    return f"aggregate(slice({numbers}, 2, greatest(size({numbers}), 1)), get({numbers}, 0), (x, y) -> x + y)"


def interval(microseconds: str) -> str:
    """A length of time."""
    seconds = f"CAST({microseconds} AS DECIMAL(24, 6)) / 1000000"
    return f"make_dt_interval(0, 0, 0, CAST({seconds} AS DECIMAL(18, 6)))"
