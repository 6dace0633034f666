"""
Tables as placemarks on a map, with their times: KML.

Spec: https://docs.ogc.org/is/12-007r2/12-007r2.html
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO

from kg.exports.losses import Losses
from kg.exports.positions import checked, moment_of, point_of
from kg.exports.rows import Row, Table
from kg.exports.xml_text import xml_text
from kg.model.terms import text_of

if TYPE_CHECKING:
    from kg.exports.xml_text import XmlFile

_NAMESPACE = "http://www.opengis.net/kml/2.2"
_SIMPLE = {"integer": "int", "decimal": "double", "double": "double", "boolean": "bool"}
_STYLES = {"exact": "ff1400c8", "about": "7f1400c8"}
"""Colours as alpha, blue, green, red; what is not drawn at its own place is half seen through."""


def write_kml(tables: Iterable[Table], title: str, output: BinaryIO, losses: Losses) -> int:
    """
    Write a folder for each table and a placemark for each row, as they come; how many placemarks there are.

    A row without coordinates is a placemark without a point. Times are days or moments; an end that is not told stays
    open. Characters that XML has no way to write become U+FFFD and are counted.

    Raises:
        UsageError: A query does not say which columns are the coordinates.
        EnvironmentFault: lxml is not installed.
    """
    from kg.exports.xml_text import xml_file

    tables = checked(tables)
    count = 0
    with xml_file(output) as file, file.element("kml", nsmap={None: _NAMESPACE}), file.element("Document"):
        _leaf(file, "name", title, losses)
        for name, colour in _STYLES.items():
            _style(file, name, colour)
        for table in tables:
            _schema(file, table, losses)
            with file.element("Folder"):
                _leaf(file, "name", table.name, losses)
                for row in table.rows:
                    _placemark(file, table, row, losses)
                    count += 1
    return count


def _leaf(file: XmlFile, tag: str, text: str, losses: Losses, **attributes: str) -> None:
    with file.element(tag, attributes):
        file.write(xml_text(text, losses))


def _style(file: XmlFile, name: str, colour: str) -> None:
    with file.element("Style", {"id": name}), file.element("IconStyle"), file.element("color"):
        file.write(colour)


def _schema(file: XmlFile, table: Table, losses: Losses) -> None:
    with file.element("Schema", {"name": table.name, "id": _name("s", table.name)}):
        for column in table.columns:
            attributes = {"type": _SIMPLE.get(column.type, "string"), "name": xml_text(column.name, losses)}
            with file.element("SimpleField", attributes):
                _leaf(file, "displayName", column.description or column.name, losses)


def _placemark(file: XmlFile, table: Table, row: Row, losses: Losses) -> None:
    with file.element("Placemark"):
        label = table.cell(row, "label")
        _leaf(file, "name", text_of(label if label is not None else row[0]) if row else "", losses)
        _time(file, table, row, losses)
        exact = table.cell(row, "exact")
        _leaf(file, "styleUrl", "#about" if exact is not None and text_of(exact) == "false" else "#exact", losses)
        with file.element("ExtendedData"), file.element("SchemaData", {"schemaUrl": "#" + _name("s", table.name)}):
            for column, term in zip(table.columns, row, strict=True):
                if term is not None:
                    _leaf(file, "SimpleData", text_of(term), losses, name=xml_text(column.name, losses))
        point = point_of(table, row, losses)
        if point is not None:
            with file.element("Point"):
                _leaf(file, "coordinates", f"{point.east!r},{point.north!r}", losses)


def _time(file: XmlFile, table: Table, row: Row, losses: Losses) -> None:
    begin, end = (moment_of(table, row, role, losses) for role in ("begin", "end"))
    if begin and begin == end:
        with file.element("TimeStamp"):
            _leaf(file, "when", begin, losses)
    elif begin or end:
        with file.element("TimeSpan"):
            for tag, moment in (("begin", begin), ("end", end)):
                if moment:
                    _leaf(file, tag, moment, losses)


def _name(kind: str, text: str) -> str:
    """A name that XML takes for an id, whatever the text."""
    return kind + sha256(text.encode()).hexdigest()[:12]
