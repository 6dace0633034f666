"""The shapes as pages: name, rule, why, and what to do; for `kg explain` and the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg.model.errors import OntologyError
from kg.model.findings import Severity
from kg.ontology.reader import local_name
from kg.ontology.vocabulary import PREFIXES, RDF_TYPE, RDFS_COMMENT, RDFS_LABEL

_SHACL = PREFIXES["sh"]
_TYPES = {NamedNode(_SHACL + "NodeShape"), NamedNode(_SHACL + "PropertyShape")}
_RULE = "rule"


@dataclass(frozen=True, slots=True)
class Shape:
    """A named shape: `rule` is its number in the list of rules or 0; `examples` is the folder of its two examples."""

    name: str
    iri: str
    label: str
    comment: str
    message: str
    severity: Severity
    rule: int
    file: Path
    examples: Path


def load_shapes(paths: Sequence[Path]) -> dict[str, Shape]:
    """
    All named shapes of files and folders, by name, in the order of rule and name.

    Raises:
        OntologyError: A file is no Turtle.
    """
    shapes = [
        shape
        for path in paths
        for file in (sorted(path.glob("*.ttl")) if path.is_dir() else [path])
        for shape in _shapes(file)
    ]
    return {shape.name: shape for shape in sorted(shapes, key=lambda shape: (shape.rule or 10_000, shape.name))}


def _shapes(path: Path) -> list[Shape]:
    try:
        form = RdfFormat.from_extension(path.suffix[1:]) or RdfFormat.TURTLE
        quads: list[Quad] = list(parse(path=str(path), format=form, base_iri=path.resolve().as_uri()))
    except SyntaxError as error:
        raise OntologyError(
            f"{path}:{error.lineno or 1}:{error.offset or 1}: not readable as Turtle: {error.msg}"
        ) from error
    named = {
        q.subject for q in quads if q.predicate == RDF_TYPE and q.object in _TYPES and isinstance(q.subject, NamedNode)
    }
    return [_shape(path, iri, quads) for iri in sorted(named, key=lambda iri: iri.value)]


def _shape(path: Path, iri: NamedNode, quads: list[Quad]) -> Shape:
    own = [q for q in quads if q.subject == iri]
    severity = next((q.object for q in own if q.predicate.value == _SHACL + "severity"), None)
    name = local_name(iri.value)
    rule = next(
        (q.object.value for q in own if local_name(q.predicate.value) == _RULE and isinstance(q.object, Literal)), "0"
    )
    return Shape(
        name=name,
        iri=iri.value,
        label=_text(own, RDFS_LABEL),
        comment=_text(own, RDFS_COMMENT),
        message=_text(own, NamedNode(_SHACL + "message")) or _nested_message(own, quads),
        severity=_SEVERITY.get(local_name(severity.value), Severity.violation)
        if isinstance(severity, NamedNode)
        else Severity.violation,
        rule=int(rule),
        file=path,
        examples=path.parent / "examples" / name,
    )


_SEVERITY = {"Violation": Severity.violation, "Warning": Severity.warning, "Info": Severity.info}


def _text(own: list[Quad], predicate: NamedNode) -> str:
    return next((q.object.value for q in own if q.predicate == predicate and isinstance(q.object, Literal)), "")


def _nested_message(own: list[Quad], quads: list[Quad]) -> str:
    parts = {q.object for q in own}
    return next(
        (
            text
            for part in parts
            if (text := _text([q for q in quads if q.subject == part], NamedNode(_SHACL + "message")))
        ),
        "",
    )
