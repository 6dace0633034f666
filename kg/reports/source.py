"""Lines of the files that findings are about, and how to point at a place in them."""

from __future__ import annotations

import mmap
import re
import unicodedata
from pathlib import Path

_WHOLE = 4 << 20
"""Files up to this many bytes are kept as lines; larger ones stay on the disk."""
_STEP = 32
_LINES = re.compile(rb"(?:[^\n]*+\n){%d}" % _STEP)
_RDF = (".ttl", ".trig", ".nt", ".nq", ".n3")
_BOM = "\ufeff"

_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|'
    r"'(?:[^'\\]|\\.|'')*'|"
    r"<[^<>\s]*>|"
    r"[^\s,;{}\[\]()]+?(?=:?(?:[\s,;{}\[\]()]|$))"
)

# What would move the cursor, or the order of letters, is shown and not done.
_CONTROLS = {
    **{code: 0x2400 + code for code in range(32) if code not in {0x09, 0x0A}},
    0x7F: 0x2421,
    **dict.fromkeys([*range(0x80, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], 0xFFFD),
}


def visible(text: str) -> str:
    r"""
    A text that a terminal can show as it is: no control characters, further lines indented.

    >>> visible("red \x1b[31m\nfacts/a.yaml:1:1: error")
    'red ␛[31m\n    facts/a.yaml:1:1: error'
    """
    return text if text.isprintable() else tamed(text).replace("\n", "\n    ")


def tamed(text: str) -> str:
    """A text in which control characters are shown and not done, but for tabs and ends of lines."""
    return text.translate(_CONTROLS)


def token_length(line: str, column: int) -> int:
    """
    How many characters from a column on, counted from 1, are what a finding is about, as far as the line tells.

    >>> token_length("    atacker: hill-front", 5), token_length('name: "Halden base"', 7), token_length("a", 9)
    (7, 13, 1)
    """
    found = _TOKEN.match(line, column - 1)
    return max(found.end() - found.start(), 1) if found else 1


def width(text: str) -> int:
    """
    How many cells of a terminal a text takes.

    >>> width("Halden"), width("မြို့"), width("東京")
    (6, 2, 4)
    """
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


class Sources:
    """Lines of files below a folder. Each file is read once, and not before a line of it is asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[str, list[str] | _LargeFile] = {}

    def line(self, file: str, number: int) -> str:
        """A line without its end, tabs as single spaces; empty where there is no such line."""
        lines = self._files.get(file)
        if lines is None:
            lines = self._files[file] = self._read(file)
        if number > len(lines):
            return ""
        return lines[number - 1].replace("\t", " ")

    def _read(self, file: str) -> list[str] | _LargeFile:
        path = self._root / file
        try:
            if not path.is_file():
                return []
            if path.stat().st_size > _WHOLE:
                return _LargeFile(path)
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError):
            return []
        # Readers of RDF know one end of a line, those of facts all that Unicode has.
        return text.split("\n") if file.endswith(_RDF) else text.splitlines()


class _LargeFile:
    """A file that is not taken into memory: where each 32nd line begins is known, the rest is looked up."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._starts = [0]
        while found := _LINES.match(self._bytes, self._starts[-1]):
            self._starts.append(found.end())
        self._kept: tuple[int, list[bytes]] = (-1, [])
        self._length = _STEP * (len(self._starts) - 1) + self._bytes[self._starts[-1] :].count(b"\n") + 1

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> str:
        block, before = divmod(index, _STEP)
        kept, lines = self._kept
        if kept != block:
            end = self._starts[block + 1] if block + 1 < len(self._starts) else len(self._bytes)
            lines = self._bytes[self._starts[block] : end].split(b"\n")
            self._kept = (block, lines)
        return lines[before].decode(errors="replace").removeprefix(_BOM).removesuffix("\r")
