"""
Values that keep their wording: a node of its own for every telling of a time, a count or a pair of coordinates.

The node's IRI is derived from claim, subject, key and wording, so that the bounds of one telling never pair with
another's in the merge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from kg.mapping.iris import below, fingerprint
from kg.mapping.scope import Scope, Slot
from kg.mapping.values.coordinates import read_coordinates
from kg.mapping.values.counts import read_count
from kg.mapping.values.literals import canonical
from kg.mapping.values.problem import ValueProblem
from kg.mapping.values.times import TimeReading, read_time
from kg.model.records import Mapping, Node, Scalar
from kg.ontology import vocabulary as v

WriteValues = Callable[[Scope, Slot, Node], None]
Part = tuple[NamedNode, NamedNode | Literal]

_literal = lru_cache(maxsize=1 << 14)(canonical)  # bounds of days and counts, which come again and again
_EPOCH = date(1970, 1, 1).toordinal()


def write_wording(scope: Scope, slot: Slot, item: Node, write_values: WriteValues) -> None:
    """
    Write the node for one telling; `write_values` writes the further keys of the long form.

    Raises:
        ValueProblem: The wording cannot be read.
    """
    subject, prop, key = slot
    cls = scope.context.ontology.value_class(prop) or scope.context.ontology.by_iri[v.TIME]
    value, others = _long_form(item)
    node = below(subject, prop.key, scope.context.digest(scope.graph.value, fingerprint(item)))
    syntax = prop.syntax or cls.syntax
    parts = list(_parts(scope, syntax, value)) if value is not None else list(_bounds(scope, syntax, others))
    days = [part for part in parts if part[0] == v.DAY]
    if syntax == v.SYNTAX_DAY and not days:
        raise ValueProblem(f"'{value.text if value else ''}' is not one day", "write one day: 2023-11-03")
    link = v.WHEN if syntax == v.SYNTAX_DAY else prop.iri
    scope.subjects[node] = None
    scope.add(subject, link, node, item, key)
    scope.add(node, v.RDF_TYPE, cls.iri, item, key)
    for predicate, part in parts:
        scope.add(subject if predicate == v.DAY else node, predicate, part, value or item, key)
    if value is not None and not any(_property(scope, name) == v.AS_WRITTEN for name, _ in others):
        scope.add(node, v.AS_WRITTEN, Literal(value.text), value, key)
    for name, further in others:
        found = scope.context.ontology.thing_keys.get(name.text)
        if found is None or (found.domains and cls.iri not in found.domains):
            scope.report("unknown-key", f"'{name.text}' is no key of a {cls.label}", name)
        else:
            write_values(scope, Slot(node, found, name), further)


def _property(scope: Scope, name: Scalar) -> NamedNode | None:
    found = scope.context.ontology.thing_keys.get(name.text)
    return found.iri if found else None


def _long_form(item: Node) -> tuple[Scalar | None, tuple[tuple[Scalar, Node], ...]]:
    """The wording, and the keys beside it: `{value: at least 20, asWritten: at least 20 troops}`."""
    if isinstance(item, Scalar):
        return item, ()
    if not isinstance(item, Mapping):
        raise ValueProblem("a plain text, or keys of its own, is expected here")
    value = item.get(v.WORD_VALUE)
    if value is not None and not isinstance(value, Scalar):
        raise ValueProblem("`value` takes a plain text")
    return value, tuple(pair for pair in item.entries if pair[0].text != v.WORD_VALUE)


def _bounds(scope: Scope, syntax: str, others: tuple[tuple[Scalar, Node], ...]) -> Iterator[Part]:
    """What follows from the long form without a value: the qualifier of a count that is given by its bounds."""
    if not others:
        raise ValueProblem("there is neither a value nor a bound")
    given = {_property(scope, name): named.text for name, named in others if isinstance(named, Scalar)}
    if syntax != v.SYNTAX_COUNT or v.QUALIFIER in given:
        return
    low, high = given.get(v.LOW), given.get(v.HIGH)
    if low is not None and high is not None:
        yield v.QUALIFIER, v.EXACT if low == high else v.RANGE
    elif low is not None:
        yield v.QUALIFIER, v.AT_LEAST
    elif high is not None:
        yield v.QUALIFIER, v.AT_MOST
    else:
        yield v.QUALIFIER, v.AROUND if v.CENTRAL in given else v.VAGUE


def _parts(scope: Scope, syntax: str, value: Scalar) -> Iterator[Part]:
    if syntax in (v.SYNTAX_TIME, v.SYNTAX_DAY):
        yield from time_parts(read_time(value.text, scope.context.wording, scope.zone), inferred=scope.inferred)
    elif syntax == v.SYNTAX_COUNT:
        count = read_count(value.text, scope.context.wording)
        yield v.QUALIFIER, count.qualifier
        for predicate, number in ((v.LOW, count.low), (v.HIGH, count.high), (v.CENTRAL, count.central)):
            if number is not None:
                yield predicate, _literal(str(number), v.XSD_INTEGER)
    elif syntax == v.SYNTAX_COORDINATES:
        latitude, longitude = read_coordinates(value.text)
        yield v.LATITUDE, _literal(f"{latitude:f}", v.XSD_DECIMAL)
        yield v.LONGITUDE, _literal(f"{longitude:f}", v.XSD_DECIMAL)
        yield v.GEO_AS_WKT, Literal(f"POINT({longitude:f} {latitude:f})", datatype=v.GEO_WKT_LITERAL)
    else:
        raise ValueProblem(f"the ontology asks for a value syntax '{syntax}' that is not known")


def time_parts(reading: TimeReading, *, inferred: bool) -> Iterator[Part]:
    """
    What a time node says of a reading; `kg:day` is for the thing itself, and is given where the reading is one day.

    An inferred day has the precision that says so.
    """
    moments: tuple[tuple[NamedNode, datetime | time | None, NamedNode], ...] = (
        (v.EARLIEST, reading.earliest, v.XSD_DATE_TIME),
        (v.LATEST, reading.latest, v.XSD_DATE_TIME),
        (v.CLOCK_EARLIEST, reading.clock_earliest, v.XSD_TIME),
        (v.CLOCK_LATEST, reading.clock_latest, v.XSD_TIME),
    )
    for predicate, moment, datatype in moments:
        if moment is not None:
            yield predicate, _literal(moment.isoformat(), datatype)
    for predicate, day in ((v.EARLIEST_DAY, reading.first_day), (v.LATEST_DAY, reading.last_day)):
        if day is not None:
            yield predicate, _literal(str(day.toordinal() - _EPOCH), v.XSD_INTEGER)
    for predicate, holds in ((v.APPROXIMATE, reading.approximate), (v.UNCERTAIN, reading.uncertain)):
        if holds:
            yield predicate, _literal("true", v.XSD_BOOLEAN)
    one_day = reading.first_day is not None and reading.first_day == reading.last_day
    yield v.PRECISION, v.DAY_INFERRED if inferred and reading.precision == v.DAY_PRECISION else reading.precision
    if one_day and reading.first_day is not None:
        yield v.DAY, _literal(reading.first_day.isoformat(), v.XSD_DATE)
