"""What an engine finds, and the protocol that every engine keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pyoxigraph import Triple

from kg.model.findings import Severity
from kg.validation.shapes.paths import Path, to_sparql

if TYPE_CHECKING:
    from kg.validation.shapes.sources import ShapesSource

_NO_SOLUTION: Mapping[str, str] = {}


class Row(NamedTuple):
    """
    One result before it has a name: terms as N-Triples texts, empty where there is none.

    `solution` holds the variables of a query's solution. `place` is the number that `kg.columns` gives the triple that
    the result is about, or one near it, 0 where none is known; `part` is which term of that triple is meant: `object`,
    `predicate` or `subject`, or `mention` where the focus node is only ever an object.
    """

    focus: str
    path: str
    value: str
    solution: Mapping[str, str] = _NO_SOLUTION
    place: int = 0
    part: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """
    What all results of one constraint have in common.

    `shape` is the IRI of the nearest named shape, `source` the term of the shape itself and `constraint` that of the
    `sh:sparql` node, if it is one; `severity_iri` is the severity as the shapes graph has it.
    """

    shape: str
    source: str
    component: str
    severity: Severity
    severity_iri: str
    path: Path | None = None
    constraint: str = ""


class Result(NamedTuple):
    """
    One validation result. Terms are N-Triples texts; `value` is empty where the result has none.

    `path` is empty for a node shape, an IRI, or where the path is more than one predicate, that path as SPARQL has it.
    `details` say in words which parts of a logical constraint failed; for `place` and `part` see `Row`.

    Spec: https://www.w3.org/TR/shacl/#results-validation-result
    """

    origin: Origin
    focus: str
    path: str
    value: str
    message: str
    details: tuple[str, ...] = ()
    place: int = 0
    part: str = ""

    @property
    def shape(self) -> str:
        """The IRI of the nearest named shape, empty where there is none."""
        return self.origin.shape

    @property
    def severity(self) -> Severity:
        """How severe the shape says it is."""
        return self.origin.severity

    @property
    def predicate(self) -> str:
        """The path, where it is one predicate, else an empty text."""
        return self.path if self.path.startswith("<") and self.path.find(">") == len(self.path) - 1 else ""

    @property
    def component(self) -> str:
        """The constraint component, as the text of an IRI."""
        return self.origin.component


def path_text(path: Path | None) -> str:
    """
    A path as results hold it.

    >>> from kg.validation.shapes.paths import Predicate
    >>> path_text(None), path_text(Predicate("<urn:p>"))
    ('', '<urn:p>')
    """
    return "" if path is None else to_sparql(path)


class Statistic(NamedTuple):
    """What evaluating a shape came to: its focus nodes, its results, and seconds."""

    focus_nodes: int
    results: int
    seconds: float


class Engine(Protocol):
    """
    Validates a data graph against a shapes graph.

    After a validation `statistics` holds what each shape came to, by the IRI of the nearest named shape; it is empty
    where an engine does not know.
    """

    statistics: dict[str, Statistic]

    def validate(self, triples: Iterable[Triple], shapes: ShapesSource) -> Iterator[Result]:
        """
        The results, as they are found.

        Raises:
            OntologyError: A shape cannot be read or evaluated.
        """
        ...
