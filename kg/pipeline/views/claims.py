"""Which claims count, and from which source each is."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.model.errors import UsageError
from kg.ontology import vocabulary as v
from kg.pipeline.days import day_of
from kg.pipeline.export_wanted import Wanted
from kg.pipeline.query import hint_for
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
    if chosen.as_of:
        day_of(chosen.as_of, "--as-of")
    who = _who(store, chosen.claimed_by, base)
    _learn_documents(store, evidence, chosen.as_of)
    _learn_claims(store, evidence, who)
    evidence.tables.execute(
        "INSERT INTO claims SELECT document, document FROM documents WHERE $who = '' OR document = $who",
        {"who": who.value if who else ""},
    )


def _learn_documents(store: GraphStore, evidence: Evidence, as_of: str) -> None:
    """The documents issued by a day, and those of which no day is told."""
    query = f"SELECT ?document ?issued WHERE {{ ?document a {v.DOCUMENT} OPTIONAL {{ ?document {v.ISSUED} ?issued }} }}"
    first = (
        "SELECT text_of(document), min(text_of(issued)) AS first FROM {rows} GROUP BY ALL "
        "HAVING $day = '' OR first[:10] <= $day"
    )
    evidence.ask(store, query, "documents", first, {"day": as_of})


def _learn_claims(store: GraphStore, evidence: Evidence, who: NamedNode | None) -> None:
    query = (
        f"SELECT DISTINCT ?claim ?document ?basis ?speaker ?organization ?original WHERE {{ "
        f"?claim {v.DOCUMENT_OF} ?document . OPTIONAL {{ ?claim {v.BASIS} ?basis }} "
        f"OPTIONAL {{ ?claim {v.REPEATS} ?original }} "
        f"OPTIONAL {{ ?claim {v.SPEAKER} ?speaker OPTIONAL {{ ?speaker {v.SPEAKS_FOR} ?organization }} }} }}"
    )
    source = (
        "SELECT text_of(claim), CASE WHEN original IS NOT NULL OR basis IN ($registered, $concluded) THEN '' "
        "ELSE text_of(coalesce(organization, speaker, document)) END FROM {rows} "
        "WHERE text_of(document) IN (SELECT document FROM documents) "
        "AND ($who = '' OR $who IN (document, coalesce(speaker, ''), coalesce(organization, '')))"
    )
    given = {"registered": str(v.REGISTRY_ENTRY), "concluded": str(v.INFERENCE), "who": str(who or "")}
    evidence.ask(store, query, "claims", source, given)


def _who(store: GraphStore, claimed_by: str, base: str) -> NamedNode | None:
    if not claimed_by:
        return None
    found = named(claimed_by, base, "--claimed-by")
    if not store.answer(f"ASK {{ {{ {found} ?p ?o }} UNION {{ ?s ?p {found} }} }}"):
        hint = hint_for(store, claimed_by, base) or "write the id of an actor or a document"
        raise UsageError(f"the graph knows no '{claimed_by}' (--claimed-by)", hint)
    return found
