"""Builds a tree of text with positions from what a parser of YAML or JSON meets, without recursion."""

from __future__ import annotations

from typing import Final

from kg.facts.reporting import Report, count
from kg.model.records import Limits, Listing, Mapping, Node, Scalar

# The key of an entry that was reported and is left out.
_LEFT_OUT: Final = Scalar("", 0, 0)


class _Open:
    """A list or a mapping whose end has not come yet; `keys` is None for a list, `key` awaits its value."""

    __slots__ = ("column", "entries", "is_key", "items", "key", "keys", "line")

    def __init__(self, keys: dict[str, Scalar] | None, line: int, column: int, *, is_key: bool = False) -> None:
        self.keys = keys
        self.line = line
        self.column = column
        self.is_key = is_key
        self.key: Scalar | None = None
        self.items: list[Node] = []
        self.entries: list[tuple[Scalar, Node]] = []


class Tree:
    """
    Takes nodes in the order they stand in the file; `root` is the mapping they make.

    Reports keys that come twice (the first stays) and keys that are no text, and stops at the limits on depth,
    on the number of nodes and on the length of a text.
    """

    def __init__(self, report: Report, limits: Limits) -> None:
        self._report = report
        self._limits = limits
        self._left = limits.nodes
        self._outer: list[_Open] = []
        self._top = self._base = _Open(None, 0, 0)

    @property
    def awaits_key(self) -> bool:
        """Whether the next node is the key of an entry."""
        return self._top.keys is not None and self._top.key is None

    @property
    def depth(self) -> int:
        """How many lists and mappings are open."""
        return len(self._outer)

    @property
    def in_mapping(self) -> bool:
        """Whether the innermost of what is open is a mapping."""
        return self._top.keys is not None

    def scalar(self, text: str, line: int, column: int) -> None:
        """A text: a value, or the key of the value that comes next."""
        self._left -= 1
        if self._left < 0 or len(text) > self._limits.scalar:
            self._too_large(text, line, column)
        node = Scalar(text, line, column)
        top = self._top
        if top.keys is None:
            top.items.append(node)
        elif top.key is not None:
            if top.key is not _LEFT_OUT:
                top.entries.append((top.key, node))
            top.key = None
        elif (first := top.keys.setdefault(text, node)) is node:
            top.key = node
        else:
            top.key = _LEFT_OUT
            self._duplicate(node, first)

    def open(self, line: int, column: int, *, mapping: bool) -> None:
        """A list or a mapping begins."""
        self._left -= 1
        if self._left < 0:
            self._too_large("", line, column)
        if len(self._outer) >= self._limits.depth:
            self._report.stop(
                "too-large",
                f"more than {self._limits.depth} lists and entries stand inside each other",
                line,
                column,
                hint="give the inner entry an id of its own and refer to it by that",
            )
        is_key = self.awaits_key
        if is_key and not any(outer.is_key for outer in (*self._outer, self._top)):
            self._report.add(
                "unexpected-shape",
                "a key must be a word, not a list or an entry",
                line,
                column,
                hint="if this is text that begins with '{' or '[', put it in quotes",
            )
        self._outer.append(self._top)
        self._top = _Open({} if mapping else None, line, column, is_key=is_key)

    def close(self) -> None:
        """The innermost list or mapping ends."""
        done = self._top
        top = self._top = self._outer.pop()
        if done.is_key:
            top.key = _LEFT_OUT
            return
        node: Node
        if done.keys is None:
            node = Listing(tuple(done.items), done.line, done.column)
        else:
            node = Mapping(tuple(done.entries), done.line, done.column)
        if top.keys is None:
            top.items.append(node)
            return
        if top.key is not None and top.key is not _LEFT_OUT:
            top.entries.append((top.key, node))
        top.key = None

    def leave_out(self) -> None:
        """A node stands here that was reported and cannot be used: its entry or item is left out."""
        top = self._top
        if top.keys is not None:
            top.key = _LEFT_OUT if top.key is None else None

    def root(self) -> Mapping:  # noqa: RET503  `stop` never returns
        """
        The mapping that the file holds.

        Stops with `empty-file` where there is nothing, with `unexpected-shape` where a text or a list stands there.
        """
        node = self._base.items[0] if self._base.items else Scalar("", 0, 0)
        if isinstance(node, Mapping):
            return node
        if isinstance(node, Scalar) and not node.text:
            self._report.empty("the file holds nothing, or only comments")
        self._report.stop(
            "unexpected-shape",
            f"the file holds {'a list' if isinstance(node, Listing) else 'a text'}, not keys with values",
            node.line,
            node.column,
            hint="begin with 'document:' and 'claims:'; the list of entries stands below 'claims:'",
        )

    def _duplicate(self, key: Scalar, first: Scalar) -> None:
        self._report.add(
            "duplicate-key",
            f"the key '{shortened(key.text)}' stands twice in this entry",
            key.line,
            key.column,
            hint="several values are a list, as in 'key: [first, second]'; a new entry begins with '- '",
            related=(("here it stands first", self._report.at(first.line, first.column)),),
        )

    def _too_large(self, text: str, line: int, column: int) -> None:
        if len(text) > self._limits.scalar:
            what = f"this text has more than {count(self._limits.scalar, 'character')}"
            hint = "keep long texts in a file of their own and name it with 'text:'"
        else:
            what = f"the file holds more than {count(self._limits.nodes, 'value')}"
            hint = "split the file"
        self._report.stop("too-large", what, line, column, hint=hint)


def shortened(text: str, length: int = 60) -> str:
    """
    A text as a message may quote it.

    >>> shortened("a" * 99, 5)
    'aaaa…'
    """
    text = " ".join(text[: 2 * length].split())
    return text if len(text) <= length else text[: length - 1] + "…"
