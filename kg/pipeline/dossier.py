"""A thing → all that the graph tells of it, with its sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import NamedNode, Quad

from kg.exports.dossier import Dossier, Part, Said, Source, Words
from kg.exports.rows import Row
from kg.model.errors import UsageError
from kg.model.terms import text_of
from kg.ontology import vocabulary as v
from kg.pipeline.project import Project
from kg.pipeline.query import hint_for
from kg.pipeline.sources import About, Reading, first, reading
from kg.pipeline.statements import Dataset, Statement
from kg.queries.catalogue import Query, load_queries
from kg.queries.parameters import bind, named

_SECTIONS = "exports/dossier"
"""The folder below `queries/` whose queries are the tables of the page, in the order of their names."""
_THING = "thing"


def dossier(project: Project, asked: str) -> Dossier:
    """
    Gather what every claim says of a thing, and what the queries of dossiers answer about it.

    `asked` is an id or an address. Claims are numbered by the day, then the id of their document. Places in the facts
    files are told where the build is at hand.

    Raises:
        UsageError: Nothing is built, or the graph does not know the thing.
        EnvironmentFault: The store does not answer.
    """
    with reading(project) as store:
        return _gathered(store, named(asked, store.base), asked)


class Named(Dataset):
    """Statements in names: labels for ids and keys."""

    def __init__(self, quads: list[Quad], store: Reading) -> None:
        super().__init__(quads, store.project.ontology, store.base)
        self.labels = store.labels

    def name(self, iri: NamedNode) -> str:
        """The label of a thing, a class or a listed value; its id where it has none."""
        return self.labels.get(iri) or super().name(iri)

    def key(self, prop: NamedNode) -> str:
        """The label of a property."""
        known = self.ontology.properties.get(prop)
        return known.label if known and known.label else super().key(prop)

    def words(self, claim: NamedNode) -> str:
        """Who says so, and with which verb; what it rests on where nobody does."""
        voice = self.voice(claim)
        basis = next(iter(self.described[claim].get(v.BASIS, ())), None)
        rests_on = self.name(basis) if isinstance(basis, NamedNode) else voice.basis
        return f"{voice.speaker} {voice.verb}".strip() or rests_on


def _gathered(store: Reading, thing: NamedNode, asked: str) -> Dossier:
    claims = _claims(store, thing)
    if not claims:
        hint = hint_for(store.store, asked, store.base) or "`kg stats` tells what is in the graph"
        raise UsageError(f"no claim tells of '{asked}'", hint)
    quads = list(store.quads(claims))
    documents = store.documents(set(claims.values()))
    store.learn_labels({term for q in quads for term in (q.subject, q.object) if isinstance(term, NamedNode)})
    data = Named(quads, store)
    order = sorted(claims, key=lambda c: (first(documents[claims[c]], v.ISSUED), claims[c].value, c.value))
    numbers = {claim: number for number, claim in enumerate(order, 1)}
    own = [q for q in quads if q.subject == thing]
    statements = [s for claim in order for s in data.statements(claim)]
    parts, covered = _parts(store, thing)
    return Dossier(
        id=store.id(thing),
        name=store.name(thing),
        kinds=store.kinds(q.object for q in own if q.predicate == v.RDF_TYPE and isinstance(q.object, NamedNode)),
        also=tuple(sorted({text_of(q.object) for q in own if q.predicate in (v.SKOS_ALT_LABEL, v.SKOS_HIDDEN_LABEL)})),
        graph=store.project.settings.title or store.base,
        said=_said([s for s in statements if _is_of(s, thing)], numbers, with_thing=False),
        said_by_others=_said([s for s in statements if _names(s, thing, covered)], numbers, with_thing=True),
        parts=parts,
        sources=tuple(_sources(store, claims, numbers, documents, data)),
    )


def _claims(store: Reading, thing: NamedNode) -> dict[NamedNode, NamedNode]:
    """The claims that name the thing, with their documents."""
    rows = store.rows(
        f"SELECT DISTINCT ?claim ?document WHERE {{ ?claim {v.DOCUMENT_OF} ?document . "
        f"GRAPH ?claim {{ {{ {thing} ?p ?o }} UNION {{ ?s ?q {thing} }} }} }}"
    )
    return {c: d for c, d in rows if isinstance(c, NamedNode) and isinstance(d, NamedNode)}


def _parts(store: Reading, thing: NamedNode) -> tuple[tuple[Part, ...], set[NamedNode]]:
    """The tables that have rows, and the things in them."""
    parts, covered = [], set()
    folders = [folder / _SECTIONS for folder in store.project.folders("queries")]
    for query in load_queries(folders).values():
        rows = list(store.rows(bind(query, {_THING: [thing.value]}, store.base)))
        covered |= {term for row in rows for term in row if isinstance(term, NamedNode)}
        if rows:
            store.learn_labels(covered)
            parts.append(_part(store, query, rows))
    return tuple(parts), covered


def _part(store: Reading, query: Query, rows: Sequence[Row]) -> Part:
    headers = tuple(column.header or column.name for column in query.columns)
    return Part(query.summary, headers, tuple(tuple(map(store.name, row)) for row in rows))


def _sources(
    store: Reading,
    claims: Mapping[NamedNode, NamedNode],
    numbers: Mapping[NamedNode, int],
    documents: Mapping[NamedNode, About],
    data: Named,
) -> Iterator[Source]:
    for document in dict.fromkeys(claims[claim] for claim in numbers):
        about = documents[document]
        yield Source(
            title=first(about, v.TITLE) or store.id(document),
            publisher=first(about, v.PUBLISHER),
            issued=first(about, v.ISSUED),
            address=first(about, v.URL),
            claims=tuple(_words(store, c, numbers[c], data) for c in numbers if claims[c] == document),
        )


def _words(store: Reading, claim: NamedNode, number: int, data: Named) -> Words:
    voice = data.voice(claim)
    return Words(number, data.words(claim), voice.quotes, voice.words, store.position(claim))


def _is_of(statement: Statement, thing: NamedNode) -> bool:
    subject = statement.quad.subject
    return subject == thing or (isinstance(subject, NamedNode) and subject.value.startswith(thing.value + "/"))


def _names(statement: Statement, thing: NamedNode, covered: set[NamedNode]) -> bool:
    """Whether a statement of another thing names this one, and no table of the page has that other thing."""
    return statement.quad.object == thing and statement.quad.subject not in covered and not _is_of(statement, thing)


def _said(statements: list[Statement], numbers: Mapping[NamedNode, int], *, with_thing: bool) -> tuple[Said, ...]:
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for statement in statements:
        place = (statement.thing if with_thing else "", statement.key, statement.value)
        if numbers[statement.claim] not in found[place]:
            found[place].append(numbers[statement.claim])
    return tuple(Said(key, value, tuple(claims), thing) for (thing, key, value), claims in sorted(found.items()))
