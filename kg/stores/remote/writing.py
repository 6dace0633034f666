"""Writing to an endpoint: batches of bounded size, and the quad that a server refuses found by halving."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from kg.endpoint.faults import AccessRefused, QueryRefused
from kg.endpoint.http import Client, Message
from kg.model.errors import EnvironmentFault
from kg.ontology.vocabulary import ONTOLOGY_GRAPH
from kg.stores.lines import Line

N_QUADS: Final = "application/n-quads"
APART: Final = str(ONTOLOGY_GRAPH).encode()
"""The graph that is outside the merge."""
_FEWEST: Final = 50


@dataclass(slots=True)
class Limits:
    """How many quads, and bytes of them, go in one request at most. `quads` shrinks where a server refuses as many."""

    quads: int = 2_000
    bytes: int = 1 << 20


@dataclass(frozen=True, slots=True)
class Ways:
    """
    How a server is written to: where updates go, and where N-Quads go, if it takes them.

    `union` says that its default graph is the union of all graphs, so that it needs no merge.
    """

    update: str
    quads: str = ""
    union: bool = False


@dataclass(slots=True)
class Writer:
    """
    Sends updates and quads.

    What is sent twice is there once, as there are no blank nodes: so whatever fails may be sent again.
    """

    client: Client
    ways: Ways
    limits: Limits = field(default_factory=Limits)
    sent: int = 0

    def update(self, text: str) -> None:
        """
        Run a SPARQL update.

        Raises:
            EnvironmentFault: The server refuses it or cannot be reached; `QueryRefused` where it answers 400 or 500.
        """
        self.client.read(Message.form(self.ways.update, "*/*", update=text))

    def insert(self, lines: Iterable[Line]) -> None:
        """
        Send quads, each to its graph and, where the server has a merge, to the default graph.

        Raises:
            EnvironmentFault: The server cannot be reached, or refuses a quad, which the message names.
        """
        for batch in self._batches(lines):
            self._send(batch)

    def delete(self, lines: Iterable[Line]) -> None:
        """
        Take quads out of their graphs; the merge stays as it is.

        Raises:
            EnvironmentFault: As `insert`.
        """
        for batch in self._batches(lines):
            self.update(f"DELETE DATA {{ {_graphs(batch)} }}")

    def _batches(self, lines: Iterable[Line]) -> Iterator[list[Line]]:
        batch: list[Line] = []
        size = 0
        for line in lines:
            length = len(line.triple) + len(line.graph)
            if batch and (len(batch) >= self.limits.quads or size + length > self.limits.bytes):
                yield batch
                batch, size = [], 0
            batch.append(line)
            size += length
        if batch:
            yield batch

    def _send(self, batch: Sequence[Line]) -> None:
        try:
            self._request(batch)
        except QueryRefused as error:
            if len(batch) == 1:
                raise self._refused(batch[0], error) from error
            # A quad that it does not take, or too many at once: both halves tell.
            middle = len(batch) // 2
            self.limits.quads = min(self.limits.quads, max(_FEWEST, middle))
            self._send(batch[:middle])
            self._send(batch[middle:])
        else:
            self.sent += len(batch)

    def _request(self, batch: Sequence[Line]) -> None:
        if not self.ways.quads:
            self.update(f"INSERT DATA {{ {_graphs(batch)} {'' if self.ways.union else _merge(batch)} }}")
            return
        lines = [line.triple + b" " + line.graph + b" .\n" for line in batch]
        if not self.ways.union:
            lines += [line.triple + b" .\n" for line in batch if line.graph != APART]
        self.client.read(Message(self.ways.quads, b"".join(lines), kind=N_QUADS))

    def _refused(self, line: Line, error: QueryRefused) -> EnvironmentFault:
        quad = f"{line.triple.decode()} {line.graph.decode()}"
        shown = quad if len(quad) <= 500 else quad[:300] + " … " + quad[-150:]
        return EnvironmentFault(
            f"{error.message}\n  it refuses this statement: {shown}",
            "what was sent before it is there, marked as half-written; mend the fact, or the server, and build again",
        )


def may_write(writer: Writer, mark: str) -> None:
    """
    Set the first mark, which shows whether the server can be written to at all.

    Raises:
        EnvironmentFault: It cannot; the message says so.
    """
    try:
        writer.update(mark)
    except AccessRefused:
        raise
    except QueryRefused as error:
        raise EnvironmentFault(
            f"{error.message}\n  nothing was written",
            "does whoever asks have the right to write? `store-update` in kg.toml names another address for updates",
        ) from error


def _graphs(batch: Sequence[Line]) -> str:
    """The quads as GRAPH blocks, a line each: Virtuoso reads 10,000 lines at most."""
    blocks: dict[bytes, list[bytes]] = {}
    for line in batch:
        blocks.setdefault(line.graph, []).append(line.triple)
    return "\n".join(f"GRAPH {graph.decode()} {{ {_joined(triples)} }}" for graph, triples in blocks.items())


def _merge(batch: Sequence[Line]) -> str:
    return _joined([line.triple for line in batch if line.graph != APART])


def _joined(triples: Sequence[bytes]) -> str:
    return b" . ".join(triples).decode()
