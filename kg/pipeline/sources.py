"""What exports read of a store: rows, labels, and the claims and documents that something rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from kg.exports.rows import Row, batches
from kg.model.errors import UsageError
from kg.model.terms import Term, text_of
from kg.ontology import vocabulary as v
from kg.pipeline.nameless import labels_of_nameless
from kg.pipeline.project import Project
from kg.pipeline.stores import store_of
from kg.stores.generations import Generations
from kg.stores.index import Index
from kg.stores.protocol import GraphStore

_AT_ONCE = 200

About = dict[NamedNode, list[str]]
"""Texts by property, of one document."""


def rows_of(store: GraphStore, query: str) -> Iterator[Row]:
    """
    The rows of a SELECT, as they are found; it is asked when the first is.

    Raises:
        UsageError: It is no SELECT, or no SPARQL.
    """
    yield from named_rows(store, query)[1]


def named_rows(store: GraphStore, query: str) -> tuple[list[str], Iterator[Row]]:
    """
    The names of the columns of a SELECT, and its rows, as they are found.

    Raises:
        UsageError: It is no SELECT, or no SPARQL.
    """
    answer = store.answer(query)
    if not isinstance(answer, QuerySolutions):
        raise UsageError("only a SELECT query has rows")
    names = [variable.value for variable in answer.variables]
    return names, ([solution[number] for number in range(len(names))] for solution in answer)


class Reading:
    """A store, and the index of places beside it where the build is at hand."""

    def __init__(self, project: Project, store: GraphStore, index: Index | None) -> None:
        self.project, self.store, self.index = project, store, index
        self.base = project.settings.base
        self.labels: dict[NamedNode, str] = {}
        self._asked: set[NamedNode] = set()
        for triple in project.ontology.triples:
            if triple.predicate == v.RDFS_LABEL and isinstance(triple.subject, NamedNode):
                self.labels.setdefault(triple.subject, text_of(triple.object))

    def rows(self, query: str) -> Iterator[Row]:
        """See `rows_of`."""
        return rows_of(self.store, query)

    def name(self, term: Term | None) -> str:
        """The label of a thing, else its id; the text of a literal; empty where there is none."""
        if isinstance(term, NamedNode):
            return self.labels.get(term) or self.id(term)
        return "" if term is None else text_of(term)

    def id(self, term: NamedNode) -> str:
        """An IRI without the base."""
        return term.value.removeprefix(self.base)

    def learn_labels(self, things: Iterable[NamedNode]) -> None:
        """
        Look up the names of things, each once, in the project's language where they have one in it.

        Events that nobody named are told by their kind, place and day.
        """
        ranked: dict[NamedNode, tuple[bool, str]] = {}
        asked = set(things) - self.labels.keys() - self._asked
        self._asked |= asked
        for thing, label in self.about(asked, f"?t {v.SKOS_PREF_LABEL} ?o"):
            if isinstance(thing, NamedNode) and isinstance(label, Literal):
                ranked[thing] = min(self.ranked(label), ranked.get(thing, self.ranked(label)))
        self.labels |= {thing: rank[1] for thing, rank in ranked.items()}
        if nameless := asked - ranked.keys():
            self.labels |= labels_of_nameless(self, nameless)

    def ranked(self, label: Literal) -> tuple[bool, str]:
        """Of several names of a thing the least is its label: one in the project's language, if there is one."""
        return (label.language or "") != self.project.settings.language, label.value

    def about(self, things: Collection[NamedNode], pattern: str, variables: str = "?t ?o") -> Iterator[Row]:
        """The rows of a pattern over `?t`, for some things at once."""
        for batch in batches(_sorted(things), _AT_ONCE):
            yield from self.rows(f"SELECT DISTINCT {variables} WHERE {{ VALUES ?t {{ {_listed(batch)} }} {pattern} }}")

    def quads(self, claims: Collection[NamedNode]) -> Iterator[Quad]:
        """What claims say, and what is said of them in their documents' graphs."""
        columns = "?g ?s ?p ?o"
        for batch in batches(_sorted(claims), _AT_ONCE):
            for pattern in (
                f"VALUES ?g {{ {_listed(batch)} }} GRAPH ?g {{ ?s ?p ?o }}",
                f"VALUES ?s {{ {_listed(batch)} }} ?s {v.DOCUMENT_OF} ?g . ?s ?p ?o",
            ):
                for graph, subject, predicate, value in self.rows(f"SELECT {columns} WHERE {{ {pattern} }}"):
                    yield Quad(subject, predicate, value, graph)  # type: ignore[arg-type]

    def documents(self, documents: Collection[NamedNode]) -> Mapping[NamedNode, About]:
        """The texts that describe documents."""
        found: dict[NamedNode, About] = {document: defaultdict(list) for document in documents}
        for document, prop, value in self.about(documents, "?t ?p ?o", "?t ?p ?o"):
            if isinstance(document, NamedNode) and isinstance(prop, NamedNode) and value is not None:
                found[document][prop].append(text_of(value))
        return found

    def position(self, claim: NamedNode) -> str:
        """Where a claim was written down; empty where the build is not at hand, or it is a row of a table."""
        for prop in (v.QUOTE, v.PARAPHRASE, v.BECAUSE, v.RDF_TYPE):
            places = self.index.places(str(claim), str(prop)) if self.index else ()
            if places:
                return str(places[0].value)
        return ""

    def most_specific(self, types: Iterable[NamedNode]) -> list[NamedNode]:
        """The most specific of some classes, in the order of their labels."""
        given = set(types)
        implied = {above for cls in given for above in self.project.ontology.ancestors(cls)}
        known = self.project.ontology.by_iri
        return sorted((cls for cls in given - implied if cls in known), key=lambda cls: known[cls].label)

    def kinds(self, types: Iterable[NamedNode]) -> tuple[str, ...]:
        """The labels of the most specific of some classes, sorted."""
        return tuple(self.project.ontology.by_iri[cls].label for cls in self.most_specific(types))


@contextmanager
def reading(project: Project) -> Iterator[Reading]:
    """
    Read a project's store for as long as the block lasts.

    Raises:
        UsageError: Nothing is built yet.
        EnvironmentFault: The store cannot be opened.
    """
    with ExitStack() as stack:
        store = stack.enter_context(store_of(project))
        index = None
        if not project.endpoint:
            generation = stack.enter_context(Generations(project.store).reading())
            index = stack.enter_context(Index.open(generation))
        yield Reading(project, store, index)


def first(about: About, prop: NamedNode) -> str:
    """The first of some texts; empty where there is none."""
    return min(about.get(prop, ()), default="")


def _listed(terms: Iterable[NamedNode]) -> str:
    return " ".join(map(str, terms))


def _sorted(terms: Iterable[NamedNode]) -> list[NamedNode]:
    return sorted(terms, key=lambda term: term.value)
