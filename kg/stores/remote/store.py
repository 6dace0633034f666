"""The store behind the protocol: see `GraphStore`. It is written as a whole, or says that it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from pyoxigraph import NamedNode, Quad

from kg.endpoint.faults import QueryRefused
from kg.endpoint.http import READING, WRITING, Client, Retries
from kg.endpoint.select import SparqlEndpoint, Told
from kg.stores.lines import NOTHING, UNKNOWN, Held, Line, line_of, lines_in, tally, whole
from kg.stores.protocol import Answer, Lines, Loaded, RowsFile, rows_as_tsv
from kg.stores.remote.addresses import Addresses, is_virtuoso
from kg.stores.remote.answers import answer, names_graphs
from kg.stores.remote.dialect import MOST_HIDDEN, hiding, others, server_of
from kg.stores.remote.marks import FINISHED, LOADING, Mark, Marks
from kg.stores.remote.opening import opened_writer
from kg.stores.remote.reading import quads_of
from kg.stores.remote.retiring import listed_as, retire, unmerge
from kg.stores.remote.verifying import check_counts
from kg.stores.remote.writing import Limits, Writer

_LISTED: Final = 500  # graphs named in one update


class EndpointStore:
    """
    The graphs of one project at a SPARQL 1.1 endpoint; see `GraphStore`.

    `base` is the project's. The server's other graphs are never written to, and its default graph only with the merge.
    """

    def __init__(
        self,
        addresses: Addresses,
        base: str,
        timeout: float = 300.0,
        retries: tuple[Retries, Retries] = (READING, WRITING),
        limits: Limits | None = None,
    ) -> None:
        self.addresses = addresses
        self.endpoint = SparqlEndpoint(addresses.query, timeout, retries[0])
        self.marks = Marks(self.endpoint, base)
        self._writing = Client(addresses.query, timeout, retries[1])
        self._limits = limits
        self._asked: tuple[Mark, str] | None = None
        self._hidden: frozenset[str] | None = None
        self._writer: Writer | None = None

    # ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, query: str) -> Answer:
        """See `GraphStore.answer`."""
        prologue = "" if names_graphs(query) else self._hiding()
        try:
            return answer(self.endpoint.client, query, prologue)
        except QueryRefused:
            if not prologue:
                raise
            # Virtuoso cannot compile some long queries with graphs left out, which it can without.
            return answer(self.endpoint.client, query)

    def rows_file(self, query: str, place: Path) -> RowsFile:
        """See `GraphStore.rows_file`."""
        return rows_as_tsv(self.answer(query), place)

    def warning(self) -> str:
        """What to tell whoever reads: that a load has not ended. Empty where all is well."""
        if self._mark()[0].state == LOADING:
            what = "a build into it is under way or broke off: statements may be missing; `kg build` ends it"
        elif len(self._others()) > MOST_HIDDEN:
            what = "it holds many graphs of others: outside of GRAPH, queries find their statements too"
        else:
            return ""
        return f"{self.endpoint.address}: {what}"

    def quads(self) -> Iterator[Quad]:
        """See `GraphStore.quads`."""
        return quads_of(self.endpoint, self.marks.listed())

    def counts(self) -> dict[str, int]:
        """See `GraphStore.counts`."""
        return {graph[1:-1].decode(): count for graph, count in self.marks.counts().items()}

    def close(self) -> None:
        """Nothing is held open."""

    def _hiding(self) -> str:
        return hiding(self._others(), self.marks) if is_virtuoso(self._mark()[1]) else ""

    def _others(self) -> frozenset[str]:
        """The graphs that are to be hidden, asked for once."""
        if self._hidden is None:
            mark, server = self._mark()
            self._hidden = others(self.marks, listed=bool(mark.state)) if is_virtuoso(server) else frozenset()
        return self._hidden

    def _mark(self) -> tuple[Mark, str]:
        """The mark and the name of the server, asked for once."""
        if self._asked is None:
            told = Told()
            mark = self.marks.mark(told)
            self._asked = mark, server_of(self.endpoint, told)
        return self._asked

    # ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def load(self, lines: Lines) -> Loaded:
        """See `GraphStore.load`; the lines are kept in a file for as long as it takes."""
        with TemporaryFile() as file:
            file.writelines(lines)
            return self._bring(lambda: lines_in(file), others_stay=True)

    def replace(self, source: Callable[[], Lines]) -> Loaded:
        """See `GraphStore.replace`: only graphs that differ are sent."""
        return self._bring(source, others_stay=False)

    def change(self, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        """See `GraphStore.change`."""
        gone, new = [_line(quad) for quad in removed], [_line(quad) for quad in added]
        there = self._there()
        less = tally(b"%b %b .\n" % line for line in gone)
        more = tally(b"%b %b .\n" % line for line in new)
        touched = sorted(less.keys() | more.keys())
        wanted = dict(there)
        for graph in touched:
            wanted[graph] = there.get(graph, NOTHING).minus(less.get(graph, NOTHING)).plus(more.get(graph, NOTHING))
        writer = self._begun()
        listed_as(writer, self.marks, touched, UNKNOWN)
        writer.delete(gone)
        unmerge(writer, self.marks, gone)
        writer.insert(new)
        self._list(writer, touched, {g: wanted[g] for g in touched if wanted[g].size})
        self._finish(writer, {graph: held for graph, held in wanted.items() if held.size}, lambda: iter(()))

    def _bring(self, source: Callable[[], Lines], *, others_stay: bool) -> Loaded:
        named, there = tally(source()), self._there()
        wanted = {**there, **named} if others_stay else named
        stale = [graph for graph, held in there.items() if wanted.get(graph) != held]
        fresh = {graph for graph, held in wanted.items() if there.get(graph) != held}
        if not stale and not fresh and self._mark()[0] == Mark(FINISHED, whole(wanted.items())):
            return Loaded(0, 0, 0, check_counts(self.marks, wanted, source))
        writer = self._begun()
        retire(writer, self.marks, stale, all_of_them=len(stale) == len(there))
        # Listed before they are there: what is written is known to be ours, however the load ends.
        self._list(writer, (), {graph: wanted[graph] for graph in sorted(fresh)})
        writer.insert(line for line in map(line_of, source()) if line.graph in fresh)
        notes = self._finish(writer, wanted, source)
        return Loaded(writer.sent, len(fresh), len([graph for graph in stale if graph not in wanted]), notes)

    def _there(self) -> dict[bytes, Held]:
        """What each graph of ours holds; what is half-written is not known."""
        self._asked = None
        listed = self.marks.listed()
        if self._mark()[0].state != LOADING:
            return listed
        counts = self.marks.counts()
        return {graph: held if counts.get(graph, 0) == held.size else UNKNOWN for graph, held in listed.items()}

    def _begun(self) -> Writer:
        """A writer, after the mark is set that says that a load is under way."""
        begun = self.marks.marked(Mark(LOADING, ""))
        if self._writer is None:
            self._writer = opened_writer(self.addresses, self._writing, self.marks, self._mark()[1], begun)
            if self._limits:
                self._writer.limits = self._limits
        else:
            self._writer.update(begun)
        self._writer.sent = 0
        self._asked = None
        return self._writer

    def _list(self, writer: Writer, old: Sequence[bytes], new: dict[bytes, Held]) -> None:
        for start in range(0, len(old), _LISTED):
            writer.update(self.marks.listing(old[start : start + _LISTED], {}))
        entries = list(new.items())
        for start in range(0, len(entries), _LISTED):
            part = entries[start : start + _LISTED]
            writer.update(self.marks.listing((), {graph: str(held) for graph, held in part}))

    def _finish(self, writer: Writer, wanted: dict[bytes, Held], source: Callable[[], Lines]) -> tuple[str, ...]:
        notes = check_counts(self.marks, wanted, source)
        writer.update(self.marks.marked(Mark(FINISHED, whole(wanted.items()))))
        self._asked = self._hidden = None
        return notes


def _line(quad: Quad) -> Line:
    assert isinstance(quad.graph_name, NamedNode)  # noqa: S101 # the protocol speaks of named graphs only
    return Line(f"{quad.subject} {quad.predicate} {quad.object}".encode(), str(quad.graph_name).encode())
