"""Numbers in a sentence: digits, number words and what qualifies them, by the words of the ontology."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from kg.extraction.knowledge import alternatives
from kg.extraction.proposal import Span
from kg.ontology import vocabulary as v
from kg.ontology.model import Ontology

_DIGITS = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    A number as written: "at least 20". `value` is what a count of the facts format takes.

    `vague` bears no number ("several"); `none` says that there are none ("no").
    """

    span: Span
    value: str
    vague: bool = False
    none: bool = False


@dataclass(frozen=True, eq=False)
class Numbers:
    """
    The number words and qualifiers of an ontology, compiled once.

    `counting` is the section of that name in `word-classes.yaml`; only `find` asks for it.
    """

    ontology: Ontology
    counting: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def words(self) -> dict[str, int]:
        """Number words in small letters → the number."""
        return {
            label: int(value)
            for iri in _members(self.ontology, v.NUMBER_WORD)
            for label in self._labels.get(iri, ())
            if (value := _number(self.ontology, iri)) is not None
        }

    @cached_property
    def _labels(self) -> dict[NamedNode, list[str]]:
        return _labels(self.ontology)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """A qualifier, if any, and a number; or words that bear no number."""
        kinds = (v.AT_LEAST, v.AT_MOST, v.AROUND, v.EXACT)
        labels = [label for iri in kinds for label in self._labels.get(iri, ()) if len(label) > 3]
        before = rf"\b(?:{alternatives(label for label in labels if label[0].isalpha() and '…' not in label)})\s+"
        told = {name: alternatives(words) for name, words in self.counting.items()}
        passed = {*self.counting["no_numbers"], *self.counting["not_vague"]}
        words = alternatives(w for w, n in self.words.items() if n > 0 and w not in passed and w[0].isalpha())
        number = rf"(?:{_DIGITS}|\b(?:{words})\b(?:[-\s](?:(?:{told['and']})\s)?(?:{words})\b)*)"
        many = rf"(?:{number})(?:\s+(?:{told['multiples']})\b)?"
        vague = alternatives(la for la in self._labels.get(v.VAGUE, ()) if la[0].isalpha() and la not in passed)
        no_count = rf"[\w%]|[-:/.,]\d|-|\s*(?:{told['measures']})"
        return re.compile(
            r"(?<!\w)(?:"  # the search begins at words only
            rf"(?P<range>\b(?:{told['between']})\s+{many}\s+(?:{told['and']})\s+{many}"
            rf"|(?:{_DIGITS})\s*(?:-|–|\s(?:{told['to']})\s)\s*(?:{_DIGITS}))"
            rf"|(?P<number>(?:{before})?(?<![\w.,:-]){many}(?!{no_count}))"
            rf"|(?P<many>\b(?:{vague})\b)"
            rf"|(?P<none>\b(?:{told['none']})\b))",
            re.IGNORECASE,
        )

    def find(self, text: str, within: Span) -> list[Quantity]:
        """The numbers of a stretch of text, in order; those of dates are for the caller to leave out."""
        return [
            Quantity(Span(*match.span()), " ".join(match[0].split()), bool(match["many"]), bool(match["none"]))
            for match in self._pattern.finditer(text, within.start, within.end)
        ]


def _members(ontology: Ontology, cls: NamedNode) -> list[NamedNode]:
    return [
        t.subject
        for t in ontology.triples
        if t.predicate == v.RDF_TYPE and t.object == cls and isinstance(t.subject, NamedNode)
    ]


def _labels(ontology: Ontology) -> dict[NamedNode, list[str]]:
    found: dict[NamedNode, list[str]] = {}
    kinds = (v.SKOS_PREF_LABEL, v.SKOS_ALT_LABEL, v.EXCLUSIVE_LABEL)
    for triple in ontology.triples:
        if triple.predicate in kinds and isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal):
            found.setdefault(triple.subject, []).append(triple.object.value.lower())
    return found


def _number(ontology: Ontology, iri: NamedNode) -> str | None:
    return next(
        (
            t.object.value
            for t in ontology.triples
            if t.subject == iri and t.predicate == v.NUMBER and isinstance(t.object, Literal)
        ),
        None,
    )
