"""Views as they are declared: YAML, or a query; read with the place of every word, and checked against the ontology."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

import yaml

from kg.model.errors import OntologyError, UsageError
from kg.ontology.model import Class, Ontology, Property, nearest
from kg.ontology.reader import local_name
from kg.queries.catalogue import load_query
from kg.queries.view import FoldRule, NodeRule, Period, PropertyRule, QueryRule, Rule, Steps, View

_SUFFIXES: Final = (".yaml", ".rq")
_VIEW_WORDS: Final = ("summary", "description", "nodes", "edges", "colours")
_NODE_WORDS: Final = ("class", "alone", "attributes", "label", "time", "size", "parent", "place")
_EDGE_WORDS: Final = {
    "property": ("property", "label", "directed", "from", "to", "time", "attributes"),
    "fold": ("fold", "label", "directed", "from", "to", "weight", "time", "attributes"),
    "query": ("query", "label", "directed"),
}
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_Made = TypeVar("_Made")


def view_paths(folders: Sequence[Path]) -> dict[str, Path]:
    """The files of all views by name, sorted; a later folder's replaces an earlier one's of the same name."""
    found = {path.stem: path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in _SUFFIXES}
    return {name: found[name] for name in sorted(found)}


def find_view(folders: Sequence[Path], name: str, ontology: Ontology) -> View:
    """
    One view, by its name.

    Raises:
        UsageError: There is none of this name.
        OntologyError: It cannot be used; the message begins with the place in its file.
    """
    paths = view_paths(folders)
    if name not in paths:
        raise UsageError(f"there is no view '{name}'", nearest(name, iter(paths)) or f"views: {', '.join(paths)}")
    return load_view(paths[name], ontology)


def load_view(path: Path, ontology: Ontology) -> View:
    """
    The view in a file: a query (`.rq`), or a declaration in YAML.

    Raises:
        OntologyError: It cannot be used; the message begins with the place in its file.
    """
    if path.suffix == ".rq":
        query = load_query(path)
        return View(path.stem, path, query.summary, query.description, edges=(QueryRule.of(query),), query=query)
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise OntologyError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise OntologyError(f"{path} is not UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise OntologyError(f"{place}: this is no YAML: {getattr(error, 'problem', error)}") from error
    return _Reader(path, ontology).view(root)


class _Reader:
    """Reads one file."""

    def __init__(self, path: Path, ontology: Ontology) -> None:
        here = Path.cwd()
        self.name = path.stem
        self.file = path
        self.path = path.relative_to(here) if path.is_relative_to(here) else path
        self.ontology = ontology

    def view(self, root: yaml.Node | None) -> View:
        if root is None:
            raise OntologyError(f"{self.path}:1:1: the view is empty", "it needs `edges:`, or `nodes:`")
        words = self.words(root, _VIEW_WORDS, "of a view")
        if not {"nodes", "edges"} & words.keys():
            raise self.fault(root, "the view has neither nodes nor edges", "write `edges:`, or `nodes:`")
        return View(
            name=self.name,
            path=self.file,
            summary=self.text(words["summary"]) if "summary" in words else "",
            description=self.text(words["description"]) if "description" in words else "",
            nodes=tuple(self.node(item) for item in self.items(words.get("nodes"))),
            edges=tuple(self.edge(item) for item in self.items(words.get("edges"))),
            colours=self.colours(words.get("colours")),
        )

    def node(self, node: yaml.Node) -> NodeRule:
        if isinstance(node, yaml.ScalarNode):
            return NodeRule(self.cls(node))
        words = self.words(node, _NODE_WORDS, "of a node")
        if "class" not in words:
            raise self.fault(node, "this says of no class that its things are nodes", "write `class:`")
        told = words.get("attributes")
        everything = told is None or (isinstance(told, yaml.ScalarNode) and told.value == "all")
        return NodeRule(
            cls=self.cls(words["class"]),
            alone=self.truth(words["alone"]) if "alone" in words else False,
            attributes=None if everything else self.attributes(told),
            label=self.each(words.get("label"), self.prop),
            times=self.each(words.get("time"), self.period),
            size=self.steps(words["size"]) if "size" in words else (),
            parent=self.each(words.get("parent"), self.prop),
            place=self.each(words.get("place"), self.steps),
        )

    def edge(self, node: yaml.Node) -> Rule:
        if not isinstance(node, yaml.MappingNode):
            raise self.fault(node, "an edge is told by a mapping", "write `- property:`, `- fold:` or `- query:`")
        given = [key.value for key, _ in node.value]
        kind = next((word for word in _EDGE_WORDS if word in given), None)
        if kind is None:
            hint = next(filter(None, (nearest(str(word), iter(_EDGE_WORDS)) for word in given)), "")
            raise self.fault(
                node, "this says not what becomes an edge", hint or "write `property:`, `fold:` or `query:`"
            )
        words = self.words(node, _EDGE_WORDS[kind], f"beside `{kind}`")
        label = self.text(words["label"]) if "label" in words else ""
        directed = self.truth(words["directed"]) if "directed" in words else True
        if kind == "query":
            return QueryRule(self.text(words["query"]), label, directed)
        times = self.each(words.get("time"), self.period)
        attributes = self.attributes(words.get("attributes"))
        if kind == "property":
            start, target = (self.cls(words[w]) if w in words else None for w in ("from", "to"))
            return PropertyRule(self.prop(words["property"]), label, directed, start, target, times, attributes)
        for word in ("from", "to", "label"):
            if word not in words:
                raise self.fault(node, f"`fold` needs `{word}`", "`from` and `to` are roles, `label` names the edge")
        return FoldRule(
            cls=self.cls(words["fold"]),
            start=self.each(words["from"], self.prop),
            target=self.each(words["to"], self.prop),
            label=label,
            directed=directed,
            weight=self.steps(words["weight"]) if "weight" in words else (),
            times=times,
            attributes=attributes,
        )

    def attributes(self, node: yaml.Node | None) -> dict[str, Steps]:
        """A list of ways, each its own title, or a mapping of titles to ways."""
        if isinstance(node, yaml.MappingNode):
            return {self.text(key): self.steps(value) for key, value in node.value}
        return {self.text(item): self.steps(item) for item in self.items(node)}

    def period(self, node: yaml.Node) -> Period:
        """`when`, or `from..to`, or `validOn`."""
        begin, dots, end = self.text(node).partition("..")
        first = self.way(node, begin)
        if dots:
            return Period(first, self.way(node, end))
        return Period(first) if first[-1].is_object else Period(first, first)

    def steps(self, node: yaml.Node) -> Steps:
        return self.way(node, self.text(node))

    def way(self, node: yaml.Node, text: str) -> Steps:
        if text.startswith("<"):
            return (self.term(node, text),)
        return tuple(self.term(node, key) for key in text.split("."))

    def prop(self, node: yaml.Node) -> Property:
        return self.term(node, self.text(node))

    def term(self, node: yaml.Node, word: str) -> Property:
        try:
            return property_of(self.ontology, word)
        except UsageError as error:
            raise self.fault(node, error.message, error.hint) from None

    def cls(self, node: yaml.Node) -> Class:
        word = self.text(node)
        found = self.ontology.classes.get(word)
        if found is None and word.startswith("<"):
            found = next((cls for iri, cls in self.ontology.by_iri.items() if str(iri) == word), None)
        if found is None:
            raise self.fault(node, f"the ontology has no class '{word}'", nearest(word, iter(self.ontology.classes)))
        return found

    def colours(self, node: yaml.Node | None) -> dict[str, str]:
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            raise self.fault(node, "colours are told by a mapping", 'write `side or kind: "#1f5f8b"`')
        for _, value in node.value:
            if not _COLOUR.fullmatch(self.text(value)):
                raise self.fault(value, f"'{value.value}' is no colour", 'write it like "#1f5f8b"')
        return {self.text(key): self.text(value).lower() for key, value in node.value}

    def words(self, node: yaml.Node, known: Sequence[str], where: str) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.fault(node, f"expected a mapping of: {', '.join(known)}")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            word = self.text(key)
            if word not in known:
                hint = nearest(word, iter(known)) or f"one of: {', '.join(known)}"
                raise self.fault(key, f"'{word}' is no word {where}", hint)
            if word in found:
                raise self.fault(key, f"'{word}' stands here twice", "keep one of them")
            found[word] = value
        return found

    def items(self, node: yaml.Node | None) -> list[yaml.Node]:
        """The items of a list; one that is written alone is a list of one."""
        if node is None:
            return []
        return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]

    def each(self, node: yaml.Node | None, make: Callable[[yaml.Node], _Made]) -> tuple[_Made, ...]:
        return tuple(make(item) for item in self.items(node))

    def text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self.fault(node, "expected a text here")
        return str(node.value).strip()

    def truth(self, node: yaml.Node) -> bool:
        word = self.text(node)
        if word not in ("true", "false"):
            raise self.fault(node, f"'{word}' is neither true nor false")
        return word == "true"

    def fault(self, node: yaml.Node, message: str, hint: str = "") -> OntologyError:
        mark = node.start_mark
        return OntologyError(f"{self.path}:{mark.line + 1}:{mark.column + 1}: {message}", hint)


def property_of(ontology: Ontology, word: str) -> Property:
    """
    The property of a key, or of an IRI in angle brackets.

    Raises:
        UsageError: The ontology has none.
    """
    known = {**ontology.claim_keys, **ontology.thing_keys}
    found = known.get(word)
    if found is None and word.startswith("<"):
        found = next((prop for iri, prop in ontology.properties.items() if str(iri) == word), None)
    if found is None:
        found = next((prop for iri, prop in ontology.properties.items() if local_name(iri.value) == word), None)
    if found is None:
        raise UsageError(f"the ontology has no property '{word}'", nearest(word, iter(known)))
    return found
