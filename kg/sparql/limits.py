"""How long a query may take, and how much memory; what is done and said when time is over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from kg.model.errors import EnvironmentFault


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a query may take in seconds, 0 for as long as it likes, and how much memory before it spills to disk."""

    seconds: float = 0
    memory: str = "2GB"

    def late(self) -> EnvironmentFault:
        """
        What whoever asked is told when time is over.

        >>> Limits(2.5).late().message
        'the query takes longer than 2.5 seconds, and was stopped'
        """
        hint = "ask for less, or give it more time: --timeout, or `query-timeout` in kg.toml"
        return EnvironmentFault(f"the query takes longer than {self.seconds:g} seconds, and was stopped", hint)


class Deadline:
    """Calls `stop` from another thread after some seconds, 0 for never, unless what it is for is there before."""

    def __init__(self, seconds: float, stop: Callable[[], object]) -> None:
        self.passed = False
        self._stop, self._met = stop, False
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._pass) if seconds else None
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()

    def _pass(self) -> None:
        with self._lock:
            if not self._met:
                self.passed = True
                self._stop()

    def met(self) -> bool:
        """Whether it has not passed; from now on it does not."""
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._met = True
            return not self.passed
