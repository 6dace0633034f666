"""The lines of a plan by what they have in common, so that it is made once a row."""

from __future__ import annotations

from typing import Final, NamedTuple

from kg.mapping.plan.pieces import ALWAYS, All, EntryPlan, Flag, Line, Named, OneOf, Pieces, When
from kg.mapping.plan.walks import flattened

BETWEEN: Final = Named("between")
"""Stands for what is between two statements of one subject in one graph."""


class Group(NamedTuple):
    """The lines of one subject in one graph."""

    subject: Pieces
    graph: Pieces
    lines: list[Line]

    def end(self, *, merge: bool) -> Pieces:
        """What ends a line; in the merge it names no graph."""
        return (" .\n",) if merge else (" ", *self.graph, " .\n")

    def between(self, *, merge: bool) -> Pieces:
        """What stands between two statements."""
        return (*self.end(merge=merge), *self.subject, " ")


def grouped(plan: EntryPlan) -> list[Group]:
    """
    The lines of a plan by subject and graph, each statement once; the last group has a line that always stands.

    Lines that say the same under different conditions stand where one of these holds.
    """
    when: dict[tuple[Pieces, str, Pieces, Pieces], list[When]] = {}
    for line in plan.lines:
        when.setdefault((line.subject, line.predicate, line.value, line.graph), []).append(line.when)
    groups: dict[tuple[Pieces, Pieces], list[Line]] = {}
    for (subject, predicate, value, graph), conditions in when.items():
        holds = conditions[0] if len(conditions) == 1 else OneOf(tuple(conditions))
        if any(is_certain(one, plan) for one in conditions):
            holds = ALWAYS
        groups.setdefault((subject, graph), []).append(Line(subject, predicate, value, graph, holds))
    found = [Group(subject, graph, lines) for (subject, graph), lines in groups.items()]
    return sorted(found, key=lambda group: any(is_certain(line.when, plan) for line in group.lines))


def said(line: Line) -> Pieces:
    """What a line says of its subject."""
    return (f"{line.predicate} ", *line.value)


def is_certain(when: When, plan: EntryPlan) -> bool:
    """Whether this holds of every row that is written."""
    return all(isinstance(part, Flag) and part.name in plan.certain for part in flattened((when,), All))
