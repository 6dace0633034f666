"""The ontology as the rest of the program asks for it: frozen look-ups by key, by name and by IRI."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from pyoxigraph import Literal, NamedNode, Triple


@dataclass(frozen=True, slots=True)
class Class:
    """
    A class of the ontology.

    `ancestors` are all its superclasses, nearest first, itself not among them; they may be terms of other
    vocabularies. `individuals` are the values it lists by key, empty where facts introduce its members themselves.
    """

    iri: NamedNode
    name: str
    label: str
    definition: str
    ancestors: tuple[NamedNode, ...] = ()
    syntax: str = ""
    scalar_property: NamedNode | None = None
    entry_basis: NamedNode | None = None
    individuals: Mapping[str, NamedNode] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Property:
    """
    A property of the ontology.

    `ranges` are classes or datatypes, `domains` classes (empty: any). `ancestors` are all its superproperties.
    `inverses` are the properties that the other direction is written with (itself, where it is symmetric).
    `fixed` are the statements that every value of it gets, from `owl:hasValue` in its range.
    """

    iri: NamedNode
    keys: tuple[str, ...]
    label: str
    definition: str
    ranges: tuple[NamedNode, ...]
    domains: frozenset[NamedNode]
    ancestors: tuple[NamedNode, ...] = ()
    inverses: tuple[NamedNode, ...] = ()
    fixed: tuple[tuple[NamedNode, NamedNode | Literal], ...] = ()
    syntax: str = ""
    is_object: bool = False

    @property
    def key(self) -> str:
        """The key by which facts name it."""
        return self.keys[0]


@dataclass(frozen=True, slots=True)
class Ontology:
    """
    Everything that was read from the ontology files.

    `thing_keys` and `claim_keys` never share a key. `triples` are all triples, in file order, for the graph of its own
    in the store. `digest` changes whenever a file does.
    """

    classes: Mapping[str, Class]
    by_iri: Mapping[NamedNode, Class]
    thing_keys: Mapping[str, Property]
    claim_keys: Mapping[str, Property]
    properties: Mapping[NamedNode, Property]
    triples: tuple[Triple, ...]
    digest: str

    def ancestors(self, iri: NamedNode) -> tuple[NamedNode, ...]:
        """All superclasses of a class; empty for one that the ontology does not know."""
        known = self.by_iri.get(iri)
        return known.ancestors if known else ()

    def is_kind_of(self, iri: NamedNode, expected: NamedNode) -> bool:
        """Whether a class is another or lies below it."""
        return iri == expected or expected in self.ancestors(iri)

    def value_class(self, prop: Property) -> Class | None:
        """The class that a property's values belong to; None where they are literals."""
        return next((self.by_iri[iri] for iri in prop.ranges if iri in self.by_iri), None)

    def word_of(self, cls: NamedNode, individual: NamedNode) -> str:
        """The word by which facts name one of the values that a class lists."""
        return next(word for word, iri in self.by_iri[cls].individuals.items() if iri == individual)

    def below(self, iri: NamedNode) -> Iterator[Class]:
        """A class and all classes below it, in the order of their names."""
        for name in sorted(self.classes):
            if self.is_kind_of(self.classes[name].iri, iri):
                yield self.classes[name]


def nearest(word: str, known: Iterator[str] | Mapping[str, object]) -> str:
    """
    A hint that names the known words most like `word`; empty where none is near.

    >>> nearest("atacker", iter(["attacker", "target"]))
    "did you mean 'attacker'?"
    >>> nearest("xyz", iter(["attacker"]))
    ''
    """
    candidates = {key.casefold(): key for key in known}
    found = get_close_matches(word.casefold(), list(candidates), n=2, cutoff=0.65)
    return f"did you mean {' or '.join(repr(candidates[name]) for name in found)}?" if found else ""
