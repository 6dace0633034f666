"""
Functions on terms, and sameTerm.

Spec: https://www.w3.org/TR/sparql11-query/#func-rdfTerms (17.4.2),
https://www.w3.org/TR/sparql11-query/#func-sameTerm (17.4.1.8)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.columns import terms as t
from kg.columns.plain import PLAIN
from kg.columns.terms import quoted
from kg.model.terms import LANGUAGE_STRING, STRING, XSD, parts_of
from kg.sparql.algebra import NotCompiled
from kg.sparql.comparisons import same_term
from kg.sparql.computed import Made, Typed, Written
from kg.sparql.functions.context import Context, Function, only
from kg.sparql.stopping import stopped
from kg.sparql.values import ANY, IRIS, LITERALS, NUMERIC, STRINGS, TEXTS, TIMES, Constant, Plain, Value, truth

_RDF: Final = LANGUAGE_STRING.removesuffix("langString")


def _str(_: Context, given: Sequence[Value]) -> Value:
    """STR (17.4.2.5)."""
    (value,) = given
    return Plain(t.STRING, only(ANY - {t.BLANK}, value, value.lexical()))


def _lang(_: Context, given: Sequence[Value]) -> Value:
    """LANG (17.4.2.6)."""
    (value,) = given
    suffix = value.suffix()
    tag = f"CASE WHEN {suffix}[1] = '@' THEN substring({suffix}, 2) WHEN {suffix} IS NOT NULL THEN '' END"
    return Plain(t.STRING, only(LITERALS, value, tag))


def _datatype(context: Context, given: Sequence[Value]) -> Value:
    """DATATYPE (17.4.2.7)."""
    (value,) = given
    suffix = value.suffix()
    iri = (
        f"CASE WHEN {suffix} = '' THEN '<{STRING}>' WHEN substring({suffix}, 1, 1) = '@' THEN '<{LANGUAGE_STRING}>' "
        f"WHEN {suffix} IS NOT NULL THEN substring({suffix}, 3) END"
    )
    return Written(only(LITERALS, value, iri), context.let, IRIS)


def _iri(context: Context, given: Sequence[Value]) -> Value:
    """IRI and URI (17.4.2.8)."""
    (value,) = given
    if value.types <= IRIS:
        return value
    written = f"'<' || {value.lexical()} || '>'"
    # A relative one, and one with steps, would be resolved against the base; what is odd may be none.
    plain = f"regexp_full_match({written}, {quoted(PLAIN.iri)}) AND NOT contains({written}, '/.')"
    made = f"CASE WHEN {plain} THEN {written} ELSE {stopped(written)} END"
    return Written(only(IRIS | STRINGS, value, made), context.let, IRIS)


def _is(types: frozenset[str]) -> Function:
    """isIRI, isBlank, isLiteral and isNumeric (17.4.2.1 to 17.4.2.4)."""

    def function(_: Context, given: Sequence[Value]) -> Value:
        (value,) = given
        if types == NUMERIC:
            value = value.known()
        if value.types & types == set():
            return truth("false" if value.certain() else f"CASE WHEN {value.held()} IS NOT NULL THEN false END")
        return truth(value.is_type(types))

    return function


def _same_term(_: Context, given: Sequence[Value]) -> Value:
    """SameTerm (17.4.1.8)."""
    return truth(same_term(*given))


def _strdt(context: Context, given: Sequence[Value]) -> Value:
    """STRDT (17.4.2.10)."""
    form, datatype = given
    if not isinstance(datatype, Constant) or datatype.types != IRIS:
        raise NotCompiled("STRDT with a computed datatype is not compiled")
    iri = parts_of(datatype.written).lexical
    if iri.startswith(_RDF):
        raise NotCompiled("STRDT with a datatype that asks for more, such as a language, is not compiled")
    if iri == STRING:
        return Plain(t.STRING, only(STRINGS, form, form.lexical()))
    text = f"{t.in_quotes(form.lexical())} || {quoted(f'^^<{iri}>')}"
    name = iri.removeprefix(XSD)
    if name != t.BOOLEAN and name not in NUMERIC | TIMES:
        return Written(only(STRINGS, form, text), context.let, LITERALS - TEXTS)
    # What is no date, or number, is rare and stops the query: to test for it at each later step makes SQL too long.
    given_form = context.let(only(STRINGS, form, form.lexical()))
    held = f"CASE WHEN {t.is_held(name, given_form)} THEN {given_form} "
    checked = context.let(f"{held} WHEN {given_form} IS NOT NULL THEN {stopped(given_form)} END")
    return Typed(checked, name, context.let)


def _strlang(_: Context, given: Sequence[Value]) -> Value:
    """STRLANG (17.4.2.11)."""
    form, tag = given
    lower = f"lower({tag.lexical()})"
    is_tag = f"regexp_full_match({lower}, '[a-z]{{1,8}}(-[a-z0-9]{{1,8}})*')"
    good = f"{form.is_type(STRINGS)} AND {tag.is_type(STRINGS)} AND {is_tag}"
    return Made(f"CASE WHEN {good} THEN {form.lexical()} END", f"'@' || {lower}", frozenset((t.LANGUAGE,)))


ON_TERMS: Final[dict[str, Function]] = {
    "STR": _str,
    "LANG": _lang,
    "DATATYPE": _datatype,
    "IRI": _iri,
    "URI": _iri,
    "ISIRI": _is(IRIS),
    "ISURI": _is(IRIS),
    "ISBLANK": _is(frozenset((t.BLANK,))),
    "ISLITERAL": _is(LITERALS),
    "ISNUMERIC": _is(NUMERIC),
    "SAMETERM": _same_term,
    "STRDT": _strdt,
    "STRLANG": _strlang,
}
