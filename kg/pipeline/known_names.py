"""Facts of a project → the registry of names that extraction looks for."""

from __future__ import annotations

from collections.abc import Iterator

from kg.extraction.registry import Known, Registry
from kg.facts import read
from kg.mapping.reviews import HELD_BACK, status_of
from kg.model.records import Limits, Listing, Mapping, Node, Scalar, split_list
from kg.ontology import vocabulary as v
from kg.ontology.model import Ontology
from kg.pipeline.entries import entries_of
from kg.pipeline.project import Project
from kg.pipeline.reading import facts_files


def known_names(project: Project) -> Registry:
    """
    The actors, places, facilities and operations that the facts introduce, with all their names.

    What is only proposed, or was rejected, is not known. A file that cannot be read gives none: `kg check` tells of it.
    """
    return Registry.of(_things(project))


def _things(project: Project) -> Iterator[Known]:
    collector = _Collector(project.ontology)
    for file in facts_files(project):
        if file.fault:
            continue
        for sheet in read(file.path, file.name, Limits()).sheets:
            for claim in entries_of(sheet):
                yield from collector.of_claim(claim, tabular=sheet.tabular)


class _Collector:
    """Takes the named things out of entries, by the keys of the ontology."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        names = (v.SKOS_PREF_LABEL, v.SKOS_ALT_LABEL, v.SKOS_HIDDEN_LABEL)
        self._names = [key for term in names for key in ontology.properties[term].keys]
        self._within = ontology.properties[v.WITHIN].key
        self._side = ontology.properties[v.SIDE].key
        kinds = (v.ACTOR, v.LOCATION, v.EVENT)
        self._kinds = {c.name for kind in kinds for c in ontology.below(kind)}

    def of_claim(self, claim: Mapping, *, tabular: bool) -> Iterator[Known]:
        """The things that one entry introduces or gives names to."""
        if status_of(claim, self.ontology) in HELD_BACK:
            return
        says = claim.get(v.WORD_SAYS)
        entries = [claim, *(says.items if isinstance(says, Listing) else [says])]
        for entry in entries:
            if isinstance(entry, Mapping):
                yield from self._of_entry(entry, tabular=tabular)

    def _of_entry(self, entry: Mapping, *, tabular: bool) -> Iterator[Known]:
        identity = entry.get(v.WORD_ID) or entry.get(v.WORD_ABOUT)
        cls = entry.get(v.WORD_TYPE)
        kind = cls.text if isinstance(cls, Scalar) else ""
        names = tuple(n for key in self._names for n in _texts(entry.get(key), tabular=tabular))
        if not isinstance(identity, Scalar) or not names or (kind and kind not in self._kinds):
            return
        within = tuple(_texts(entry.get(self._within), tabular=tabular))
        side = next(iter(_texts(entry.get(self._side), tabular=tabular)), "")
        yield Known(identity.text, kind, names, within, side)


def _texts(node: Node | None, *, tabular: bool) -> Iterator[str]:
    """The plain values under a key: of a text, a list, a value with its words, or names by language."""
    if isinstance(node, Scalar):
        parts = split_list(node) if tabular else node
        yield from (
            (item.text for item in parts.items if isinstance(item, Scalar))
            if isinstance(parts, Listing)
            else [parts.text]
        )
    elif isinstance(node, Listing):
        for item in node.items:
            yield from _texts(item, tabular=False)
    elif isinstance(node, Mapping):
        value = node.get(v.WORD_VALUE)
        if value is not None:
            yield from _texts(value, tabular=False)
        elif node.get(v.WORD_ID) is None and node.get(v.WORD_TYPE) is None:
            yield from (inner.text for _, inner in node.entries if isinstance(inner, Scalar))
