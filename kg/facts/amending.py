"""
Changes a YAML facts file as a person would: at the place, and nowhere else.

What is not changed stays byte for byte: comments, order, quotes, blank lines, the byte-order mark and the line ends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from kg.model.errors import UsageError
from kg.model.records import CLAIMS

_BOM = "\ufeff"
# What needs no quotes, in a block as in `{…}`, and is no null: https://yaml.org/spec/1.2.2/#733-plain-style
_PLAIN = re.compile(r"(?!(?:null|Null|NULL)$)[^\W_](?:[\w.’'/+()-]| (?!#))*(?<! )")


def written(text: str) -> str:
    """
    A text as a value of YAML, in quotes where it needs some.

    >>> written("M. A."), written("wrong: the base held")
    ('M. A.', '"wrong: the base held"')
    """
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry below `claims`: where its text begins and ends, the column of its keys, its keys and values as nodes."""

    start: int
    end: int
    column: int
    node: Any

    def value(self, key: str) -> Any:
        """The node under a key; None where there is none."""
        return next((value for name, value in self.node.value if name.value == key), None)


class FactsText:
    """
    The text of a YAML facts file, with the places of its entries.

    Raises:
        UsageError: It cannot be read as YAML, or `claims` is no list of entries.
    """

    def __init__(self, text: str) -> None:
        self.mark = _BOM if text.startswith(_BOM) else ""
        self.text = text.removeprefix(_BOM)
        self.line_end = "\r\n" if "\r\n" in self.text else "\n"
        try:
            root = yaml.compose(self.text, yaml.CSafeLoader)
        except yaml.YAMLError as error:
            raise UsageError(f"this is not readable as YAML: {' '.join(str(error).split())}") from error
        self.entries = tuple(self._entries(root))

    @property
    def whole(self) -> str:
        """All of it, as it is written to the file."""
        return self.mark + self.text

    def _entries(self, root: Any) -> Iterator[Entry]:
        pairs = root.value if isinstance(root, yaml.MappingNode) else []
        self.claims = next((value for name, value in pairs if name.value == CLAIMS), None)
        for node in self.claims.value if isinstance(self.claims, yaml.SequenceNode) else []:
            if not isinstance(node, yaml.MappingNode):
                raise UsageError("an entry below `claims` has no keys", "`kg check` says where")
            end = node.end_mark.index if node.flow_style else self._end(node)
            yield Entry(node.start_mark.index, end, node.start_mark.column, node)

    def of(self, number: int) -> str:
        """The text of an entry, from 0, as if it stood at the left margin."""
        entry = self.entries[number]
        first, *others = self.text[entry.start : entry.end].splitlines()
        return "\n".join([first, *(line[_indent(line, entry.column) :] for line in others)])

    def replaced(self, number: int, text: str) -> FactsText:
        """The same file with another text in the place of an entry; the text stands at the left margin."""
        entry = self.entries[number]
        first, *others = text.strip("\n").splitlines() or [""]
        lines = [first, *(" " * entry.column + line if line.strip() else "" for line in others)]
        changed = self._changed([(entry.start, entry.end, self.line_end.join(lines))])
        if len(changed.entries) != len(self.entries):
            raise UsageError("this is no longer one entry", "keep one entry; `- ` and `claims:` do not belong here")
        return changed

    def with_keys(self, number: int, keys: Mapping[str, str]) -> FactsText:
        """The same file with these keys set in an entry; an empty text takes a key away."""
        facts = self
        for key in (key for key, text in keys.items() if not text):
            if facts.entries[number].value(key) is not None:
                facts = facts._changed([facts._removal(facts.entries[number], key)])
        return facts._set(number, {key: text for key, text in keys.items() if text})  # noqa: SLF001

    def _set(self, number: int, keys: Mapping[str, str]) -> FactsText:
        entry = self.entries[number]
        there = {key: value for key in keys if (value := entry.value(key)) is not None}
        changes = [(value.start_mark.index, self._end(value), written(keys[key])) for key, value in there.items()]
        added = [f"{key}: {written(text)}" for key, text in keys.items() if key not in there]
        if added:
            changes.append(self._addition(entry, added, next(iter(keys))))
        return self._changed(changes)

    def _addition(self, entry: Entry, lines: list[str], after: str) -> tuple[int, int, str]:
        """New keys behind a key that is there, else at the end of the entry."""
        beside = entry.value(after) or entry.node.value[-1][1]
        at = self._end(beside)
        if entry.node.flow_style:
            return at, at, "".join(f", {line}" for line in lines)
        line_end = self.text.find("\n", at)
        at = (len(self.text) if line_end < 0 else line_end) if _stays_on_line(beside) else at
        at -= self.text[max(0, at - 1) : at] == "\r"
        return at, at, "".join(f"{self.line_end}{' ' * entry.column}{line}" for line in lines)

    def _removal(self, entry: Entry, key: str) -> tuple[int, int, str]:
        number = next(n for n, (name, _) in enumerate(entry.node.value) if name.value == key)
        name, value = entry.node.value[number]
        if number + 1 < len(entry.node.value):
            return name.start_mark.index, entry.node.value[number + 1][0].start_mark.index, ""
        if number == 0:
            raise UsageError(f"'{key}' is all that the entry has", "reject the entry instead")
        return self._end(entry.node.value[number - 1][1]), self._end(value), ""

    def with_entries(self, text: str) -> FactsText:
        """The same file with more entries at its end; the text is that of a list, indented by two."""
        if isinstance(self.claims, yaml.SequenceNode) and self.claims.flow_style and not self.claims.value:
            start = len(self.text[: self.claims.start_mark.index].rstrip(" "))
            lines = [self.line_end + line for line in text.rstrip("\n").splitlines()]
            return self._changed([(start, self.claims.end_mark.index, "".join(lines))])
        if self.claims is None:
            raise UsageError("there is no `claims:` to add to")
        if isinstance(self.claims, yaml.SequenceNode) and self.claims.flow_style:
            raise UsageError("`claims` is written as `[…]`", "begin each entry on a line of its own with `- `")
        column = self.claims.start_mark.column if self.entries else 2
        lines = [" " * column + line[2:] if line.strip() else "" for line in text.rstrip("\n").splitlines()]
        at = self.entries[-1].end if self.entries else self.claims.end_mark.index
        line_end = self.text.find("\n", at)
        at = len(self.text) if line_end < 0 else line_end
        at -= self.text[max(0, at - 1) : at] == "\r"
        return self._changed([(at, at, self.line_end * 2 + self.line_end.join(lines))])

    def _end(self, node: Any) -> int:
        """Where the text of a node ends: YAML lets a block end where the next thing begins."""
        if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
            start: int = node.start_mark.index
            end: int = node.end_mark.index
            return start + len(self.text[start:end].rstrip()) if end > start else start
        last = node.value[-1]
        return self._end(last[1] if isinstance(last, tuple) else last)

    def _changed(self, changes: list[tuple[int, int, str]]) -> FactsText:
        text = self.text
        for start, end, new in sorted(changes, key=lambda change: change[:2], reverse=True):
            text = text[:start] + new + text[end:]
        return FactsText(self.mark + text)


def _stays_on_line(node: Any) -> bool:
    """Whether nothing but a comment can follow a node on its last line."""
    return not (isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"))


def _indent(line: str, most: int) -> int:
    return min(most, len(line) - len(line.lstrip(" ")))
