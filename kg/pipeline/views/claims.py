"""Which claims count, and from which source each is."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from kg.model.errors import UsageError
from kg.model.terms import text_of
from kg.ontology import vocabulary as v
from kg.ontology.model import nearest
from kg.pipeline.days import day_of
from kg.pipeline.export_wanted import Wanted
from kg.pipeline.query import known_ids
from kg.pipeline.sources import rows_of
from kg.pipeline.views.evidence import Evidence
from kg.queries.parameters import named
from kg.stores.protocol import GraphStore


def learn_claims(store: GraphStore, evidence: Evidence, chosen: Wanted, base: str) -> None:
    """
    Take in the claims that count, each with its sources, and the documents that count, as sources of themselves.

    A source is whoever originally says so: the organization that a speaker speaks for, or the speaker, or else the
    document. Registries, inferences, and claims that repeat another, are no source.

    Raises:
        UsageError: A day is none, or who claims is nowhere in the graph.
    """
    documents = set(_documents(store, chosen.as_of))
    who = _who(store, chosen.claimed_by, base)
    evidence.add("claims", _claims(store, documents, who))
    if not who:
        evidence.add("claims", ((document, document) for document in sorted(documents)))
    elif who.value in documents:
        evidence.add("claims", [(who.value, who.value)])


def _documents(store: GraphStore, as_of: str) -> Iterator[str]:
    """The documents issued by a day, and those of which no day is told."""
    if as_of:
        day_of(as_of, "--as-of")
    first: dict[str, str] = {}
    query = f"SELECT ?document ?issued WHERE {{ ?document a {v.DOCUMENT} OPTIONAL {{ ?document {v.ISSUED} ?issued }} }}"
    for document, issued in rows_of(store, query):
        name, day = text_of(document), text_of(issued)
        first[name] = min(first.get(name, day), day)
    for name, day in first.items():
        if not as_of or day[:10] <= as_of:
            yield name


def _who(store: GraphStore, claimed_by: str, base: str) -> NamedNode | None:
    if not claimed_by:
        return None
    found = named(claimed_by, base, "--claimed-by")
    if not store.answer(f"ASK {{ {{ {found} ?p ?o }} UNION {{ ?s ?p {found} }} }}"):
        hint = nearest(claimed_by, iter(known_ids(store, base))) or "write the id of an actor or a document"
        raise UsageError(f"the graph knows no '{claimed_by}' (--claimed-by)", hint)
    return found


def _claims(store: GraphStore, documents: set[str], who: NamedNode | None) -> Iterator[tuple[str, str]]:
    query = (
        f"SELECT DISTINCT ?claim ?document ?basis ?speaker ?organization ?original WHERE {{ "
        f"?claim {v.DOCUMENT_OF} ?document . OPTIONAL {{ ?claim {v.BASIS} ?basis }} "
        f"OPTIONAL {{ ?claim {v.REPEATS} ?original }} "
        f"OPTIONAL {{ ?claim {v.SPEAKER} ?speaker OPTIONAL {{ ?speaker {v.SPEAKS_FOR} ?organization }} }} }}"
    )
    for claim, document, basis, speaker, organization, original in rows_of(store, query):
        if text_of(document) not in documents or (who is not None and who not in (document, speaker, organization)):
            continue
        silent = original is not None or basis in (v.REGISTRY_ENTRY, v.INFERENCE)
        yield text_of(claim), "" if silent else text_of(organization or speaker or document)
