"""What is wrong in the data: a value, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from kg.model.positions import Position

CODES: Final = frozenset(
    {
        "alias-not-allowed",
        "checksum-mismatch",
        "date-not-quoted",
        "duplicate-id",
        "duplicate-key",
        "empty-entry",
        "empty-file",
        "empty-value",
        "id-and-about",
        "invalid-encoding",
        "invalid-id",
        "invalid-suppression",
        "invalid-value",
        "missing-document",
        "missing-id",
        "missing-reason",
        "missing-table",
        "missing-type",
        "no-focus-nodes",
        "number-not-quoted",
        "participant-not-quoted",
        "quote-folded",
        "quote-not-found",
        "quote-not-unique",
        "ragged-row",
        "reason-without-analyst",
        "references-unchecked",
        "syntax-error",
        "text-not-found",
        "text-outside-project",
        "too-large",
        "unexpected-key",
        "unexpected-shape",
        "unknown-code",
        "unknown-column",
        "unknown-key",
        "unknown-reference",
        "unknown-type",
        "unknown-word",
        "unmapped-value",
        "unreadable-file",
        "unreadable-table",
        "unreviewed-reference",
        "unused-suppression",
        "wrong-reference",
    }
)
"""Every code that reading gives, each a page of `docs/reference/findings`. What a shape finds has the shape's name."""


class Severity(IntEnum):
    """How bad a finding is, in rising order, named as SHACL names it; `error` is for what is no graph at all."""

    info = 1
    warning = 2
    violation = 3
    error = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that is wrong, where, and what to do about it.

    `code` is one of `CODES` or the name of the shape that was broken. `focus`, `path` and `value` are set for
    results of shapes: N-Triples terms, empty where the result has none. `shape` and `component` are the IRIs of the
    broken shape, as it is written, and of its constraint component. `details` say in words what failed inside of it.

    `suppressed` is the reason why the finding does not count, empty where it does. `baseline` is empty without a
    baseline, else `new` or `unchanged`; a suppressed finding that is `unchanged` is suppressed by the baseline.

    >>> at = Position("f.yaml", 3, 5)
    >>> print(Finding("unknown-key", Severity.error, "'atacker' is no key", at, "did you mean 'attacker'?"))
    f.yaml:3:5: error: unknown-key: 'atacker' is no key
      hint: did you mean 'attacker'?
    """

    code: str
    severity: Severity
    message: str
    position: Position
    hint: str = ""
    related: tuple[tuple[str, Position], ...] = ()
    focus: str = ""
    path: str = ""
    value: str = ""
    component: str = ""
    shape: str = ""
    details: tuple[str, ...] = ()
    suppressed: str = ""
    baseline: str = ""

    def __str__(self) -> str:
        lines = [f"{self.position}: {self.severity.name}: {self.code}: {self.message}"]
        lines.extend(f"    {detail}" for detail in self.details)
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        lines.extend(f"  see: {position}: {text}" for text, position in self.related)
        return "\n".join(lines)

    @property
    def order(self) -> tuple[object, ...]:
        """Sorts findings as a reader walks the files."""
        return (*self.position, self.code, self.message, self.focus, self.path, self.value)
