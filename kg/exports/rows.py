"""Answers of queries as tables: named and typed columns, rows of RDF terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from pyoxigraph import Literal, NamedNode

from kg.model.terms import Term, text_of
from kg.ontology import vocabulary as v

Row = Sequence[Term | None]
_Item = TypeVar("_Item")

_TYPE_OF = {
    v.XSD_STRING: "string",
    v.RDF_LANG_STRING: "string",
    v.XSD_INTEGER: "integer",
    v.XSD_DECIMAL: "decimal",
    v.XSD_DOUBLE: "double",
    v.XSD_FLOAT: "double",
    v.XSD_BOOLEAN: "boolean",
    v.XSD_DATE: "date",
    v.XSD_DATE_TIME: "dateTime",
}


@dataclass(frozen=True, slots=True)
class Column:
    """
    A column: its name in the file, and what the query's header says of it.

    `type` and `role` are those of `kg.queries.catalogue`; empty where nothing is said.
    """

    name: str
    type: str = ""
    role: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table by the name of its query. The rows are read once, in their order."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]

    def at(self, role: str) -> int | None:
        """The index of the first column with a role; None where no column has it."""
        return next((number for number, column in enumerate(self.columns) if column.role == role), None)

    def cell(self, row: Row, role: str) -> Term | None:
        """What stands in the column of a role; None where it is empty or no column has it."""
        place = self.at(role)
        return None if place is None else row[place]


def type_of(term: Term) -> str:
    """
    The type of column that holds a term.

    >>> type_of(Literal(1)), type_of(NamedNode("urn:a"))
    ('integer', 'iri')
    """
    if isinstance(term, Literal):
        return _TYPE_OF.get(term.datatype, "string")
    return "iri" if isinstance(term, NamedNode) else "string"


def cell_of(term: Term | None) -> str | None:
    """A term as the text of a cell; what has no value has none."""
    return None if term is None else text_of(term)


def batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Rows, or whatever it is, in lists of at most `size`."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
