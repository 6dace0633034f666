"""Days as options and conditions give them."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from kg.model.errors import UsageError

_FORM: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def day_of(text: str, where: str = "") -> date:
    """
    The day that a text names. Of the ways of ISO 8601 it is the one that can be compared as a text.

    >>> day_of("2023-11-03")
    datetime.date(2023, 11, 3)

    Raises:
        UsageError: It is no day; `where` tells what asked for one.
    """
    try:
        if _FORM.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise UsageError(f"'{text}' is no day{f' ({where})' if where else ''}", "write it like 2023-11-03")
