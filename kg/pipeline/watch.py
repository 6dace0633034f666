"""Checks again whenever a file is saved. By polling: it works alike on every machine, network drives and containers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

INTERVAL: Final = 0.3
"""Seconds between two looks at the files."""

# Editors save in steps, and a checkout writes many files; but what is written without end must not be waited for.
_MOST_WAITS = 20

Snapshot = Mapping[Path, tuple[int, int, int]]


def watch(
    paths: Iterable[Path],
    check: Callable[[frozenset[Path]], None],
    *,
    skip: Callable[[Path], bool] = lambda _: False,
    interval: float = INTERVAL,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """
    Check now, and again after every change, until Ctrl-C.

    `check` is told which files have come, changed or gone since it was called before; at first it is told all of them.
    It is called once the files have been at rest for `interval` seconds, and is never called for nothing. What changes
    while it runs is told at its next call. Whatever it raises ends the watch.

    Args:
        paths: Files, and folders with all that is in them. They need not be there yet.
        check: The check; a `KeyboardInterrupt` in it ends the watch too.
        skip: Files and folders that are not looked at. Those with a hidden name never are.
        interval: Seconds between two looks.
        sleep: How to wait.
    """
    watched = list(paths)
    try:
        seen = snapshot(watched, skip)
        check(frozenset(seen))
        while True:
            sleep(interval)
            now = snapshot(watched, skip)
            if now == seen:
                continue
            now = _at_rest(now, lambda: snapshot(watched, skip), lambda: sleep(interval))
            changed = frozenset(path for path in seen.keys() | now.keys() if seen.get(path) != now.get(path))
            seen = now
            if changed:  # a file may be as it was by now
                check(changed)
    except KeyboardInterrupt:
        return


def _at_rest(now: Snapshot, look: Callable[[], Snapshot], wait: Callable[[], None]) -> Snapshot:
    for _ in range(_MOST_WAITS):
        wait()
        before, now = now, look()
        if now == before:
            break
    return now


def snapshot(paths: Iterable[Path], skip: Callable[[Path], bool] = lambda _: False) -> Snapshot:
    """The files that are there: time of change in nanoseconds, size in bytes, and number in the file system."""
    found: dict[Path, tuple[int, int, int]] = {}
    for path in paths:
        if path.is_dir():
            for parent, folders, files in os.walk(path):
                folders[:] = [name for name in folders if not name.startswith(".") and not skip(Path(parent, name))]
                for name in files:
                    if not name.startswith("."):
                        _look(Path(parent, name), found, skip)
        else:
            _look(path, found, skip)
    return found


def _look(path: Path, found: dict[Path, tuple[int, int, int]], skip: Callable[[Path], bool]) -> None:
    try:
        status = path.stat()
    except OSError:  # gone between the listing and now, or a link that leads nowhere
        return
    if not skip(path):
        found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
