"""
SPARQL constraints over a data graph in Oxigraph: each query once over all its focus nodes.

Spec: https://www.w3.org/TR/shacl/#sparql-constraints-validation (5.3)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple

from kg.model.terms import term_of
from kg.validation.sparql import exact, written
from kg.validation.sparql.prebinding import PreBindingError, Prepared
from kg.validation.sparql.setwise import FUNCTION, over

SHAPES_GRAPH = "urn:x-kg:shapes"
"""The name of the shapes graph in queries, `$shapesGraph`."""

_AT_ONCE = 10_000

_Term: TypeAlias = NamedNode | BlankNode | Literal | Triple


class SparqlGraph:
    """
    A data graph for queries, and the shapes graph beside it under the name `$shapesGraph`.

    `triples` is read at the first query, and once more if a query has to see literals as they are written, which the
    store does not keep: hand over a function that gives them anew, or what can be iterated twice. Blank nodes keep
    their labels. With `folder`, which is
    emptied, the store is on disk there, for data larger than memory.

    Spec: https://www.w3.org/TR/shacl/#sparql-constraints-prebound (5.3.1)
    """

    def __init__(
        self,
        triples: Iterable[Triple] | Callable[[], Iterable[Triple]],
        shapes: Iterable[Triple] = (),
        folder: Path | None = None,
    ) -> None:
        self._triples = triples if callable(triples) else _again(triples)
        self._shapes = tuple(shapes)
        self._folder = folder
        self._forms = written.WrittenForms()
        self._lines: Path | None = None
        self._more: tuple[Triple, ...] = ()
        self._typed: Iterable[tuple[NamedNode, Literal]] = ()

    @classmethod
    def of_lines(
        cls,
        lines: Path,
        more: Iterable[Triple],
        literals: Iterable[tuple[NamedNode, Literal]],
        triples: Callable[[], Iterable[Triple]],
        shapes: Iterable[Triple] = (),
    ) -> SparqlGraph:
        """
        A graph that is loaded from a file of N-Triples without blank nodes, which takes half the time, and `more`.

        `literals` are those with a datatype, each once for each predicate.
        """
        graph = cls(triples, shapes)
        graph._lines, graph._more, graph._typed = lines, tuple(more), literals
        return graph

    @cached_property
    def store(self) -> Store:
        """The store, loaded."""
        store = Store() if self._folder is None else Store(self._folder)
        store.clear()
        self._forms = written.WrittenForms()
        if self._lines is None:
            store.bulk_extend(self._noted())
        else:
            store.bulk_load(path=str(self._lines), format=RdfFormat.N_TRIPLES)
            store.extend(Quad(one.subject, one.predicate, one.object, DefaultGraph()) for one in self._more)
            for predicate, literal in self._typed:
                self._forms.note(predicate, literal)
            store.extend(self._of_shapes())
        return store

    def add(self, triple: Triple) -> None:
        """Add a triple that the source gives from now on."""
        self._change(triple, added=True)

    def discard(self, triple: Triple) -> None:
        """Take a triple out that the source gives no longer."""
        self._change(triple, added=False)

    def _change(self, triple: Triple, *, added: bool) -> None:
        self.__dict__.pop("_coded", None)
        if "store" not in self.__dict__:
            return
        quad = Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())
        if added:
            if isinstance(triple.object, Literal):
                self._forms.note(triple.predicate, triple.object)
            self.store.add(quad)
        elif isinstance(triple.object, Literal) and self._forms.shares(triple.predicate, triple.object):
            # The store has one triple for two of the data: which of them is left, the source knows.
            del self.__dict__["store"]
        else:
            self.store.remove(quad)

    def _quads(self) -> Iterator[Quad]:
        default = DefaultGraph()
        for triple in self._triples():
            yield Quad(triple.subject, triple.predicate, triple.object, default)
        yield from self._of_shapes()

    def _of_shapes(self) -> Iterator[Quad]:
        graph = NamedNode(SHAPES_GRAPH)
        for triple in self._shapes:
            yield Quad(triple.subject, triple.predicate, triple.object, graph)

    def _noted(self) -> Iterator[Quad]:
        note = self._forms.note
        for quad in self._quads():
            if isinstance(quad.object, Literal):
                note(quad.predicate, quad.object)
            yield quad

    def select(
        self, prepared: Prepared, focus: Iterable[str | tuple[str, str]], constants: Mapping[str, str]
    ) -> Iterator[dict[str, str]]:
        """
        The solutions for all focus nodes, as variables to N-Triples texts; a variable without a value is absent.

        `focus` gives focus nodes, or pairs of focus node and value node, then `$value` is pre-bound as well. ASK gives
        the pairs whose answer is false. `constants` are the other pre-bound variables; `$shapesGraph` is added. The
        solutions stream, in no order; equal ones are kept, as the query gives them.

        Raises:
            PreBindingError: The query cannot be evaluated.
        """
        store, bound = self.store, {"shapesGraph": f"<{SHAPES_GRAPH}>", **constants}
        visible = self._forms.visible(prepared)
        all_exact = bool(written.reason(prepared, visible, bound))
        nodes = iter(focus)
        while rows := [_row(node) for node in islice(nodes, _AT_ONCE)]:
            fast, apart = ([], rows) if all_exact else _parted(prepared, rows, visible)
            try:
                for some in _by_kind(fast):
                    yield from _translated(_solutions(store, prepared, some, bound), prepared, visible)
                for some in _by_kind(apart):
                    yield from self._exact(prepared, some, bound)
            except (SyntaxError, RuntimeError, ValueError, OSError) as error:
                raise PreBindingError(f"the query cannot be evaluated: {error}") from error

    def _exact(
        self, prepared: Prepared, rows: Sequence[Mapping[str, str]], constants: Mapping[str, str]
    ) -> Iterator[dict[str, str]]:
        store, codes = self._coded
        patterns = [str(written.literal_of(text)) for _, _, text in written.literals_in_patterns(prepared)]
        codes.learn([*patterns, *constants.values(), *(text for row in rows for text in row.values())])
        coded = [{name: codes.coded(text) for name, text in row.items()} for row in rows]
        fixed = {name: codes.coded(text) for name, text in constants.items()}
        for solution in _solutions(store, exact.valued(prepared, codes), coded, fixed, codes.functions()):
            yield {name: codes.decoded(text) for name, text in solution.items()}

    @cached_property
    def _coded(self) -> tuple[Store, exact.Codes]:
        """A second store, with an IRI for each literal that the first one rewrites."""
        codes = exact.Codes()
        codes.learn(self._forms.texts())
        store = Store() if self._folder is None else Store(self._folder / "literals")
        store.clear()
        store.bulk_extend(codes.quads(self._quads()))
        return store, codes


def _again(triples: Iterable[Triple]) -> Callable[[], Iterable[Triple]]:
    kept = list(triples) if isinstance(triples, Iterator) else triples
    return lambda: kept


def _row(node: str | tuple[str, str]) -> dict[str, str]:
    return {"this": node} if isinstance(node, str) else {"this": node[0], "value": node[1]}


def _parted(
    prepared: Prepared, rows: list[dict[str, str]], visible: Mapping[str, set[str]]
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The rows for the store, and those with a literal that the store rewrites or confuses, if the query can tell."""
    names = [name for name in rows[0] if written.depends_on(prepared, name)]
    confused = written.confused({row[name] for row in rows for name in names}, visible)
    if not confused:
        return rows, []
    fast: list[dict[str, str]] = []
    apart: list[dict[str, str]] = []
    for row in rows:
        (apart if any(row[name] in confused for name in names) else fast).append(row)
    return fast, apart


def _by_kind(rows: Sequence[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """The rows of IRIs, those with literals and those with blank nodes: each kind is asked for in its own way."""
    kinds: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        kinds.setdefault("_" if any(text[0] == "_" for text in row.values()) else row["this"][0], []).append(row)
    yield from kinds.values()


def _solutions(
    store: Store,
    prepared: Prepared,
    rows: Sequence[Mapping[str, str]],
    constants: Mapping[str, str],
    more: Mapping[NamedNode, Callable[..., _Term | None]] | None = None,
) -> Iterator[dict[str, str]]:
    text, row_name = over(prepared, rows, constants)
    functions: dict[NamedNode, Callable[..., _Term | None]] = {
        NamedNode(FUNCTION + name): _always(term_of(constant)) for name, constant in constants.items()
    } | dict(more or {})
    for name in rows[0]:
        functions[NamedNode(FUNCTION + name)] = _of_row([term_of(row[name]) for row in rows])
    found = store.query(text, custom_functions=functions)
    if not isinstance(found, QuerySolutions):
        raise PreBindingError("the query is no SELECT")
    columns = [name for name in prepared.columns if name not in rows[0]]
    for solution in found:
        row = rows[int(solution[row_name].value)] if row_name else {"this": str(solution["this"])}
        yield {**{name: str(term) for name in columns if (term := solution[name]) is not None}, **row}


def _translated(
    solutions: Iterable[dict[str, str]], prepared: Prepared, visible: Mapping[str, set[str]]
) -> Iterator[dict[str, str]]:
    """The solutions with literals as they are written; each stored form has one written form here."""
    if not visible:
        yield from solutions
        return
    new = (written.computed(prepared) or frozenset()) | prepared.prebound
    forms = {stored: next(iter(texts)) for stored, texts in visible.items()}
    for solution in solutions:
        yield {name: text if name in new else forms.get(text, text) for name, text in solution.items()}


def _of_row(terms: Sequence[_Term]) -> Callable[..., _Term]:
    return lambda row: terms[int(row.value)]


def _always(term: _Term) -> Callable[..., _Term]:
    return lambda _row: term
