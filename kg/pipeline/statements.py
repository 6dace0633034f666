"""
Quads → statements as a person reads them: a thing, a key, a value, and who says so.

What the ontology entails is left out, nested entries and values with wording are folded into the statement they belong
to. `why` and `diff` speak in these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from kg.ontology import Ontology
from kg.ontology import vocabulary as v
from kg.ontology.reader import local_name


class Statement(NamedTuple):
    """One statement of one claim. `quad` is the quad it stands for, and tells where it was written."""

    claim: NamedNode
    thing: str
    key: str
    value: str
    quad: Quad


class Voice(NamedTuple):
    """A claim in words: its document, whose voice, the verb, its basis; `quotes` are exact, `words` are ours."""

    document: str
    speaker: str
    verb: str
    basis: str
    quotes: tuple[str, ...]
    words: tuple[str, ...]


class Dataset:
    """Quads of claim and document graphs, indexed for reading."""

    def __init__(self, quads: Iterable[Quad], ontology: Ontology, base: str) -> None:
        self.ontology = ontology
        self.base = base
        self.graphs: dict[NamedNode, dict[NamedNode, list[Quad]]] = defaultdict(lambda: defaultdict(list))
        self.described: dict[NamedNode, dict[NamedNode, list[NamedNode | Literal]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self.claims: dict[NamedNode, None] = {}
        self.nested: dict[NamedNode, set[NamedNode]] = {}
        for quad in sorted(quads, key=str):
            if isinstance(quad.graph_name, NamedNode) and isinstance(quad.subject, NamedNode):
                self.graphs[quad.graph_name][quad.subject].append(quad)
                if quad.predicate == v.RDF_TYPE and quad.object == v.CLAIM:
                    self.claims[quad.subject] = None
        for claim in self.claims:
            document = next(
                (g for g in self.graphs if claim.value.startswith(g.value + "/") and claim in self.graphs[g]), None
            )
            for quad in self.graphs[document][claim] if document else ():
                self.described[claim][quad.predicate].append(quad.object)  # type: ignore[arg-type]

    def statements(self, claim: NamedNode) -> list[Statement]:
        """What a claim says, without what follows from it; sorted by thing and key."""
        found = []
        for subject, quads in self.graphs.get(claim, {}).items():
            if not self._folded(subject, claim):
                found += [
                    Statement(claim, self.name(subject), self.key(quad.predicate), self.value(quad, claim), quad)
                    for quad in self._stated(quads, claim)
                ]
        return sorted(found, key=lambda s: (s.thing, s.key, s.value))

    def voice(self, claim: NamedNode) -> Voice:
        """Who says so, and how."""
        about = self.described[claim]

        def names(prop: NamedNode) -> str:
            return ", ".join(self.name(o) if isinstance(o, NamedNode) else o.value for o in about.get(prop, ()))

        speaker = names(v.SPEAKER)
        if not speaker and v.WRITERS_VOICE in about:
            speaker = v.WORD_WRITER
        if v.ANALYST in about:
            speaker = f"{speaker}, analyst {names(v.ANALYST)}".removeprefix(", ")
        quotes = tuple(o.value for o in about.get(v.QUOTE, ()))
        words = tuple(o.value for prop in (v.PARAPHRASE, v.BECAUSE) for o in about.get(prop, ()))
        basis = ", ".join(local_name(o.value) for o in about.get(v.BASIS, ()))
        return Voice(names(v.DOCUMENT_OF), speaker, names(v.VERB), basis, quotes, words)

    def name(self, iri: NamedNode) -> str:
        """An IRI without the base, or by the name that facts use for it."""
        if iri.value.startswith(self.base):
            return iri.value.removeprefix(self.base)
        return local_name(iri.value)

    def key(self, prop: NamedNode) -> str:
        """The key that facts use for a property."""
        known = self.ontology.properties.get(prop)
        return v.WORD_TYPE if prop == v.RDF_TYPE else known.key if known else local_name(prop.value)

    def value(self, quad: Quad, claim: NamedNode) -> str:
        """The object as a person reads it; nested entries and values by what they hold."""
        node = quad.object
        if isinstance(node, Literal):
            return node.value
        if not isinstance(node, NamedNode):
            return str(node)
        if not self._folded(node, claim):
            return self.name(node)
        inner = self._stated(self.graphs[claim][node], claim)
        written = [q.object.value for q in inner if q.predicate == v.AS_WRITTEN and isinstance(q.object, Literal)]
        if written:
            return "; ".join(written)
        parts = [f"{self.key(q.predicate)} {self.value(q, claim)}" for q in inner if q.predicate != v.RDF_TYPE]
        return "{" + ", ".join(sorted(parts)) + "}"

    def _folded(self, node: NamedNode, claim: NamedNode) -> bool:
        """Whether a node is shown within what it belongs to: the same claim says that it does."""
        known = self.nested.get(claim)
        if known is None:
            known = self.nested[claim] = {
                quad.object
                for subject, quads in self.graphs.get(claim, {}).items()
                for quad in quads
                if isinstance(quad.object, NamedNode) and quad.object.value.startswith(subject.value + "/")
            }
        return node in known

    def _stated(self, quads: list[Quad], claim: NamedNode) -> list[Quad]:
        """The quads of one subject that the facts state, not those that follow from others of them."""
        by_object: dict[object, set[NamedNode]] = defaultdict(set)
        for quad in quads:
            by_object[quad.object].add(quad.predicate)
        types = {q.object for q in quads if q.predicate == v.RDF_TYPE}
        implied = {above for cls in types if isinstance(cls, NamedNode) for above in self.ontology.ancestors(cls)}
        return [
            quad
            for quad in quads
            if not (quad.predicate == v.RDF_TYPE and quad.object in implied)
            and not self._implied(quad, by_object[quad.object])
            and not self._told_from_the_other_side(quad, claim)
        ]

    def _implied(self, quad: Quad, beside: set[NamedNode]) -> bool:
        return any(
            quad.predicate in self.ontology.properties[p].ancestors
            for p in beside
            if p != quad.predicate and p in self.ontology.properties
        )

    def _told_from_the_other_side(self, quad: Quad, claim: NamedNode) -> bool:
        """Of a statement and its inverse one is shown: the one from the parent to what is nested in it."""
        known = self.ontology.properties.get(quad.predicate)
        if known is None or not known.inverses or not isinstance(quad.object, NamedNode):
            return False
        other, own = quad.object, quad.subject
        if not isinstance(own, NamedNode):
            return False
        if own.value.startswith(other.value + "/"):
            return True
        if other.value.startswith(own.value + "/"):
            return False
        back = {q.predicate for q in self.graphs[claim].get(other, ()) if q.object == own}
        told = next((p for p in known.inverses if p in back), None)
        return told is not None and (told.value, other.value) < (quad.predicate.value, own.value)
