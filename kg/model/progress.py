"""What long work tells of itself while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias


class Step(NamedTuple):
    """How far something is: steps done, of how many (0: not known), and how many quads have come of it."""

    what: str
    done: int = 0
    of: int = 0
    quads: int = 0


Progress: TypeAlias = Callable[[Step], None]


def silent(_step: Step) -> None:
    """Tells nobody."""
