"""RDF files → findings: any data graph against any shapes, each finding at the line and column of its triple."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import RdfFormat

from kg.columns import stream
from kg.columns.files import FILE_BITS
from kg.model.errors import UsageError
from kg.model.findings import Finding
from kg.model.positions import Position
from kg.ontology.reader import local_name
from kg.pipeline.no_focus import nothing_to_check
from kg.pipeline.rdf_files import rdf_files
from kg.pipeline.results import by_name, finding_of
from kg.validation.engine import SetEngine
from kg.validation.results import Result, Statistic
from kg.validation.shapes.sources import ShapesSource, form_of, strange_namespaces
from kg.validation.triple_index import TripleIndex
from kg.validation.validate import over_columns, over_index

if TYPE_CHECKING:
    from kg.syntax.quads import Written

Files: TypeAlias = Sequence[tuple[Path, RdfFormat]]

_IN_FILE = (1 << FILE_BITS) - 1
_AT = {"subject": "subject_at", "predicate": "predicate_at", "object": "object_at", "mention": "object_at"}
_SMALL = 12_000_000
"""Bytes. Up to here dictionaries are quicker: DuckDB takes as long to start as they take to read and check them."""


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
        shapes = ShapesSource(self.shapes_files, apart=bool(self.shapes))
        if not shapes.plan.by_term:
            raise UsageError(f"{_names(shapes.files)}: no shapes in there", self._without_shapes(shapes))
        self.notes.extend(f"{term} is checked by pySHACL: {why}" for term, why in shapes.foreign())
        self.notes.extend(shapes.remarks())
        if sum(path.stat().st_size for path, _ in files) <= _SMALL:
            read = stream.read(files)
            index = TripleIndex(out=read.triples)
            self.triples = len(index)
            yield from self._of(over_index(index, shapes), files, read.by_line)
            return
        from kg.columns.encode import Columns

        with Columns(self.memory) as columns:
            columns.load(files)
            self.triples = columns.count()
            engine = over_columns(columns, shapes)
            yield from self._of(engine, files, columns.by_line)

    def _without_shapes(self, shapes: ShapesSource) -> str:
        """What to do where there are none."""
        if not self.shapes:
            return "name the files that have them: --shapes FILE"
        if others := strange_namespaces(shapes.triples):
            return f"the namespace of SHACL is http://www.w3.org/ns/shacl#, not {others[0]}"
        if any(ShapesSource([path]).plan.by_term for path in self.data_files):
            return "there are shapes in the data: are the files the other way round?"
        return "a shape has the type sh:NodeShape, or a target"

    def _of(self, engine: SetEngine, files: Files, by_line: Sequence[bool]) -> Iterator[Finding]:
        yield from _placed(engine.results(), files, by_line)
        self.statistics.update(by_name(engine.statistics))
        if not any(statistic.focus_nodes for statistic in engine.statistics.values()) and not engine.shapes.foreign:
            yield nothing_to_check(engine.shapes, self.shapes_files[0], files, self.triples)


def _names(paths: Iterable[Path]) -> str:
    return ", ".join(str(path) for path in paths)


def _placed(results: Iterable[Result], files: Files, by_line: Sequence[bool]) -> Iterator[Finding]:
    """Findings of results whose places are lines, as they come; the others when all have come."""
    later: list[Result] = []
    names = [path.as_posix() for path, _ in files]
    for result in results:
        number = result.place >> FILE_BITS
        if result.place and by_line[number] and result.part != "mention":
            line = result.place & _IN_FILE
            yield finding_of(result, Position(names[number], line, _column(result, number)))
        else:
            later.append(result)
    if later:
        yield from _counted(later, files, by_line)


def _column(result: Result, number: int) -> int:
    """Where on its line a term stands: one blank is between two terms."""
    subject = result.focus.replace(f"_:f{number}_", "_:", 1)
    return {"object": len(subject) + len(result.predicate) + 3, "predicate": len(subject) + 2}.get(result.part, 1)


def _counted(results: Sequence[Result], files: Files, by_line: Sequence[bool]) -> Iterator[Finding]:
    """Findings of results whose places one pass over each file turns into positions."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for result in results:
        if result.place:
            wanted[result.place >> FILE_BITS].add(result.place & _IN_FILE)
    named = _named({result.focus for result in results if not result.place}, files)
    written = {
        number: (_lines if by_line[number] else _numbered)(*files[number], numbers)
        for number, numbers in wanted.items()
    }

    def position(result: Result) -> Position:
        if not result.place:
            return named.get(result.focus, Position(files[0][0].as_posix(), 0, 0))
        number = result.place >> FILE_BITS
        triple = written.get(number, {}).get(result.place & _IN_FILE)
        line, column = (0, 0) if triple is None else getattr(triple, _AT[result.part])
        return Position(files[number][0].as_posix(), line, column)

    yield from sorted((finding_of(result, position(result)) for result in results), key=lambda finding: finding.order)


def _lines(path: Path, _form: RdfFormat, numbers: Collection[int]) -> Mapping[int, Written]:
    """The triples on some lines of a file of plain lines, with their places."""
    from kg.syntax.quads import Written

    found, last = {}, max(numbers)
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, last), 1):
            if number in numbers:
                subject, predicate, rest = line.split(" ", 2)
                at = [(number, 1), (number, len(subject) + 2), (number, len(subject) + len(predicate) + 3)]
                found[number] = Written(subject, predicate, rest.rstrip(" .\n"), "", *at)
    return found


def _numbered(path: Path, form: RdfFormat, numbers: Collection[int]) -> Mapping[int, Written]:
    """The n-th triples of a file, with their places; none of a syntax that has no places."""
    from kg.syntax.places import has_places, numbered

    return numbered(path, form, numbers, path.resolve().as_uri()) if has_places(form) else {}


def _named(terms: Collection[str], files: Files) -> dict[str, Position]:
    """Where terms of which nothing is said are first named."""
    if not terms:
        return {}
    from kg.syntax.places import focus_places

    found: dict[str, Position] = {}
    for number, (path, form) in enumerate(files):
        own = {term.replace(f"_:f{number}_", "_:", 1): term for term in terms if term not in found}
        for text, place in (focus_places(path, form, own, path.resolve().as_uri()) if own else {}).items():
            found[own[text]] = Position(path.as_posix(), *place)
    return found
