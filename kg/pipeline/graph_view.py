"""A view, which is a query that gives edges → a property graph with what is told of its nodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from kg.exports.property_graph import LONG, Edge, Node, PropertyGraph, Scalar, Value
from kg.model.errors import UsageError
from kg.model.terms import Term, text_of
from kg.ontology import vocabulary as v
from kg.pipeline.sources import Reading
from kg.queries.catalogue import Query

_Key = tuple[NamedNode, str, NamedNode]
"""Both ends of an edge, and between them its kind."""
_NEEDED = ("source", "target")
_NUMBERS = {v.XSD_DECIMAL, v.XSD_DOUBLE, v.XSD_FLOAT}


@dataclass(slots=True)
class _Link:
    """What is gathered for one edge; `counted` are the things whose number is its weight."""

    claims: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)


def graph_of(store: Reading, query: Query, text: str) -> PropertyGraph:
    """
    Ask for the edges of a view, and look up their nodes.

    Rows with the same ends and kind are one edge. `text` is the query as it is run.

    Raises:
        UsageError: The query does not say which columns are the ends of an edge.
    """
    roles = {column.role: number for number, column in enumerate(query.columns) if column.role}
    missing = [role for role in _NEEDED if role not in roles]
    if missing:
        raise UsageError(
            f"the query '{query.name}' is no view: no column has the role {' or '.join(missing)}",
            "its header gives columns `role: source` and `role: target`, and may give link, counted and claim",
        )
    links: dict[_Key, _Link] = defaultdict(_Link)
    for row in store.rows(text):
        _take_in(row, roles, links)
    ends = {end for source, _, target in links for end in (source, target)}
    nodes = tuple(sorted(_nodes(store, ends), key=lambda node: node.id))
    edges = tuple(_edge(store, key, link) for key, link in links.items())
    return PropertyGraph(query.summary or query.name, nodes, tuple(sorted(edges, key=lambda edge: edge.id)))


def _take_in(
    row: list[Term | None], roles: dict[str, int], links: dict[tuple[NamedNode, str, NamedNode], _Link]
) -> None:
    found = {role: row[number] for role, number in roles.items()}
    source, target = found["source"], found["target"]
    if not isinstance(source, NamedNode) or not isinstance(target, NamedNode):
        return  # an end that is a literal or not bound is no node
    link = links[source, text_of(kind) if (kind := found.get("link")) is not None else "", target]
    for role, kept in (("claim", link.claims), ("counted", link.counted)):
        term = found.get(role)
        if term is not None:
            kept.add(text_of(term))


def _edge(store: Reading, key: _Key, link: _Link) -> Edge:
    source, kind, target = store.id(key[0]), key[1], store.id(key[2])
    return Edge(
        id=f"{source} {kind} {target}",
        source=source,
        target=target,
        kind=kind,
        weight=max(1, len(link.counted)),
        claims=tuple(sorted(link.claims)),
    )


@dataclass(slots=True)
class _About:
    """What is told of one node."""

    types: set[NamedNode] = field(default_factory=set)
    sides: set[NamedNode] = field(default_factory=set)
    literals: dict[str, set[Scalar]] = field(default_factory=lambda: defaultdict(set))
    begins: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)
    north: set[str] = field(default_factory=set)
    east: set[str] = field(default_factory=set)
    claims: set[str] = field(default_factory=set)


def _nodes(store: Reading, things: Collection[NamedNode]) -> Iterator[Node]:
    found: dict[NamedNode, _About] = {thing: _About() for thing in things}
    for thing, prop, value in store.about(things, "?t ?p ?o", "?t ?p ?o"):
        if isinstance(thing, NamedNode) and isinstance(prop, NamedNode) and value is not None:
            _learn(store, found[thing], prop, value)
    steps = (("begins", v.WHEN, v.EARLIEST), ("ends", v.WHEN, v.LATEST), ("north", v.COORDINATES, v.LATITUDE),
             ("east", v.COORDINATES, v.LONGITUDE))  # fmt: skip
    for name, prop, inner in steps:
        for thing, value in store.about(things, f"?t {prop} ?node . ?node {inner} ?o"):
            if isinstance(thing, NamedNode) and value is not None:
                getattr(found[thing], name).add(text_of(value))
    for thing, claim in store.about(things, f"?o {v.IS_ABOUT} ?t"):
        if isinstance(thing, NamedNode) and isinstance(claim, NamedNode):
            found[thing].claims.add(claim.value)
    store.learn_labels({*things, *(side for about in found.values() for side in about.sides)})
    for thing, about in found.items():
        yield _node(store, thing, about)


def _learn(store: Reading, about: _About, prop: NamedNode, value: Term) -> None:
    if isinstance(value, Literal):
        known = store.project.ontology.properties.get(prop)
        if known is not None and prop != v.SKOS_PREF_LABEL:
            about.literals[known.label or known.key].add(_scalar(value))
    elif isinstance(value, NamedNode) and prop == v.RDF_TYPE:
        about.types.add(value)
    elif isinstance(value, NamedNode) and prop == v.SIDE:
        about.sides.add(value)


def _scalar(literal: Literal) -> Scalar:
    text = literal.value
    try:
        if literal.datatype == v.XSD_BOOLEAN and text in ("true", "false"):
            return text == "true"
        if literal.datatype == v.XSD_INTEGER and int(text) in LONG:
            return int(text)
        return float(text) if literal.datatype in _NUMBERS else text
    except ValueError:
        return text


def _node(store: Reading, thing: NamedNode, about: _About) -> Node:
    return Node(
        id=store.id(thing),
        label=store.name(thing),
        kind=next(iter(store.kinds(about.types)), "thing"),
        iri=thing.value,
        side=store.name(min(about.sides, key=str)) if about.sides else "",
        begin=_day(min(about.begins, default="")),
        end=_day(max(about.ends, default="")),
        latitude=float(min(about.north)) if about.north else None,
        longitude=float(min(about.east)) if about.east else None,
        happens=any(v.EVENT in (cls, *store.project.ontology.ancestors(cls)) for cls in about.types),
        attributes={name: _value(values) for name, values in sorted(about.literals.items())},
        claims=tuple(sorted(about.claims)),
    )


def _day(moment: str) -> str:
    """The day of a moment, where it is told."""
    return moment.partition("T")[0]


def _value(values: set[Scalar]) -> Value:
    ordered = tuple(sorted(values, key=lambda value: (str(type(value)), value)))
    return ordered[0] if len(ordered) == 1 else ordered
