"""What things are called: names, other names and misspellings in the project's facts, by class."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from kg.mapping.values.wording import fold
from kg.ontology import Ontology
from kg.ontology import vocabulary as v

_LABELS: Final = (v.SKOS_PREF_LABEL, v.SKOS_ALT_LABEL, v.SKOS_HIDDEN_LABEL)
READS: Final = (*_LABELS, v.RDF_TYPE, v.WITHIN)
"""The predicates that names are made of."""

_ACCENTS: Final = range(0x300, 0x370)


class Names:
    """The things of a project by their names. `base` is what their IRIs begin with."""

    def __init__(self, quads: Iterable[Quad], ontology: Ontology, base: str) -> None:
        self._base = base
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._types: dict[str, set[NamedNode]] = defaultdict(set)
        self._within: dict[str, set[str]] = defaultdict(set)
        self._class_words = {iri: frozenset(fold(cls.label).split()) for iri, cls in ontology.by_iri.items()}
        labels: list[tuple[str, str]] = []
        for quad in quads:
            if not isinstance(quad.subject, NamedNode):
                continue
            subject = quad.subject.value.removeprefix(base)
            if quad.predicate in _LABELS and isinstance(quad.object, Literal):
                labels.append((subject, quad.object.value))
            elif quad.predicate == v.RDF_TYPE and isinstance(quad.object, NamedNode):
                self._types[subject].add(quad.object)
            elif quad.predicate == v.WITHIN and isinstance(quad.object, NamedNode):
                self._within[subject].add(quad.object.value.removeprefix(base))
        for subject, label in labels:
            for name in _variants(label, self._words(self._types[subject])):
                self._by_name[name].add(subject)
        self._found: dict[tuple[str, Sequence[NamedNode], Sequence[str]], str] = {}

    def find(self, text: str, classes: tuple[NamedNode, ...], inside: tuple[str, ...] = ()) -> str:
        """The id of the one thing of these classes that has this name; empty where none has it, or several have."""
        key = (text, classes, inside)
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = self._find(*key)
        return known

    def _find(self, text: str, classes: Sequence[NamedNode], inside: Sequence[str]) -> str:
        found = {
            thing
            for name in _variants(text, self._words(classes))
            for thing in self._by_name.get(name, ())
            if any(cls in self._types[thing] for cls in classes) and (not inside or self._lies_in(thing, inside))
        }
        return found.pop() if len(found) == 1 else ""

    def _lies_in(self, thing: str, places: Sequence[str]) -> bool:
        seen, waiting = {thing}, [thing]
        while waiting:
            for outer in self._within[waiting.pop()] - seen:
                seen.add(outer)
                waiting.append(outer)
        return not seen.isdisjoint(places)

    def _words(self, classes: Iterable[NamedNode]) -> frozenset[str]:
        """The words of the classes' labels: township; state, or, region."""
        return frozenset(word for cls in classes for word in self._class_words.get(cls, ()))


def _variants(text: str, words: frozenset[str]) -> tuple[str, ...]:
    """A name as it is compared, and without the class's word at its end."""
    name = plain(text)
    head, _, last = name.rpartition(" ")
    return (name, head) if head and last in words else (name,)


def plain(text: str) -> str:
    """
    A name as names are compared: case, accents, and the kinds of dash, apostrophe and space make no difference.

    >>> plain("Bago  Région (East)"), plain("Shan–North")
    ('bago region (east)', 'shan-north')
    """
    folded = fold(text.replace("–", "-").replace("—", "-"))
    if folded.isascii():
        return folded
    parts = unicodedata.normalize("NFKD", folded)
    return unicodedata.normalize("NFC", "".join(c for c in parts if ord(c) not in _ACCENTS))
