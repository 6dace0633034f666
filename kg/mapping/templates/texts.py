"""A text with braces → its pieces: what stands for itself, columns, named holes, digests of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from kg.mapping.templates.holes import Column, Digest, Hole, NamedHole
from kg.mapping.values.problem import quoted
from kg.model.records import Node, Scalar
from kg.ontology import vocabulary as v

# A doubled brace, or columns with what is to be made of them.
_PIECE: Final = re.compile(r"\{\{|\}\}|\{([^{}|]*)(?:\|([^{}]*))?\}|[{}]")
_DIGEST: Final = "digest"
_BRACES: Final = "write {column}, or {{ and }} for braces that mean themselves"
_MADE: Final = f"write {{column}}, {{column|{v.WORD_ID}}}, or {{column, column|{_DIGEST}}}"

Piece: TypeAlias = str | Column | NamedHole | Digest


def pieces_of(
    node: Scalar, named: Mapping[str, Hole], report: Callable[[str, str, Node, str], None]
) -> tuple[Piece, ...]:
    """
    The pieces of a text, in order. What is wrong in it is reported, and left out.

    Args:
        node: The text, with its place in the mapping.
        named: The holes that have a name; where a column is called the same, the hole is meant.
        report: Is told code, message, place and hint.
    """
    pieces: list[Piece] = []
    at = 0
    for found in _PIECE.finditer(node.text):
        pieces.append(node.text[at : found.start()])
        at = found.end()
        if found[0] in ("{{", "}}"):
            pieces.append(found[0][0])
        elif found[1] is None or not found[1].strip():
            report("unexpected-shape", f"a brace stands alone in {quoted(node.text)}", node, _BRACES)
        elif found[2] == _DIGEST:
            pieces.append(Digest(tuple(_one(name, named) for name in found[1].split(",") if name.strip())))
        elif found[2] not in (None, v.WORD_ID):
            message = f"{quoted(found[2])} is nothing that can be made of a column"
            report("unknown-word", message, node, _MADE)
        else:
            pieces.append(_one(found[1], named, as_id=found[2] is not None))
    return tuple(piece for piece in (*pieces, node.text[at:]) if piece != "")


def _one(name: str, named: Mapping[str, Hole], *, as_id: bool = False) -> Column | NamedHole:
    hole = named.get(name.strip())
    return NamedHole(hole, as_id) if hole is not None else Column(name.strip(), as_id)
