"""Colours of sides and kinds: the same in every file, whatever else is in it."""

from __future__ import annotations

import colorsys
import hashlib
from typing import Final

_OF_SIDES: Final = (0.42, 0.75)
_OF_KINDS: Final = (0.55, 0.40)
"""Lightness and saturation: sides are strong, kinds are pale, so that a side is what is seen first."""


def colour_of(name: str, *, is_side: bool) -> str:
    """
    A colour made of a name alone, so that it stays when things are added. A view can set another.

    >>> colour_of("https://example.org/junta", is_side=True) == colour_of("https://example.org/junta", is_side=True)
    True
    >>> len(colour_of("", is_side=False))
    7
    """
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    lightness, saturation = _OF_SIDES if is_side else _OF_KINDS
    channels = colorsys.hls_to_rgb(int.from_bytes(digest[:4]) / 2**32, lightness, saturation)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
