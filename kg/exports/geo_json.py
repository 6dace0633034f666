"""
Tables as points on a map: GeoJSON.

Spec: https://www.rfc-editor.org/rfc/rfc7946
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from pyoxigraph import Literal

from kg.exports.json_numbers import whole
from kg.exports.losses import Losses
from kg.exports.positions import checked, point_of
from kg.exports.rows import Row, Table
from kg.model.terms import Term, text_of
from kg.ontology import vocabulary as v

_COORDINATES = ("x", "y")
_TRUTH = {"true": True, "false": False}


def write_geo_json(tables: Iterable[Table], output: BinaryIO, losses: Losses) -> int:
    """
    Write one collection with a feature a line for each row; how many features there are.

    A row without coordinates is a feature without a geometry, so that nothing is left out; the losses count them.
    Longitude comes first. `layer` tells the tables apart. Whole numbers beyond 2^53 are texts.

    Raises:
        UsageError: A query does not say which columns are the coordinates.
    """
    tables = checked(tables)
    output.write(b'{"type": "FeatureCollection", "features": [')
    count = 0
    for table in tables:
        for row in table.rows:
            output.write(b"\n" if not count else b",\n")
            output.write(json.dumps(_feature(table, row, losses), ensure_ascii=False, allow_nan=False).encode())
            count += 1
    output.write(b"\n]}\n")
    return count


def _feature(table: Table, row: Row, losses: Losses) -> dict[str, Any]:
    point = point_of(table, row, losses)
    feature: dict[str, Any] = {"type": "Feature"}
    feature["geometry"] = None if point is None else {"type": "Point", "coordinates": [point.east, point.north]}
    feature["properties"] = {
        "layer": table.name,
        **{
            column.name: _value(term)
            for column, term in zip(table.columns, row, strict=True)
            if column.role not in _COORDINATES
        },
    }
    return feature


def _value(term: Term | None) -> str | int | bool | None:
    if term is None:
        return None
    text = text_of(term)
    datatype = term.datatype if isinstance(term, Literal) else None
    if datatype == v.XSD_BOOLEAN and text in _TRUTH:
        return _TRUTH[text]
    number = whole(text) if datatype == v.XSD_INTEGER else None
    return text if number is None else number
