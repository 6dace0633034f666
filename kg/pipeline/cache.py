"""Where what took long is kept for the next time: for this user, not in a project, which others see."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """
    The folder of this user; it may not be there yet.

    Spec: https://specifications.freedesktop.org/basedir-spec/latest/
    """
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "conflict-kg"


def compiled_file() -> Path:
    """The file of this user for SQL that was compiled before; see `kg.model.kept`."""
    return cache_folder() / "compiled.sqlite"
