"""What of the graph a format cannot hold: counted while a file is written, told when it is there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """One kind of loss: what is not in the file, how often, the first of them, and all where they have names."""

    what: str
    count: int
    example: str = ""
    names: tuple[str, ...] = ()

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

    def add_named(self, what: str, names: Iterable[str]) -> None:
        """Count losses by their names, of which there may be none; the report names them all."""
        if told := tuple(names):
            self.total += len(told)
            self._found[what] = Loss(what, len(told), told[0], told)

    def add_some(self, what: str, times: int) -> None:
        """Count losses that may be none."""
        if times:
            self.add(what, times)

    def __iter__(self) -> Iterator[Loss]:
        return iter(sorted(self._found.values(), key=lambda loss: (-loss.count, loss.what)))


def as_json(losses: Iterable[Loss]) -> bytes:
    """A list of what was lost, for a file, with `names` where things have some; an empty list: nothing was."""
    found = []
    for loss in losses:
        told: dict[str, object] = {"what": loss.what, "count": loss.count, "example": loss.example}
        found.append(told | ({"names": loss.names} if loss.names else {}))
    return json.dumps(found, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"
