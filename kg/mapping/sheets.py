"""A sheet of records → a document's description and its claims."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pyoxigraph import NamedNode

from kg.mapping.claims import Origin, write_claim
from kg.mapping.context import Context, SourceText
from kg.mapping.scope import Scope
from kg.mapping.things import named_text, thing_iri, write_thing
from kg.model.findings import Finding, Severity
from kg.model.positions import Position
from kg.model.records import Listing, Mapping, Reading, Scalar, Sheet
from kg.model.statements import Mapped
from kg.ontology import Class
from kg.ontology import vocabulary as v
from kg.ontology.model import nearest

_MOST_FINDINGS = 1_000
"""Of one file; nobody reads more."""

_NOWHERE = NamedNode("urn:x-nowhere")


def map_reading(file: str, reading: Reading, context: Context) -> Mapped:
    """Map all that was read from one file; what the reader found wrong is passed on."""
    mapped = Mapped(file, findings=list(reading.findings))
    for sheet in reading.sheets:
        _map_sheet(sheet, context, mapped)
    # A table's wrong column is wrong in every row, and stands once, in the header.
    distinct = list(dict.fromkeys(mapped.findings))
    mapped.findings = distinct[:_MOST_FINDINGS]
    if len(distinct) > _MOST_FINDINGS:
        message = f"this file has {len(distinct) - _MOST_FINDINGS:,} more findings, which are not listed"
        mapped.findings.append(
            Finding("too-large", Severity.error, message, Position(file, 0, 0), "mend the first ones")
        )
    return mapped


def _map_sheet(sheet: Sheet, context: Context, mapped: Mapped) -> None:
    start = _start(sheet, context, mapped)
    for key, _ in sheet.root.entries:
        if key.text not in (v.WORD_DOCUMENT, v.WORD_CLAIMS):
            hint = nearest(key.text, iter((v.WORD_DOCUMENT, v.WORD_CLAIMS)))
            start.report("unknown-key", f"'{key.text}' is no key at the top of a facts file", key, hint or _TOP)
    opened = open_document(sheet, context, mapped)
    if opened is not None:
        _write_claims(*opened)


def _start(sheet: Sheet, context: Context, mapped: Mapped) -> Scope:
    return Scope(context, sheet, mapped, _NOWHERE, _NOWHERE, context.zone, {}, {})


def open_document(sheet: Sheet, context: Context, mapped: Mapped) -> tuple[Scope, Origin] | None:
    """
    Write the description of a sheet's document; the scope and origin that its claims are written with.

    None where the sheet does not say which document it is, which is reported.
    """
    start = _start(sheet, context, mapped)
    described = sheet.document_sheet or sheet
    of_document = replace(start, sheet=described)
    document = described.root.get(v.WORD_DOCUMENT)
    if not isinstance(document, Mapping):
        at = document or described.root
        hint = _TOP if not sheet.tabular else _BESIDE.format(Path(sheet.file).stem)
        of_document.report("missing-document", "this file does not say which document its facts come from", at, hint)
        return None
    iri = thing_iri(of_document, document)
    if iri is None:
        return None
    _check_kind(of_document, document)
    zone = _zone(of_document, document)
    of_document = replace(of_document, document=iri, graph=iri, zone=zone)
    write_thing(of_document, document, iri)
    origin = Origin(_source(of_document, document), _entry_basis(context, document))
    return replace(start, document=iri, graph=iri, zone=zone), origin


_BESIDE = "describe it in {}.document.yaml beside the table: `document: {{id: …, type: …}}`"
_TOP = "a facts file has `document:` (id, type, publisher, issued …) and `claims:` (a list of entries)"


def _write_claims(scope: Scope, origin: Origin) -> None:
    claims = scope.sheet.root.get(v.WORD_CLAIMS)
    if claims is None or (isinstance(claims, Scalar) and not claims.text):
        return
    if not isinstance(claims, Listing):
        scope.report("unexpected-shape", "`claims` is a list of entries", claims, "begin each entry with `- `")
        return
    for entry in claims.items:
        if isinstance(entry, Mapping):
            write_claim(scope, entry, origin)
        else:
            scope.report(
                "unexpected-shape", "an entry has keys", entry, "write `- id: …`, `- about: …` or `- quote: …`"
            )


def _check_kind(scope: Scope, document: Mapping) -> None:
    """Report a type that is no kind of document."""
    ontology = scope.context.ontology
    node = document.get(v.WORD_TYPE)
    cls = ontology.classes.get(named_text(node)) if node is not None else None
    if node is not None and cls is not None and not ontology.is_kind_of(cls.iri, v.DOCUMENT):
        kinds = ", ".join(kind.name for kind in ontology.below(v.DOCUMENT))
        scope.report("unknown-type", f"'{cls.name}' is no kind of document", node, f"one of: {kinds}")


def _entry_basis(context: Context, document: Mapping) -> NamedNode:
    """What an entry rests on by the document's class, or the nearest superclass that says so."""
    node = document.get(v.WORD_TYPE)
    cls: Class | None = context.ontology.classes.get(named_text(node)) if node is not None else None
    if cls is None:
        return v.QUOTATION
    lineage = (cls, *(context.ontology.by_iri[iri] for iri in cls.ancestors if iri in context.ontology.by_iri))
    return next((c.entry_basis for c in lineage if c.entry_basis is not None), v.QUOTATION)


def _zone(scope: Scope, document: Mapping) -> ZoneInfo | None:
    key = scope.context.ontology.properties[v.TIMEZONE].key
    node = document.get(key)
    if not isinstance(node, Scalar) or not node.text:
        return scope.context.zone
    try:
        return ZoneInfo(node.text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = "write its IANA name, such as Asia/Yangon, Africa/Khartoum or Europe/Kyiv"
        scope.report("invalid-value", f"'{node.text}' is no time zone", node, hint)
        return scope.context.zone


def _source(scope: Scope, document: Mapping) -> SourceText | None:
    properties = scope.context.ontology.properties
    node = document.get(properties[v.TEXT].key)
    if node is not None and not isinstance(node, Scalar):
        scope.report("unexpected-shape", "a document has one text", node, "write the path of one file")
    if not isinstance(node, Scalar) or not node.text:
        return None
    read = scope.context.read_text(node.text, scope.sheet.at(node))
    if isinstance(read, Finding):
        scope.mapped.findings.append(read)
        return None
    scope.mapped.texts.append((read.path, read.sha256))
    stated = document.get(properties[v.SHA256].key)
    if isinstance(stated, Scalar) and stated.text.casefold() != read.sha256:
        message = f"{read.path} has another SHA-256 than the one given here"
        scope.report("checksum-mismatch", message, stated, f"the file at hand has {read.sha256}")
    return read
