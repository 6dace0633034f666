"""The values of nodes and edges as elements of GEXF, each made once where it comes again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Final, TypeVar

from kg.exports.gexf_values import Column
from kg.exports.losses import Losses
from kg.exports.property_graph import Value
from kg.exports.xml_text import Markup

_KEPT: Final = 4_000
"""What takes more forms than that is rarely written twice, and memory stays flat."""

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Known(dict[Key, Made]):
    """What was made of keys before. Where something of it was lost it is made anew, so that each loss is counted."""

    def __init__(self, make: Callable[[Key], Made], losses: Losses) -> None:
        super().__init__()
        self._make, self._losses = make, losses

    def __missing__(self, key: Key) -> Made:
        before = self._losses.total
        made = self._make(key)
        if len(self) < _KEPT and self._losses.total == before and self.may_keep(key):
            self[key] = made
        return made

    def may_keep(self, key: Key) -> bool:  # noqa: ARG002 - for those who know better
        """Whether nothing else that is written in another way equals a key."""
        return True


class _KnownTexts(Known[Value, str]):
    """Values of which only texts are kept: 1 equals `True`, and is not written like it."""

    def may_keep(self, key: Value) -> bool:
        return all(isinstance(item, str) for item in key) if isinstance(key, tuple) else isinstance(key, str)


class Attvalues:
    """The values of nodes or of edges, by the names of their columns; empty, and counted, what a column cannot hold."""

    def __init__(self, columns: Mapping[str, Column], markup: Markup, losses: Losses) -> None:
        self.columns = columns
        self.known = {name: _KnownTexts(partial(self.once, name), losses) for name in columns}
        self._markup, self._losses = markup, losses

    def of(self, values: Mapping[str, Value]) -> str:
        """Those of several columns, one after the other."""
        return "".join([self.known[name][value] for name, value in values.items()])

    def once(self, name: str, value: Value) -> str:
        """The element of a value that hardly comes again: one of many columns has another for each node."""
        column = self.columns[name]
        text = column.markup(value, self._markup, self._losses)
        return "" if text is None else f'<attvalue for="{column.id}" value="{text}"/>'


def element(values: str) -> str:
    """
    Some values as a node or an edge has them.

    >>> element(""), element('<attvalue for="1" value="x"/>')
    ('', '<attvalues><attvalue for="1" value="x"/></attvalues>')
    """
    return f"<attvalues>{values}</attvalues>" if values else ""
