"""All that the graph tells of one thing, as a page of Markdown with its sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

_MARKUP = re.compile(r"([\\`*_\[\]<>|#~&!$^])")
_LINE_BREAK = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")
_LINE_START = re.compile(r"(\d+)([.)])|([-+=:])")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")


@dataclass(frozen=True, slots=True)
class Said:
    """One statement in words, and the numbers of the claims that make it. `thing` is empty for the page's own."""

    key: str
    value: str
    claims: tuple[int, ...]
    thing: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A table of the page: its heading, its columns, its rows in words."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A claim as the page quotes it: who says so, the exact quotes, our words, and where it was written down."""

    number: int
    voice: str
    quotes: tuple[str, ...]
    words: tuple[str, ...]
    position: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A document and its claims."""

    title: str
    publisher: str
    issued: str
    address: str
    claims: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """A thing by its id, what it is called and is, what is said of it, and on what that rests."""

    id: str
    name: str
    kinds: tuple[str, ...]
    also: tuple[str, ...]
    graph: str
    said: tuple[Said, ...]
    said_by_others: tuple[Said, ...]
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]


def write_dossier(dossier: Dossier, output: BinaryIO) -> None:
    """
    Write the page. Numbers in brackets lead to the claims under *Sources*.

    Whatever a text holds is shown as it is: marks of Markdown and HTML are escaped, line breaks become blanks.

    Spec: https://spec.commonmark.org/0.31.2/
    """
    output.write("\n".join(_lines(dossier)).encode("utf-8", "replace") + b"\n")


def _lines(dossier: Dossier) -> Iterator[str]:
    yield f"# {plain(dossier.name)}"
    yield ""
    kinds = ", ".join(map(plain, dossier.kinds))
    also = f"; also {', '.join(map(plain, dossier.also))}" if dossier.also else ""
    yield f"*{kinds or 'thing'}*{also}"
    yield ""
    claims = sum(len(source.claims) for source in dossier.sources)
    counts = f"{_many(claims, 'claim')} in {_many(len(dossier.sources), 'document')}"
    yield f"`{dossier.id.replace('`', ' ')}` in {plain(dossier.graph)}: {counts}"
    if dossier.said:
        yield from _heading("What is said of it")
        yield from _table(("what", "as told", "claims"), [_said(s) for s in dossier.said])
    for part in dossier.parts:
        yield from _heading(part.title)
        yield from _table(part.columns, [tuple(map(plain, row)) for row in part.rows])
    if dossier.said_by_others:
        yield from _heading("What is said of others with it")
        rows = [(plain(s.thing), *_said(s)) for s in dossier.said_by_others]
        yield from _table(("thing", "what", "as told", "claims"), rows)
    yield from _heading("Sources")
    for source in dossier.sources:
        yield from _source(source)


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _heading(title: str) -> Iterator[str]:
    yield ""
    yield f"## {plain(title)}"
    yield ""


def _said(said: Said) -> tuple[str, str, str]:
    return plain(said.key), plain(said.value), " ".join(f"[\\[{n}\\]](#claim-{n})" for n in said.claims)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(map(plain, columns)) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _source(source: Source) -> Iterator[str]:
    parts = [plain(part) for part in (source.publisher, source.issued) if part]
    title = plain(source.title)
    address = source.address
    named = f"[{title}](<{address}>)" if _ADDRESS.fullmatch(address) else title
    yield f"### {named}"
    yield ""
    if parts:
        yield f"{', '.join(parts)}"
        yield ""
    for claim in source.claims:
        yield f'- <a id="claim-{claim.number}"></a>\\[{claim.number}\\] {plain(claim.voice)}'
        for quote in claim.quotes:
            yield f"  > “{plain(quote)}”"
            yield ""
        for words in claim.words:
            yield f"  > {plain(words)}"
            yield ""
        if claim.position:
            yield f"  `{claim.position.replace('`', ' ')}`"
    yield ""


def plain(text: str) -> str:
    r"""
    A text that Markdown shows as it is, in one line.

    >>> print(plain("1. a *bold* <b> | [x](y)"))
    1\. a \*bold\* \<b\> \| \[x\](y)
    """
    line = _MARKUP.sub(r"\\\1", _LINE_BREAK.sub(" ", text).strip())
    start = _LINE_START.match(line)
    if start is None:
        return line
    return f"{start[1]}\\{line[start.start(2) :]}" if start[1] else f"\\{line}"
