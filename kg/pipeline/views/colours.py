"""Colours of sides and kinds: the same in every file of a graph, and no two sides alike."""

from __future__ import annotations

import colorsys
import hashlib
from collections.abc import Iterable
from typing import Final

_OF_SIDES: Final = (
    "#1f5f8b", "#c23b22", "#3f8f3a", "#7a3f98", "#b8860b", "#2f8f8f", "#d0417e", "#5d4037", "#6b8e23", "#37474f",
)  # fmt: skip
"""Strong where those of kinds are pale: a side is what a reader looks for first."""

_LOOKS: Final = tuple((lightness, saturation) for saturation in (0.25, 0.40, 0.55) for lightness in (0.45, 0.58, 0.70))
"""Lightness and saturation of kinds: there are more of them than hues that can be told apart."""


def colours_of_sides(sides: Iterable[str]) -> dict[str, str]:
    """
    A colour for each side of a graph, by its name alone as far as two do not fall together: the later by name moves on.

    A view can set others.

    >>> found = colours_of_sides(["https://example.org/junta", "https://example.org/anti-junta"])
    >>> len(set(found.values()))
    2
    """
    found: dict[str, str] = {}
    for side in sorted(set(sides)):
        first = _number(side)
        turns = (_OF_SIDES[(first + step) % len(_OF_SIDES)] for step in range(len(_OF_SIDES)))
        taken = set(found.values())
        found[side] = next((colour for colour in turns if colour not in taken), colour_of(side))
    return found


def colour_of(name: str) -> str:
    """
    A pale colour made of a name alone, so that it stays when things are added.

    >>> colour_of("https://example.org/a") == colour_of("https://example.org/a"), len(colour_of(""))
    (True, 7)
    """
    hue, look = divmod(_number(name), len(_LOOKS))
    lightness, saturation = _LOOKS[look]
    channels = colorsys.hls_to_rgb(hue * len(_LOOKS) / 2**32, lightness, saturation)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:4])
