"""Room for compilers that walk a tree to its depth, which may be more than Python allows by default."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_DEPTH: Final = 20_000


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Allow calls within calls up to 20,000 while the block runs."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
