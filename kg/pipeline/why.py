"""A thing, a claim or a statement → who says so, in which words, and where it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from kg.mapping.templates.names import READS
from kg.model.errors import UsageError
from kg.model.positions import Position
from kg.model.terms import Term, text_of
from kg.ontology import vocabulary as v
from kg.ontology.model import nearest
from kg.pipeline.project import Project
from kg.pipeline.query import hint_for
from kg.pipeline.reading import context_of
from kg.pipeline.statements import Dataset, Statement, Voice
from kg.pipeline.tables import mapping_files, rows_about
from kg.queries.parameters import named
from kg.stores.embedded import EmbeddedStore
from kg.stores.generations import Generations
from kg.stores.index import Index
from kg.stores.oxigraph import open_store


@dataclass(frozen=True, slots=True)
class Told:
    """A statement, as it reads, and where it was written."""

    thing: str
    key: str
    value: str
    position: Position | None


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """Another claim that this one is linked to; `incoming` where the other says so and the relation has a direction."""

    relation: str
    claim: str
    incoming: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One claim about what was asked for: its voice, what it says, and the claims it stands against or repeats."""

    claim: str
    voice: Voice
    publisher: str
    issued: str
    position: Position | None
    told: tuple[Told, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """What was asked for, its names and types, where it is introduced, and the claims about it, oldest first."""

    asked: str
    names: tuple[str, ...]
    types: tuple[str, ...]
    introduced: Position | None
    accounts: tuple[Account, ...]


def why(project: Project, *asked: str) -> Why:
    """
    Tell on what a thing, a claim or a statement rests.

    `asked` is one id or IRI, or three: subject, key or property, object (an id, an IRI or the text of a literal).

    Raises:
        UsageError: Nothing is built, or the graph does not know what was asked for.
    """
    if len(asked) not in (1, 3):
        raise UsageError("`kg why` takes an id, or a statement of three: subject, key, object")
    with Generations(project.store).reading() as generation, Index.open(generation) as index, Index.create() as rows:
        return _Answer(project, open_store(generation), index, rows).to(asked)


class _Answer:
    """
    The store, its places, and what is read of them for one question.

    `index` has the places of the facts. Those of tables are kept nowhere: `rows` gets those that the answer needs.
    """

    def __init__(self, project: Project, store: Store, index: Index, rows: Index) -> None:
        self.project, self.store, self.index, self.rows = project, store, index, rows
        self.base = project.settings.base

    def to(self, asked: tuple[str, ...]) -> Why:
        subject = self._subject(asked[0])
        if len(asked) == 1:
            claims = self._claims_about(subject)
            if not claims:
                hint = hint_for(EmbeddedStore(self.store), asked[0], self.base)
                raise UsageError(f"the graph knows no '{asked[0]}'", hint or "`kg stats` tells what is in the graph")
        else:
            claims = self._claims_that_say(subject, asked[1], asked[2])
            if not claims:
                raise UsageError(f"no claim says: {' '.join(asked)}", f"`kg why {asked[0]}` shows what is said of it")
        self._find_rows(subject, claims)
        accounts = [self._account(claim, subject, asked) for claim in claims]
        return Why(
            asked=" ".join(asked),
            names=tuple(sorted({text_of(q.object) for q in self._merge(subject, v.SKOS_PREF_LABEL)})),
            types=self._types(subject),
            introduced=self.index.introduced(subject.value) or self.rows.introduced(subject.value),
            accounts=tuple(sorted(accounts, key=lambda a: (a.issued, a.voice.document, a.claim))),
        )

    def _subject(self, text: str) -> NamedNode:
        """The IRI asked for: an address, an id, or `document/claim-key` for a claim with a key."""
        iri = self._iri(text)
        document, slash, key = iri.value.rpartition("/")
        claim = NamedNode(f"{document}/{v.CLAIM_SEGMENT}/{key}") if slash else iri
        return claim if not self._merge(iri, v.RDF_TYPE) and self._is_claim(claim) else iri

    def _iri(self, text: str) -> NamedNode:
        return named(text, self.base)

    def _merge(self, subject: NamedNode, predicate: NamedNode) -> list[Quad]:
        return list(self.store.quads_for_pattern(subject, predicate, None, DefaultGraph()))

    def _types(self, subject: NamedNode) -> tuple[str, ...]:
        types = {q.object for q in self._merge(subject, v.RDF_TYPE) if isinstance(q.object, NamedNode)}
        implied = {above for cls in types for above in self.project.ontology.ancestors(cls)}
        known = self.project.ontology.by_iri
        return tuple(sorted(known[cls].label for cls in types - implied if cls in known))

    def _claims_about(self, subject: NamedNode) -> list[NamedNode]:
        if self._is_claim(subject):
            return [subject]
        of_document = [q.subject for q in self.store.quads_for_pattern(None, v.DOCUMENT_OF, subject, DefaultGraph())]
        if of_document:
            return sorted((c for c in of_document if isinstance(c, NamedNode)), key=lambda claim: claim.value)
        naming = (
            *self.store.quads_for_pattern(None, None, subject),
            *self.store.quads_for_pattern(subject, None, None),
        )
        return self._claims_of(naming)

    def _claims_that_say(self, subject: NamedNode, key: str, value: str) -> list[NamedNode]:
        ontology = self.project.ontology
        known = ontology.thing_keys.get(key)
        wanted = {value, self.base + value}
        if key == v.WORD_TYPE:
            predicate = v.RDF_TYPE
            wanted |= {ontology.classes[value].iri.value} if value in ontology.classes else set()
        elif known is not None:
            predicate = known.iri
        elif key.startswith(("http://", "https://")):
            predicate = self._iri(key)
        else:
            raise UsageError(f"the ontology has no key '{key}'", nearest(key, ontology.thing_keys))
        found = self.store.quads_for_pattern(subject, predicate, None)
        return self._claims_of(q for q in found if text_of(q.object) in wanted or self._reads(q.object, value))

    def _claims_of(self, quads: Iterable[Quad]) -> list[NamedNode]:
        """The claims among the graphs of some quads, each once, sorted."""
        graphs = {q.graph_name for q in quads if isinstance(q.graph_name, NamedNode)}
        return sorted((g for g in graphs if self._is_claim(g)), key=lambda g: g.value)

    def _is_claim(self, graph: NamedNode) -> bool:
        return Quad(graph, v.RDF_TYPE, v.CLAIM) in self.store

    def _reads(self, node: Term, wording: str) -> bool:
        """Whether a node is a value with this wording."""
        return isinstance(node, NamedNode) and any(
            text_of(q.object) == wording for q in self._merge(node, v.AS_WRITTEN)
        )

    def _account(self, claim: NamedNode, subject: NamedNode, asked: tuple[str, ...]) -> Account:
        document = next((q.object for q in self._merge(claim, v.DOCUMENT_OF) if isinstance(q.object, NamedNode)), claim)
        quads = [
            *self.store.quads_for_pattern(None, None, None, claim),
            *self.store.quads_for_pattern(claim, None, None, document),
        ]
        dataset = Dataset(quads, self.project.ontology, self.base)
        told = [s for s in dataset.statements(claim) if self._concerns(s, subject, asked)]
        return Account(
            claim=dataset.name(claim),
            voice=dataset.voice(claim),
            publisher=self._literal(document, v.PUBLISHER),
            issued=self._literal(document, v.ISSUED),
            position=self._claim_place(claim),
            told=tuple(Told(s.thing, s.key, s.value, self._quad_place(s.quad)) for s in told),
            links=tuple(sorted(self._links(claim))),
        )

    def _links(self, claim: NamedNode) -> Iterator[Link]:
        """The claims on the other end of every property between claims that the ontology has."""
        ontology = self.project.ontology
        for prop in {p.iri: p for p in ontology.claim_keys.values() if v.CLAIM in p.ranges}.values():
            for quad in self._merge(claim, prop.iri):
                yield Link(prop.label, text_of(quad.object).removeprefix(self.base), incoming=False)
            if prop.iri not in prop.inverses:
                for quad in self.store.quads_for_pattern(None, prop.iri, claim, DefaultGraph()):
                    yield Link(prop.label, text_of(quad.subject).removeprefix(self.base), incoming=True)

    @staticmethod
    def _concerns(statement: Statement, subject: NamedNode, asked: tuple[str, ...]) -> bool:
        if statement.claim == subject or statement.claim.value.startswith(f"{subject.value}/{v.CLAIM_SEGMENT}/"):
            return True
        quad = statement.quad
        if len(asked) == 3:
            return quad.subject == subject and statement.key == asked[1] and asked[2] in statement.value
        inside = isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(subject.value + "/")
        folded = subject.value.rsplit("/", 1)[-1] in statement.value
        return subject in (quad.subject, quad.object) or inside or folded

    def _find_rows(self, subject: NamedNode, claims: list[NamedNode]) -> None:
        """Find the rows of tables that the claims come from, and map them again for their places."""
        unplaced = [claim.value for claim in claims if self._claim_place(claim) is None]
        if unplaced and mapping_files(self.project):
            named = self.index.quads_with(READS)
            for mapped in rows_about(self.project, context_of(self.project), named, [subject.value, *unplaced]):
                self.rows.add(mapped, "")

    def _quad_place(self, quad: Quad) -> Position | None:
        return next(iter(self.index.quad_places(quad) or self.rows.quad_places(quad)), None)

    def _claim_place(self, claim: NamedNode) -> Position | None:
        for prop in (v.QUOTE, v.PARAPHRASE, v.BECAUSE, v.RDF_TYPE):
            places = self.index.places(str(claim), str(prop)) or self.rows.places(str(claim), str(prop))
            if places:
                return places[0].value
        return None

    def _literal(self, subject: NamedNode, predicate: NamedNode) -> str:
        return next((text_of(q.object) for q in self._merge(subject, predicate)), "")
