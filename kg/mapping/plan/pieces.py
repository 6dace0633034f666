"""
A plan: which lines of N-Quads each row gives, as texts in pieces that an engine fills from columns.

Nothing here knows an engine. An engine computes, in this order: the look-up tables' columns, the flags, the names, and
of these the lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from pyoxigraph import NamedNode

from kg.mapping.plan.forms import Form

Plain: TypeAlias = tuple[tuple[str, Form], ...]


class Cell(NamedTuple):
    """The text of a column; `escaped` as it stands between the quotes of a literal."""

    column: str
    escaped: bool = False


class Found(NamedTuple):
    """A column of a look-up table."""

    table: str
    column: str


class Named(NamedTuple):
    """A text that is computed once for the row."""

    name: str


class Digest(NamedTuple):
    """16 hexadecimal digits that stand for the parts in their order, or sorted; see `kg.mapping.iris.digest`."""

    parts: tuple[Pieces, ...]
    in_order: bool = True


class Length(NamedTuple):
    """How many characters a text has."""

    of: Pieces


class Either(NamedTuple):
    """The first alternative that holds."""

    alternatives: tuple[tuple[When, Pieces], ...]


Piece: TypeAlias = str | Cell | Found | Named | Digest | Length | Either
Pieces: TypeAlias = tuple[Piece, ...]


class IsPlain(NamedTuple):
    """Each of these columns is written in its form; see `kg.mapping.plan.forms`."""

    columns: Plain


class IsFull(NamedTuple):
    """All these columns are full."""

    columns: tuple[str, ...]


class IsFound(NamedTuple):
    """The look-up table has something in this column."""

    column: Found


class Flag(NamedTuple):
    """A truth that is computed once for the row."""

    name: str


class Not(NamedTuple):
    """The contrary."""

    of: When


class All(NamedTuple):
    """All of them hold; true of none."""

    of: tuple[When, ...]


class OneOf(NamedTuple):
    """One of them holds; false of none."""

    of: tuple[When, ...]


When: TypeAlias = IsPlain | IsFull | IsFound | Flag | Not | All | OneOf

ALWAYS: Final = All(())
NEVER: Final = OneOf(())


class Line(NamedTuple):
    """A quad; its terms are N-Triples texts in pieces. It stands where `when` holds."""

    subject: Pieces
    predicate: str
    value: Pieces
    graph: Pieces
    when: When


class Introduced(NamedTuple):
    """A thing that the row introduces: its IRI, its classes (IRIs with blanks between), where the mapping says so."""

    iri: Pieces
    types: Pieces
    line: int
    column: int
    when: When


class Referred(NamedTuple):
    """A thing that the row names; see `kg.model.statements.Reference`."""

    iri: Pieces
    expected: tuple[NamedNode, ...]
    key: str
    subject: Pieces
    line: int
    column: int
    is_use: bool
    when: When


@dataclass(slots=True)
class EntryPlan:
    """
    What one entry gives for a row. `exists` says whether the row has the entry; `odd` rows are left to the reference.

    `things` are the IRIs that the row's statements are about, the claim's among them. `certain` are flags that hold in
    every row that has the entry and is not odd.
    """

    flags: dict[str, When] = field(default_factory=dict)
    names: dict[str, Pieces] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    introduced: list[Introduced] = field(default_factory=list)
    referred: list[Referred] = field(default_factory=list)
    things: list[tuple[Pieces, When]] = field(default_factory=list)
    exists: When = ALWAYS
    odd: When = NEVER
    certain: tuple[str, ...] = ("here", "exists", "described")
