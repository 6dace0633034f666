"""
The dataset as FollowTheMoney statements: one line of JSON for each thing that a document says of an entity.

Spec: https://followthemoney.tech/docs/statements/
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha1
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from kg.exports.ftm_alignment import Alignment, Target
from kg.exports.losses import Losses
from kg.model.terms import text_of
from kg.ontology import Ontology
from kg.ontology import vocabulary as v

_ENTITY_ID = re.compile(r"[0-9a-zA-Z]([0-9a-zA-Z/-]*[0-9a-zA-Z])?")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


class Value(NamedTuple):
    """A value as FollowTheMoney writes it, the code of its language, and how it was written where that differs."""

    text: str
    language: str | None = None
    original: str | None = None


class Naming(NamedTuple):
    """The base that ids leave out, and what things are called that no claim names."""

    base: str
    labels: Mapping[NamedNode, str] = MappingProxyType({})


def write_ftm(quads: Iterable[Quad], ontology: Ontology, naming: Naming, output: BinaryIO, losses: Losses) -> int:
    """
    Write statements sorted by entity; how many there are.

    The data set of a statement is the document that says so, its origin the claim. What two claims of one document say
    is one statement, of the first of them. Dates are days; what has no place in the schemata is counted.
    """
    statements = _Statements(quads, Alignment(ontology), naming, losses)
    count = 0
    for statement in statements.all():
        output.write(json.dumps(statement, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


class _Statements:
    """The quads by graph and subject, and what they become."""

    def __init__(self, quads: Iterable[Quad], alignment: Alignment, naming: Naming, losses: Losses) -> None:
        self.base, self.nameless = naming
        self.alignment, self.ontology, self.losses = alignment, alignment.ontology, losses
        self.graphs: dict[NamedNode, dict[NamedNode, list[Quad]]] = defaultdict(lambda: defaultdict(list))
        self.types: dict[NamedNode, set[NamedNode]] = defaultdict(set)
        self.labels: dict[NamedNode, str] = {}
        self.documents: dict[NamedNode, NamedNode] = {}
        for quad in sorted(quads, key=str):
            if isinstance(quad.graph_name, NamedNode) and isinstance(quad.subject, NamedNode):
                self._take_in(quad, quad.graph_name, quad.subject)
        self.schemata = {thing: self.alignment.schema_of(types) for thing, types in self.types.items()}

    def _take_in(self, quad: Quad, graph: NamedNode, subject: NamedNode) -> None:
        self.graphs[graph][subject].append(quad)
        if quad.predicate == v.RDF_TYPE and isinstance(quad.object, NamedNode):
            self.types[subject].add(quad.object)
        elif quad.predicate == v.SKOS_PREF_LABEL and isinstance(quad.object, Literal):
            self.labels.setdefault(subject, quad.object.value)
        elif quad.predicate == v.DOCUMENT_OF and isinstance(quad.object, NamedNode):
            self.documents[subject] = quad.object

    def all(self) -> Iterator[dict[str, str | bool | None]]:
        """Every statement once, sorted by entity, property and document."""
        found: dict[str, dict[str, str | bool | None]] = {}
        for graph in sorted(self.graphs, key=str):
            for subject, quads in self.graphs[graph].items():
                schema = self.schemata.get(subject)
                if schema is not None:
                    for target, value in self._values(graph, quads, schema):
                        statement = self._statement(graph, subject, target, value)
                        if found.setdefault(str(statement["id"]), statement) is not statement:
                            self.losses.add("statements that several claims of one document make; one is named", 1)
        self._count_what_has_no_schema()
        self._stand_in(found)
        order = ("canonical_id", "prop", "dataset", "value", "id")
        yield from sorted(found.values(), key=lambda s: tuple(str(s[name]) for name in order))

    def _values(self, graph: NamedNode, quads: list[Quad], schema: NamedNode) -> Iterator[tuple[Target, Value]]:
        told = {quad.predicate for quad in quads}
        for quad in quads:
            targets = self.alignment.targets(quad.predicate, schema)
            for target in targets:
                value = self._value(quad, target, quads)
                if value is not None:
                    yield target, value
            inner = self._inside(graph, quad)
            if inner:
                yield from self._values(graph, inner, schema)
            elif not targets and not self._is_entailed(quad, told):
                self._count_property(quad, schema)

    def _inside(self, graph: NamedNode, quad: Quad) -> list[Quad]:
        """The statements of a value with wording, which are its owner's: a time's bounds."""
        if not isinstance(quad.object, NamedNode):
            return []
        known = (self.ontology.by_iri.get(cls) for cls in self.types.get(quad.object, ()))
        return self.graphs[graph].get(quad.object, []) if any(cls and cls.syntax for cls in known) else []

    def _value(self, quad: Quad, target: Target, beside: list[Quad]) -> Value | None:
        term = quad.object
        if v.FTM_ENTITIES in target.kinds:
            known = isinstance(term, NamedNode) and self.schemata.get(term) is not None
            return Value(self.entity_id(term)) if known and isinstance(term, NamedNode) else None
        if isinstance(term, NamedNode):
            implied = {above for q in beside if isinstance(q.object, NamedNode) for above in self._above(q.object)}
            return None if term in implied else Value(self._label(term))
        text = text_of(term)
        language = self.alignment.languages.get(term.language or "") if isinstance(term, Literal) else None
        if v.FTM_LANGUAGE_CODES in target.kinds:
            code = self.alignment.languages.get(text.lower())
            return Value(code, None, text) if code else None
        if v.FTM_DATES in target.kinds:
            day = _DAY.match(text)
            if day is None:
                self.losses.add(f"dates that {target.name} cannot hold", 1, text)
                return None
            return Value(day[1], None, text if text != day[1] else None)
        return Value(text, language) if text else None

    def _above(self, term: NamedNode) -> tuple[NamedNode, ...]:
        return self.ontology.ancestors(term)

    def _label(self, term: NamedNode) -> str:
        known = self.ontology.by_iri.get(term)
        return known.label if known else self.labels.get(term) or term.value.removeprefix(self.base)

    def _statement(
        self, graph: NamedNode, subject: NamedNode, target: Target, value: Value
    ) -> dict[str, str | bool | None]:
        entity = self.entity_id(subject)
        schema = self.alignment.schemata[self.schemata[subject]]  # type: ignore[index]
        document = self.documents.get(graph, graph)
        dataset = self.dataset_name(document)
        key = f"{dataset}.{entity}.{target.name}.{value.text}"
        if value.language is not None:
            key += f"@{value.language}"
        return {
            "canonical_id": entity,
            "entity_id": entity,
            "prop": target.name,
            "schema": schema,
            "value": value.text,
            "dataset": dataset,
            "lang": value.language,
            "original_value": value.original,
            "first_seen": None,
            "last_seen": None,
            "external": False,
            "origin": graph.value,
            "id": sha1(key.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest(),
        }

    def _stand_in(self, found: dict[str, dict[str, str | bool | None]]) -> None:
        """What every entity must have and nothing gives: what it is called, from where its type is told."""
        given = {(s["entity_id"], s["prop"]) for s in found.values()}
        for subject, schema in self.schemata.items():
            for target in self.alignment.required if schema is not None else ():
                if schema is None or not self.alignment.has(schema, target):
                    continue
                if (self.entity_id(subject), target.name) in given:
                    continue
                graph = next(g for g in sorted(self.graphs, key=str) if subject in self.graphs[g])
                called = self.nameless.get(subject)
                statement = self._statement(graph, subject, target, Value(called or self._kind(subject)))
                found.setdefault(str(statement["id"]), statement)
                told = "kind, place and day stand" if called else "the label of their type stands"
                self.losses.add(f"entities without a {target.name}; {told} in", 1, self._id(subject))

    def _id(self, thing: NamedNode) -> str:
        return thing.value.removeprefix(self.base)

    def _kind(self, subject: NamedNode) -> str:
        types = self.types[subject]
        general = {above for cls in types for above in self.ontology.ancestors(cls)}
        return self._label(min(types - general, key=str))

    def entity_id(self, thing: NamedNode) -> str:
        """An id as FollowTheMoney allows it: ours with a dot for each slash, else a hash of the IRI."""
        own = thing.value.removeprefix(self.base)
        if own != thing.value and _ENTITY_ID.fullmatch(own):
            return own.replace("/", ".")
        return "kg-" + sha1(thing.value.encode(), usedforsecurity=False).hexdigest()

    def dataset_name(self, document: NamedNode) -> str:
        """A document's id in small letters, digits and underscores; with a hash where two ids could become one."""
        own = document.value.removeprefix(self.base)
        name = _NOT_IN_NAMES.sub("_", own.lower()).strip("_")
        if name.replace("_", "-") == own:
            return name
        return f"{name}_{sha1(document.value.encode(), usedforsecurity=False).hexdigest()[:8]}".strip("_")

    # ── What has no place ───────────────────────────────────────────────────────────────────────────────────────────

    def _is_entailed(self, quad: Quad, told: set[NamedNode]) -> bool:
        """Whether a narrower property tells the same, or the other direction is the one that is written."""
        known = self.ontology.properties.get(quad.predicate)
        if known is None or quad.predicate == v.RDF_TYPE:
            return True
        return any(
            quad.predicate in self.ontology.properties[p].ancestors for p in told if p in self.ontology.properties
        )

    def _count_property(self, quad: Quad, schema: NamedNode) -> None:
        known = self.ontology.properties[quad.predicate]
        wider = (t for above in known.ancestors for t in self.alignment.targets(above, schema))
        told_as = next(wider, None)
        how = f", told as {told_as.name} alone" if told_as else ""
        self.losses.add(f"statements with {known.key}{how}", 1, text_of(quad.subject).removeprefix(self.base))

    def _count_what_has_no_schema(self) -> None:
        for subject in sorted(self.schemata, key=str):
            classes = [self.ontology.by_iri[c] for c in self.types[subject] if c in self.ontology.by_iri]
            if self.schemata[subject] is None and classes and not any(cls.syntax for cls in classes):
                self.losses.add(f"things of the kind {self._kind(subject)}", 1, subject.value.removeprefix(self.base))
