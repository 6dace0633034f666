"""Shapes graphs from files: their triples, the plan they make, and the place of whatever is wrong in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, RdfFormat, Triple

from kg.columns.files import parsed
from kg.model.errors import OntologyError, UsageError
from kg.ontology.vocabulary import PREFIXES
from kg.syntax.blanks import stable_blanks
from kg.validation.shapes.constraints import Shapes
from kg.validation.shapes.reading import read_shapes
from kg.validation.shapes.shape_graph import ShapeError


class ShapesSource:
    """
    The shapes graph that some files make together.

    With `apart` its blank nodes are none of the data's; else, where the files are the data, they are the same.

    Raises:
        OntologyError: A file cannot be read, at its file, line and column.
    """

    def __init__(self, files: Sequence[Path], *, apart: bool = True) -> None:
        self.files = tuple(files)
        self._labels = [f"shapes{n}_" if apart else f"f{n}_" if n else "" for n in range(len(files))]
        self.triples = tuple(
            triple for label, path in zip(self._labels, files, strict=True) for triple in _triples(label, path)
        )

    @classmethod
    def of_triples(cls, triples: Iterable[Triple]) -> ShapesSource:
        """A shapes graph that is at hand, and in no file."""
        source = cls(())
        source.triples = tuple(triples)
        return source

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
            raise OntologyError(
                f"{self._place(error)}: {error}", hint="mend the shapes; nothing was checked"
            ) from error

    def foreign(self) -> Iterator[tuple[str, str]]:
        """The names of the shapes that go to pySHACL, and why."""
        for term, why in self.plan.foreign.items():
            yield self.plan.named.get(term) or term, why

    def remarks(self) -> Iterator[str]:
        """A line for each shape that is named and of which nothing is said, and for each import: none is followed."""
        said = {str(triple.subject) for triple in self.triples}
        for triple in self.triples:
            value = str(triple.object)
            if value in self.plan.by_term and value not in said and value.startswith("<"):
                place = self._place(ShapeError("", str(triple.subject), str(triple.predicate), value))
                yield f"{place}: the shapes say nothing of {value[1:-1]}, so everything conforms to it"
            elif triple.predicate.value == PREFIXES["owl"] + "imports" and value not in said:
                yield f"{value[1:-1]} is not imported: name the file that has it, --shapes FILE"

    def _place(self, error: ShapeError) -> str:
        from kg.syntax.places import Wanted, find, has_places

        for label, path in zip(self._labels, self.files, strict=True):
            form = form_of(path)
            if not has_places(form):
                continue
            subject, predicate, value = (text.replace(f"_:{label}", "_:", 1) for text in error.triple)
            wanted = Wanted({(subject, predicate, value)}, {(subject, predicate)}, {subject})
            found = find(path, form, wanted, path.resolve().as_uri())
            if found.triples:
                return f"{path}:{':'.join(map(str, next(iter(found.triples.values())).object_at))}"
            if found.pairs:
                return f"{path}:{':'.join(map(str, next(iter(found.pairs.values())).predicate_at))}"
            if found.terms:
                return f"{path}:{':'.join(map(str, next(iter(found.terms.values()))))}"
        return ", ".join(map(str, self.files)) or "shapes"


def strange_namespaces(triples: Iterable[Triple]) -> list[str]:
    """
    Namespaces that look like SHACL's and are not.

    >>> from pyoxigraph import NamedNode
    >>> a, b = NamedNode("urn:a"), NamedNode("https://www.w3.org/ns/shacl#path")
    >>> strange_namespaces([Triple(a, b, a)])
    ['https://www.w3.org/ns/shacl#']
    """
    found = (re.match(r"https?://(?:www\.)?w3\.org/ns/shacl\W?", triple.predicate.value) for triple in triples)
    return sorted({match[0] for match in found if match} - {PREFIXES["sh"]})


def form_of(path: Path) -> RdfFormat:
    """
    The syntax of a file, by its name.

    Raises:
        OntologyError: The name does not tell.
    """
    form = RdfFormat.from_extension(path.suffix[1:])
    if form is None:
        raise OntologyError(
            f"{path}: the name does not say which RDF syntax it is in",
            "end it in .ttl, .trig, .nt, .nq, .rdf or .jsonld",
        )
    return form


def _triples(label: str, path: Path) -> Iterator[Triple]:
    form = form_of(path)
    try:
        quads = parsed(path, form)
        for quad in stable_blanks(quads) if form in {RdfFormat.TURTLE, RdfFormat.TRIG} else quads:
            yield Triple(_own(label, quad.subject), quad.predicate, _own(label, quad.object))
    except UsageError as error:
        raise OntologyError(error.message, error.hint) from error


def _own(label: str, term: Any) -> Any:
    """The term; a blank node with a label that begins so, as labels hold for one file only."""
    return BlankNode(label + term.value) if label and isinstance(term, BlankNode) else term
