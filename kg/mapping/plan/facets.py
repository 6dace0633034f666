"""What facets of an entry are made of: what a row puts into a template, and whether it puts anything there."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, NamedTuple

from kg.mapping.opened import Opened
from kg.mapping.plan.emission import Learnt
from kg.mapping.plan.forms import forms_of_id
from kg.mapping.plan.learning import Facet, Learner
from kg.mapping.plan.pieces import ALWAYS, Either, EntryPlan, Not, OneOf, Pieces, When
from kg.mapping.plan.probe import Probe, Said
from kg.mapping.scope import Scope
from kg.mapping.templates.filling import Row
from kg.mapping.templates.holes import Column, Condition, Entry, Hole, Items, Steps, Template, Test, columns_of
from kg.model.findings import Finding
from kg.model.records import Mapping as Record
from kg.model.records import Scalar
from kg.model.statements import Mapped

CLAIM_NAME = "claim"
"""What the text of the claim's IRI is called in a plan."""


class NotCompiled(Exception):
    """What an entry asks for is done row by row."""


class Failed(NamedTuple):
    """What is wrong with what a row would put somewhere."""

    findings: tuple[Finding, ...]


class Facets:
    """Makes and learns the facets of the entries of one mapping."""

    def __init__(self, opened: Opened, learner: Learner) -> None:
        self.opened = opened
        self.learner = learner
        self.ontology = opened.scope.context.ontology

    def node(self, template: Template) -> Callable[[Row], Hashable]:
        """What a row puts into a template; `Failed` where the reference has something to say about that."""

        def fill(row: Row) -> Hashable:
            mapped = Mapped(self.opened.scope.sheet.file)
            node = self.opened.filler(mapped).node(template, row)
            return Failed(tuple(mapped.findings)) if mapped.findings else node

        return fill

    def with_types(self, template: Template, types: tuple[Template, ...]) -> Callable[[Row], Hashable]:
        """The same, with the classes that a thing has in the row."""
        inner = self.node(template)

        def fill(row: Row) -> Hashable:
            node = inner(row)
            if node is None or isinstance(node, Failed):
                return node
            filler = self.opened.filler(Mapped(""))
            return node, tuple(found for t in types if (found := filler.node(t, row)) is not None)

        return fill

    def record(self, keys: tuple[tuple[Scalar, Template], ...], at: Entry | None) -> Callable[[Row], Record | Failed]:
        """What a row puts under some keys; those that get nothing are left out."""
        line, column = (at.line, at.column) if at is not None else (0, 0)

        def fill(row: Row) -> Record | Failed:
            mapped = Mapped(self.opened.scope.sheet.file)
            filler = self.opened.filler(mapped)
            pairs = tuple((key, node) for key, t in keys if (node := filler.node(t, row)) is not None)
            return Failed(tuple(mapped.findings)) if mapped.findings else Record(pairs, line, column)

        return fill

    @staticmethod
    def checked(say: Callable[[Any, frozenset[str]], Said]) -> Callable[[Any, frozenset[str]], Said]:
        """What cannot be filled says what is wrong with it."""

        def checked(filled: Any, plain: frozenset[str]) -> Said:
            return Said(findings=list(filled.findings)) if isinstance(filled, Failed) else say(filled, plain)

        return checked

    def learn_name(
        self, template: Template, say: Callable[[Any, frozenset[str]], Said], plan: EntryPlan, names: dict[str, str]
    ) -> Learnt:
        """Learn what a template names: the text `iri`."""
        forms = forms_of_id(template) if isinstance(template, Hole) else ()
        facet = Facet(columns_of(template), self.node(template), self.checked(say), forms)
        return self.learner.learn(facet, plan, names)

    def gives(self, template: Template, plan: EntryPlan) -> When:
        """Whether a template gives something for the row."""
        if not columns_of(template):
            return ALWAYS
        if isinstance(template, Hole) and _is_bare(template):
            return self.learner.full(template.columns)
        facet = Facet(columns_of(template), self.node(template), lambda _filled, _plain: Said())
        return self.learner.learn(facet, plan, {}).given

    def condition(self, condition: Condition | None, plan: EntryPlan) -> When:
        """When a condition holds of the row; none always does."""
        if condition is None:
            return ALWAYS
        if isinstance(condition, Test) and condition.kind in ("empty", "full"):
            hole = condition.hole
            if _is_bare(hole):
                full = self.learner.full(hole.columns)
                return full if condition.kind == "full" else Not(full)

        def fill(row: Row) -> Hashable:
            return True if self.opened.filler(Mapped("")).holds(condition, row) else None

        facet = Facet(columns_of(condition), fill, lambda _filled, _plain: Said())
        return self.learner.learn(facet, plan, {}).given

    @staticmethod
    def silent(probe: Probe) -> Scope:
        """For what is wrong with a class, which is reported where the class is learnt."""
        return replace(probe.scope, mapped=Mapped(probe.mapped.file))


def add_odd(plan: EntryPlan, when: When) -> None:
    """Leave the rows of which this holds to the reference."""
    plan.odd = OneOf((plan.odd, when))


def may_vanish(entry: Entry) -> bool:
    """Whether an entry is left out where its holes give nothing; see `Filler`."""
    return all(isinstance(t, Scalar) or columns_of(t) for _, t in entry.keys)


def _is_bare(hole: Hole) -> bool:
    """Whether a hole gives something exactly where its columns are full."""
    pieces = hole.sources[0].pieces if len(hole.sources) == 1 and hole.steps == Steps() else ()
    return bool(pieces) and all(isinstance(p, str) or (isinstance(p, Column) and not p.as_id) for p in pieces)


def one_by_one(template: Template) -> tuple[Template, ...]:
    """The items of a list, each of which is a value of its own."""
    return template.items if isinstance(template, Items) else (template,)


def either(alternatives: list[tuple[Pieces, When]]) -> Pieces:
    """The text that a row gives, of those that some rows give."""
    if len(alternatives) == 1:
        return alternatives[0][0]
    return (Either(tuple((when, pieces) for pieces, when in alternatives)),)
