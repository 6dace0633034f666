"""A facts file as it is read: which document it is about, its entries, and the lines that each covers."""

from __future__ import annotations

from collections.abc import Sequence

from kg.model.records import Listing, Mapping, Scalar, Sheet
from kg.ontology import vocabulary as v


def document_of(sheet: Sheet | None) -> str:
    """The id of the document; empty where the file tells none."""
    document = sheet.root.get(v.WORD_DOCUMENT) if sheet is not None else None
    named = document.get(v.WORD_ID) if isinstance(document, Mapping) else None
    return named.text if isinstance(named, Scalar) else ""


def entries_of(sheet: Sheet | None) -> list[Mapping]:
    """The entries below `claims`, in their order."""
    claims = sheet.root.get(v.WORD_CLAIMS) if sheet is not None else None
    return [item for item in claims.items if isinstance(item, Mapping)] if isinstance(claims, Listing) else []


def covers(entries: Sequence[Mapping], number: int, line: int) -> bool:
    """Whether a line lies in an entry; the last one reaches to the end of the file."""
    begins_next = number + 1 < len(entries) and line >= entries[number + 1].line
    return entries[number].line <= line and not begins_next
