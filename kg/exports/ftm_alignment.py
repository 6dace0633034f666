"""What of the ontology FollowTheMoney has a place for: read from `ontology/followthemoney.ttl`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.ontology import Ontology
from kg.ontology import vocabulary as v


@dataclass(frozen=True, slots=True)
class Target:
    """A property of FollowTheMoney: its name, the kinds of its values (schemes), and the schemata that have it."""

    name: str
    kinds: frozenset[NamedNode]
    schemata: frozenset[NamedNode]


class Alignment:
    """Our classes and properties → their schemata and properties."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        about: dict[NamedNode, dict[NamedNode, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
        for triple in ontology.triples:
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
                about[triple.subject][triple.predicate].append(triple.object)
        self._about = about
        named = {concept: self._text(concept, v.SKOS_NOTATION) for concept in list(about)}
        in_scheme = {concept: frozenset(_nodes(about[concept][v.SKOS_IN_SCHEME])) for concept in list(about)}
        self.schemata = {c: named[c] for c, schemes in in_scheme.items() if v.FTM_SCHEMATA in schemes}
        self.languages = {
            self._text(c, v.SKOS_HIDDEN_LABEL): named[c]
            for c, schemes in in_scheme.items()
            if v.FTM_LANGUAGES in schemes
        }
        kinds = {v.FTM_TEXTS, v.FTM_ENTITIES, v.FTM_DATES, v.FTM_LANGUAGE_CODES}
        self._targets = {
            c: Target(named[c], schemes, frozenset(_nodes(about[c][v.SKOS_RELATED])))
            for c, schemes in in_scheme.items()
            if schemes & kinds
        }
        self.required = [t for t in self._targets.values() if v.FTM_REQUIRED in t.kinds]

    def schema_of(self, types: Iterable[NamedNode]) -> NamedNode | None:
        """The schema of a thing with these classes, by the most specific of them that has one; None where none has."""
        aligned = {cls: found for cls in types for found in self._matches(cls) if found in self.schemata}
        general = {above for cls in aligned for above in self.ontology.ancestors(cls)}
        return next((aligned[cls] for cls in sorted(aligned, key=str) if cls not in general), None)

    def targets(self, prop: NamedNode, schema: NamedNode) -> list[Target]:
        """The properties by which a thing of a schema tells what ours does."""
        found = (self._targets[match] for match in self._matches(prop) if match in self._targets)
        return [target for target in found if self.has(schema, target)]

    def has(self, schema: NamedNode, target: Target) -> bool:
        """Whether a schema, or one that it is a kind of, has a property."""
        waiting, seen = [schema], set()
        while waiting:
            at = waiting.pop()
            if at not in seen:
                seen.add(at)
                waiting += _nodes(self._about[at][v.SKOS_BROADER])
        return not seen.isdisjoint(target.schemata)

    def _matches(self, term: NamedNode) -> list[NamedNode]:
        return _nodes(self._about[term][v.SKOS_BROAD_MATCH]) if term in self._about else []

    def _text(self, term: NamedNode, prop: NamedNode) -> str:
        return next((o.value for o in self._about[term][prop] if isinstance(o, Literal)), "")


def _nodes(terms: Iterable[NamedNode | Literal]) -> list[NamedNode]:
    return [term for term in terms if isinstance(term, NamedNode)]
