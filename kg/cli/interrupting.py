"""
Ctrl-C ends a command within a second, also in the midst of a library that does not look up.

Python raises KeyboardInterrupt between two of its own instructions. A query of Oxigraph is one instruction, which may
last for hours. So a thread waits for the signal as well, and when the command has not noticed after a while, takes away
what is half written and ends the process.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

from kg.model.temporary import remove_unfinished

STOPPED: Final = 130
"""The exit code of a command that was stopped by Ctrl-C, as shells have it."""

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_PATIENCE: Final = 0.5


@contextmanager
def stopping_at_once() -> Iterator[None]:
    """Have Ctrl-C and `kill` end what the block does, unless they are to be ignored. It changes no build."""
    noticed = threading.Event()

    def notice(number: int, frame: FrameType | None) -> NoReturn:
        noticed.set()
        signal.default_int_handler(number, frame)

    received, wake_up = os.pipe()
    os.set_blocking(wake_up, False)
    heeded = [number for number in _SIGNALS if callable(signal.getsignal(number))]
    before = {number: signal.signal(number, notice) for number in heeded}
    woken_before = signal.set_wakeup_fd(wake_up, warn_on_full_buffer=False)
    thread = threading.Thread(target=_watch, args=(received, noticed), daemon=True)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(woken_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(wake_up)
        thread.join()
        os.close(received)


def _watch(received: int, noticed: threading.Event) -> None:
    while sent := os.read(received, 1):
        if sent[0] in _SIGNALS and not noticed.wait(_PATIENCE):
            remove_unfinished()
            os.write(2, b"stopped\n")
            os._exit(STOPPED)
