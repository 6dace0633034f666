"""A thing → all that the graph tells of it, with its sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from kg.exports.dossier import Dossier, Part, Said, Source, Words
from kg.model.errors import UsageError
from kg.model.terms import Term, text_of
from kg.ontology import vocabulary as v
from kg.ontology.model import nearest
from kg.pipeline.project import Project
from kg.pipeline.query import known_ids
from kg.pipeline.statements import Dataset, Statement
from kg.pipeline.stores import store_of
from kg.queries.catalogue import Query, load_queries
from kg.queries.parameters import bind
from kg.stores.generations import Generations
from kg.stores.index import Index
from kg.stores.protocol import GraphStore

_SECTIONS = "exports/dossier"
"""The folder below `queries/` whose queries are the tables of the page, in the order of their names."""
_THING = "thing"
_AT_ONCE = 200


def dossier(project: Project, asked: str) -> Dossier:
    """
    Gather what every claim says of a thing, and what the queries of dossiers answer about it.

    `asked` is an id or an address. Claims are numbered by the day, then the id of their document. Places in the facts
    files are told where the build is at hand.

    Raises:
        UsageError: Nothing is built, or the graph does not know the thing.
        EnvironmentFault: The store does not answer.
    """
    with ExitStack() as stack:
        store = stack.enter_context(store_of(project))
        index = None
        if not project.endpoint:
            generation = stack.enter_context(Generations(project.store).reading())
            index = stack.enter_context(Index.open(generation))
        return _Gathering(project, store, index).of(asked)


class _Named(Dataset):
    """Statements in names: labels for ids and keys."""

    labels: dict[NamedNode, str]

    def name(self, iri: NamedNode) -> str:
        """The label of a thing, a class or a listed value; its id where it has none."""
        return self.labels.get(iri) or super().name(iri)

    def key(self, prop: NamedNode) -> str:
        """The label of a property."""
        known = self.ontology.properties.get(prop)
        return known.label if known and known.label else super().key(prop)


class _Gathering:
    """The store, and what is read of it for one page."""

    def __init__(self, project: Project, store: GraphStore, index: Index | None) -> None:
        self.project, self.store, self.index = project, store, index
        self.base = project.settings.base
        self.labels: dict[NamedNode, str] = {}
        for triple in project.ontology.triples:
            if triple.predicate == v.RDFS_LABEL and isinstance(triple.subject, NamedNode):
                self.labels.setdefault(triple.subject, text_of(triple.object))

    def of(self, asked: str) -> Dossier:
        thing = self._thing(asked)
        claims = self._claims(thing)
        if not claims:
            hint = nearest(asked, iter(known_ids(self.store, self.base))) or "`kg stats` tells what is in the graph"
            raise UsageError(f"the graph knows no '{asked}'", hint)
        quads = list(self._quads(claims))
        documents = self._documents(claims)
        self._learn_labels({term for q in quads for term in (q.subject, q.object) if isinstance(term, NamedNode)})
        data = _Named(quads, self.project.ontology, self.base)
        data.labels = self.labels
        order = sorted(claims, key=lambda c: (_first(documents[claims[c]], v.ISSUED), claims[c].value, c.value))
        numbers = {claim: number for number, claim in enumerate(order, 1)}
        own = [q for q in quads if q.subject == thing]
        statements = [s for claim in order for s in data.statements(claim)]
        parts, covered = self._parts(thing)
        return Dossier(
            id=thing.value.removeprefix(self.base),
            name=self.labels.get(thing) or thing.value.removeprefix(self.base),
            kinds=self._kinds(own),
            also=tuple(sorted({text_of(q.object) for q in own if q.predicate in (v.SKOS_ALT_LABEL, v.SKOS_HIDDEN_LABEL)})),
            graph=self.project.settings.title or self.base,
            said=_said([s for s in statements if _is_of(s, thing)], numbers, with_thing=False),
            said_by_others=_said([s for s in statements if _names(s, thing, covered)], numbers, with_thing=True),
            parts=parts,
            sources=tuple(self._sources(order, numbers, claims, documents, data)),
        )

    def _thing(self, asked: str) -> NamedNode:
        try:
            return NamedNode(asked if asked.startswith(("http://", "https://", "urn:")) else self.base + asked)
        except ValueError as error:
            raise UsageError(f"'{asked}' cannot be an id or an address") from error

    def _rows(self, query: str) -> Iterator[list[Term | None]]:
        answer = self.store.answer(query)
        assert isinstance(answer, QuerySolutions)  # noqa: S101 - every query of this module is a SELECT
        names = [variable.value for variable in answer.variables]
        for solution in answer:
            yield [solution[name] for name in names]

    def _claims(self, thing: NamedNode) -> dict[NamedNode, NamedNode]:
        """The claims that name the thing, with their documents."""
        rows = self._rows(
            f"SELECT DISTINCT ?claim ?document WHERE {{ ?claim {v.DOCUMENT_OF} ?document . "
            f"GRAPH ?claim {{ {{ {thing} ?p ?o }} UNION {{ ?s ?q {thing} }} }} }}"
        )
        return {c: d for c, d in rows if isinstance(c, NamedNode) and isinstance(d, NamedNode)}

    def _quads(self, claims: dict[NamedNode, NamedNode]) -> Iterator[Quad]:
        for batch in _batches(claims):
            graphs = " ".join(map(str, batch))
            query = f"SELECT ?g ?s ?p ?o WHERE {{ VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s ?p ?o }} }}"
            yield from (_quad(g, s, p, o) for g, s, p, o in self._rows(query))
            query = f"SELECT ?g ?s ?p ?o WHERE {{ VALUES ?s {{ {graphs} }} ?s {v.DOCUMENT_OF} ?g . ?s ?p ?o }}"
            yield from (_quad(g, s, p, o) for g, s, p, o in self._rows(query))

    def _documents(self, claims: dict[NamedNode, NamedNode]) -> dict[NamedNode, dict[NamedNode, list[str]]]:
        found: dict[NamedNode, dict[NamedNode, list[str]]] = {d: defaultdict(list) for d in claims.values()}
        for batch in _batches(found):
            for document, prop, value in self._rows(
                f"SELECT DISTINCT ?d ?p ?o WHERE {{ VALUES ?d {{ {' '.join(map(str, batch))} }} ?d ?p ?o }}"
            ):
                if isinstance(document, NamedNode) and isinstance(prop, NamedNode) and value is not None:
                    found[document][prop].append(text_of(value))
        return found

    def _learn_labels(self, things: Iterable[NamedNode]) -> None:
        """The names of things, in the project's language where they have one in it."""
        ranked: dict[NamedNode, tuple[bool, str]] = {}
        wanted = self.project.settings.language
        for batch in _batches(things):
            for thing, label in self._rows(
                f"SELECT ?t ?l WHERE {{ VALUES ?t {{ {' '.join(map(str, batch))} }} ?t {v.SKOS_PREF_LABEL} ?l }}"
            ):
                if isinstance(thing, NamedNode) and isinstance(label, Literal):
                    rank = (label.language != wanted, label.value)
                    ranked[thing] = min(rank, ranked.get(thing, rank))
        self.labels |= {thing: rank[1] for thing, rank in ranked.items()}

    def _kinds(self, own: list[Quad]) -> tuple[str, ...]:
        types = {q.object for q in own if q.predicate == v.RDF_TYPE and isinstance(q.object, NamedNode)}
        implied = {above for cls in types for above in self.project.ontology.ancestors(cls)}
        known = self.project.ontology.by_iri
        return tuple(sorted(known[cls].label for cls in types - implied if cls in known))

    def _parts(self, thing: NamedNode) -> tuple[tuple[Part, ...], set[NamedNode]]:
        """The tables that have rows, and the things in them."""
        parts, covered = [], set()
        folders = [folder / _SECTIONS for folder in self.project.folders("queries")]
        for query in load_queries(folders).values():
            rows = list(self._rows(bind(query, {_THING: [thing.value]}, self.base)))
            covered |= {term for row in rows for term in row if isinstance(term, NamedNode)}
            if rows:
                self._learn_labels(covered - self.labels.keys())
                parts.append(self._part(query, rows))
        return tuple(parts), covered

    def _part(self, query: Query, rows: list[list[Term | None]]) -> Part:
        headers = tuple(column.header or column.name for column in query.columns)
        return Part(query.summary, headers, tuple(tuple(map(self._words, row)) for row in rows))

    def _words(self, term: Term | None) -> str:
        if isinstance(term, NamedNode):
            return self.labels.get(term) or term.value.removeprefix(self.base)
        return "" if term is None else text_of(term)

    def _sources(
        self,
        order: list[NamedNode],
        numbers: dict[NamedNode, int],
        claims: dict[NamedNode, NamedNode],
        documents: dict[NamedNode, dict[NamedNode, list[str]]],
        data: Dataset,
    ) -> Iterator[Source]:
        for document in dict.fromkeys(claims[claim] for claim in order):
            about = documents[document]
            yield Source(
                title=_first(about, v.TITLE) or document.value.removeprefix(self.base),
                publisher=_first(about, v.PUBLISHER),
                issued=_first(about, v.ISSUED),
                address=_first(about, v.URL),
                claims=tuple(self._claim(c, numbers[c], data) for c in order if claims[c] == document),
            )

    def _claim(self, claim: NamedNode, number: int, data: Dataset) -> Words:
        voice = data.voice(claim)
        said = f"{voice.speaker} {voice.verb}".strip()
        return Words(number, said or self.labels.get(NamedNode(v.NAMESPACE + voice.basis), voice.basis), voice.quotes,
                     voice.words, self._position(claim))

    def _position(self, claim: NamedNode) -> str:
        for prop in (v.QUOTE, v.PARAPHRASE, v.BECAUSE, v.RDF_TYPE):
            places = self.index.places(str(claim), str(prop)) if self.index else ()
            if places:
                return str(places[0].value)
        return ""


def _quad(graph: Term | None, subject: Term | None, predicate: Term | None, value: Term | None) -> Quad:
    return Quad(subject, predicate, value, graph)  # type: ignore[arg-type]


def _batches(terms: Iterable[NamedNode]) -> Iterator[list[NamedNode]]:
    ordered = sorted(terms, key=lambda term: term.value)
    return (ordered[at : at + _AT_ONCE] for at in range(0, len(ordered), _AT_ONCE))


def _first(about: dict[NamedNode, list[str]], prop: NamedNode) -> str:
    return min(about.get(prop, ()), default="")


def _is_of(statement: Statement, thing: NamedNode) -> bool:
    subject = statement.quad.subject
    return subject == thing or (isinstance(subject, NamedNode) and subject.value.startswith(thing.value + "/"))


def _names(statement: Statement, thing: NamedNode, covered: set[NamedNode]) -> bool:
    """Whether a statement of another thing names this one, and no table of the page has that other thing."""
    return statement.quad.object == thing and statement.quad.subject not in covered and not _is_of(statement, thing)


def _said(statements: list[Statement], numbers: dict[NamedNode, int], *, with_thing: bool) -> tuple[Said, ...]:
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for statement in statements:
        place = (statement.thing if with_thing else "", statement.key, statement.value)
        if numbers[statement.claim] not in found[place]:
            found[place].append(numbers[statement.claim])
    return tuple(Said(key, value, tuple(claims), thing) for (thing, key, value), claims in sorted(found.items()))
