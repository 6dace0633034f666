"""
The process that `kg.stores.limited` asks: a store, read only, and an answer for each query that comes in.

It is run as a file and knows nothing of kg, so that it starts at once. It ends when nobody can ask it any more, even in
the midst of an answer. What goes in and out are frames: for a query its length and its text, for an answer frames of a
kind, a length and bytes.
"""

from __future__ import annotations

import io
import os
import signal
import struct
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, BinaryIO, Final

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Store, serialize

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

LENGTH: Final = struct.Struct(">I")
HEAD: Final = struct.Struct(">cI")
YES, NO = b"y", b"n"
ROWS, TRIPLES, MORE, END = b"r", b"t", b"m", b"e"
NO_SPARQL, BROKEN = b"s", b"b"

_PIECE: Final = 1 << 15


class _Frames(io.RawIOBase):
    """A file whose writes are frames."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output

    def writable(self) -> bool:
        return True

    def write(self, piece: ReadableBuffer) -> int:
        content = bytes(piece)
        self.frame(MORE, content)
        return len(content)

    def frame(self, kind: bytes, content: bytes = b"") -> None:
        self._output.write(HEAD.pack(kind, len(content)) + content)
        self._output.flush()


def _answer(store: Store, query: str, frames: _Frames) -> None:
    found = store.query(query)
    if isinstance(found, QueryBoolean):
        frames.frame(YES if found else NO)
        return
    rows = isinstance(found, QuerySolutions)
    frames.frame(ROWS if rows else TRIPLES)
    output = io.BufferedWriter(frames, _PIECE)
    if isinstance(found, QuerySolutions):
        found.serialize(output, QueryResultsFormat.TSV)
    else:
        serialize(found, output, RdfFormat.N_TRIPLES)
    output.flush()
    output.detach()
    frames.frame(END)


def _read(asked: SimpleQueue[str]) -> None:
    """The queries, as they come; then nobody is there any more who would read an answer."""
    while head := sys.stdin.buffer.read(LENGTH.size):
        asked.put(sys.stdin.buffer.read(*LENGTH.unpack(head)).decode())
    os._exit(0)


def main(folder: str) -> None:
    """Answer over the store in a folder for as long as somebody asks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks decides what Ctrl-C ends
    asked: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_read, args=(asked,), daemon=True).start()
    frames = _Frames(sys.stdout.buffer)
    store = Store.read_only(folder)
    while True:
        try:
            _answer(store, asked.get(), frames)
        except SyntaxError as error:
            frames.frame(NO_SPARQL, error.msg.encode())
        except BrokenPipeError:
            os._exit(0)
        except (OSError, RuntimeError) as error:
            frames.frame(BROKEN, str(error).encode())


if __name__ == "__main__":
    main(sys.argv[1])
