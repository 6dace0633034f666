"""Progress on a terminal; nothing anywhere else, and nothing for what is done at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WORTH_SHOWING = 20
"""Fewer steps than this are over before a bar is drawn."""


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function to be told how many steps are done, of how many; draws a bar while the block runs."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, visible=False)

        def told(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, visible=of >= _WORTH_SHOWING)

        yield told
