"""
The functions of SPARQL 1.1 on terms, texts and times.

Each takes values and gives one; what is an error of SPARQL is NULL.

Spec: https://www.w3.org/TR/sparql11-query/#SparqlOps
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from kg.columns import terms as t
from kg.columns.plain import PLAIN
from kg.columns.terms import datatype_suffix, quoted
from kg.model.terms import LANGUAGE_STRING, STRING, XSD, parts_of
from kg.sparql.algebra import NotCompiled
from kg.sparql.comparisons import same_term
from kg.sparql.computed import Made, Typed, Written
from kg.sparql.regular_expressions import pattern_of, replacement_of
from kg.sparql.stopping import stopped
from kg.sparql.values import ANY, LITERALS, NUMERIC, TEXTS, TIMES, Constant, Plain, Value, truth


@dataclass(frozen=True, slots=True)
class Call:
    """What functions are given beside values: a way to keep a computed column, and the moment of the query."""

    let: Callable[[str], str]
    now: str


Function = Callable[[Call, Sequence[Value]], Value]

_LITERAL: Final = frozenset(LITERALS)
_IRI: Final = frozenset((t.IRI,))
_STRING: Final = frozenset((t.STRING,))
_RDF: Final = LANGUAGE_STRING.removesuffix("langString")
# Upper and lower case are more than one letter there, or depend on what stands beside it.
_ODD_CASE: Final = (
    "[ßŉǰΐΰևẖ-ẚẞὐ-ᾯᾲ-ᾷᾼῂ-ῇῌῒ-ῗῢ-ῧῲ-ῼﬀ-ﬗİΣ"
    # Younger than the letters that DuckDB knows: of Unicode 16 and 17.
    r"\x{19B}\x{264}\x{1C89}\x{1C8A}\x{A7CB}-\x{A7DC}\x{10D50}-\x{10D85}\x{16EA0}-\x{16ED3}]"
)


def _only(types: frozenset[str], value: Value, sql: str) -> str:
    """The SQL where the value has one of the types, else NULL."""
    if value.types <= types:
        return sql
    return f"CASE WHEN {value.is_type(types)} THEN {sql} END"


# ── Terms ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _str(_: Call, given: Sequence[Value]) -> Value:
    (value,) = given
    return Plain(t.STRING, _only(ANY - {t.BLANK}, value, value.lexical()))


def _lang(_: Call, given: Sequence[Value]) -> Value:
    (value,) = given
    suffix = value.suffix()
    tag = f"CASE WHEN {suffix}[1] = '@' THEN substring({suffix}, 2) WHEN {suffix} IS NOT NULL THEN '' END"
    return Plain(t.STRING, _only(_LITERAL, value, tag))


def _datatype(call: Call, given: Sequence[Value]) -> Value:
    (value,) = given
    suffix = value.suffix()
    iri = (
        f"CASE WHEN {suffix} = '' THEN '<{STRING}>' WHEN substring({suffix}, 1, 1) = '@' THEN '<{LANGUAGE_STRING}>' "
        f"WHEN {suffix} IS NOT NULL THEN substring({suffix}, 3) END"
    )
    return Written(_only(_LITERAL, value, iri), call.let, _IRI)


def _iri(call: Call, given: Sequence[Value]) -> Value:
    (value,) = given
    if value.types <= _IRI:
        return value
    written = f"'<' || {value.lexical()} || '>'"
    # A relative one, and one with steps, would be resolved against the base; what is odd may be none.
    plain = f"regexp_full_match({written}, {quoted(PLAIN.iri)}) AND NOT contains({written}, '/.')"
    made = f"CASE WHEN {plain} THEN {written} ELSE {stopped(written)} END"
    return Written(_only(_IRI | _STRING, value, made), call.let, _IRI)


def _is(types: frozenset[str]) -> Function:
    def function(_: Call, given: Sequence[Value]) -> Value:
        (value,) = given
        if types == NUMERIC:
            value.known()
        if value.types & types == set():
            return truth("false" if value.certain() else f"CASE WHEN {value.held()} IS NOT NULL THEN false END")
        return truth(value.is_type(types))

    return function


def _same_term(_: Call, given: Sequence[Value]) -> Value:
    return truth(same_term(*given))


def _strdt(call: Call, given: Sequence[Value]) -> Value:
    form, datatype = given
    if not isinstance(datatype, Constant) or datatype.types != _IRI:
        raise NotCompiled("STRDT with a computed datatype is not compiled")
    iri = parts_of(datatype.written).lexical
    if iri.startswith(_RDF):
        raise NotCompiled("STRDT with a datatype that asks for more, such as a language, is not compiled")
    if iri == STRING:
        return Plain(t.STRING, _only(_STRING, form, form.lexical()))
    text = f"{t.in_quotes(form.lexical())} || {quoted(f'^^<{iri}>')}"
    name = iri.removeprefix(XSD)
    if name != t.BOOLEAN and name not in NUMERIC | TIMES:
        return Written(_only(_STRING, form, text), call.let, LITERALS - TEXTS)
    # What is no date, or number, is rare and stops the query: to test for it at each later step makes SQL too long.
    given_form = call.let(_only(_STRING, form, form.lexical()))
    checked = f"CASE WHEN {t.is_held(name, given_form)} THEN {given_form} "
    return Typed(call.let(f"{checked} WHEN {given_form} IS NOT NULL THEN {stopped(given_form)} END"), name, call.let)


def _strlang(_: Call, given: Sequence[Value]) -> Value:
    form, tag = given
    lower = f"lower({tag.lexical()})"
    is_tag = f"regexp_full_match({lower}, '[a-z]{{1,8}}(-[a-z0-9]{{1,8}})*')"
    good = f"{form.is_type(_STRING)} AND {tag.is_type(_STRING)} AND {is_tag}"
    return Made(f"CASE WHEN {good} THEN {form.lexical()} END", f"'@' || {lower}", frozenset((t.LANGUAGE,)))


def _drawn(_: Call, __: Sequence[Value]) -> Value:
    """What is another for each solution: kept as a column DuckDB draws it once for all, and where it is used anew."""
    raise NotCompiled("RAND, UUID, STRUUID and BNODE are not compiled")


def _now(call: Call, _: Sequence[Value]) -> Value:
    return Written(quoted(f'"{call.now}"' + datatype_suffix("dateTime")), call.let, frozenset((t.TIME,)))


# ── Texts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _strlen(_: Call, given: Sequence[Value]) -> Value:
    (text,) = given
    return Plain(t.INTEGER, _only(TEXTS, text, f"length({text.lexical()})"))


def _like(text: Value, form: str) -> Value:
    """A text with the language of another."""
    if text.types <= _STRING:
        return Plain(t.STRING, form)
    return Made(_only(TEXTS, text, form), text.suffix())


def _substr(_: Call, given: Sequence[Value]) -> Value:
    text, start, *more = given
    if any(one.types & NUMERIC != {t.INTEGER} for one in (start, *more)):
        raise NotCompiled("SUBSTR with places that are no integers is not compiled")
    first = start.whole()
    # greatest() passes over what is NULL.
    known, at = f"{first} IS NOT NULL", f"CAST(greatest({first}, 1) AS BIGINT)"
    if not more:
        return _like(text, f"CASE WHEN {known} THEN substring({text.lexical()}, {at}) END")
    length = more[0].whole()
    size = f"greatest(0, least({length}, {length} + {first} - 1))"
    cut = f"substring({text.lexical()}, {at}, CAST({size} AS BIGINT))"
    return _like(text, f"CASE WHEN {known} AND {length} IS NOT NULL THEN {cut} END")


def _case(name: str) -> Function:
    def function(_: Call, given: Sequence[Value]) -> Value:
        (text,) = given
        form = text.lexical()
        odd = f"regexp_matches({form}, '{_ODD_CASE}')"
        return _like(text, f"CASE WHEN {odd} THEN {stopped(form)} ELSE {name}({form}) END")

    return function


def _concat(_: Call, given: Sequence[Value]) -> Value:
    if not given:
        return Plain(t.STRING, "''", always=True)
    forms = " || ".join(_only(TEXTS, one, one.lexical()) for one in given)
    if all(one.types <= _STRING for one in given):
        return Plain(t.STRING, forms)
    same = " AND ".join(f"{one.suffix()} = {given[0].suffix()}" for one in given[1:]) or "true"
    return Made(forms, f"CASE WHEN {same} THEN {given[0].suffix()} ELSE '' END")


def _compatible(one: Value, other: Value) -> str:
    """
    SQL for whether two texts may be compared: the second has no language, or that of the first.

    Spec: https://www.w3.org/TR/sparql11-query/#func-arg-compatibility
    """
    if one.types <= _STRING and other.types <= _STRING:
        return "true"
    same = "true" if other.types <= _STRING else f"({other.suffix()} = '' OR {other.suffix()} = {one.suffix()})"
    return f"({one.is_type(TEXTS)} AND {other.is_type(TEXTS)} AND {same})"


def _found(function: str) -> Function:
    def called(_: Call, given: Sequence[Value]) -> Value:
        text, part = given
        sql = f"{function}({text.lexical()}, {part.lexical()})"
        agree = _compatible(text, part)
        return truth(sql if agree == "true" else f"CASE WHEN {agree} THEN {sql} END")

    return called


def _before(_: Call, given: Sequence[Value]) -> Value:
    return _around(given, "substring({0}, 1, strpos({0}, {1}) - 1)")


def _after(_: Call, given: Sequence[Value]) -> Value:
    return _around(given, "substring({0}, strpos({0}, {1}) + length({1}))")


def _around(given: Sequence[Value], cut: str) -> Value:
    """A part of a text with its language; where nothing is found, a text without one."""
    text, part = given
    found = f"contains({text.lexical()}, {part.lexical()})"
    rest = f"CASE WHEN {found} THEN {cut.format(text.lexical(), part.lexical())} WHEN NOT {found} THEN '' END"
    form = f"CASE WHEN {_compatible(text, part)} THEN {rest} END"
    if text.types <= _STRING:
        return Plain(t.STRING, form)
    return Made(form, f"CASE WHEN {found} THEN {text.suffix()} ELSE '' END")


def _regex(_: Call, given: Sequence[Value]) -> Value:
    text, *rest = given
    pattern = pattern_of(*rest)
    return truth(_only(TEXTS, text, f"regexp_matches({text.lexical()}, {quoted(pattern)})"))


def _replace(_: Call, given: Sequence[Value]) -> Value:
    text, pattern, by, *flags = given
    written = pattern_of(pattern, *flags, for_replacing=True)
    sql = f"regexp_replace({text.lexical()}, {quoted(written)}, {quoted(replacement_of(by))}, 'g')"
    return _like(text, sql)


def _lang_matches(_: Call, given: Sequence[Value]) -> Value:
    tag, wanted = (f"lower({one.lexical()})" for one in given)
    both = " AND ".join(one.is_type(_STRING) for one in given)
    found = (
        f"CASE WHEN {wanted} = '*' THEN {tag} <> '' ELSE {tag} = {wanted} OR starts_with({tag}, {wanted} || '-') END"
    )
    return truth(f"CASE WHEN {both} THEN {found} END")


def _of_text(sql: str, types: frozenset[str] = TEXTS) -> Function:
    def function(_: Call, given: Sequence[Value]) -> Value:
        (text,) = given
        return Plain(t.STRING, _only(types, text, sql.format(text.lexical())))

    return function


# ── Times ───────────────────────────────────────────────────────────────────────────────────────────────────────────


_CLOCK: Final = frozenset((t.TIME, t.CLOCK))
_DAYS: Final = frozenset((t.TIME, t.DATE))


def _part(pattern: str, types: frozenset[str], kind: str = t.INTEGER) -> Function:
    """A part of a date or time as it is written there, in its own time zone."""

    def function(_: Call, given: Sequence[Value]) -> Value:
        (moment,) = given
        moment.known()
        cast = "BIGINT" if kind == t.INTEGER else t.NUMBER
        sql = f"CAST(regexp_extract({moment.lexical()}, {quoted(pattern)}, 1) AS {cast})"
        # The end of a day is the first moment of the next, whatever is written.
        sql = f"CASE WHEN contains({moment.lexical()}, 'T24') THEN {stopped(moment.lexical(), cast)} ELSE {sql} END"
        return Plain(kind, _only(types, moment, sql))

    return function


_ZONE: Final = "regexp_extract({0}, '(Z|[+-][0-9][0-9]:[0-9][0-9])$', 1)"


def _tz(_: Call, given: Sequence[Value]) -> Value:
    (moment,) = given
    moment.known()
    return Plain(t.STRING, _only(TIMES, moment, _ZONE.format(moment.lexical())))


def _timezone(call: Call, given: Sequence[Value]) -> Value:
    (moment,) = given
    moment.known()
    zone = _ZONE.format(moment.lexical())
    hours = f"CAST(substring({zone}, 2, 2) AS INTEGER)"
    minutes = f"CAST(substring({zone}, 5, 2) AS INTEGER)"
    size = " || ".join(
        f"CASE WHEN {number} = 0 THEN '' ELSE {number} || '{unit}' END"
        for number, unit in ((hours, "H"), (minutes, "M"))
    )
    sign = f"CASE WHEN starts_with({zone}, '-') THEN '-' ELSE '' END"
    told = f"CASE WHEN {zone} IN ('Z', '+00:00', '-00:00') THEN 'PT0S' ELSE {sign} || 'PT' || {size} END"
    end = quoted('"' + datatype_suffix("dayTimeDuration"))
    text = f"'\"' || {told} || {end}"
    return Written(_only(TIMES, moment, f"CASE WHEN {zone} <> '' THEN {text} END"), call.let, frozenset((t.BEYOND,)))


FUNCTIONS: Final[dict[str, Function]] = {
    "STR": _str,
    "LANG": _lang,
    "DATATYPE": _datatype,
    "IRI": _iri,
    "URI": _iri,
    "ISIRI": _is(_IRI),
    "ISURI": _is(_IRI),
    "ISBLANK": _is(frozenset((t.BLANK,))),
    "ISLITERAL": _is(_LITERAL),
    "ISNUMERIC": _is(NUMERIC),
    "SAMETERM": _same_term,
    "STRDT": _strdt,
    "STRLANG": _strlang,
    "UUID": _drawn,
    "STRUUID": _drawn,
    "BNODE": _drawn,
    "RAND": _drawn,
    "NOW": _now,
    "STRLEN": _strlen,
    "SUBSTR": _substr,
    "UCASE": _case("upper"),
    "LCASE": _case("lower"),
    "CONCAT": _concat,
    "CONTAINS": _found("contains"),
    "STRSTARTS": _found("starts_with"),
    "STRENDS": _found("ends_with"),
    "STRBEFORE": _before,
    "STRAFTER": _after,
    "REGEX": _regex,
    "REPLACE": _replace,
    "LANGMATCHES": _lang_matches,
    "ENCODE_FOR_URI": _of_text("url_encode({0})"),
    "MD5": _of_text("md5({0})", _STRING),
    "SHA1": _of_text("sha1({0})", _STRING),
    "SHA256": _of_text("sha256({0})", _STRING),
    "YEAR": _part("^(-?[0-9]+)-", _DAYS),
    "MONTH": _part("^-?[0-9]+-([0-9]+)", _DAYS),
    "DAY": _part("^-?[0-9]+-[0-9]+-([0-9]+)", _DAYS),
    "HOURS": _part("(?:^|T)([0-9]+):", _CLOCK),
    "MINUTES": _part("(?:^|T)[0-9]+:([0-9]+)", _CLOCK),
    "SECONDS": _part("(?:^|T)[0-9]+:[0-9]+:([0-9.]+)", _CLOCK, t.DECIMAL),
    "TZ": _tz,
    "TIMEZONE": _timezone,
}
