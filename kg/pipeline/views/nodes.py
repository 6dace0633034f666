"""The nodes of a view: what is told of the things at the ends of edges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pyoxigraph import Literal, NamedNode

from kg.exports.property_graph import LONG, Attribute, Node, Scalar, Spell, Type, Value, attributes_of, scalars, type_of
from kg.exports.rows import batches
from kg.exports.spells import limited, shortened
from kg.model.terms import Term, text_of
from kg.ontology import vocabulary as v
from kg.pipeline.sources import Reading, rows_of
from kg.pipeline.views import asking
from kg.pipeline.views.colours import colour_of, colours_of_sides
from kg.queries.view import NodeRule, Steps, View

OTHER_NAMES: Final = "other names"
"""The attribute of names that are not the label, such as those in other languages."""

_DOUBLES = frozenset({v.XSD_DECIMAL, v.XSD_DOUBLE, v.XSD_FLOAT})
_TYPES: Mapping[NamedNode, Type] = {
    v.XSD_INTEGER: Type.LONG,
    v.XSD_DECIMAL: Type.DOUBLE,
    v.XSD_DOUBLE: Type.DOUBLE,
    v.XSD_FLOAT: Type.DOUBLE,
    v.XSD_BOOLEAN: Type.BOOLEAN,
    v.XSD_DATE: Type.DATE,
    v.XSD_DATE_TIME: Type.DATE_TIME,
    v.XSD_ANY_URI: Type.ANY_URI,
}


@dataclass(slots=True)
class _About:
    """What is told of one thing; `labels` are by whether they are in another language than the project's."""

    types: set[NamedNode] = field(default_factory=set)
    sides: set[NamedNode] = field(default_factory=set)
    labels: set[tuple[bool, str]] = field(default_factory=set)
    literals: dict[str, set[Scalar]] = field(default_factory=lambda: defaultdict(set))
    spells: set[Spell] = field(default_factory=set)
    points: set[tuple[int, float, float]] = field(default_factory=set)
    size: float | None = None
    parents: set[str] = field(default_factory=set)
    claims: set[str] = field(default_factory=set)


class Nodes:
    """
    Looks things up, some hundred at a time.

    `types` gathers the type of each attribute as the ontology has it; `foreign` counts texts in other languages than
    the project's.
    """

    def __init__(self, reading: Reading, view: View) -> None:
        self._reading, self._store, self._view = reading, reading.store, view
        self._ontology, self._language = reading.project.ontology, reading.project.settings.language
        self.types: dict[str, Type] = {}
        self.foreign = 0
        sides = f"SELECT DISTINCT ?side WHERE {{ ?thing {v.SIDE} ?side }}"
        self._sides = colours_of_sides(text_of(row[0]) for row in rows_of(reading.store, sides))

    def id(self, iri: str) -> str:
        """An IRI without the base."""
        return iri.removeprefix(self._reading.base)

    def alone(self) -> Iterator[str]:
        """The things that are nodes without an edge."""
        for rule in self._view.nodes:
            if rule.alone:
                query = asking.things_query(asking.about_class(rule.cls), ())
                yield from (text_of(row[0]) for row in rows_of(self._store, query))

    def of(self, things: Iterable[str]) -> Iterator[Node]:
        """The nodes of those things that the view takes for nodes, in the order given."""
        for batch in batches(things, asking.AT_ONCE):
            found = {thing: _About() for thing in batch}
            about = asking.about_things(batch)
            self._learn_statements(found, about)
            kept = {thing: rule for thing in batch if (rule := self._rule(found[thing])) is not None}
            self._learn_by_rule(found, kept)
            self._learn_points(found, about)
            self._learn_claims(found, about)
            self.learn_names({side.value for one in found.values() for side in one.sides})
            self.learn_names(thing for thing in kept if not found[thing].labels)
            for thing in batch:
                if thing in kept:
                    yield self._node(thing, found[thing])

    def name(self, iri: str) -> str:
        """The name of a thing or a term, else its id."""
        self.learn_names([iri])
        return self._reading.name(NamedNode(iri))

    def learn_names(self, things: Iterable[str]) -> None:
        """Look up the names of many things at once."""
        self._reading.learn_labels(map(NamedNode, things))

    def _learn_statements(self, found: Mapping[str, _About], about: str) -> None:
        query = f"SELECT ?thing ?p ?o WHERE {{ {about} ?thing ?p ?o }}"
        for thing, prop, value in rows_of(self._store, query):
            one = found[text_of(thing)]
            if isinstance(value, Literal) and isinstance(prop, NamedNode):
                self.foreign += (value.language or self._language) != self._language
                if prop == v.SKOS_PREF_LABEL:
                    one.labels.add(self._reading.ranked(value))
                else:
                    self._literal(one, prop, value)
            elif prop == v.RDF_TYPE and isinstance(value, NamedNode):
                one.types.add(value)
            elif prop == v.SIDE and isinstance(value, NamedNode):
                one.sides.add(value)
        for one in found.values():
            if others := {text for _, text in one.labels} - {min(one.labels, default=(False, ""))[1]}:
                one.literals[OTHER_NAMES] |= others

    def _literal(self, one: _About, prop: NamedNode, value: Literal) -> None:
        known = self._ontology.properties.get(prop)
        if known is not None:
            title = known.label or known.key
            one.literals[title].add(scalar_of(value))
            self._declare(title, (known,))

    def _declare(self, title: str, way: Steps) -> None:
        kind = next((_TYPES[r] for r in way[-1].ranges if r in _TYPES), Type.STRING)
        self.types[title] = kind if self.types.get(title, kind) == kind else Type.STRING

    def _rule(self, one: _About) -> NodeRule | None:
        """The first rule whose class the thing has; any thing is a node where the view has no rules."""
        if not self._view.nodes:
            return NodeRule(next(iter(self._ontology.classes.values())))
        return next((rule for rule in self._view.nodes if rule.cls.iri in one.types), None)

    def _learn_by_rule(self, found: Mapping[str, _About], kept: Mapping[str, NodeRule]) -> None:
        for rule in self._view.nodes:
            about = asking.about_things(thing for thing, of in kept.items() if of is rule)
            if about == asking.about_things(()):
                continue
            for period in rule.times:
                for thing, begin, end, _ in rows_of(self._store, asking.times_query(period, about)):
                    if begin is not None or end is not None:
                        found[text_of(thing)].spells.add(shortened((text_of(begin), text_of(end))))
            for prop in rule.parent:
                for thing, value, _ in rows_of(self._store, asking.values_query((prop,), about)):
                    found[text_of(thing)].parents.add(text_of(value))
            self._learn_attributes(found, rule, about)
            self._learn_looks(found, rule, about)

    def _learn_attributes(self, found: Mapping[str, _About], rule: NodeRule, about: str) -> None:
        """What a rule says is told, in place of every literal."""
        for one in found.values():
            if rule.attributes is not None and self._rule(one) is rule:
                one.literals.clear()
        for title, way in (rule.attributes or {}).items():
            self._declare(title, way)
            rows = list(self._values(way, about))
            self.learn_names({value.value for _, value in rows if isinstance(value, NamedNode)})
            for thing, value in rows:
                found[thing].literals[title].add(self._said(value))

    def _learn_looks(self, found: Mapping[str, _About], rule: NodeRule, about: str) -> None:
        """Sizes, of which the lowest that is told counts; and names, of which the first property's do."""
        for thing, value in self._values(rule.size, about) if rule.size else ():
            amount = scalar_of(value) if isinstance(value, Literal) else None
            if isinstance(amount, int | float):
                one = found[thing]
                one.size = amount if one.size is None else min(one.size, amount)
        for prop in rule.label:
            told: dict[str, str] = {}
            for thing, value in self._values((prop,), about):
                told[thing] = min(told.get(thing, text_of(value)), text_of(value))
            for thing, text in told.items():
                if not found[thing].labels:
                    found[thing].labels.add((False, text))

    def _values(self, way: Steps, about: str) -> Iterator[tuple[str, Term | None]]:
        for thing, value, _ in rows_of(self._store, asking.values_query(way, about)):
            yield text_of(thing), value

    def _said(self, value: Term | None) -> Scalar:
        if isinstance(value, Literal):
            return scalar_of(value)
        return self.name(text_of(value))

    def _learn_points(self, found: Mapping[str, _About], about: str) -> None:
        """The coordinates of things, or else of what they are told to be at; what lies farther away is only near."""
        at = {"": 0}
        for rule in self._view.nodes:
            at |= {asking.path_of(way) + "/": rank for rank, way in enumerate(rule.place, 1)}
        for path, rank in at.items():
            query = (
                f"SELECT DISTINCT ?thing ?north ?east WHERE {{ {about} ?thing {path}{v.COORDINATES} ?point . "
                f"?point {v.LATITUDE} ?north ; {v.LONGITUDE} ?east }}"
            )
            for thing, north, east in rows_of(self._store, query):
                try:
                    found[text_of(thing)].points.add((rank, float(text_of(north)), float(text_of(east))))
                except ValueError:
                    continue  # a finding of `kg check`: this is no number

    def _learn_claims(self, found: Mapping[str, _About], about: str) -> None:
        query = f"SELECT DISTINCT ?thing ?claim WHERE {{ {about} ?claim {v.IS_ABOUT} ?thing }}"
        for thing, claim in rows_of(self._store, query):
            found[text_of(thing)].claims.add(text_of(claim))

    def _node(self, thing: str, one: _About) -> Node:
        kinds = self._reading.most_specific(one.types)
        kind = self._ontology.by_iri[kinds[0]].label if kinds else ""
        side = min((s.value for s in one.sides), default="")
        label = min(one.labels)[1] if one.labels else self._reading.name(NamedNode(thing))
        point = min(one.points, default=None)
        by_name = (self.id(thing), self.name(side) if side else "", self.id(side), kind)
        colour = next((self._view.colours[name] for name in by_name if name in self._view.colours), "")
        return Node(
            id=self.id(thing),
            label=label,
            kind=kind,
            iri=thing,
            side=self.name(side) if side else "",
            spells=limited(one.spells),
            latitude=point[1] if point else None,
            longitude=point[2] if point else None,
            near=bool(point and point[0]),
            happens=v.EVENT in one.types,
            lies=v.LOCATION in one.types,
            colour=colour or (self._sides[side] if side else colour_of(kinds[0].value if kinds else "")),
            size=one.size,
            parent=self.id(min(one.parents, default="")),
            attributes={name: value_of(values) for name, values in sorted(one.literals.items())},
            claims=tuple(sorted(one.claims)),
        )


def scalar_of(literal: Literal) -> Scalar:
    """A literal as a number or a truth value where its type says so and it is one; else its text."""
    text = literal.value
    try:
        if literal.datatype == v.XSD_BOOLEAN and text in ("true", "false"):
            return text == "true"
        if literal.datatype == v.XSD_INTEGER and int(text) in LONG:
            return int(text)
        return float(text) if literal.datatype in _DOUBLES else text
    except ValueError:
        return text


def value_of(values: set[Scalar]) -> Value:
    """One value, or several in order."""
    ordered = tuple(sorted(values, key=lambda value: (str(type(value)), value)))
    return ordered[0] if len(ordered) == 1 else ordered


def declared(rows: Iterable[Mapping[str, Value]], types: Mapping[str, Type]) -> tuple[Attribute, ...]:
    """The attributes of rows, with the types of the ontology wherever every value is of it."""
    seen: Sequence[Mapping[str, Value]] = list(rows)
    found = attributes_of(seen)
    strange = {
        name
        for row in seen
        for name, value in row.items()
        if name in types and not all(_is_of(scalar, types[name]) for scalar in scalars(value))
    }
    return tuple(
        replace(attribute, type=types[attribute.name])
        if attribute.name in types and attribute.name not in strange
        else attribute
        for attribute in found
    )


def _is_of(value: Scalar, kind: Type) -> bool:
    own = type_of(value)
    return own == kind or (kind == Type.DOUBLE and own == Type.LONG) or (own == Type.STRING and kind.value in _TEXTS)


_TEXTS = frozenset({"string", "date", "dateTime", "anyURI"})
