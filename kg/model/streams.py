"""Pieces of bytes, as they come, to be read like a file."""

from __future__ import annotations

from collections.abc import Iterable
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def as_file(pieces: Iterable[bytes], buffer: int = 1 << 20) -> BufferedReader:
    """
    A file of pieces of any size; each is asked for when it is read.

    >>> as_file([b"a", b"", b"bc"]).read()
    b'abc'
    """
    return BufferedReader(_Stream(pieces), buffer)


class _Stream(RawIOBase):
    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        target = memoryview(buffer).cast("B")
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(target), len(self._rest))
        target[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
