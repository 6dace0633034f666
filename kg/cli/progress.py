"""Progress on a terminal; nothing anywhere else, and nothing for what is done at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kg.model.progress import Progress, Step, silent

_WORTH_SHOWING = 20
"""Fewer steps than this are over before a bar is drawn."""


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """
    A function to be told how far the work is; draws a line while the block runs.

    It shows what is done, how much of it, quads, the time taken and, where the end is known, rate and time left.
    """
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(separator=" of "),
        TextColumn("{task.fields[more]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", visible=False, more="")
        known = ""

        def told(step: Step) -> None:
            nonlocal known
            if step.what != known:
                known = step.what
                bar.reset(task, description=step.what, total=step.of or None, more="")
            speed = bar.tasks[0].speed
            rate = f"{speed:,.0f} a second" if speed and step.of else ""
            more = ", ".join(part for part in (f"{step.quads:,} quads" if step.quads else "", rate) if part)
            shown = step.of == 0 or step.of >= _WORTH_SHOWING
            bar.update(task, completed=step.done, total=step.of or None, more=more, visible=shown)

        yield told
