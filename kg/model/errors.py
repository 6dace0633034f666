"""
What stops the work.

    KgError
    ├── UsageError         the command or the configuration is wrong        exit 2
    ├── EnvironmentFault   an extra, a lock, a disk or an endpoint is        exit 3
    └── Bug                ours, never the user's                            exit 70

What is wrong in the data is no exception but a `kg.model.findings.Finding`.
"""

from __future__ import annotations


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
