"""What else terms of the ontology are called: in the headers and the codes of tables that were made without it."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode

from kg.ontology import vocabulary as v
from kg.ontology.model import Ontology

_OTHERWISE: Final = (v.SKOS_ALT_LABEL, v.SKOS_HIDDEN_LABEL)
_BORDERS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_MARKS: Final = {"Mn", "Mc"}
_SHORTEST_PART: Final = 4
"""Characters that a name has at least, to be looked for inside a longer text: `no` is in too many."""


class Named(NamedTuple):
    """A term that a text may stand for; `is_whole` is false where only a part of the text is its name."""

    term: NamedNode
    is_whole: bool


class OtherNames:
    """
    The terms of an ontology by all their names.

    Those are, in this order: other and hidden labels, keys, labels, and the names of concepts of other schemes that a
    term is matched with (`skos:closeMatch` and its like).
    """

    def __init__(self, ontology: Ontology) -> None:
        self._terms: dict[str, list[NamedNode]] = defaultdict(list)
        for name, term in _names(ontology):
            key = " ".join(words(name))
            if key and term not in self._terms[key]:
                self._terms[key].append(term)
        self._longest = max((key.count(" ") + 1 for key in self._terms), default=1)

    def find(self, text: str) -> list[Named]:
        """The terms that a text may stand for, the likeliest first."""
        parts = words(text)
        found = [Named(term, is_whole=True) for term in self._terms.get(" ".join(parts), ())]
        if len(parts) > 1 and parts[-1].isdigit():
            found += [Named(term, is_whole=True) for term in self._terms.get(" ".join(parts[:-1]), ())]
        for size in range(min(len(parts), self._longest), 0, -1):
            for start in range(len(parts) - size + 1):
                part = " ".join(parts[start : start + size])
                if len(part) >= _SHORTEST_PART:
                    found += [Named(term, is_whole=False) for term in self._terms.get(part, ())]
        first: dict[NamedNode, Named] = {}
        for named in found:
            first.setdefault(named.term, named)
        return list(first.values())


def words(text: str) -> list[str]:
    """
    The words of a name, however they are joined.

    >>> words("Sub-event_Type"), words("eventDate"), words("admin2"), words("No.")
    (['sub', 'event', 'type'], ['event', 'date'], ['admin', '2'], ['no'])
    """
    apart = _BORDERS.sub(" ", unicodedata.normalize("NFKC", text)).casefold()
    kept = "".join(c if c.isalnum() or c == "#" or unicodedata.category(c) in _MARKS else " " for c in apart)
    return kept.split()


def _names(ontology: Ontology) -> Iterator[tuple[str, NamedNode]]:
    # Words of times and counts have such labels too, but are no classes and no properties.
    known = {*ontology.by_iri, *ontology.properties, v.RDF_TYPE, v.DCTERMS_IDENTIFIER}
    for triple in ontology.triples:
        if triple.predicate in _OTHERWISE and triple.subject in known and isinstance(triple.object, Literal):
            yield triple.object.value, triple.subject  # type: ignore[misc]
    for iri, prop in ontology.properties.items():
        yield from ((key, iri) for key in prop.keys)
    for iri, cls in ontology.by_iri.items():
        yield cls.name, iri
    for iri in (*ontology.by_iri, *ontology.properties):
        yield (ontology.by_iri.get(iri) or ontology.properties[iri]).label, iri
    yield from _of_matches(ontology)


def _of_matches(ontology: Ontology) -> Iterator[tuple[str, NamedNode]]:
    """What other schemes call the concepts that classes are matched with."""
    called: dict[object, list[str]] = defaultdict(list)
    for triple in ontology.triples:
        if triple.predicate in (v.SKOS_PREF_LABEL, v.SKOS_NOTATION) and isinstance(triple.object, Literal):
            called[triple.subject].append(triple.object.value)
    for triple in ontology.triples:
        if triple.predicate in v.SKOS_MATCHES and isinstance(triple.subject, NamedNode):
            yield from ((name, triple.subject) for name in called.get(triple.object, ()))
