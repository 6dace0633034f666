"""What is in the graph, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode

from kg.model.terms import text_of
from kg.ontology import vocabulary as v
from kg.pipeline.project import Project
from kg.stores.generations import Generations
from kg.stores.index import Index
from kg.stores.oxigraph import open_store


@dataclass(frozen=True, slots=True)
class Stats:
    """
    `statements` counts the merge, `quads` the claim and document graphs. `classes` counts things by their most specific
    class of the ontology, most frequent first; `bases` counts claims by what they rest on. `reviews` counts the entries
    that a machine proposed, by where they stand: those that wait or were rejected are in no other number.
    """

    statements: int
    quads: int
    documents: int
    claims: int
    classes: tuple[tuple[str, int], ...]
    bases: tuple[tuple[str, int], ...]
    reviews: tuple[tuple[str, int], ...] = ()


def stats(project: Project) -> Stats:
    """
    Count what the built graph holds.

    Raises:
        UsageError: Nothing is built yet.
    """
    ontology = project.ontology
    with Generations(project.store).reading() as generation, Index.open(generation) as index:
        store = open_store(generation)
        reviews = index.reviews()
        default = DefaultGraph()
        types: dict[object, set[NamedNode]] = {}
        for quad in store.quads_for_pattern(None, v.RDF_TYPE, None, default):
            if isinstance(quad.object, NamedNode):
                types.setdefault(quad.subject, set()).add(quad.object)
        bases = Counter(text_of(q.object) for q in store.quads_for_pattern(None, v.BASIS, None, default))
        statements = sum(1 for _ in store.quads_for_pattern(None, None, None, default))
        everything = len(store)
        vocabulary = sum(1 for _ in store.quads_for_pattern(None, None, None, v.ONTOLOGY_GRAPH))
    classes: Counter[str] = Counter()
    for found in types.values():
        implied = {above for cls in found for above in ontology.ancestors(cls)}
        classes.update(ontology.by_iri[cls].name for cls in found - implied if cls in ontology.by_iri)
    kinds = {name: n for name, n in classes.items() if ontology.is_kind_of(ontology.classes[name].iri, v.THING)}
    labels = ontology.by_iri[v.CLAIM].name
    names = {i.value: name for name, i in ontology.classes[ontology.by_iri[v.BASIS_CLASS].name].individuals.items()}
    words = {i.value: word for word, i in ontology.by_iri[v.REVIEW_STATUS_CLASS].individuals.items()}
    return Stats(
        statements=statements,
        quads=everything - statements - vocabulary,
        documents=sum(1 for found in types.values() if v.DOCUMENT in found),
        claims=classes[labels],
        classes=_most_first(kinds.items()),
        bases=_most_first((names[b], n) for b, n in bases.items() if b in names),
        reviews=_most_first((words[status], n) for status, n in reviews.items()),
    )


def _most_first(counts: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))
