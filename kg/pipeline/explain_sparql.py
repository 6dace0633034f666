"""A shape → the SPARQL queries that find what breaks it."""

from __future__ import annotations

from collections.abc import Iterator

from kg.model.errors import UsageError
from kg.model.terms import parts_of
from kg.ontology.model import nearest
from kg.ontology.reader import local_name
from kg.validation.messages import message
from kg.validation.plan import Check, checks, targets
from kg.validation.remote.as_sparql import NotTranslatable, query_for
from kg.validation.shapes.constraints import Shape, Shapes, Sparql
from kg.validation.shapes.sources import ShapesSource


def shape_queries(shapes: ShapesSource, name: str) -> list[tuple[str, str]]:
    """
    What each constraint of a shape asks for in words, and the query whose rows are its results.

    `name` is the shape's IRI or the last part of it. Where SPARQL cannot say a constraint, a comment says why.

    Raises:
        UsageError: There is no such shape, or it has no target.
        OntologyError: The shapes cannot be read.
    """
    found = list(_named(shapes, name))
    if not found:
        known = {local_name(term[1:-1]): "" for term in shapes.plan.by_term if term.startswith("<")}
        raise UsageError(f"there is no shape named '{name}'", nearest(name, iter(sorted(known))))
    queries = [pair for shape in found if shape.targets for pair in _queries(shapes, shape)]
    if not queries:
        raise UsageError(f"'{name}' has no target of its own: other shapes refer to it", "ask for one of those")
    return queries


def _named(shapes: ShapesSource, name: str) -> Iterator[Shape]:
    """The shape with that name, and those without a name that stand below it and have targets."""
    plan = shapes.plan
    wanted = name.removeprefix("<").removesuffix(">")
    for term, shape in plan.by_term.items():
        own = plan.named.get(term, "")
        if wanted in {own, local_name(own)} and (term == f"<{own}>" or shape.targets):
            yield shape


def _queries(shapes: ShapesSource, shape: Shape) -> Iterator[tuple[str, str]]:
    plan = shapes.plan
    if shape.term in plan.foreign:
        yield "not as SPARQL", f"# {plan.foreign[shape.term]}"
        return
    for check in checks(plan, shape, targets(shape)):
        try:
            query = query_for(check)
        except NotTranslatable as error:
            query = f"# SPARQL cannot say this: {error}"
        yield _title(plan, check), query


def _title(plan: Shapes, check: Check) -> str:
    """What the constraint asks for; of a query, what its own message says."""
    if isinstance(check.constraint, Sparql):
        for text in (*check.constraint.messages, *check.shape.messages):
            return parts_of(text).lexical
    return message(plan, check.shape, check.constraint)
