"""
Oxigraph with an end: a query that takes too long is stopped.

Oxigraph cannot be told to stop. So another process reads the store, answers, and is killed when time is over or nobody
wants the rest of its rows.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Triple, parse, parse_query_results

from kg.model.errors import EnvironmentFault
from kg.model.streams import as_file
from kg.sparql.answers import boolean
from kg.sparql.limits import Deadline, Limits
from kg.stores import limited_process as process
from kg.stores.protocol import Answer, NotSparql

_BUFFER: Final = 1 << 16
_GONE: Final = "is there enough memory for it?"


class LimitedStore:
    """A store on disk, read only, each of whose answers is whole within the time that it is given, or an error."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder, self._limits = folder, limits
        self._idle: list[_Worker] = []
        self._workers: list[_Worker] = []

    def answer(self, query: str) -> Answer:
        """
        See `GraphStore.answer`; rows come as they are found, and several answers may be read side by side.

        Raises:
            EnvironmentFault: Time is over; also while the rows are read.
        """
        worker = self._idle.pop() if self._idle else self._started()
        frames = self._frames(worker, query)
        kind, content = next(frames)
        if kind in (process.YES, process.NO):
            return boolean(kind == process.YES)
        if kind == process.NO_SPARQL:
            raise NotSparql(content.decode())
        lines = as_file((piece for _, piece in frames), _BUFFER)
        if kind == process.TRIPLES:
            return (Triple(q.subject, q.predicate, q.object) for q in parse(lines, format=RdfFormat.N_TRIPLES))
        found = parse_query_results(lines, format=QueryResultsFormat.TSV)
        assert isinstance(found, QuerySolutions)  # noqa: S101 # by its kind
        return found

    def _started(self) -> _Worker:
        self._workers = [worker for worker in self._workers if not worker.ended]
        self._workers.append(_Worker(self._folder))
        return self._workers[-1]

    def _frames(self, worker: _Worker, query: str) -> Iterator[tuple[bytes, bytes]]:
        """The frames of an answer but for the last; a worker that has ended one can be asked again."""
        deadline = Deadline(self._limits.seconds, worker.kill)
        whole = False
        try:
            worker.ask(query)
            for kind, content in worker.frames():
                whole = kind in _LAST
                if kind == process.BROKEN:
                    raise EnvironmentFault(f"the query cannot be answered: {content.decode()}")
                if kind != process.END:
                    yield kind, content
                if whole:
                    return
            if deadline.passed:
                raise self._limits.late()
            raise EnvironmentFault("Oxigraph broke off before the query was answered", _GONE)
        finally:
            if deadline.met() and whole:
                self._idle.append(worker)
            else:
                worker.stop()

    def close(self) -> None:
        """End all that is still asked."""
        for worker in self._workers:
            worker.stop()


_LAST: Final = frozenset({process.YES, process.NO, process.END, process.NO_SPARQL, process.BROKEN})


class _Worker:
    """One process, which answers one query after the other."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-P", str(Path(process.__file__)), str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 # ours
        self.ended = False

    def ask(self, query: str) -> None:
        text = query.encode()
        assert self._process.stdin is not None  # noqa: S101 # it is a pipe
        with suppress(BrokenPipeError):  # that it has ended shows when its answer is read
            self._process.stdin.write(process.LENGTH.pack(len(text)) + text)
            self._process.stdin.flush()

    def frames(self) -> Iterator[tuple[bytes, bytes]]:
        """What comes out of it until it ends; what it had only begun to write is left out."""
        output = self._process.stdout
        assert output is not None  # noqa: S101 # it is a pipe
        while len(head := output.read(process.HEAD.size)) == process.HEAD.size:
            kind, length = process.HEAD.unpack(head)
            content = output.read(length)
            if len(content) < length:
                return
            yield kind, content

    def kill(self) -> None:
        self._process.kill()

    def stop(self) -> None:
        """Kill it, and let go of it; more than once does no harm."""
        if self.ended:
            return
        self.ended = True
        self._process.kill()
        with suppress(BrokenPipeError):  # of a query that it has not read
            self._process.communicate()
