"""
Functions on texts: those of simple literals, of `xsd:string`, and of literals with a language.

Spec: https://www.w3.org/TR/sparql11-query/#func-strings (17.4.3)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.columns import terms as t
from kg.columns.terms import quoted
from kg.sparql.algebra import NotCompiled
from kg.sparql.computed import Made
from kg.sparql.functions.context import Context, Function, only
from kg.sparql.regular_expressions import pattern_of, replacement_of
from kg.sparql.stopping import stopped
from kg.sparql.values import NUMERIC, STRINGS, TEXTS, Plain, Value, truth

# Upper and lower case are more than one letter there, or depend on what stands beside it.
_ODD_CASE: Final = (
    "[ßŉǰΐΰևẖ-ẚẞὐ-ᾯᾲ-ᾷᾼῂ-ῇῌῒ-ῗῢ-ῧῲ-ῼﬀ-ﬗİΣ"
    # Younger than the letters that DuckDB knows: of Unicode 16 and 17.
    r"\x{19B}\x{264}\x{1C89}\x{1C8A}\x{A7CB}-\x{A7DC}\x{10D50}-\x{10D85}\x{16EA0}-\x{16ED3}]"
)


def _strlen(_: Context, given: Sequence[Value]) -> Value:
    """STRLEN (17.4.3.2)."""
    (text,) = given
    return Plain(t.INTEGER, only(TEXTS, text, f"length({text.lexical()})"))


def _like(text: Value, form: str) -> Value:
    """A text with the language of another (17.4.3.1.3)."""
    if text.types <= STRINGS:
        return Plain(t.STRING, form)
    return Made(only(TEXTS, text, form), text.suffix())


def _substr(_: Context, given: Sequence[Value]) -> Value:
    """SUBSTR (17.4.3.3)."""
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
    """UCASE and LCASE (17.4.3.4, 17.4.3.5)."""

    def function(_: Context, given: Sequence[Value]) -> Value:
        (text,) = given
        form = text.lexical()
        odd = f"regexp_matches({form}, '{_ODD_CASE}')"
        return _like(text, f"CASE WHEN {odd} THEN {stopped(form)} ELSE {name}({form}) END")

    return function


def _concat(_: Context, given: Sequence[Value]) -> Value:
    """CONCAT (17.4.3.12)."""
    if not given:
        return Plain(t.STRING, "''", always=True)
    forms = " || ".join(only(TEXTS, one, one.lexical()) for one in given)
    if all(one.types <= STRINGS for one in given):
        return Plain(t.STRING, forms)
    same = " AND ".join(f"{one.suffix()} = {given[0].suffix()}" for one in given[1:]) or "true"
    return Made(forms, f"CASE WHEN {same} THEN {given[0].suffix()} ELSE '' END")


def _compatible(one: Value, other: Value) -> str:
    """
    SQL for whether two texts may be compared: the second has no language, or that of the first.

    Spec: https://www.w3.org/TR/sparql11-query/#func-arg-compatibility (17.4.3.1.2)
    """
    if one.types <= STRINGS and other.types <= STRINGS:
        return "true"
    same = "true" if other.types <= STRINGS else f"({other.suffix()} = '' OR {other.suffix()} = {one.suffix()})"
    return f"({one.is_type(TEXTS)} AND {other.is_type(TEXTS)} AND {same})"


def _found(function: str) -> Function:
    """STRSTARTS, STRENDS and CONTAINS (17.4.3.6 to 17.4.3.8)."""

    def called(_: Context, given: Sequence[Value]) -> Value:
        text, part = given
        sql = f"{function}({text.lexical()}, {part.lexical()})"
        agree = _compatible(text, part)
        return truth(sql if agree == "true" else f"CASE WHEN {agree} THEN {sql} END")

    return called


def _before(_: Context, given: Sequence[Value]) -> Value:
    """STRBEFORE (17.4.3.9)."""
    return _around(given, "substring({0}, 1, strpos({0}, {1}) - 1)")


def _after(_: Context, given: Sequence[Value]) -> Value:
    """STRAFTER (17.4.3.10)."""
    return _around(given, "substring({0}, strpos({0}, {1}) + length({1}))")


def _around(given: Sequence[Value], cut: str) -> Value:
    """A part of a text with its language; where nothing is found, a text without one."""
    text, part = given
    found = f"contains({text.lexical()}, {part.lexical()})"
    rest = f"CASE WHEN {found} THEN {cut.format(text.lexical(), part.lexical())} WHEN NOT {found} THEN '' END"
    form = f"CASE WHEN {_compatible(text, part)} THEN {rest} END"
    if text.types <= STRINGS:
        return Plain(t.STRING, form)
    return Made(form, f"CASE WHEN {found} THEN {text.suffix()} ELSE '' END")


def _regex(_: Context, given: Sequence[Value]) -> Value:
    """REGEX (17.4.3.14)."""
    text, *rest = given
    pattern = pattern_of(*rest)
    return truth(only(TEXTS, text, f"regexp_matches({text.lexical()}, {quoted(pattern)})"))


def _replace(_: Context, given: Sequence[Value]) -> Value:
    """REPLACE (17.4.3.15)."""
    text, pattern, by, *flags = given
    written = pattern_of(pattern, *flags, for_replacing=True)
    sql = f"regexp_replace({text.lexical()}, {quoted(written)}, {quoted(replacement_of(by))}, 'g')"
    return _like(text, sql)


def _lang_matches(_: Context, given: Sequence[Value]) -> Value:
    """LangMatches (17.4.3.13): basic filtering of RFC 4647."""
    tag, wanted = (f"lower({one.lexical()})" for one in given)
    both = " AND ".join(one.is_type(STRINGS) for one in given)
    found = (
        f"CASE WHEN {wanted} = '*' THEN {tag} <> '' ELSE {tag} = {wanted} OR starts_with({tag}, {wanted} || '-') END"
    )
    return truth(f"CASE WHEN {both} THEN {found} END")


def _encode(_: Context, given: Sequence[Value]) -> Value:
    """ENCODE_FOR_URI (17.4.3.11)."""
    (text,) = given
    return Plain(t.STRING, only(TEXTS, text, f"url_encode({text.lexical()})"))


ON_STRINGS: Final[dict[str, Function]] = {
    "STRLEN": _strlen,
    "SUBSTR": _substr,
    "UCASE": _case("upper"),
    "LCASE": _case("lower"),
    "STRSTARTS": _found("starts_with"),
    "STRENDS": _found("ends_with"),
    "CONTAINS": _found("contains"),
    "STRBEFORE": _before,
    "STRAFTER": _after,
    "ENCODE_FOR_URI": _encode,
    "CONCAT": _concat,
    "LANGMATCHES": _lang_matches,
    "REGEX": _regex,
    "REPLACE": _replace,
}
