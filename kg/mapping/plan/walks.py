"""Walks through the texts and truths of a plan: what they read, and in which order they can be computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from kg.mapping.plan.pieces import (
    All,
    Digest,
    Either,
    EntryPlan,
    Flag,
    Found,
    IsFound,
    Length,
    Named,
    Not,
    OneOf,
    Piece,
    Pieces,
    When,
)
from kg.model.errors import Bug

_T = TypeVar("_T")


def pieces_in(pieces: Pieces) -> Iterator[Piece]:
    """Pieces, and those that they are made of."""
    for piece in pieces:
        yield piece
        match piece:
            case Digest(parts):
                for part in parts:
                    yield from pieces_in(part)
            case Length(of):
                yield from pieces_in(of)
            case Either(alternatives):
                for when, inner in alternatives:
                    yield from (found.column for found in truths_in(when) if isinstance(found, IsFound))
                    yield from pieces_in(inner)
            case _:
                continue


def truths_in(when: When) -> Iterator[When]:
    """A truth, and those that it is made of."""
    yield when
    match when:
        case Not(of):
            yield from truths_in(of)
        case All(parts) | OneOf(parts):
            for part in parts:
                yield from truths_in(part)
        case _:
            return


def names_in(pieces: Pieces) -> set[str]:
    """The names that a text reads."""
    return {piece.name for piece in pieces_in(pieces) if isinstance(piece, Named)}


def flags_in(when: When) -> set[str]:
    """The flags that a truth reads."""
    return {part.name for part in truths_in(when) if isinstance(part, Flag)}


def tables_of(plan: EntryPlan) -> list[str]:
    """The look-up tables that a plan reads, in order."""
    truths = [*plan.flags.values(), plan.odd, plan.exists, *(line.when for line in plan.lines)]
    truths += [spot.when for spot in plan.introduced] + [spot.when for spot in plan.referred]
    texts = [*plan.names.values(), *(text for line in plan.lines for text in (line.subject, line.value, line.graph))]
    texts += [spot.iri for spot in plan.introduced] + [spot.iri for spot in plan.referred]
    found: dict[str, None] = {}
    for when in truths:
        found.update(dict.fromkeys(part.column.table for part in truths_in(when) if isinstance(part, IsFound)))
    for text in texts:
        found.update(dict.fromkeys(piece.table for piece in pieces_in(text) if isinstance(piece, Found)))
    return list(found)


def in_levels(texts: Mapping[str, _T], reads: Callable[[_T], set[str]]) -> list[list[str]]:
    """
    Names in an order in which each reads only names of earlier levels.

    >>> in_levels({"a": {"b"}, "b": set(), "c": {"b"}}, lambda read: read)
    [['b'], ['a', 'c']]
    """
    done: set[str] = set()
    levels: list[list[str]] = []
    left = {name: reads(what) & texts.keys() for name, what in texts.items()}
    while left:
        level = [name for name, needed in left.items() if needed <= done]
        if not level:
            raise Bug(f"names that read each other: {sorted(left)}")
        levels.append(level)
        done.update(level)
        for name in level:
            del left[name]
    return levels


def flattened(parts: Sequence[When], kind: type[All | OneOf]) -> list[When]:
    """The parts of truths of one kind, however deep they are nested."""
    found: list[When] = []
    for part in parts:
        found += flattened(part.of, kind) if isinstance(part, kind) else [part]
    return found


def merged(pieces: Sequence[Piece]) -> list[Piece]:
    """
    Pieces with neighbouring fixed texts joined; at least one.

    >>> merged(("<", "a", Named("claim"), "", ">"))
    ['<a', Named(name='claim'), '>']
    """
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece != "":
            found.append(piece)
    return found or [""]
