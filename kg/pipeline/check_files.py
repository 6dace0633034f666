"""RDF files → findings: any data graph against any shapes, each finding at the line and column of its triple."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, RdfFormat, Triple

from kg.columns.encode import FILE_BITS, Columns, parsed
from kg.model.errors import UsageError
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.ontology.reader import local_name
from kg.pipeline.results import by_name, finding_of
from kg.syntax.blanks import stable_blanks
from kg.validation.engine import SetEngine
from kg.validation.results import Result, Statistic
from kg.validation.sources import ShapesSource, form_of
from kg.validation.validate import SMALL, in_memory, over_columns

if TYPE_CHECKING:
    from kg.syntax.places import Places, Wanted

_BYTES_OF_A_TRIPLE = 60  # few syntaxes need less


@dataclass(slots=True)
class FileCheck:
    """
    A check of RDF files against shapes; without `shapes` those among the data.

    `triples`, `statistics` and `notes` are set when `findings` has ended: how many triples were checked, what each
    shape came to, by name, and what a user should be told of how it was done.
    """

    data: Sequence[Path]
    shapes: Sequence[Path] = ()
    memory: str | None = None
    triples: int = 0
    statistics: dict[str, Statistic] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    data_files: list[Path] = field(init=False)
    shapes_files: list[Path] = field(init=False)

    def __post_init__(self) -> None:
        self.data_files = rdf_files(self.data)
        self.shapes_files = rdf_files(self.shapes) or self.data_files

    def codes(self) -> set[str]:
        """The names that findings can have as their codes."""
        return {"no-focus-nodes", *map(local_name, ShapesSource(self.shapes_files).plan.named.values())}

    def findings(self) -> Iterator[Finding]:
        """
        The findings, shape by shape, as they are found; where the data is in Turtle or TriG, when all are found.

        Raises:
            UsageError: A file cannot be read, at file, line and column; no shape can be used.
        """
        files = [(path, form_of(path)) for path in self.data_files]
        shapes = ShapesSource(self.shapes_files)
        if not shapes.plan.by_term:
            raise UsageError(f"{_names(shapes.files)}: no shapes in there", "a shape has the type sh:NodeShape, or a target")
        self.notes.extend(f"{term} is checked by pySHACL: {why}" for term, why in shapes.plan.foreign.items())
        size = sum(path.stat().st_size for path, _ in files)
        small = size <= SMALL * _BYTES_OF_A_TRIPLE * 4
        triples = list(_triples(files)) if small else []
        if small and len(triples) <= SMALL:
            self.triples = len(triples)
            yield from self._ended(in_memory(triples, shapes), lambda results: _located(results, files))
            return
        with Columns(self.memory) as columns:
            columns.load(files)
            self.triples = columns.count()
            engine = over_columns(columns, shapes, lambda: _triples(files))
            yield from self._ended(engine, lambda results: _placed(results, files, columns.by_line))

    def _ended(self, engine: SetEngine, locate: object) -> Iterator[Finding]:
        yield from locate(engine.results())  # type: ignore[operator]
        self.statistics.update(by_name(engine.statistics))
        if not any(statistic.focus_nodes for statistic in engine.statistics.values()) and not engine.shapes.foreign:
            yield Finding(
                "no-focus-nodes",
                Severity.warning,
                f"none of the {len(engine.statistics)} shapes with a target has anything to check in the data",
                Position(self.shapes_files[0].as_posix(), 0, 0),
                "look whether the data uses the classes and predicates that the targets name",
            )


def rdf_files(paths: Sequence[Path]) -> list[Path]:
    """
    The files, and for a folder those in it whose names say that they are RDF, sorted.

    Raises:
        UsageError: There is no such file, or none in a folder.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(one for one in path.rglob("*") if RdfFormat.from_extension(one.suffix[1:])) if path.is_dir() else [path]
        if not inside or not inside[0].is_file():
            raise UsageError(f"{path}: {'no RDF file in there' if path.is_dir() else 'no such file'}")
        found.extend(inside)
    return found


def _names(paths: Iterable[Path]) -> str:
    return ", ".join(str(path) for path in paths)


def _triples(files: Sequence[tuple[Path, RdfFormat]]) -> Iterator[Triple]:
    """The triples of the files; blank nodes of later files with labels of their own, as `Columns.load` has them."""
    for number, (path, form) in enumerate(files):
        quads = parsed(path, form)
        for quad in stable_blanks(quads) if form in {RdfFormat.TURTLE, RdfFormat.TRIG} else quads:
            subject, value = quad.subject, quad.object
            if number:
                subject = BlankNode(f"f{number}_{subject.value}") if isinstance(subject, BlankNode) else subject
                value = BlankNode(f"f{number}_{value.value}") if isinstance(value, BlankNode) else value
            yield Triple(subject, quad.predicate, value)


def _placed(results: Iterable[Result], files: Sequence[tuple[Path, RdfFormat]], by_line: Sequence[bool]) -> Iterator[Finding]:
    """Findings of results whose places are lines, as they come; the others when all have come."""
    later: list[Result] = []
    names = [path.as_posix() for path, _ in files]
    for result in results:
        number = result.place >> FILE_BITS
        if not result.place or not by_line[number]:
            later.append(result)
            continue
        column = 1
        if result.part == "object":
            column = len(result.focus) + len(result.predicate) + 3
        elif result.part == "predicate":
            column = len(result.focus) + 2
        yield finding_of(result, Position(names[number], result.place & ((1 << FILE_BITS) - 1), column))
    yield from _located(later, files)


def _located(results: Iterable[Result], files: Sequence[tuple[Path, RdfFormat]]) -> Iterator[Finding]:
    """Findings at the places that a pass over the files finds: the triple, the focus node's predicate, or itself."""
    found = list(results)
    if not found:
        return
    from kg.syntax.places import find, has_places

    passes = [
        (path.as_posix(), number, find(path, form, _wanted(number, found), path.resolve().as_uri()))
        for number, (path, form) in enumerate(files)
        if has_places(form)
    ]
    for result in found:
        yield finding_of(result, _position(result, passes) or Position(files[0][0].as_posix(), 0, 0))


def _wanted(number: int, results: Sequence[Result]) -> Wanted:
    from kg.syntax.places import Wanted

    terms = [(_in(number, r.focus), r.predicate, _in(number, r.value)) for r in results]
    return Wanted(
        triples={term for term in terms if term[1] and term[2]},
        pairs={term[:2] for term in terms if term[1]},
        terms={term[0] for term in terms},
    )


def _in(number: int, text: str) -> str:
    """The text of a term as the file with that number has it."""
    return text.replace(f"_:f{number}_", "_:", 1) if number and text.startswith("_:") else text


def _position(result: Result, passes: Sequence[tuple[str, int, Places]]) -> Position | None:
    named = [(name, _in(n, result.focus), result.predicate, _in(n, result.value), found) for name, n, found in passes]
    exact = ((name, found.triples[s, p, o].object_at) for name, s, p, o, found in named if (s, p, o) in found.triples)
    under = ((name, found.pairs[s, p].predicate_at) for name, s, p, _, found in named if (s, p) in found.pairs)
    itself = ((name, found.terms[s]) for name, s, _, _, found in named if s in found.terms)
    best = next(chain(exact, under, itself), None)
    return Position(best[0], *best[1]) if best else None
