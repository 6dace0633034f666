"""Questions → answers, over the store as it was last built."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.facts.reporting import count
from kg.model.errors import EnvironmentFault, UsageError
from kg.model.terms import Term
from kg.ontology import vocabulary as v
from kg.ontology.model import nearest
from kg.pipeline.project import Project
from kg.pipeline.stores import store_of
from kg.queries.catalogue import Query, find_query
from kg.queries.parameters import bind, term_of
from kg.stores.columnar import QueryOptions
from kg.stores.embedded import EmbeddedStore
from kg.stores.generations import Generations
from kg.stores.oxigraph import open_store
from kg.stores.protocol import Answer, NotSparql

_MOST_NAMED: Final = 4


class Answers(Protocol):
    """Whatever answers queries; every `GraphStore` does."""

    def answer(self, query: str) -> Answer:
        """See `GraphStore.answer`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query's answer, to be read while the store is open, the query as it was run, and the store that answers."""

    query: Query
    text: str
    answer: Answer
    store: Answers


@contextmanager
def opened(project: Project) -> Iterator[Store]:
    """
    The project's store, to read; it stays while a build replaces it.

    Raises:
        UsageError: Nothing is built yet.
    """
    with Generations(project.store).reading() as generation:
        yield open_store(generation)


@contextmanager
def ask(
    project: Project,
    query: Query | str,
    given: Mapping[str, Sequence[str]] | None = None,
    options: QueryOptions | None = None,
) -> Iterator[Asked]:
    """
    Run a query, by its name or as it is; rows are lazy, and the store is let go when the block ends.

    `options` choose between columns and Oxigraph, and limit time and memory; without them `kg.toml` does.

    Raises:
        UsageError: There is no such query, a parameter is wrong, or the query is no SPARQL.
        EnvironmentFault: The store does not answer.
    """
    if isinstance(query, str):
        query = find_query(project.folders("queries"), query)
    with (
        store_of(project, options) as store,
        asked_of(store, project, query, given or {}) as asked,
    ):
        yield asked


@contextmanager
def asked_of(store: Answers, project: Project, query: Query, given: Mapping[str, Sequence[str]]) -> Iterator[Asked]:
    """
    Run a query over a store that is open.

    Raises:
        UsageError: A parameter is wrong, or the query is no SPARQL.
        EnvironmentFault: The store does not answer.
    """
    text = bind(query, given, project.settings.base)
    _check_things(store, query, given, project.settings.base)
    try:
        yield Asked(query, text, _answer(store, text, query.name), store)
    except OSError as error:
        if error.errno is not None:
            raise  # of whoever writes the answer
        raise EnvironmentFault(f"the query cannot be answered: {error}") from error


def query(
    project: Project, name: Query | str, given: Mapping[str, Sequence[str]] | None = None
) -> list[dict[str, Term | None]]:
    """
    The rows of a SELECT query, all at once: one mapping of column names to terms each, None where a column is empty.

    Raises:
        UsageError: As `ask`, or the query is no SELECT.
    """
    with ask(project, name, given) as asked:
        if not isinstance(asked.answer, QuerySolutions):
            raise UsageError(f"'{asked.query.name}' is no SELECT query", "use `ask` for its answer")
        names = [variable.value for variable in asked.answer.variables]
        return [{name: solution[name] for name in names} for solution in asked.answer]


def run(store: Store, text: str, name: str = "") -> Answer:
    """
    Run SPARQL over a store of pyoxigraph.

    Raises:
        UsageError: The text is no SPARQL, with the place where it stops to be.
    """
    return _answer(EmbeddedStore(store), text, name)


def _answer(store: Answers, text: str, name: str) -> Answer:
    try:
        return store.answer(text)
    except NotSparql as error:
        raise UsageError(f"the query{f' {name!r}' if name else ''} is no SPARQL: {error.what}") from error


def _check_things(store: Answers, query: Query, given: Mapping[str, Sequence[str]], base: str) -> None:
    for parameter in query.parameters:
        for value in given.get(parameter.name, ()) if parameter.type == "iri" else ():
            term = term_of(parameter, value, base)
            if isinstance(term, NamedNode):
                check_known(store, term, value, base, parameter.name)


def check_known(store: Answers, thing: NamedNode, written: str, base: str, where: str) -> None:
    """
    An id that is nowhere in the graph would give an empty answer, which reads like a fact.

    Raises:
        UsageError: Nothing is told of the thing; `written` is what the user wrote, and `where` for what.
    """
    if not store.answer(f"ASK {{ {{ {thing} ?p ?o }} UNION {{ GRAPH ?g {{ {thing} ?p ?o }} }} }}"):
        hint = hint_for(store, written, base) or "`kg stats` tells what is in the graph"
        raise UsageError(f"the graph knows no '{written}' ({where})", hint)


def hint_for(store: Answers, written: str, base: str) -> str:
    """What somebody may mean who wrote what is no id: ids like it, else things with such a name; empty for neither."""
    ids = known_ids(store, base)
    return nearest(written, iter(ids)) or _named_so(store, written, base, set(ids))


def _named_so(store: Answers, written: str, base: str, ids: Collection[str]) -> str:
    """The ids of things whose names contain the text, the shortest names first."""
    text = Literal(" ".join(written.replace("-", " ").replace("_", " ").split()).lower())
    names = "|".join(map(str, (v.SKOS_PREF_LABEL, v.SKOS_ALT_LABEL, v.SKOS_HIDDEN_LABEL)))
    rows = store.answer(
        f"SELECT ?thing (MIN(STRLEN(STR(?name))) AS ?length) "
        f"WHERE {{ ?thing {names} ?name FILTER(CONTAINS(LCASE(STR(?name)), {text})) }} "
        "GROUP BY ?thing ORDER BY ?length ?thing"
    )
    found = [str(row["thing"].value).removeprefix(base) for row in rows] if isinstance(rows, QuerySolutions) else []
    found = [name for name in found if name in ids]
    more = f" and {count(len(found) - _MOST_NAMED, 'other')}" if len(found) > _MOST_NAMED else ""
    return f"so named: {', '.join(map(repr, found[:_MOST_NAMED]))}{more}" if found and text.value else ""


def known_ids(store: Answers, base: str) -> list[str]:
    """The ids of all things that claims are about, without those of nested entries and values; sorted."""
    rows = store.answer(f"SELECT DISTINCT ?thing WHERE {{ ?claim {v.IS_ABOUT} ?thing }}")
    found = {row["thing"] for row in rows} if isinstance(rows, QuerySolutions) else set()
    names = (thing.value.removeprefix(base) for thing in found if isinstance(thing, NamedNode))
    return sorted(name for name in names if "/" not in name)
