"""Whether files hold comments that silence findings: quick, because most hold none."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable
from pathlib import Path

_MARK = re.compile(rb"kg:[ \t]*ignore")


def mentioned(paths: Iterable[Path]) -> bool:
    """Whether any of the files holds such a comment, or what looks like one."""
    return any(holds_mark(path) for path in paths)


def holds_mark(path: Path) -> bool:
    """Whether the file holds what looks like such a comment; False where it cannot be read."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return _MARK.search(content) is not None
    except (OSError, ValueError):  # ValueError: an empty file
        return False
