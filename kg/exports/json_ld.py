"""
The dataset as JSON-LD with a context made from the ontology, so that it reads like the facts: keys, ids, plain values.

Spec: https://www.w3.org/TR/json-ld11/
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, BinaryIO

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kg.exports.json_numbers import whole
from kg.model.terms import Term, text_of
from kg.ontology import Ontology
from kg.ontology import vocabulary as v

_ID = "@id"
_RELATIVE = re.compile(r"[A-Za-z0-9_~][A-Za-z0-9_.~-]*(/[A-Za-z0-9_~][A-Za-z0-9_.~-]*)*")
"""Ids that stay what they are when they are resolved against a base that ends in a slash."""


@dataclass(frozen=True, slots=True)
class Context:
    """A context, and what shortens the terms of a dataset by it: keys and datatypes of properties, names of classes."""

    content: dict[str, Any]
    base: str
    prefixes: Mapping[str, str]
    keys: dict[str, str]
    datatypes: dict[str, str]
    classes: dict[str, str]


def context_of(ontology: Ontology, base: str, schemes: Collection[str] = ()) -> Context:
    """
    The context of an ontology: each property under its key, with the type of its values; classes under their names.

    `id` and `type` are the words of JSON-LD and of facts for the same. A property with texts in languages maps each
    language to its texts. What has no key of its own is written by prefix, else in full. `schemes` are those of IRIs
    that stand in the data: a prefix of the same letters (geo:23.7,95.6) is left out.
    """
    short = base if base.endswith("/") else ""
    prefixes = {prefix: namespace for prefix, namespace in v.PREFIXES.items() if prefix not in schemes}
    content: dict[str, Any] = {"@version": 1.1, **({"@base": short} if short else {}), **prefixes}
    content |= {v.WORD_ID: _ID, v.WORD_TYPE: "@type"}
    keys: dict[str, str] = {}
    datatypes: dict[str, str] = {}
    properties = sorted(ontology.properties.values(), key=lambda p: (p.key, p.iri.value))
    for prop in properties:
        if prop.key in content:
            continue
        term: dict[str, str] = {_ID: prop.iri.value}
        if prop.is_object:
            term["@type"] = _ID
        elif v.RDF_LANG_STRING in prop.ranges:
            term["@container"] = "@language"
        elif len(prop.ranges) == 1 and prop.ranges[0] != v.XSD_STRING:
            term["@type"] = datatypes[prop.iri.value] = prop.ranges[0].value
        content[prop.key], keys[prop.iri.value] = term, prop.key
    classes: dict[str, str] = {}
    for name in sorted(ontology.classes):
        if name not in content:
            iri = ontology.classes[name].iri.value
            content[name], classes[iri] = iri, name
    return Context(content, short, prefixes, keys, datatypes, classes)


def write_json_ld(quads: Iterable[Quad], ontology: Ontology, base: str, output: BinaryIO) -> int:
    """
    Write a dataset, a node a line, graph by graph in the order of their names; how many quads there were.

    A named graph is a node with its statements under `@graph`. Literals keep their lexical form: numbers and truth
    values that JSON would write otherwise stay texts.
    """
    quads = list(quads)
    context = context_of(ontology, base, _schemes(quads))
    head = json.dumps(context.content, ensure_ascii=False, indent=1)
    output.write(b'{"@context": ' + head.encode() + b',\n"@graph": [')
    count, first = 0, True
    ordered = sorted(quads, key=lambda q: (_graph_name(q), str(q.subject)))
    for name, of_graph in groupby(ordered, key=_graph_name):
        nodes = []
        for _, of_subject in groupby(of_graph, key=lambda q: str(q.subject)):
            quads_of = list(of_subject)
            count += len(quads_of)
            nodes.append(_node(context, quads_of))
        for line in _lines(context, name, nodes):
            output.write((b"\n" if first else b",\n") + line)
            first = False
    output.write(b"\n]}\n")
    return count


def _graph_name(quad: Quad) -> str:
    return "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)


def _lines(context: Context, name: str, nodes: list[dict[str, Any]]) -> Iterator[bytes]:
    texts = [json.dumps(node, ensure_ascii=False).encode() for node in nodes]
    if not name:
        yield from texts
        return
    graph = json.dumps(_reference(context, NamedNode(name[1:-1])), ensure_ascii=False).encode()
    yield b'{"id": ' + graph + b', "@graph": [\n  ' + b",\n  ".join(texts) + b"\n]}"


def _node(context: Context, quads: list[Quad]) -> dict[str, Any]:
    """One subject in one graph: its id, its types, then keys in their order."""
    types: list[str] = []
    values: dict[str, list[Any]] = defaultdict(list)
    texts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in sorted(quads, key=str):
        prop, value = quad.predicate.value, quad.object
        key = context.keys.get(prop) or _shortened(context, prop)
        if quad.predicate == v.RDF_TYPE and isinstance(value, NamedNode):
            types.append(context.classes.get(value.value) or _shortened(context, value.value))
        elif isinstance(value, Literal) and value.language and _is_map(context, key):
            texts[key][value.language].append(value.value)
        elif _is_map(context, key):
            # A language map has no place for what is in none: the property stands in full beside it.
            values[prop].append(_in_full(context, value))
        else:
            values[key].append(_value(context, prop, value))
    node: dict[str, Any] = {v.WORD_ID: _reference(context, quads[0].subject)}
    if types:
        node[v.WORD_TYPE] = _one_or_all(types)
    maps = {key: {tag: _one_or_all(found) for tag, found in of.items()} for key, of in texts.items()}
    node.update(sorted({**{key: _one_or_all(found) for key, found in values.items()}, **maps}.items()))
    return node


def _is_map(context: Context, key: str) -> bool:
    term = context.content.get(key)
    return isinstance(term, dict) and "@container" in term


def _in_full(context: Context, value: Term) -> dict[str, str]:
    if isinstance(value, Literal):
        return {"@value": value.value, "@type": value.datatype.value}
    return {_ID: _reference(context, value)}


def _value(context: Context, prop: str, value: Term) -> Any:
    if not isinstance(value, Literal):
        reference = _reference(context, value)
        typed = context.content.get(context.keys.get(prop, ""), {}).get("@type") == _ID
        return reference if typed else {_ID: reference}
    text, datatype = value.value, value.datatype
    if value.language:
        return {"@value": text, "@language": value.language}
    if context.datatypes.get(prop) != datatype.value:
        plain = datatype == v.XSD_STRING and prop not in context.datatypes and not _is_object(context, prop)
        return text if plain else {"@value": text, "@type": datatype.value}
    if datatype == v.XSD_BOOLEAN and text in ("true", "false"):
        return text == "true"
    number = whole(text) if datatype == v.XSD_INTEGER else None
    return text if number is None else number


def _is_object(context: Context, prop: str) -> bool:
    term = context.content.get(context.keys.get(prop, ""), {})
    return isinstance(term, dict) and term.get("@type") == _ID


def _reference(context: Context, term: Term) -> str:
    """An IRI, relative to the base or by its prefix where that is safe."""
    if isinstance(term, BlankNode):
        return str(term)
    iri = text_of(term)
    if context.base and iri.startswith(context.base):
        rest = iri.removeprefix(context.base)
        if _RELATIVE.fullmatch(rest):
            return rest
    return _shortened(context, iri)


def _schemes(quads: Iterable[Quad]) -> set[str]:
    """The schemes of all IRIs of a dataset."""
    terms = (term for q in quads for term in (q.subject, q.predicate, q.object, q.graph_name))
    return {term.value.partition(":")[0] for term in terms if isinstance(term, NamedNode)}


def _shortened(context: Context, iri: str) -> str:
    for prefix, namespace in context.prefixes.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and rest and not rest.startswith("//"):
            return f"{prefix}:{rest}"
    return iri


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
