"""Shapes that find nothing to check: most often the data says the same names in another namespace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat

from kg.columns.files import parsed
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.ontology.reader import local_name
from kg.ontology.vocabulary import RDF_TYPE
from kg.validation.shapes.constraints import Shapes

_LOOKED_AT = 200_000


def nothing_to_check(plan: Shapes, file: Path, data: Sequence[tuple[Path, RdfFormat]], triples: int) -> Finding:
    """The warning that the targets name nothing in the data, at the shapes file; the hint names what is like them."""
    targets = [target for shape in plan.with_targets() for target in shape.targets]
    if not targets:
        message, hint = (
            "no shape has a target, so nothing is checked",
            "say what a shape is for, as with sh:targetClass",
        )
    elif not triples:
        message, hint = "there are no triples in the data, so nothing is checked", "look whether it is the right file"
    else:
        message = "nothing in the data is a target of the shapes, so nothing is checked"
        hint = _alike({target.term[1:-1] for target in targets if target.term.startswith("<")}, data)
    return Finding("no-focus-nodes", Severity.warning, message, Position(file.as_posix(), 0, 0), hint)


def _alike(targets: set[str], data: Sequence[tuple[Path, RdfFormat]]) -> str:
    wanted = {local_name(iri): iri for iri in sorted(targets, reverse=True)}
    for iri in islice(_named(data), _LOOKED_AT):
        name = local_name(iri)
        if name in wanted and iri not in targets:
            return f"the shapes are for {wanted[name]}, the data has {iri}"
    return "look whether the data uses the classes and predicates that the targets name"


def _named(data: Sequence[tuple[Path, RdfFormat]]) -> Iterator[str]:
    """The classes and predicates of the data, as they come."""
    for path, form in data:
        for quad in parsed(path, form):
            yield quad.predicate.value
            if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode):
                yield quad.object.value
