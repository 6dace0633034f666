"""A mapping with its document written: what a row needs to be mapped."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg.mapping.claims import Origin, write_claim
from kg.mapping.context import Context
from kg.mapping.iris import fingerprint
from kg.mapping.scope import Scope
from kg.mapping.sheets import open_document
from kg.mapping.templates.filling import Filler, Row
from kg.mapping.templates.holes import Entry
from kg.mapping.templates.names import Names
from kg.mapping.templates.table_mapping import TableMapping
from kg.model.findings import Severity
from kg.model.records import Node
from kg.model.statements import Mapped


@dataclass(frozen=True, slots=True)
class Opened:
    """A mapping with its document written: what the rows need to be mapped."""

    mapping: TableMapping
    names: Names
    scope: Scope
    origin: Origin

    @staticmethod
    def of(mapping: TableMapping, context: Context, names: Names) -> tuple[Opened | None, Mapped]:
        """A mapping ready for rows, and what its document says; None where the document cannot be used."""
        described = Mapped(mapping.file)
        opened = open_document(mapping.document, context, described)
        return (Opened(mapping, names, *opened) if opened is not None else None), described

    def claim(self, entry: Entry, row: Row, *, shared: bool = False) -> Mapped:
        """What one entry says of one row."""
        mapped = Mapped(self.mapping.file)
        opened = self.within(entry)
        record = opened.filler(mapped).claim(entry, row, shared=shared)
        if record is not None:
            write_claim(replace(opened.scope, mapped=mapped), record, self.origin)
        return mapped

    def within(self, entry: Entry) -> Opened:
        """The same, with positions in the file that an entry is written in."""
        return replace(self, scope=replace(self.scope, sheet=self.scope.sheet._replace(file=entry.file)))

    def taken(self, row: Row) -> bool:
        """Whether the mapping takes the row at all."""
        return self.filler(Mapped(self.mapping.file)).holds(self.mapping.where, row)

    def fingerprint(self, entry: Entry, row: Row) -> str:
        """What tells two fillings of a shared entry apart; empty where the row has none."""
        record = self.filler(Mapped(self.mapping.file)).claim(entry, row, shared=True)
        return fingerprint(record) if record is not None else ""

    def filler(self, mapped: Mapped) -> Filler:
        """A filler that reports to `mapped`."""
        scope = replace(self.scope, mapped=mapped)

        def report(code: str, message: str, at: Node, hint: str) -> None:
            scope.report(code, message, at, hint, Severity.error)

        return Filler(self.names, report)
