"""What stands in GEXF's columns: their titles and types, and values as its readers take them."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.exports.losses import Losses
from kg.exports.property_graph import (
    INTEGER,
    LONG,
    Attribute,
    PropertyGraph,
    Scalar,
    Type,
    Value,
    scalars,
    written,
)
from kg.exports.xml_text import Markup, is_xml, xml_text

_OWN_OF_NODES: Final = (
    Attribute("iri", Type.ANY_URI),
    Attribute("kind", Type.STRING),
    Attribute("side", Type.STRING),
    Attribute("parent", Type.STRING),
    Attribute("begin", Type.STRING),
    Attribute("end", Type.STRING),
    Attribute("latitude", Type.DOUBLE),
    Attribute("longitude", Type.DOUBLE),
    Attribute("near", Type.BOOLEAN),
    Attribute("claims", Type.STRING, is_list=True),
)
_OWN_OF_EDGES: Final = (
    Attribute("begin", Type.STRING),
    Attribute("end", Type.STRING),
    Attribute("sources", Type.INTEGER),
    Attribute("claims", Type.STRING, is_list=True),
)
_RESERVED: Final = frozenset(
    {"id", "label", "source", "target", "type", "weight", "kind", "timeset", "interval", "timestamp", "size", "color"}
)
"""Titles that Gephi or other readers take for something of their own."""

_TYPE_NAMES: Final = {
    Type.STRING: "string",
    Type.INTEGER: "integer",
    Type.LONG: "long",
    Type.DOUBLE: "double",
    Type.BOOLEAN: "boolean",
    Type.DATE: "string",
    Type.DATE_TIME: "string",
    Type.ANY_URI: "string",
}
"""GEXF has a type for addresses, but Gephi drops a column of it."""


_NUMBERS_AND_TRUTHS: Final = frozenset({Type.INTEGER, Type.LONG, Type.DOUBLE, Type.BOOLEAN})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: numbered, as some readers show the title of those alone."""

    id: str
    title: str
    attribute: Attribute
    is_text: bool

    @property
    def type_name(self) -> str:
        """Its type in GEXF."""
        name = _TYPE_NAMES[self.attribute.type]
        return f"list{name}" if self.attribute.is_list else name

    def markup(self, value: Value, markup: Markup, losses: Losses) -> str | None:
        """A value as the column's type writes it, inside of markup; None, and counted, where it has no place there."""
        if self.is_text and isinstance(value, tuple) and self.attribute.is_list:
            plain = _plain_list(value, markup)
            if plain:
                return plain
        found = self.written(value, losses)
        return None if found is None else markup.attribute(found)

    def written(self, value: Value, losses: Losses) -> str | None:
        """A value as the column's type writes it; None, and counted, where it has no place there."""
        if self.is_text and isinstance(value, str) and not self.attribute.is_list:
            return value
        kept = [text for scalar in scalars(value) if (text := self._scalar(scalar, losses)) is not None]
        if not kept:
            if value == ():
                losses.add("empty lists, which are left out", 1, self.title)
            return None
        if self.attribute.is_list:
            return self._list(kept, losses)
        if len(kept) > 1:
            losses.add("further values of columns that hold one", len(kept) - 1, self.title)
        return kept[0]

    def _list(self, kept: list[str], losses: Losses) -> str:
        if not self.is_text:
            return f"[{', '.join(kept)}]"
        if "" in kept:
            losses.add("empty texts in lists, which Gephi reads as nothing", kept.count(""), self.title)
        return f"[{', '.join(map(_quoted, kept))}]"

    def _scalar(self, value: Scalar, losses: Losses) -> str | None:
        kind = self.attribute.type
        if _fits(value, kind):
            return written(float(value) if kind is Type.DOUBLE else value)
        losses.add(f"values that are no {kind.value}", 1, f"{self.title}: {str(value)[:40]}")
        return None


def columns_of(graph: PropertyGraph, losses: Losses) -> tuple[dict[str, Column], dict[str, Column]]:
    """
    The columns of nodes and of edges, by the names of attributes; those of every file are under `own` and their name.

    A title that is taken gets a mark, so that no two are the same.
    """
    of_nodes, of_edges = graph.declared()
    return _columns(_OWN_OF_NODES, of_nodes, losses), _columns(_OWN_OF_EDGES, of_edges, losses)


def _columns(own: Sequence[Attribute], told: Sequence[Attribute], losses: Losses) -> dict[str, Column]:
    taken = set(_RESERVED)
    found: dict[str, Column] = {}
    for name, attribute in [*((f"own {a.name}", a) for a in own), *((a.name, a) for a in told)]:
        title = xml_text(attribute.name, losses)
        while title.casefold() in taken and not name.startswith("own "):
            title += " (told)"
        taken.add(title.casefold())
        found[name] = Column(str(len(found)), title, attribute, attribute.type not in _NUMBERS_AND_TRUTHS)
        if attribute.type in (Type.DATE, Type.DATE_TIME):
            losses.add("columns of days or moments, which are texts", 1, title)
    return found


def identifier(text: str) -> str:
    """
    An id as XML can hold it, a different one for each: where characters have no place, a hash tells them apart.

    >>> identifier("kawlin-pdf")
    'kawlin-pdf'
    """
    if is_xml(text):
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{xml_text(text, Losses())} {digest}"


def _plain_list(value: tuple[Scalar, ...], markup: Markup) -> str:
    """A list of texts that need no escapes, which most are; empty for any other."""
    try:
        joined = "".join(value)  # type: ignore[arg-type]  # what is no text raises
    except TypeError:
        return ""
    if not joined or "\\" in joined or "" in value or not markup.is_plain(joined):
        return ""
    return f"[&quot;{'&quot;, &quot;'.join(value)}&quot;]"  # type: ignore[arg-type]


def _fits(value: Scalar, kind: Type) -> bool:
    match kind:
        case Type.BOOLEAN:
            return isinstance(value, bool)
        case Type.INTEGER | Type.LONG:
            return _is_whole(value) and value in (INTEGER if kind is Type.INTEGER else LONG)
        case Type.DOUBLE:
            # Java's readers know an infinity by another name than XML Schema.
            return (isinstance(value, float) and not math.isinf(value)) or (_is_whole(value) and value in LONG)
        case _:
            return True


def _is_whole(value: Scalar) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_ESCAPES: Final[Mapping[int, str]] = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"})


def _quoted(text: str) -> str:
    """An element of a list: Gephi's parser and graphology's both undo these escapes."""
    return f'"{text.translate(_ESCAPES) if _TO_ESCAPE.search(text) else text}"'


_TO_ESCAPE: Final = re.compile(r'[\\"\n\t\r]')
