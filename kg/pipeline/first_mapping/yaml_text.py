"""The pieces of a mapping as text: quoted where they must be, holes on one line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

from kg.pipeline.first_mapping.cells import Column

_PLAIN = re.compile(r"[^\W\d_](?:[\w /.()-]*[\w.()])?")
_EXAMPLES: Final = 3
_LONGEST: Final = 40
_WIDEST: Final = 100


def scalar(text: str) -> str:
    """
    A text as YAML writes it.

    >>> scalar("Dead or missing"), scalar("a: b"), scalar("%d/%m/%Y")
    ('Dead or missing', '"a: b"', '"%d/%m/%Y"')
    """
    if _PLAIN.fullmatch(text):
        return text
    # JSON lets stand what YAML takes as no text or as the end of a line.
    return "".join(c if c == " " or c.isprintable() else _escaped(c) for c in json.dumps(text, ensure_ascii=False))


def _escaped(character: str) -> str:
    return f"\\U{ord(character):08x}"


def template(*pieces: str | Column | tuple[Column, str]) -> str:
    """A text with columns in it; braces of the text itself are doubled. A pair gives what is made of a column."""
    parts = []
    for piece in pieces:
        match piece:
            case str():
                parts.append(piece.replace("{", "{{").replace("}", "}}"))
            case Column():
                parts.append(f"{{{piece.called}}}")
            case column, step:
                parts.append(f"{{{column.called}|{step}}}")
    return scalar("".join(parts))


def hole(column: Column, **steps: str) -> str:
    """A hole on one line; the steps' values are YAML already. Without steps it is a text."""
    if not steps:
        return template(column)
    return flow({"column": scalar(column.called), **{name.rstrip("_"): text for name, text in steps.items()}})


def flow(entries: dict[str, str]) -> str:
    """A mapping on one line."""
    return "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"


def listing(items: Sequence[str]) -> str:
    """One item as it is, several as a list on one line."""
    return items[0] if len(items) == 1 else f"[{', '.join(items)}]"


def keyed(key: str, items: Sequence[str], note: str = "") -> list[str]:
    """A key with one value or a list of them, in several lines where one would be too long."""
    line = f"{key}: {listing(items)}{note}"
    if len(items) == 1 or len(line) <= _WIDEST:
        return [line]
    return [f"{key}:{note}", *(f"  - {item}" for item in items)]


def indented(lines: Iterable[str], by: int) -> list[str]:
    """Lines further to the right."""
    return [f"{' ' * by}{line}" if line else line for line in lines]


def examples(column: Column) -> str:
    """A few cells, for a comment: on one line, shortened."""
    shown = [_short(code) for code in column.codes[:_EXAMPLES]]
    return ", ".join(shown) + (", …" if len(column.codes) > _EXAMPLES else "") if shown else "no cell is filled"


def _short(text: str) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"'{plain[: _LONGEST - 1]}…'" if len(plain) > _LONGEST else f"'{plain}'"
