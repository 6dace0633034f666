"""
Reads ontology files into an `Ontology`.

What is understood is RDFS (subClassOf, subPropertyOf, domain, range) and of OWL what a class or property says of
itself: unionOf in a domain or range, inverseOf, SymmetricProperty, and hasValue in a range.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.model.errors import OntologyError
from kg.ontology import vocabulary as v
from kg.ontology.model import Class, Ontology, Property

Node: TypeAlias = NamedNode | BlankNode

_STRUCTURAL = frozenset(
    {v.WORD_ID, v.WORD_TYPE, v.WORD_ABOUT, v.WORD_SAYS, v.WORD_CLAIM, v.WORD_VOICE, v.WORD_OCCURRENCE, v.WORD_VALUE}
    | {v.WORD_INFERRED, v.WORD_CLAIMS}
)


def load_ontology(folders: Sequence[Path]) -> Ontology:
    """
    Read all `*.ttl` files of the folders, in the order of their names.

    Later folders extend the earlier ones: that is how a project adds classes and properties of its own.

    Raises:
        OntologyError: A file is no Turtle, or two terms share a key.
    """
    import hashlib

    digest = hashlib.sha256()
    triples: list[Triple] = []
    for number, path in enumerate(path for folder in folders for path in sorted(folder.glob("*.ttl"))):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise OntologyError(f"{path} cannot be read: {error.strerror}") from error
        digest.update(content)
        triples.extend(_parse(path, content, number))
    return _Reader(triples).ontology(digest.hexdigest())


def _parse(path: Path, content: bytes, number: int) -> Iterable[Triple]:
    """The triples of one file; its blank nodes are named after it, so that every run gives the same bytes."""
    names: dict[BlankNode, BlankNode] = {}

    def named(node: NamedNode | BlankNode | Literal | Triple) -> NamedNode | BlankNode | Literal | Triple:
        if isinstance(node, BlankNode):
            return names.setdefault(node, BlankNode(f"o{number}n{len(names)}"))
        return node

    try:
        for quad in parse(content, format=RdfFormat.TURTLE):
            yield Triple(named(quad.subject), quad.predicate, named(quad.object))  # type: ignore[arg-type]
    except SyntaxError as error:
        place = f"{path}:{error.lineno}:{error.offset}" if error.lineno else str(path)
        raise OntologyError(f"{place}: not readable as Turtle: {error.msg}") from error


class _Reader:
    """The triples, indexed for the one walk that makes an `Ontology` of them."""

    def __init__(self, triples: list[Triple]) -> None:
        self.triples = triples
        self.objects: dict[tuple[object, NamedNode], list[NamedNode | BlankNode | Literal]] = defaultdict(list)
        self.members: dict[object, dict[NamedNode, None]] = defaultdict(dict)
        for triple in triples:
            self.objects[triple.subject, triple.predicate].append(triple.object)  # type: ignore[arg-type]
            if triple.predicate == v.RDF_TYPE and isinstance(triple.subject, NamedNode):
                self.members[triple.object][triple.subject] = None

    def ontology(self, digest: str) -> Ontology:
        by_iri = {iri: self._class(iri) for iri in self._typed(v.OWL_CLASS, v.RDFS_CLASS)}
        properties = {iri: self._property(iri) for iri in self._typed(v.OWL_OBJECT_PROPERTY, v.OWL_DATATYPE_PROPERTY)}
        written = [p for iri, p in properties.items() if not self.objects[iri, v.WRITTEN_BY_BUILD]]
        claim_keys = self._keyed([p for p in written if v.CLAIM in p.domains], {})
        thing_keys = self._keyed([p for p in written if v.CLAIM not in p.domains], claim_keys)
        return Ontology(
            classes=self._named(by_iri.values()),
            by_iri=by_iri,
            thing_keys=thing_keys,
            claim_keys=claim_keys,
            properties=properties,
            triples=tuple(self.triples),
            digest=digest,
        )

    def _typed(self, *types: NamedNode) -> list[NamedNode]:
        return list({iri: None for cls in types for iri in self.members[cls]})

    def _class(self, iri: NamedNode) -> Class:
        scalar = self._one(iri, v.SCALAR_PROPERTY)
        basis = self._one(iri, v.ENTRY_BASIS)
        return Class(
            iri=iri,
            name=self._keys(iri)[0],
            label=self._text(iri, v.RDFS_LABEL),
            definition=self._text(iri, v.SKOS_DEFINITION),
            ancestors=self._closure(iri, v.RDFS_SUBCLASS_OF),
            syntax=self._text(iri, v.VALUE_SYNTAX),
            scalar_property=scalar if isinstance(scalar, NamedNode) else None,
            entry_basis=basis if isinstance(basis, NamedNode) else None,
            individuals={key: member for member in self.members[iri] for key in self._keys(member)},
        )

    def _property(self, iri: NamedNode) -> Property:
        ranges, fixed = self._ranges(iri)
        inverses = [o for o in self.objects[iri, v.OWL_INVERSE_OF] if isinstance(o, NamedNode)]
        types = self.objects[iri, v.RDF_TYPE]
        return Property(
            iri=iri,
            keys=self._keys(iri),
            label=self._text(iri, v.RDFS_LABEL),
            definition=self._text(iri, v.SKOS_DEFINITION),
            ranges=ranges,
            domains=frozenset(c for node in self.objects[iri, v.RDFS_DOMAIN] for c in self._union(node)),
            ancestors=self._closure(iri, v.RDFS_SUBPROPERTY_OF),
            inverses=(*inverses, iri) if v.OWL_SYMMETRIC in types else tuple(inverses),
            fixed=fixed,
            syntax=self._text(iri, v.VALUE_SYNTAX),
            is_object=v.OWL_OBJECT_PROPERTY in types,
        )

    def _ranges(
        self, iri: NamedNode
    ) -> tuple[tuple[NamedNode, ...], tuple[tuple[NamedNode, NamedNode | Literal], ...]]:
        ranges: list[NamedNode] = []
        fixed: list[tuple[NamedNode, NamedNode | Literal]] = []
        for node in self.objects[iri, v.RDFS_RANGE]:
            on, value = self._one(node, v.OWL_ON_PROPERTY), self._one(node, v.OWL_HAS_VALUE)
            if isinstance(on, NamedNode) and isinstance(value, NamedNode | Literal):
                fixed.append((on, value))
            else:
                ranges.extend(self._union(node))
        return tuple(ranges), tuple(fixed)

    def _union(self, node: NamedNode | BlankNode | Literal) -> list[NamedNode]:
        """The classes that a domain or range stands for: itself, or the members of its unionOf list."""
        if isinstance(node, NamedNode):
            return [node]
        found = []
        cell = self._one(node, v.OWL_UNION_OF)
        while cell is not None and cell != v.RDF_NIL:
            first = self._one(cell, v.RDF_FIRST)
            if isinstance(first, NamedNode):
                found.append(first)
            cell = self._one(cell, v.RDF_REST)
        return found

    def _closure(self, iri: NamedNode, predicate: NamedNode) -> tuple[NamedNode, ...]:
        found: dict[NamedNode, None] = {}
        waiting = [iri]
        while waiting:
            for node in self.objects.get((waiting.pop(0), predicate), ()):
                if isinstance(node, NamedNode) and node not in found and node != iri:
                    found[node] = None
                    waiting.append(node)
        return tuple(found)

    def _keys(self, iri: NamedNode) -> tuple[str, ...]:
        keys = tuple(o.value for o in self.objects.get((iri, v.KEY), ()) if isinstance(o, Literal))
        return keys or (local_name(iri.value),)

    def _one(self, node: object, predicate: NamedNode) -> NamedNode | BlankNode | Literal | None:
        return next(iter(self.objects.get((node, predicate), ())), None)

    def _text(self, node: NamedNode, predicate: NamedNode) -> str:
        """A label or definition in English, else in whichever language stands first; empty where there is none."""
        literals = [o for o in self.objects.get((node, predicate), ()) if isinstance(o, Literal)]
        return next((o.value for o in literals if o.language in ("en", None)), literals[0].value if literals else "")

    def _keyed(self, properties: list[Property], taken: dict[str, Property]) -> dict[str, Property]:
        keyed: dict[str, Property] = {}
        for prop in properties:
            for key in prop.keys:
                other = keyed.get(key) or taken.get(key)
                if other is not None and other.iri != prop.iri:
                    raise OntologyError(
                        f"the key '{key}' names two properties: {other.iri.value} and {prop.iri.value}",
                        "give one of them another kg:key",
                    )
                if key in _STRUCTURAL:
                    raise OntologyError(
                        f"the key '{key}' of {prop.iri.value} is a word of the facts format",
                        "give the property another kg:key",
                    )
                keyed[key] = prop
        return keyed

    @staticmethod
    def _named(classes: Iterable[Class]) -> dict[str, Class]:
        named: dict[str, Class] = {}
        for cls in classes:
            other = named.setdefault(cls.name, cls)
            if other is not cls:
                raise OntologyError(
                    f"the name '{cls.name}' names two classes: {other.iri.value} and {cls.iri.value}",
                    "give one of them a kg:key",
                )
        return named


def local_name(iri: str) -> str:
    """
    What stands after the last `#` or `/` of an IRI.

    >>> local_name("https://w3id.org/conflict-kg/ontology#Event")
    'Event'
    """
    return iri.replace("#", "/").rsplit("/", 1)[-1]
