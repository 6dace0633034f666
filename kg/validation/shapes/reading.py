"""From a shapes graph to typed shapes; whatever cannot be read is an error that names the triple."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pyoxigraph import Triple

from kg.model.terms import XSD, parts_of
from kg.ontology.model import nearest
from kg.validation.shapes import paths
from kg.validation.shapes.constraints import Constraint, Shape, Shapes, Target
from kg.validation.shapes.custom import component_constraints, declared_components, query_constraints
from kg.validation.shapes.parameters import READERS, closed
from kg.validation.shapes.paths import Path, Predicate
from kg.validation.shapes.shape_graph import RDFS, TYPE, ShapeError, ShapeGraph, sh, short

_TARGETS = {
    sh("targetNode"): "node",
    sh("targetClass"): "class",
    sh("targetSubjectsOf"): "subjects",
    sh("targetObjectsOf"): "objects",
}
_SHAPE_TYPES = (sh("NodeShape"), sh("PropertyShape"))
_ONE_SHAPE = (sh("node"), sh("property"), sh("not"), sh("qualifiedValueShape"))
_SHAPE_LISTS = (sh("and"), sh("or"), sh("xone"))
# Features of SHACL beyond Core and SPARQL constraints, which the reference engine may know.
_ADVANCED = {
    sh(name) for name in ("target", "rule", "expression", "values", "if", "intersection", "union", "condition")
}
_HEEDED_ELSEWHERE = {
    sh(n)
    for n in (
        "path", "severity", "message", "deactivated", "flags", "ignoredProperties", "qualifiedMinCount",
        "qualifiedMaxCount", "qualifiedValueShapesDisjoint", "sparql", "closed", "select", "ask",
    )
}  # fmt: skip
_SAYS_NOTHING = {
    sh(n)
    for n in (
        "name", "description", "order", "group", "defaultValue", "entailment", "declare", "shapesGraph",
        "suggestedShapesGraph", "prefixes", "labelTemplate", "nodes", "info", "codeIdentifier",
    )
}  # fmt: skip

_CLASSES = tuple(
    f"sh:{name}"
    for name in (
        "NodeShape", "PropertyShape", "Shape", "Parameter", "ConstraintComponent", "SPARQLConstraint", "PropertyGroup",
        "Rule", "SPARQLRule", "TripleRule", "Target", "SPARQLTarget", "TargetType", "SPARQLTargetType", "Function",
        "SPARQLFunction", "JSConstraint", "JSRule", "JSTarget", "Validator", "SPARQLSelectValidator",
        "SPARQLAskValidator",
    )
)  # fmt: skip


def read_shapes(triples: Iterable[Triple]) -> Shapes:
    """
    All shapes of a shapes graph.

    Raises:
        ShapeError: A shape cannot be read: it has a parameter that is none, a path or list that is broken.
    """
    return _Reader(ShapeGraph(triples)).read()


class _Reader:
    """Reads shapes as they are reached."""

    def __init__(self, graph: ShapeGraph) -> None:
        self.graph = graph
        self.components = declared_components(graph)
        self.classes = set(graph.instances(f"<{RDFS}Class>"))
        self.typed = {term for kind in _SHAPE_TYPES for term in graph.instances(kind)}
        self.shapes: dict[str, Shape] = {}
        self.parents: dict[str, str] = {}
        self.foreign: dict[str, str] = {}

    def read(self) -> Shapes:
        for subject in self.graph.by_subject:
            for regime in self.graph.values(subject, sh("entailment")):
                raise ShapeError(
                    f"nothing is inferred here, and {regime} is asked for", subject, sh("entailment"), regime
                )
        for term in self._starts():
            self._shape(term, "")
        self._find_recursion()
        named = {term: self._named(term) for term in self.shapes}
        return Shapes(self.shapes, self._foreign_tops(), named)

    def _starts(self) -> list[str]:
        """Whatever says it is a shape, by its type, its target, or a parameter."""
        known = {*_TARGETS, *READERS, sh("sparql"), sh("closed"), sh("target")}
        parameters = {p for component in self.components for p in component.mandatory}
        starts = []
        for subject, by_predicate in self.graph.by_subject.items():
            said = subject.startswith("<") and not (known | parameters).isdisjoint(by_predicate)
            if subject in self.typed or said or not set(_TARGETS).isdisjoint(by_predicate):
                starts.append(subject)
        return starts

    def _shape(self, term: str, parent: str) -> None:
        if parent and term not in self.parents:
            self.parents[term] = parent
        if term in self.shapes:
            return
        # Held while the shape is read, for shapes that lead back to themselves.
        self.shapes[term] = Shape(term, None, (), (), sh("Violation"), (), deactivated=False)
        path = self._path(term)
        self._look_for_strangers(term)
        constraints = tuple(self._constraints(term, path))
        self.shapes[term] = Shape(
            term=term,
            path=path,
            targets=self._targets(term),
            constraints=constraints,
            severity=self._severity(term),
            messages=tuple(self.graph.values(term, sh("message"))),
            deactivated=self._flag(term, "deactivated"),
        )

    def _severity(self, term: str) -> str:
        value = self.graph.value(term, sh("severity"))
        if value and not value.startswith("<"):
            raise ShapeError(f"sh:severity takes an IRI, not {value}", term, sh("severity"), value)
        return value or sh("Violation")

    def _flag(self, term: str, name: str) -> bool:
        value = self.graph.value(term, sh(name))
        if value and parts_of(value)[1:3] not in {(form, XSD + "boolean") for form in ("true", "false", "1", "0")}:
            raise ShapeError(f"sh:{name} is true or false, not {value}", term, sh(name), value)
        return value != "" and parts_of(value).lexical in {"true", "1"}

    def _targets(self, term: str) -> tuple[Target, ...]:
        found = []
        for predicate, kind in _TARGETS.items():
            for value in self.graph.values(term, predicate):
                if kind != "node" and not value.startswith("<") and not (kind == "class" and value.startswith("_")):
                    raise ShapeError(f"{short(predicate)} takes an IRI, not {value}", term, predicate, value)
                found.append(Target(kind, value))
        if term in self.typed and term in self.classes:
            found.append(Target("class", term))
        return tuple(found)

    def _path(self, term: str) -> Path | None:
        values = self.graph.values(term, sh("path"))
        if sh("PropertyShape") in self.graph.values(term, TYPE) and not values:
            raise ShapeError("a property shape needs a sh:path", term)
        if len(values) > 1:
            raise ShapeError("a shape has one sh:path", term, sh("path"))
        return read_path(self.graph, term, values[0]) if values else None

    def _constraints(self, term: str, path: Path | None) -> Iterable[Constraint]:
        graph = self.graph
        for predicate in graph.by_subject.get(term, ()):
            read = READERS.get(predicate)
            if read is not None:
                for value in graph.values(term, predicate):
                    self._follow(term, predicate, value)
                    yield from read(graph, term, value, path)
        if self._flag(term, "closed"):
            yield closed(graph, term)
        yield from query_constraints(graph, term, path)
        for component in self.components:
            yield from component_constraints(graph, component, term, path)

    def _follow(self, term: str, predicate: str, value: str) -> None:
        below = [value] if predicate in _ONE_SHAPE else []
        if predicate in _SHAPE_LISTS:
            below = self.graph.members(term, predicate, value)
        for shape in below:
            if shape.startswith('"'):
                raise ShapeError(f"{shape} stands where a shape belongs", term, predicate, value)
            if predicate == sh("property") and not self.graph.values(shape, sh("path")):
                raise ShapeError("sh:property takes a property shape, one with sh:path", term, predicate, value)
            self._shape(shape, term)

    def _look_for_strangers(self, term: str) -> None:
        for kind in self.graph.values(term, TYPE):
            if kind.startswith(f"<{sh('')[1:-1]}") and short(kind) not in _CLASSES:
                hint = nearest(short(kind), iter(_CLASSES))
                raise ShapeError(f"{short(kind)} is no class of SHACL; {hint}".rstrip("; "), term, TYPE, kind)
        known = {*_TARGETS, *READERS, *_HEEDED_ELSEWHERE, *_SAYS_NOTHING}
        for predicate in self.graph.by_subject.get(term, ()):
            if predicate == sh("js"):
                raise ShapeError("sh:js is a constraint in JavaScript; none is run here", term, predicate)
            if predicate in _ADVANCED:
                self.foreign.setdefault(term, f"it uses {short(predicate)}")
            elif predicate.startswith(sh("")[:-1]) and predicate not in known and not self._of_component(predicate):
                hint = nearest(short(predicate), iter(sorted(short(one) for one in known)))
                raise ShapeError(f"{short(predicate)} is no parameter of a shape; {hint}".rstrip("; "), term, predicate)

    def _of_component(self, predicate: str) -> bool:
        return any(predicate in component.mandatory or predicate in component.optional for component in self.components)

    def _find_recursion(self) -> None:
        done: set[str] = set()
        for start in self.shapes:
            self._walk(start, (), done)

    def _walk(self, term: str, above: tuple[str, ...], done: set[str]) -> None:
        if term in above:
            names = [self._named(one) for one in (*above[above.index(term) :], term)]
            # Property shapes without a name are called as the shape that they are in.
            circle = " → ".join([*dict.fromkeys(names), names[0]])
            self.foreign.setdefault(term, f"it leads back to itself: {circle}")
        elif term not in done:
            for below in references(self.shapes[term]):
                self._walk(below, (*above, term), done)
            done.add(term)

    def _foreign_tops(self) -> dict[str, str]:
        """The shapes with targets that reach one that is not compiled, and why."""
        tops = {}
        for shape in self.shapes.values():
            reached = self._reached(shape.term)
            why = next((self.foreign[term] for term in reached if term in self.foreign), "")
            if why and (shape.targets or sh("target") in self.graph.by_subject.get(shape.term, ())):
                tops[shape.term] = why
        return tops

    def _reached(self, term: str) -> list[str]:
        found, waiting = [term], [term]
        while waiting:
            for below in references(self.shapes[waiting.pop()]):
                if below not in found:
                    found.append(below)
                    waiting.append(below)
        return found

    def _named(self, term: str) -> str:
        """The IRI of the shape, or of the nearest named shape above it; empty where there is none."""
        seen = set()
        while term and not term.startswith("<") and term not in seen:
            seen.add(term)
            term = self.parents.get(term, "")
        return term[1:-1] if term.startswith("<") else ""


def references(shape: Shape) -> list[str]:
    """The shapes that the shape's constraints name, in their order."""
    found: list[str] = []
    for constraint in shape.constraints:
        if hasattr(constraint, "shape"):
            found.append(constraint.shape)
        found.extend(getattr(constraint, "shapes", ()))
        found.extend(getattr(constraint, "siblings", ()))
    return found


def read_path(graph: ShapeGraph, shape: str, node: str, above: tuple[str, ...] = ()) -> Path:
    """
    The property path at a node.

    Spec: https://www.w3.org/TR/shacl/#property-paths

    Raises:
        ShapeError: It is none.
    """
    if node.startswith("<") and not graph.is_list(node):
        return Predicate(node)
    if node in above:
        raise ShapeError("the path runs in a circle", shape, sh("path"))
    inner = (*above, node)
    if graph.is_list(node):
        members = graph.members(shape, sh("path"), node)
        if len(members) < 2:
            raise ShapeError("a sequence path has at least two members", shape, sh("path"))
        return paths.Sequence(tuple(read_path(graph, shape, member, inner) for member in members))
    for name, make in _PATHS.items():
        for value in graph.values(node, sh(name)):
            return make(graph, shape, value, inner)
    words = ", ".join(f"sh:{name}" for name in _PATHS)
    raise ShapeError(f"a path is an IRI, a list, or a blank node with one of {words}", shape, sh("path"))


def _alternatives(graph: ShapeGraph, shape: str, node: str, above: tuple[str, ...]) -> Path:
    members = graph.members(shape, sh("alternativePath"), node)
    if len(members) < 2:
        raise ShapeError("sh:alternativePath takes a list of at least two paths", shape, sh("path"))
    return paths.Alternative(tuple(read_path(graph, shape, member, above) for member in members))


_PATHS: dict[str, Callable[[ShapeGraph, str, str, tuple[str, ...]], Path]] = {
    "inversePath": lambda g, s, n, a: paths.Inverse(read_path(g, s, n, a)),
    "alternativePath": _alternatives,
    "zeroOrMorePath": lambda g, s, n, a: paths.Repeated(read_path(g, s, n, a), 0),
    "oneOrMorePath": lambda g, s, n, a: paths.Repeated(read_path(g, s, n, a), 1),
    "zeroOrOnePath": lambda g, s, n, a: paths.Repeated(read_path(g, s, n, a), 0, once=True),
}
