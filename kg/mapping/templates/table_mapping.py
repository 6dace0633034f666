"""What a mapping file says, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.mapping.templates.holes import Condition, Entry, columns_of
from kg.model.positions import Position
from kg.model.records import Sheet


@dataclass(frozen=True, slots=True)
class TableMapping:
    """
    What a mapping file says. `options` are the texts at its top: table, sheet, delimiter, encoding, format,
    firstLine.

    `needed` are the columns that the table must have, `optional` those that it may lack; `names` is what the table
    calls a column where that is another name. `document` is a sheet with the document alone, `table_at` where the table
    is named.
    """

    file: str
    options: Mapping[str, str]
    document: Sheet
    table_at: Position
    header: tuple[str, ...] = ()
    where: Condition | None = None
    shared: tuple[Entry, ...] = ()
    claims: tuple[Entry, ...] = ()
    needed: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that the mapping reads, as it calls them."""
        return columns_of(self.where, *self.shared, *self.claims)
