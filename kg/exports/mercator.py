"""Degrees as a position on a sheet: Mercator's projection, as maps on screens have it."""

from __future__ import annotations

import math
from typing import Final

UNITS_OF_DEGREE: Final = 100
"""How far apart two degrees of longitude are drawn: a country of ten degrees fills Gephi's first view."""

_NORTHMOST: Final = 85.0511287798066
"""Where the square of the map ends (EPSG:3857)."""


def mercator(longitude: float, latitude: float) -> tuple[float, float]:
    """
    The position of a point, north up, to a thousandth; what lies beyond 85.05 degrees is drawn there.

    >>> mercator(96.0, 22.0)
    (9600.0, 2256.142)
    """
    latitude = max(-_NORTHMOST, min(_NORTHMOST, latitude))
    north = math.degrees(math.asinh(math.tan(math.radians(latitude))))
    return round(longitude * UNITS_OF_DEGREE, 3), round(north * UNITS_OF_DEGREE, 3)
