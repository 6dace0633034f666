"""What a view is: which things become nodes, and what becomes an edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from kg.ontology.model import Class, Property
from kg.queries.catalogue import Query

Steps: TypeAlias = tuple[Property, ...]
"""A way from a thing to a value, property by property."""


@dataclass(frozen=True, slots=True)
class Period:
    """
    How a time is told: by a node of time at the end of `begin` (`end` is empty), or by two properties of the thing.

    One day that holds both is told by the same property twice.
    """

    begin: Steps
    end: Steps = ()


@dataclass(frozen=True, slots=True)
class NodeRule:
    """
    Things of a class that may be nodes. `alone` takes in those without an edge.

    `attributes` are what is told of them (None: every literal), by title. `label` are properties to name it by, where
    it has no name of its own. `size` is a number of the thing, `parent` the thing it belongs to.
    """

    cls: Class
    alone: bool = False
    attributes: Mapping[str, Steps] | None = None
    label: tuple[Property, ...] = ()
    times: tuple[Period, ...] = ()
    size: Steps = ()
    parent: tuple[Property, ...] = ()
    place: tuple[Steps, ...] = ()


@dataclass(frozen=True, slots=True)
class PropertyRule:
    """
    Statements that are edges: of a property, and of those below it, each named by the narrowest that is told.

    `start` and `target` narrow the ends to classes.
    """

    prop: Property
    label: str = ""
    directed: bool = True
    start: Class | None = None
    target: Class | None = None
    times: tuple[Period, ...] = ()
    attributes: Mapping[str, Steps] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FoldRule:
    """
    Things of a class that are folded into edges, from whoever is in one of its roles to whoever is in another.

    The same roles on both sides make an edge between any two. `weight` is a number of the thing, else each counts one.
    """

    cls: Class
    start: tuple[Property, ...]
    target: tuple[Property, ...]
    label: str
    directed: bool = True
    weight: Steps = ()
    times: tuple[Period, ...] = ()
    attributes: Mapping[str, Steps] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QueryRule:
    """
    The rows of a SELECT: `?source` and `?target`, and, as far as it has them, `?kind`, `?label`, `?weight`, `?thing`,
    `?claim`, `?begin`, `?end`. Or the triples of a CONSTRUCT. `columns` tells which of these a column of another name
    is.
    """

    text: str
    label: str = ""
    directed: bool = True
    columns: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(query: Query) -> QueryRule:
        """The rule of a named query, whose header may say which of its columns is what."""
        named = {"link": "kind", "counted": "thing"}
        return QueryRule(query.text, columns={c.name: named.get(c.role, c.role) for c in query.columns if c.role})


Rule: TypeAlias = PropertyRule | FoldRule | QueryRule


@dataclass(frozen=True, slots=True)
class View:
    """
    A view by its name. Without rules for nodes every thing at an end is one. `colours` are by label or id.

    `query` is the query that it was read from, where that is all of it.
    """

    name: str
    path: Path
    summary: str
    description: str = ""
    nodes: tuple[NodeRule, ...] = ()
    edges: tuple[Rule, ...] = ()
    colours: Mapping[str, str] = field(default_factory=dict)
    query: Query | None = None
