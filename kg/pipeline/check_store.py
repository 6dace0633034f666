"""What a SPARQL endpoint holds → findings: each constraint is one query, and the data stays where it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.endpoint.faults import QueryRefused
from kg.endpoint.select import SparqlEndpoint
from kg.model.errors import UsageError
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.ontology.reader import local_name
from kg.pipeline.rdf_files import rdf_files
from kg.pipeline.results import by_name, finding_of
from kg.stores.remote.marks import any_loading
from kg.validation.remote.evaluator import Remote, RemoteEngine
from kg.validation.results import Statistic
from kg.validation.shapes.sources import ShapesSource

_NOT_CHECKED = "get the data as a file and check that"


@dataclass(slots=True)
class StoreCheck:
    """
    A check of the default graph of an endpoint, or of the graph with the address `graph`, against shapes.

    `timeout` are the seconds to wait for the next bytes of an answer. `statistics` and `notes` are set when `findings`
    has ended: what each shape came to, by name, and what a user should be told of how it was done. Findings stand at
    the endpoint's address, line 0.
    """

    url: str
    shapes: Sequence[Path]
    graph: str | None = None
    timeout: float = 300.0
    statistics: dict[str, Statistic] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    shapes_files: list[Path] = field(init=False)

    def __post_init__(self) -> None:
        self.shapes_files = rdf_files(self.shapes)

    def codes(self) -> set[str]:
        """The names that findings can have as their codes."""
        return {"no-focus-nodes", *map(local_name, ShapesSource(self.shapes_files).plan.named.values())}

    def findings(self) -> Iterator[Finding]:
        """
        The findings, shape by shape, as they are found; last an error for each constraint that could not be checked.

        Raises:
            UsageError: No shape can be used, or the address is none.
            EnvironmentFault: The endpoint cannot be reached, refuses, or gives only a part of an answer.
        """
        shapes = ShapesSource(self.shapes_files)
        if not shapes.plan.by_term:
            names = ", ".join(map(str, self.shapes_files))
            raise UsageError(f"{names}: no shapes in there", "a shape has the type sh:NodeShape, or a target")
        endpoint = SparqlEndpoint(self.url, self.timeout)
        engine = RemoteEngine(shapes.plan, Remote(endpoint, self.graph or ""))
        position = Position(endpoint.address, 0, 0)
        self.notes.append("literals are checked as the store keeps them; some stores rewrite numbers and times")
        for result in engine.results():
            yield finding_of(result, position)
        self.statistics.update(by_name(engine.statistics))
        yield from _not_checked(engine, position)
        self._tell_of_loads(endpoint)
        if not any(statistic.focus_nodes for statistic in engine.statistics.values()) and not engine.shapes.foreign:
            yield _nothing_to_check(len(engine.statistics), self.shapes_files[0])

    def _tell_of_loads(self, endpoint: SparqlEndpoint) -> None:
        try:
            loading = any_loading(endpoint)
        except QueryRefused:
            return  # then nobody can have loaded a project into it
        if loading:
            self.notes.append("a build into it is under way or broke off: statements may be missing")


def _not_checked(engine: RemoteEngine, position: Position) -> Iterator[Finding]:
    """What SPARQL cannot say is an error: nobody has looked."""
    named = engine.shapes.named
    for one in engine.unasked:
        source, component = one.check.shape.term, one.check.constraint.component
        shape = named.get(source, "")
        what = f"{local_name(component[1:-1]).removesuffix('ConstraintComponent')} is not checked: {one.reason}"
        yield Finding(
            local_name(shape) or local_name(component[1:-1]),
            Severity.error,
            what,
            position,
            _NOT_CHECKED,
            component=component[1:-1],
            shape=shape,
        )
    for term, why in engine.shapes.foreign.items():
        shape = named.get(term, "")
        name = local_name(shape) or term
        yield Finding(name, Severity.error, f"not checked: {why}", position, _NOT_CHECKED, shape=shape)


def _nothing_to_check(shapes: int, file: Path) -> Finding:
    return Finding(
        "no-focus-nodes",
        Severity.warning,
        f"none of the {shapes} shapes with a target has anything to check in the store",
        Position(file.as_posix(), 0, 0),
        "look whether the data uses the classes and predicates that the targets name, and which graph it stands in",
    )
