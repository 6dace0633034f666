"""What of the graph a format cannot hold: counted while a file is written, told when it is there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """One kind of loss: what is not in the file, how often, and the first of them."""

    what: str
    count: int
    example: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.count:,}" + (f" ({self.example})" if self.example else "")


class Losses:
    """The losses of one file, by kind, the most frequent first; `total` is how many of all kinds."""

    def __init__(self) -> None:
        self._found: dict[str, Loss] = {}
        self.total = 0

    def add(self, what: str, times: int = 1, example: str = "") -> None:
        """Count a loss. `what` names it in the plural; the example of the first one stays."""
        self.total += times
        known = self._found.get(what)
        self._found[what] = (
            Loss(what, times, example) if known is None else Loss(what, known.count + times, known.example)
        )

    def add_some(self, what: str, times: int) -> None:
        """Count losses that may be none."""
        if times:
            self.add(what, times)

    def __iter__(self) -> Iterator[Loss]:
        return iter(sorted(self._found.values(), key=lambda loss: (-loss.count, loss.what)))


def as_json(losses: Iterable[Loss]) -> bytes:
    """A list of what was lost, for a file; an empty list says that nothing was."""
    found = [{"what": loss.what, "count": loss.count, "example": loss.example} for loss in losses]
    return json.dumps(found, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"
