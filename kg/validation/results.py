"""What an engine finds, and the protocol that every engine keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from pyoxigraph import Triple

from kg.model.findings import Severity


class Result(NamedTuple):
    """
    One validation result. Terms are N-Triples texts; `path` and `value` are empty where the result has none.

    `shape` is the IRI of the nearest named shape, `component` that of the constraint component.

    Spec: https://www.w3.org/TR/shacl/#results-validation-result
    """

    shape: str
    severity: Severity
    message: str
    focus: str
    path: str
    value: str
    component: str


class Engine(Protocol):
    """Validates a data graph against the shapes of some folders."""

    def validate(self, data: Iterable[Triple], ontology: Sequence[Triple], shapes: Sequence[Path]) -> Iterator[Result]:
        """
        The results, in no order.

        Raises:
            OntologyError: A shapes file cannot be read, or holds a shape that is none.
        """
        ...
