"""What reports say of the rules that a check holds the facts against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.model.findings import CODES, Severity
from kg.model.shipped import shipped
from kg.pipeline.explain import shape_page
from kg.pipeline.project import Project
from kg.reports.report import Rule
from kg.validation.shapes.pages import load_shapes


def rules_of(project: Project) -> dict[str, Rule]:
    """
    Every rule of a check, by name: what reading can find, then the shapes, in the order of the reference.

    Raises:
        OntologyError: A shapes file is no Turtle.
    """
    return {rule.name: rule for rule in (*_of_reading(), *rules_of_shapes(project.folders("shapes")))}


def rules_of_shapes(paths: Sequence[Path]) -> Iterator[Rule]:
    """The named shapes of some files and folders."""
    for shape in load_shapes(paths).values():
        yield Rule(
            name=shape.name,
            severity=shape.severity,
            title=shape.label,
            why=shape.comment,
            advice=shape.message,
            page=shape_page(shape),
            uri=shape.iri if shape.iri.startswith(("http://", "https://")) else "",
        )


def _of_reading() -> Iterator[Rule]:
    """The codes, as their pages explain them: a title, a sentence, then `## Why`, and so on."""
    for code in sorted(CODES):
        page = (shipped("findings") / f"{code}.md").read_text(encoding="utf-8").rstrip()
        _, title, rest = page.split("\n\n", 2)
        why = rest.removeprefix("## Why\n\n").split("\n\n## ", 1)[0]
        advice = page.rsplit("```", 1)[-1].strip()
        yield Rule(code, Severity.error, title, why, advice, page, of_shape=False)
