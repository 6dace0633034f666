"""
What stops the work.

    KgError
    ├── UsageError         the command or the configuration is wrong        exit 2
    ├── EnvironmentFault   an extra, a lock, a disk or an endpoint is        exit 3
    └── Bug                ours, never the user's                            exit 70

What is wrong in the data is no exception but a `kg.model.findings.Finding`.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Final

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_TEXTS: Final = (
    "No space left on device",
    "database or disk is full",
    "Disk quota exceeded",
    "File too large",
    "max_temp_directory_size",
)


class KgError(Exception):
    """Something stops the work; `hint` says what to do next."""

    exit_code = 70

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class UsageError(KgError):
    """The command, its options or `kg.toml` ask for something that is not there."""

    exit_code = 2


class OntologyError(UsageError):
    """An ontology, shapes or query file cannot be used; the message begins with its place."""


class EnvironmentFault(KgError):
    """The machine is not ready: an extra is not installed, a store is locked, a disk is full."""

    exit_code = 3


class Bug(KgError):
    """A state that no input should reach."""

    exit_code = 70


def is_full(error: BaseException) -> bool:
    """
    Whether an error says that a disk has no room.

    Engines and stores wrap what the system says in errors of their own, whose text is all that is left of it.
    """
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(text in str(error) for text in _FULL_TEXTS)


def disk_full(folder: Path, hint: str) -> EnvironmentFault:
    """The fault that the disk of a folder is full."""
    return EnvironmentFault(f"the disk is full: there is no room left in {folder}", hint)
