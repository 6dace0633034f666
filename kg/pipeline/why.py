"""A thing, a claim or a statement → who says so, in which words, and where it is written."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from kg.model.errors import UsageError
from kg.model.positions import Position
from kg.ontology import vocabulary as v
from kg.ontology.model import nearest
from kg.pipeline.project import Project
from kg.pipeline.query import known_ids
from kg.pipeline.statements import Dataset, Statement, Voice
from kg.stores.generations import Generations
from kg.stores.index import Index
from kg.stores.oxigraph import open_store


@dataclass(frozen=True, slots=True)
class Told:
    """A statement and where it was written."""

    statement: Statement
    position: Position | None


@dataclass(frozen=True, slots=True)
class Account:
    """One claim about what was asked for: its voice, what it says of it, and the claims that stand against or repeat it."""

    claim: str
    voice: Voice
    publisher: str
    issued: str
    position: Position | None
    told: tuple[Told, ...]
    contradicts: tuple[str, ...]
    contradicted_by: tuple[str, ...]
    repeats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """What was asked for, its names and types, where it is introduced, and every claim about it in the order of the documents."""

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
    with Generations(project.store).reading() as generation, Index.open(generation) as index:
        return _Answer(project, open_store(generation), index).to(asked)


class _Answer:
    """The store, its places, and what is read of them for one question."""

    def __init__(self, project: Project, store: Store, index: Index) -> None:
        self.project, self.store, self.index = project, store, index
        self.base = project.settings.base
        self.dataset = Dataset((), project.ontology, self.base)

    def to(self, asked: tuple[str, ...]) -> Why:
        subject = self._iri(asked[0])
        if len(asked) == 3:
            claims = {q.graph_name for q in self._matching(subject, asked[1], asked[2])}
            if not claims:
                raise UsageError(f"no claim says: {' '.join(asked)}", f"`kg why {asked[0]}` shows what is said of it")
        else:
            claims = self._claims_about(subject)
            if not claims:
                hint = nearest(asked[0], iter(known_ids(self.store, self.base))) or "`kg stats` tells what is in the graph"
                raise UsageError(f"the graph knows no '{asked[0]}'", hint)
        accounts = sorted((self._account(c, subject, asked) for c in claims), key=lambda a: (a.issued, a.voice.document, a.claim))
        return Why(
            asked=" ".join(asked),
            names=tuple(sorted({q.object.value for q in self._merge(subject, v.SKOS_PREF_LABEL)})),  # type: ignore[union-attr]
            types=self._types(subject),
            introduced=self.index.introduced(subject.value),
            accounts=tuple(accounts),
        )

    def _iri(self, text: str) -> NamedNode:
        try:
            return NamedNode(text if text.startswith(("http://", "https://", "urn:")) else self.base + text)
        except ValueError as error:
            raise UsageError(f"'{text}' cannot be an id or an address") from error

    def _merge(self, subject: NamedNode, predicate: NamedNode) -> list[Quad]:
        return list(self.store.quads_for_pattern(subject, predicate, None, DefaultGraph()))

    def _types(self, subject: NamedNode) -> tuple[str, ...]:
        types = {q.object for q in self._merge(subject, v.RDF_TYPE)}
        implied = {above for cls in types for above in self.project.ontology.ancestors(cls)}  # type: ignore[arg-type]
        known = self.project.ontology.by_iri
        return tuple(sorted(known[cls].label for cls in types - implied if cls in known))  # type: ignore[index]

    def _claims_about(self, subject: NamedNode) -> set[NamedNode]:
        if any(q.object == v.CLAIM for q in self._merge(subject, v.RDF_TYPE)):
            return {subject}
        graphs = {q.graph_name for q in self.store.quads_for_pattern(None, None, subject)}
        graphs |= {q.graph_name for q in self.store.quads_for_pattern(subject, None, None)}
        return {g for g in graphs if isinstance(g, NamedNode) and self._is_claim(g)}

    def _is_claim(self, graph: NamedNode) -> bool:
        return any(q.object == v.CLAIM for q in self._merge(graph, v.RDF_TYPE))

    def _matching(self, subject: NamedNode, key: str, value: str) -> list[Quad]:
        ontology = self.project.ontology
        known = ontology.thing_keys.get(key)
        if key == v.WORD_TYPE:
            predicate, wanted = v.RDF_TYPE, {ontology.classes[value].iri.value} if value in ontology.classes else {value}
        elif known is not None:
            predicate, wanted = known.iri, {value, self.base + value}
        elif key.startswith(("http://", "https://")):
            predicate, wanted = NamedNode(key), {value, self.base + value}
        else:
            raise UsageError(f"the ontology has no key '{key}'", nearest(key, ontology.thing_keys))
        found = self.store.quads_for_pattern(subject, predicate, None)
        return [q for q in found if q.graph_name != DefaultGraph() and (q.object.value in wanted or self._reads(q, value))]  # type: ignore[union-attr]

    def _reads(self, quad: Quad, value: str) -> bool:
        """Whether the object is a value with this wording."""
        return any(
            q.object.value == value  # type: ignore[union-attr]
            for q in self.store.quads_for_pattern(quad.object, v.AS_WRITTEN, None)  # type: ignore[arg-type]
        )

    def _account(self, claim: NamedNode, subject: NamedNode, asked: tuple[str, ...]) -> Account:
        document = next((q.object for q in self._merge(claim, v.DOCUMENT_OF)), claim)
        quads = [
            *self.store.quads_for_pattern(None, None, None, claim),
            *self.store.quads_for_pattern(claim, None, None, document),  # type: ignore[arg-type]
        ]
        dataset = Dataset(quads, self.project.ontology, self.base)
        told = [s for s in dataset.statements(claim) if self._concerns(s, subject, asked)]
        against = [q.subject for q in self.store.quads_for_pattern(None, v.CONTRADICTS, claim, DefaultGraph())]
        own = dataset.linked(claim, v.CONTRADICTS)
        return Account(
            claim=dataset.name(claim),
            voice=dataset.voice(claim),
            publisher=self._literal(document, v.PUBLISHER),  # type: ignore[arg-type]
            issued=self._literal(document, v.ISSUED),  # type: ignore[arg-type]
            position=self._claim_place(claim),
            told=tuple(Told(s, next(iter(self.index.quad_places(s.quad)), None)) for s in told),
            contradicts=tuple(sorted(dataset.name(c) for c in own)),
            contradicted_by=tuple(sorted(dataset.name(c) for c in set(against) - set(own))),  # type: ignore[arg-type]
            repeats=tuple(sorted(dataset.name(c) for c in dataset.linked(claim, v.REPEATS))),
        )

    @staticmethod
    def _concerns(statement: Statement, subject: NamedNode, asked: tuple[str, ...]) -> bool:
        if statement.claim == subject:
            return True
        quad = statement.quad
        if len(asked) == 3:
            return quad.subject == subject and statement.key == asked[1] and asked[2] in statement.value
        inside = isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(subject.value + "/")
        folded = subject.value.rsplit("/", 1)[-1] in statement.value
        return quad.subject == subject or quad.object == subject or inside or folded

    def _claim_place(self, claim: NamedNode) -> Position | None:
        for prop in (v.QUOTE, v.PARAPHRASE, v.BECAUSE, v.RDF_TYPE):
            places = self.index.places(str(claim), str(prop))
            if places:
                return places[0].value
        return None

    def _literal(self, subject: NamedNode, predicate: NamedNode) -> str:
        return next((q.object.value for q in self._merge(subject, predicate)), "")  # type: ignore[union-attr]
