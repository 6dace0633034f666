"""A template and a row → a record, as if somebody had written the entry by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from kg.mapping.iris import digest, suggested_id
from kg.mapping.templates.holes import (
    AllOf,
    AnyOf,
    Column,
    Condition,
    Digest,
    Entry,
    Hole,
    Items,
    NamedHole,
    Template,
    Test,
    Text,
)
from kg.mapping.templates.names import Names
from kg.mapping.values.months import format_with_number, languages, with_number
from kg.mapping.values.problem import ValueProblem, quoted
from kg.model.records import Listing, Node, Scalar
from kg.model.records import Mapping as Record
from kg.ontology import vocabulary as v
from kg.ontology.model import nearest

Row: TypeAlias = Mapping[str, str]
"""Column → text, blank around it dropped; empty where the cell says nothing."""


class Fault(Exception):
    """What a hole cannot make of a cell, which is reported at the hole."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True, slots=True)
class Filler:
    """
    Fills templates from rows.

    `report(code, message, at, hint)` is told what is wrong in a row; the value is then left out.
    """

    names: Names
    report: Callable[[str, str, Node, str], None] = field(repr=False)

    def claim(self, entry: Entry, row: Row, *, shared: bool = False) -> Record | None:
        """
        An entry of `claims` or `shared`; None where the row has none, by its condition or for want of a name.

        A shared entry may lack its id: the row then does not speak of the thing.
        """
        if not self.holds(entry.condition, row):
            return None
        if shared and isinstance(own := entry.get(v.WORD_ID), Hole) and self.node(own, row) is None:
            return None
        if not self._is_named(entry, row):
            return None
        # What a row has no entry for is not looked at: neither are the claim's own keys.
        says = self._says(template, row) if (template := entry.get(v.WORD_SAYS)) is not None else None
        if template is not None and says is None:
            return None
        keys: list[tuple[Scalar, Node]] = []
        for key, one in entry.keys:
            node = says if key.text == v.WORD_SAYS else self.node(one, row)
            if node is not None:
                keys.append((key, node))
        return Record(tuple(keys), entry.line, entry.column) if keys else None

    def node(self, template: Template, row: Row) -> Node | None:
        """What a template gives for a row; None where it gives nothing."""
        match template:
            case Scalar():
                return template
            case Hole():
                return self._value(template, row)
            case Items():
                found = [node for item in template.items if (node := self.node(item, row)) is not None]
                flat = [one for node in found for one in (node.items if isinstance(node, Listing) else (node,))]
                return Listing(tuple(flat), template.line, template.column) if flat else None
            case Entry():
                return self._entry(template, row)

    def holds(self, condition: Condition | None, row: Row) -> bool:
        """Whether a condition holds of a row; none always does."""
        match condition:
            case None:
                return True
            case AnyOf(conditions):
                return any(self.holds(one, row) for one in conditions)
            case AllOf(conditions):
                return all(self.holds(one, row) for one in conditions)
            case Test():
                return self._passes(condition, row)

    # ── Entries ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _entry(self, entry: Entry, row: Row) -> Record | None:
        if not self.holds(entry.condition, row):
            return None
        keys: list[tuple[Scalar, Node]] = []
        holes = filled = 0
        for key, template in entry.keys:
            node = self.node(template, row)
            if not isinstance(template, Scalar):
                holes += 1
                filled += node is not None
            if node is not None:
                keys.append((key, node))
        return Record(tuple(keys), entry.line, entry.column) if keys and (filled or not holes) else None

    def _says(self, template: Template, row: Row) -> Node | None:
        entries = template.items if isinstance(template, Items) else (template,)
        found = [
            node
            for entry in entries
            if isinstance(entry, Entry)
            and self.holds(entry.condition, row)
            and self._is_named(entry, row)
            and (node := self._entry(entry, row)) is not None
        ]
        return Listing(tuple(found), template.line, template.column) if found else None

    def _is_named(self, entry: Entry, row: Row) -> bool:
        """Whether the row names what the entry is about; an `id` that it leaves open is reported."""
        about, own = entry.get(v.WORD_ABOUT), entry.get(v.WORD_ID)
        if isinstance(about, Hole) and self.node(about, row) is None:
            return False
        if isinstance(own, Hole) and self.node(own, row) is None:
            hint = "give the cell a value, or the entry an `if` that leaves such rows out"
            self.report("missing-id", "this row gives the entry no id", Scalar("", own.line, own.column), hint)
            return False
        return True

    # ── Holes ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _value(self, hole: Hole, row: Row) -> Node | None:
        at = Scalar("", hole.line, hole.column)
        try:
            texts = self.texts(hole, row)
        except Fault as fault:
            self.report(fault.code, fault.message, at, fault.hint)
            return None
        if not texts:
            return None
        items = tuple(Scalar(text, hole.line, hole.column) for text in texts)
        return items[0] if len(items) == 1 else Listing(items, hole.line, hole.column)

    def texts(self, hole: Hole, row: Row) -> tuple[str, ...]:
        """
        What a hole gives for a row; several only where it is split or a code has several values.

        Raises:
            Fault: A code has no value, or a date is not in the format.
        """
        for source in hole.sources:
            text = self._joined(source, row) or hole.steps.default
            if text and (found := self._after_steps(text, hole, row)):
                return found
        other = self._joined(hole.steps.otherwise, row) if hole.steps.otherwise is not None else ""
        # An empty cell says nothing, and nothing else stands for it but a default.
        return (other,) if other and any(self._joined(source, row) for source in hole.sources) else ()

    def _joined(self, text: Text, row: Row) -> str:
        """A text with its columns and named holes filled; empty where one of them is."""
        parts: list[str] = []
        for piece in text.pieces:
            part = piece if isinstance(piece, str) else self._filled(piece, row)
            if not part:
                return ""
            parts.append(part)
        return "".join(parts)

    def _filled(self, piece: Column | NamedHole | Digest, row: Row) -> str:
        if isinstance(piece, Digest):
            texts = [self._filled(one, row) for one in piece.of]
            return digest(*texts) if any(texts) else ""
        text = row.get(piece.name, "") if isinstance(piece, Column) else "".join(self.texts(piece.hole, row)[:1])
        return suggested_id(text) if piece.as_id else text

    def _after_steps(self, text: str, hole: Hole, row: Row) -> tuple[str, ...]:
        steps = hole.steps
        if steps.match is not None:
            text = _matched(steps.match, text)
        parts = _split(text, steps.split) if steps.split else [text] if text else []
        found: list[str] = []
        for part in parts:
            written = _dated(part, steps.formats, steps.language) if steps.formats else part
            if steps.thousands:
                written = re.sub(rf"(?<=[0-9]){re.escape(steps.thousands)}(?=[0-9])", "", written)
            for value in _looked_up(written, hole) if steps.values is not None else (written,):
                named = self._thing(value, hole, row) if steps.things else value
                if named:
                    found.append(named)
        return tuple(found)

    def _thing(self, text: str, hole: Hole, row: Row) -> str:
        inside: tuple[str, ...] = ()
        if hole.steps.inside is not None:
            inside = self.texts(hole.steps.inside, row)
            if not inside:
                return ""
        return self.names.find(text, hole.steps.things, inside)

    def _passes(self, test: Test, row: Row) -> bool:
        try:
            texts = self.texts(test.hole, row)
        except Fault:
            texts = ()
        match test.kind:
            case "is":
                return any(text in test.texts for text in texts)
            case "isNot":
                return not any(text in test.texts for text in texts)
            case "empty":
                return not texts
            case "full":
                return bool(texts)
            case "above":
                return any((n := _number(text)) is not None and n > test.bound for text in texts)
            case _:
                return any((n := _number(text)) is not None and n < test.bound for text in texts)


def _matched(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    if found is None:
        return ""
    groups = [group for group in found.groups() if group is not None]
    return (groups[0] if groups else found[0]).strip()


def _split(text: str, separator: str) -> list[str]:
    """The parts of a text; quotes hold together what has the separator in it, as in a CSV file."""
    parts: list[str] = []
    within = ""
    for piece in text.split(separator):
        within = f"{within}{separator}{piece}" if within else piece
        if within.count('"') % 2 == 0:
            parts.append(within)
            within = ""
    stripped = (part.strip() for part in ([*parts, within] if within else parts))
    bare = (p[1:-1].replace('""', '"').strip() if len(p) > 1 and p[0] == p[-1] == '"' else p for p in stripped)
    return [part for part in bare if part]


def _dated(text: str, formats: tuple[str, ...], language: str) -> str:
    written = _with_number(text, language) if language else text
    for form in formats:
        try:
            return datetime.strptime(written, format_with_number(form) if language else form).date().isoformat()  # noqa: DTZ007 # a day has no zone
        except ValueError:
            continue
    message = f"{quoted(text)} is not written like {' or '.join(formats)}"
    hint = "mend the cell; where more are written so, add that form to `format` in the mapping"
    if not language and any("%B" in form or "%b" in form for form in formats):
        hint += f"; months in another language need `language: {'`, `'.join(languages())}`"
    raise Fault("invalid-value", message, hint)


def _with_number(text: str, language: str) -> str:
    try:
        return with_number(text, language)
    except ValueProblem as problem:
        raise Fault("invalid-value", problem.message, problem.hint) from problem


def _looked_up(text: str, hole: Hole) -> tuple[str, ...]:
    steps = hole.steps
    found = (steps.values or {}).get(text)
    if found is not None:
        return found
    if steps.otherwise is not None:
        return ()
    name = f"the value table '{steps.values_name}'" if steps.values_name else "the value table"
    hint = nearest(text, iter(steps.values or {})) or "add it to the table, or give the hole an `else`"
    raise Fault("unmapped-value", f"{name} has nothing for {quoted(text)}", hint)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
