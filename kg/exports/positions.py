"""Where a row of a table lies on the earth, and when."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

from kg.exports.losses import Losses
from kg.exports.rows import Row, Table
from kg.model.errors import UsageError
from kg.model.terms import text_of

_DAY_OR_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?")


class Point(NamedTuple):
    """Degrees east and north, WGS84."""

    east: float
    north: float


def checked(tables: Iterable[Table]) -> list[Table]:
    """
    Tables, none of whose rows is read yet; one can be drawn if it says which columns hold the coordinates.

    Raises:
        UsageError: One does not.
    """
    found = list(tables)
    for table in found:
        if table.at("x") is None or table.at("y") is None:
            raise UsageError(
                f"the query '{table.name}' does not say where its rows lie",
                "its header gives two columns `role: x` (longitude) and `role: y` (latitude)",
            )
    return found


def point_of(table: Table, row: Row, losses: Losses) -> Point | None:
    """The point of a row; None where it has no coordinates, or none that are on the earth: these are counted."""
    east, north = table.cell(row, "x"), table.cell(row, "y")
    if east is None or north is None:
        losses.add(f"rows of {table.name} without coordinates", 1, text_of(table.cell(row, "id") or row[0]))
        return None
    try:
        point = Point(float(text_of(east)), float(text_of(north)))
    except ValueError:
        point = Point(math.nan, math.nan)
    if abs(point.east) <= 180 and abs(point.north) <= 90:  # false for what is no number
        return point
    losses.add(f"coordinates of {table.name} that are none", 1, f"{text_of(north)}, {text_of(east)}")
    return None


def moment_of(table: Table, row: Row, role: str, losses: Losses) -> str:
    """A day or a moment of four-digit years; empty where there is none, and counted where it is another."""
    found = table.cell(row, role)
    if found is None:
        return ""
    if _DAY_OR_MOMENT.fullmatch(text_of(found)):
        return text_of(found)
    losses.add(f"times of {table.name} that a map cannot hold", 1, text_of(found))
    return ""
