"""Shapes graphs from files: their triples, the plan they make, and the place of whatever is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, RdfFormat, Triple

from kg.columns.files import parsed
from kg.model.errors import OntologyError, UsageError
from kg.syntax.blanks import stable_blanks
from kg.validation.constraints import Shapes
from kg.validation.reading import read_shapes
from kg.validation.shape_graph import ShapeError


class ShapesSource:
    """
    The shapes graph that some files make together.

    Raises:
        OntologyError: A file cannot be read, at its file, line and column.
    """

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = tuple(files)
        self.triples = tuple(triple for number, path in enumerate(files) for triple in _triples(number, path))

    @classmethod
    def of_folders(cls, folders: Iterable[Path]) -> ShapesSource:
        """The Turtle files of some folders."""
        return cls([path for folder in folders for path in sorted(folder.glob("*.ttl"))])

    @cached_property
    def plan(self) -> Shapes:
        """
        The shapes, read.

        Raises:
            OntologyError: A shape cannot be read; the message begins with the place of the triple that is wrong.
        """
        try:
            return read_shapes(self.triples)
        except ShapeError as error:
            raise OntologyError(f"{self._place(error)}: {error}", hint="the shapes cannot be used") from error

    def _place(self, error: ShapeError) -> str:
        from kg.syntax.places import Wanted, find, has_places

        for number, path in enumerate(self.files):
            form = form_of(path)
            if not has_places(form):
                continue
            subject, predicate, value = (_label_in(number, text) for text in error.triple)
            wanted = Wanted({(subject, predicate, value)}, {(subject, predicate)}, {subject})
            found = find(path, form, wanted, path.resolve().as_uri())
            if found.triples:
                return f"{path}:{':'.join(map(str, next(iter(found.triples.values())).object_at))}"
            if found.pairs:
                return f"{path}:{':'.join(map(str, next(iter(found.pairs.values())).predicate_at))}"
            if found.terms:
                return f"{path}:{':'.join(map(str, next(iter(found.terms.values()))))}"
        return ", ".join(map(str, self.files)) or "shapes"


def form_of(path: Path) -> RdfFormat:
    """
    The syntax of a file, by its name.

    Raises:
        OntologyError: The name does not tell.
    """
    form = RdfFormat.from_extension(path.suffix[1:])
    if form is None:
        raise OntologyError(f"{path}: the name does not say which RDF syntax it is in", "end it in .ttl, .nt, .nq, .trig")
    return form


def _triples(number: int, path: Path) -> Iterator[Triple]:
    form = form_of(path)
    try:
        quads = parsed(path, form)
        for quad in stable_blanks(quads) if form in {RdfFormat.TURTLE, RdfFormat.TRIG} else quads:
            yield Triple(_own(number, quad.subject), quad.predicate, _own(number, quad.object))
    except UsageError as error:
        raise OntologyError(str(error)) from error


def _own(number: int, term: Any) -> Any:
    """The term; a blank node of a later file with a label of its own, as labels hold for one file only."""
    return BlankNode(f"f{number}_{term.value}") if number and isinstance(term, BlankNode) else term


def _label_in(number: int, text: str) -> str:
    """The text of a term as the file with that number has it."""
    return text.replace(f"_:f{number}_", "_:", 1) if number and text.startswith("_:") else text
