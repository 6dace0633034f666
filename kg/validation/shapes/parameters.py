"""
The parameters of SHACL Core, each read into the constraint it declares.

Spec: https://www.w3.org/TR/shacl/#core-components
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from kg.model.terms import XSD, parts_of
from kg.validation.literals.forms import well_formed
from kg.validation.literals.patterns import compiled
from kg.validation.shapes.conditions import Compares, HasDatatype, HasLength, InLanguage, IsKind, Matches
from kg.validation.shapes.constraints import (
    AtLeast,
    AtMost,
    Closed,
    Conforms,
    ConformsNot,
    ConformsToAll,
    ConformsToAny,
    ConformsToOne,
    Constraint,
    Disjoint,
    Equals,
    HasProperty,
    HasValue,
    IsInstance,
    IsOneOf,
    Less,
    PerValue,
    Qualified,
    UniqueLanguages,
    component,
)
from kg.validation.shapes.paths import Path
from kg.validation.shapes.shape_graph import ShapeError, ShapeGraph, sh, short

Reader = Callable[[ShapeGraph, str, str, Path | None], Iterable[Constraint]]

_KINDS = {
    "IRI": {"iri"},
    "BlankNode": {"blank"},
    "Literal": {"literal"},
    "BlankNodeOrIRI": {"blank", "iri"},
    "BlankNodeOrLiteral": {"blank", "literal"},
    "IRIOrLiteral": {"iri", "literal"},
}


_WHOLE = frozenset(
    XSD + name
    for name in (
        "integer", "nonNegativeInteger", "positiveInteger", "long", "int", "short", "byte",
        "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte",
    )
)  # fmt: skip


def closed(graph: ShapeGraph, shape: str) -> Closed:
    """The constraint of a closed shape: the predicates of its property shapes and those it ignores."""
    allowed = [
        path
        for prop in graph.values(shape, sh("property"))
        for path in graph.values(prop, sh("path"))
        if path.startswith("<")
    ]
    head = graph.value(shape, sh("ignoredProperties"))
    if head:
        for ignored in graph.members(shape, sh("ignoredProperties"), head):
            if not ignored.startswith("<"):
                raise ShapeError(
                    f"sh:ignoredProperties lists IRIs, not {ignored}", shape, sh("ignoredProperties"), head
                )
            allowed.append(ignored)
    return Closed(tuple(dict.fromkeys(allowed)))


def _count(predicate: str, shape: str, value: str) -> int:
    parts = parts_of(value)
    if parts.datatype not in _WHOLE or not well_formed(parts.lexical, XSD + "nonNegativeInteger"):
        raise ShapeError(f"{short(predicate)} takes a whole number, not {value}", shape, predicate, value)
    # No graph has as many nodes; int() refuses more than 4,300 digits.
    return int(parts.lexical.lstrip("+-0")[:30] or "0")


def _iri(predicate: str, shape: str, value: str) -> str:
    if not value.startswith("<"):
        raise ShapeError(f"{short(predicate)} takes an IRI, not {value}", shape, predicate, value)
    return value


def _needs_path(predicate: str, shape: str, path: Path | None) -> None:
    if path is None:
        raise ShapeError(f"{short(predicate)} needs a property shape, one with sh:path", shape, predicate)


def _per_value(name: str, make: Callable[[str, str, str], object]) -> tuple[str, Reader]:
    predicate = sh(name)

    def read(_graph: ShapeGraph, shape: str, value: str, _path: Path | None) -> Iterable[Constraint]:
        yield PerValue(component(name[0].upper() + name[1:]), make(predicate, shape, value))  # type: ignore[arg-type]

    return predicate, read


def _datatype(predicate: str, shape: str, value: str) -> HasDatatype:
    return HasDatatype(_iri(predicate, shape, value)[1:-1])


def _kind(predicate: str, shape: str, value: str) -> IsKind:
    name = value[len(sh("")) - 1 : -1] if value.startswith(sh("")[:-1]) else ""
    if name not in _KINDS:
        raise ShapeError(f"{value} is no node kind; there are sh:{', sh:'.join(_KINDS)}", shape, predicate, value)
    return IsKind(frozenset(_KINDS[name]))


def _bound(operator: str) -> Callable[[str, str, str], Compares]:
    def make(predicate: str, shape: str, value: str) -> Compares:
        if parts_of(value).kind != "literal":
            raise ShapeError(f"{short(predicate)} takes a literal, not {value}", shape, predicate, value)
        return Compares(operator, value)

    return make


def _least_length(predicate: str, shape: str, value: str) -> HasLength:
    return HasLength(_count(predicate, shape, value), None)


def _most_length(predicate: str, shape: str, value: str) -> HasLength:
    return HasLength(None, _count(predicate, shape, value))


def _pattern(graph: ShapeGraph, shape: str, value: str, _path: Path | None) -> Iterable[Constraint]:
    parts = parts_of(value)
    flags = graph.value(shape, sh("flags"))
    for predicate, text in ((sh("pattern"), value), (sh("flags"), flags)):
        if text and parts_of(text).datatype != XSD + "string":
            raise ShapeError(f"{short(predicate)} takes a text, not {text}", shape, predicate, text)
    flag_text = parts_of(flags).lexical if flags else ""
    try:
        compiled(parts.lexical, flag_text)
    except ValueError as error:
        raise ShapeError(
            f"sh:pattern {value} is no regular expression: {error}", shape, sh("pattern"), value
        ) from error
    yield PerValue(component("Pattern"), Matches(parts.lexical, flag_text))


def _languages(graph: ShapeGraph, shape: str, value: str, _path: Path | None) -> Iterable[Constraint]:
    tags = graph.members(shape, sh("languageIn"), value)
    for tag in tags:
        if parts_of(tag).datatype != XSD + "string":
            raise ShapeError(f"sh:languageIn lists language tags as texts, not {tag}", shape, sh("languageIn"), value)
    yield PerValue(component("LanguageIn"), InLanguage(tuple(parts_of(tag).lexical for tag in tags)))


def _in(graph: ShapeGraph, shape: str, value: str, _path: Path | None) -> Iterable[Constraint]:
    yield IsOneOf(tuple(graph.members(shape, sh("in"), value)))


def _unique_languages(_graph: ShapeGraph, shape: str, value: str, path: Path | None) -> Iterable[Constraint]:
    _needs_path(sh("uniqueLang"), shape, path)
    # Of the two ways to write it only this one counts: core/property/uniqueLang-002 of the W3C tests.
    if parts_of(value).lexical == "true":
        yield UniqueLanguages()


def _counted(name: str, kind: type[AtLeast | AtMost]) -> tuple[str, Reader]:
    predicate = sh(name)

    def read(_graph: ShapeGraph, shape: str, value: str, path: Path | None) -> Iterable[Constraint]:
        _needs_path(predicate, shape, path)
        yield kind(_count(predicate, shape, value))

    return predicate, read


def _compared(name: str, make: Callable[[str], Constraint], *, with_path: bool = False) -> tuple[str, Reader]:
    predicate = sh(name)

    def read(_graph: ShapeGraph, shape: str, value: str, path: Path | None) -> Iterable[Constraint]:
        if with_path:
            _needs_path(predicate, shape, path)
        yield make(_iri(predicate, shape, value))

    return predicate, read


def _shaped(name: str, make: Callable[[str], Constraint]) -> tuple[str, Reader]:
    return sh(name), lambda _graph, _shape, value, _path: [make(value)]


def _listed(name: str, make: Callable[[tuple[str, ...]], Constraint]) -> tuple[str, Reader]:
    predicate = sh(name)
    return predicate, lambda graph, shape, value, _path: [make(tuple(graph.members(shape, predicate, value)))]


def _class(_graph: ShapeGraph, shape: str, value: str, _path: Path | None) -> Iterable[Constraint]:
    if value.startswith('"'):
        raise ShapeError(f"sh:class takes a class, not {value}", shape, sh("class"), value)
    yield IsInstance(value)


def _has_value(_graph: ShapeGraph, _shape: str, value: str, _path: Path | None) -> Iterable[Constraint]:
    yield HasValue(value)


def _qualified(graph: ShapeGraph, shape: str, value: str, path: Path | None) -> Iterable[Constraint]:
    _needs_path(sh("qualifiedValueShape"), shape, path)
    disjoint = graph.value(shape, sh("qualifiedValueShapesDisjoint"))
    apart = disjoint != "" and parts_of(disjoint).lexical in {"true", "1"}
    siblings = tuple(one for one in _siblings(graph, shape) if one != value) if apart else ()
    least, most = sh("qualifiedMinCount"), sh("qualifiedMaxCount")
    if not graph.values(shape, least) and not graph.values(shape, most):
        raise ShapeError(
            "sh:qualifiedValueShape needs sh:qualifiedMinCount or sh:qualifiedMaxCount",
            shape,
            sh("qualifiedValueShape"),
        )
    for number in graph.values(shape, least):
        yield Qualified(component("QualifiedMinCount"), value, _count(least, shape, number), None, siblings)
    for number in graph.values(shape, most):
        yield Qualified(component("QualifiedMaxCount"), value, None, _count(most, shape, number), siblings)


def _siblings(graph: ShapeGraph, shape: str) -> list[str]:
    """
    The qualified value shapes of all property shapes that share a parent with this one.

    Spec: https://www.w3.org/TR/shacl/#dfn-sibling-shapes
    """
    found: list[str] = []
    for by_predicate in graph.by_subject.values():
        properties = by_predicate.get(sh("property"), [])
        if shape in properties:
            found.extend(v for one in properties for v in graph.values(one, sh("qualifiedValueShape")))
    return list(dict.fromkeys(found))


READERS: Final[dict[str, Reader]] = dict(
    [
        (sh("class"), _class),
        _per_value("datatype", _datatype),
        _per_value("nodeKind", _kind),
        _counted("minCount", AtLeast),
        _counted("maxCount", AtMost),
        _per_value("minExclusive", _bound(">")),
        _per_value("minInclusive", _bound(">=")),
        _per_value("maxExclusive", _bound("<")),
        _per_value("maxInclusive", _bound("<=")),
        _per_value("minLength", _least_length),
        _per_value("maxLength", _most_length),
        (sh("pattern"), _pattern),
        (sh("languageIn"), _languages),
        (sh("uniqueLang"), _unique_languages),
        _compared("equals", Equals),
        _compared("disjoint", Disjoint),
        _compared("lessThan", lambda p: Less(component("LessThan"), p, or_equal=False), with_path=True),
        _compared("lessThanOrEquals", lambda p: Less(component("LessThanOrEquals"), p, or_equal=True), with_path=True),
        _shaped("node", Conforms),
        _shaped("not", ConformsNot),
        _shaped("property", HasProperty),
        _listed("and", ConformsToAll),
        _listed("or", ConformsToAny),
        _listed("xone", ConformsToOne),
        (sh("qualifiedValueShape"), _qualified),
        (sh("hasValue"), _has_value),
        (sh("in"), _in),
    ]
)
"""Readers by the predicate of the parameter; each yields the constraints that one value of it declares."""
