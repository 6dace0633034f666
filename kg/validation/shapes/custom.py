"""
Constraints that are queries: `sh:sparql` and the components that a shapes graph declares itself.

Spec: https://www.w3.org/TR/shacl/#sparql-constraints
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.model.terms import parts_of
from kg.validation.shapes.constraints import Sparql, component
from kg.validation.shapes.paths import Path, to_sparql
from kg.validation.shapes.shape_graph import TYPE, ShapeError, ShapeGraph, sh, short
from kg.validation.sparql.prebinding import Prepared, prepare

_PREBOUND = frozenset({"this", "shapesGraph", "currentShape"})


@dataclass(frozen=True, slots=True)
class Component:
    """A constraint component that the shapes graph declares, with its parameters as texts of IRIs."""

    term: str
    mandatory: tuple[str, ...]
    optional: tuple[str, ...]


def declared_components(graph: ShapeGraph) -> tuple[Component, ...]:
    """
    The constraint components of the shapes graph.

    Raises:
        ShapeError: One has no parameter, or a parameter without a path.
    """
    return tuple(_component(graph, term) for term in graph.instances(sh("ConstraintComponent")))


def _component(graph: ShapeGraph, term: str) -> Component:
    mandatory: list[str] = []
    optional: list[str] = []
    for parameter in graph.values(term, sh("parameter")):
        path = graph.value(parameter, sh("path"))
        if not path.startswith("<"):
            raise ShapeError("a parameter needs a sh:path that is an IRI", parameter, sh("path"))
        flag = graph.value(parameter, sh("optional"))
        (optional if flag and parts_of(flag).lexical in {"true", "1"} else mandatory).append(path)
    if not mandatory:
        raise ShapeError("a constraint component needs a parameter that is not optional", term, sh("parameter"))
    return Component(term, tuple(mandatory), tuple(optional))


def query_constraints(graph: ShapeGraph, shape: str, path: Path | None) -> Iterator[Sparql]:
    """The `sh:sparql` constraints of a shape that are not deactivated."""
    for node in graph.values(shape, sh("sparql")):
        deactivated = graph.value(node, sh("deactivated"))
        if deactivated and parts_of(deactivated).lexical in {"true", "1"}:
            continue
        text = graph.value(node, sh("select"))
        if not text:
            raise ShapeError("sh:sparql needs a sh:select", shape, sh("sparql"), node)
        query = _prepared(graph, node, sh("select"), _PREBOUND, path)
        yield Sparql(component("SPARQL"), query, node, tuple(graph.values(node, sh("message"))))


def component_constraints(graph: ShapeGraph, declared: Component, shape: str, path: Path | None) -> Iterator[Sparql]:
    """What a declared component demands of a shape that has its parameters; nothing where it has not."""
    values = [graph.values(shape, parameter) for parameter in declared.mandatory]
    if not all(values):
        return
    for parameter, found in zip(declared.mandatory, values, strict=True):
        if len(found) > 1 and len(declared.mandatory) > 1:
            raise ShapeError(f"{short(parameter)} has several values beside other parameters", shape, parameter)
    validator = _validator(graph, declared.term, path)
    if validator is None:
        raise ShapeError(
            f"{short(declared.term)} has no validator for a {'property' if path else 'node'} shape", declared.term
        )
    node, ask = validator
    predicate = sh("ask") if ask else sh("select")
    for bound in _bindings(graph, declared, shape):
        names = frozenset(name for name, _ in bound)
        query = _prepared(graph, node, predicate, _PREBOUND | names | ({"value"} if ask else set()), path)
        messages = graph.values(node, sh("message")) or graph.values(declared.term, sh("message"))
        yield Sparql(declared.term, query, "", tuple(messages), bound, per_value=ask)


def _bindings(graph: ShapeGraph, declared: Component, shape: str) -> Iterator[tuple[tuple[str, str], ...]]:
    optional = [
        (_name(parameter), graph.value(shape, parameter))
        for parameter in declared.optional
        if graph.values(shape, parameter)
    ]
    rest = [(_name(one), graph.values(shape, one)[0]) for one in declared.mandatory[1:]]
    for value in graph.values(shape, declared.mandatory[0]):
        yield ((_name(declared.mandatory[0]), value), *rest, *optional)


def _name(parameter: str) -> str:
    """The variable of a parameter: the local name of its path."""
    return parameter[1:-1].rpartition("#")[2].rpartition("/")[2]


def _validator(graph: ShapeGraph, term: str, path: Path | None) -> tuple[str, bool] | None:
    own = graph.values(term, sh("propertyValidator" if path is not None else "nodeValidator"))
    for node in [*own, *graph.values(term, sh("validator"))]:
        if graph.values(node, sh("ask")):
            return node, True
        if graph.values(node, sh("select")) or sh("SPARQLSelectValidator") in graph.values(node, TYPE):
            return node, False
    return None


def _prepared(graph: ShapeGraph, node: str, predicate: str, prebound: frozenset[str], path: Path | None) -> Prepared:
    text = graph.value(node, predicate)
    parts = parts_of(text)
    if parts.kind != "literal":
        raise ShapeError(f"{short(predicate)} takes a query as a text", node, predicate, text)
    try:
        return prepare(parts.lexical, _prefixes(graph, node), prebound, to_sparql(path) if path is not None else None)
    except ValueError as error:
        raise ShapeError(f"the query cannot be used: {error}", node, predicate, text) from error


def _prefixes(graph: ShapeGraph, node: str) -> dict[str, str]:
    """
    The prefixes that a query may use, from its `sh:prefixes` and what those import.

    Spec: https://www.w3.org/TR/shacl/#sparql-prefixes
    """
    found: dict[str, str] = {}
    waiting, seen = list(graph.values(node, sh("prefixes"))), set()
    while waiting:
        current = waiting.pop(0)
        if current in seen:
            continue
        seen.add(current)
        waiting.extend(graph.values(current, "<http://www.w3.org/2002/07/owl#imports>"))
        for declaration in graph.values(current, sh("declare")):
            prefix = parts_of(graph.value(declaration, sh("prefix"))).lexical
            namespace = parts_of(graph.value(declaration, sh("namespace"))).lexical
            if found.setdefault(prefix, namespace) != namespace:
                raise ShapeError(f"two namespaces are declared for the prefix {prefix}:", node, sh("prefixes"))
    return found
