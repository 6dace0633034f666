"""Whole numbers that every reader of JSON takes for what they are."""

from __future__ import annotations

import re
from typing import Final

SAFE: Final = 2**53
"""From it on a reader with doubles changes a whole number."""

_WHOLE: Final = re.compile(r"0|-?[1-9]\d{0,15}", re.ASCII)


def whole(text: str) -> int | None:
    """
    The number that a canonical text writes, if JSON can hold it; else it stays a text.

    >>> whole("-12"), whole("012"), whole("9007199254740993")
    (-12, None, None)
    """
    return int(text) if _WHOLE.fullmatch(text) and abs(int(text)) < SAFE else None
