"""The embedded store behind the protocol: Oxigraph in memory or on disk, read by many or written by one."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from kg.model.errors import EnvironmentFault
from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.stores.lines import Line, line_of, lines_in
from kg.stores.oxigraph import open_store
from kg.stores.protocol import Answer, Lines, Loaded, NotSparql, RowsFile, rows_as_tsv

_DEFAULT = DefaultGraph()
_AT_ONCE = 50_000


def check_sparql(query: str) -> None:
    """
    Have a text that another engine refuses read as SPARQL, so that what is none is told as that.

    Raises:
        NotSparql: It is none.
    """
    EmbeddedStore(Store()).answer(query)


class EmbeddedStore:
    """A store of our own process; see `GraphStore`. All its named graphs count as loaded through it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.written = False

    @staticmethod
    def of_generation(generation: Path) -> EmbeddedStore:
        """
        The store of a generation, to read only; several processes may.

        Raises:
            EnvironmentFault: The store is damaged.
        """
        return EmbeddedStore(open_store(generation))

    def answer(self, query: str) -> Answer:
        """See `GraphStore.answer`; rows come as they are found."""
        try:
            return self.store.query(query)
        except SyntaxError as error:
            raise NotSparql(error.msg) from error

    def rows_file(self, query: str, place: Path) -> RowsFile:
        """See `GraphStore.rows_file`."""
        return rows_as_tsv(self.answer(query), place)

    def load(self, lines: Lines) -> Loaded:
        """See `GraphStore.load`."""
        with TemporaryFile() as file:
            file.writelines(lines)
            return self._bring(lambda: lines_in(file), others_stay=True)

    def replace(self, source: Callable[[], Lines]) -> Loaded:
        """See `GraphStore.replace`."""
        return self._bring(source, others_stay=False)

    def _bring(self, source: Callable[[], Lines], *, others_stay: bool) -> Loaded:
        self.written = True
        named = Counter(line_of(raw).graph for raw in source())
        there = {str(graph).encode() for graph in self.store.named_graphs()}
        gone = there & named.keys() if others_stay else there
        for graph in sorted(gone):
            self._drop(NamedNode(graph[1:-1].decode()))
        self._write(map(line_of, source()))
        return Loaded(named.total(), len(named), len(gone - named.keys()))

    def _drop(self, graph: NamedNode) -> None:
        dropped = list(self.store.quads_for_pattern(None, None, None, graph))
        self.store.remove_graph(graph)
        self._forget(dropped)

    def _write(self, lines: Iterable[Line]) -> None:
        apart = str(ONTOLOGY_GRAPH).encode()
        body = bytearray()
        for number, (triple, graph) in enumerate(lines, 1):
            body += triple + b" " + graph + b" .\n"
            if graph != apart:
                body += triple + b" .\n"
            if number % _AT_ONCE == 0:
                self.store.bulk_load(io.BytesIO(body), RdfFormat.N_QUADS)
                body.clear()
        self.store.bulk_load(io.BytesIO(body), RdfFormat.N_QUADS)

    def change(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """See `GraphStore.change`."""
        self.written = True
        gone = list(removed)
        for quad in gone:
            self.store.remove(quad)
        self._forget(gone)
        for quad in added:
            self.store.add(quad)
            if quad.graph_name != ONTOLOGY_GRAPH:
                self.store.add(Quad(quad.subject, quad.predicate, quad.object, _DEFAULT))
        for graph in {quad.graph_name for quad in gone}:
            if isinstance(graph, NamedNode) and not any(self.store.quads_for_pattern(None, None, None, graph)):
                self.store.remove_graph(graph)

    def _forget(self, gone: Iterable[Quad]) -> None:
        """Take out of the merge what no graph holds any more."""
        for quad in gone:
            found = self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            if not any(other.graph_name not in (_DEFAULT, ONTOLOGY_GRAPH) for other in found):
                self.store.remove(Quad(quad.subject, quad.predicate, quad.object, _DEFAULT))

    def quads(self) -> Iterator[Quad]:
        """See `GraphStore.quads`."""
        return (quad for quad in self.store if quad.graph_name != _DEFAULT)

    def counts(self) -> dict[str, int]:
        """See `GraphStore.counts`."""
        return dict(Counter(quad.graph_name.value for quad in self.quads() if isinstance(quad.graph_name, NamedNode)))

    def close(self) -> None:
        """
        Write what is pending; the lock of a store on disk goes with the object.

        Raises:
            EnvironmentFault: The disk refuses.
        """
        if not self.written:
            return
        try:
            self.store.flush()
        except OSError as error:
            raise EnvironmentFault(f"the store cannot be written: {error}") from error
