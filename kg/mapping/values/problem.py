"""What is wrong with a text that should have been a value."""

from __future__ import annotations

LONGEST = 500
"""A time, a count or a pair of coordinates is never longer, in code points; bounds the work on a hostile file."""

_SHOWN = 60


class ValueProblem(ValueError):
    """A text cannot be read as the value that is expected; `hint` says what to write."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


def quoted(text: str) -> str:
    r"""
    A text as messages show it: on one line, in quotes, cut where it is long.

    >>> quoted("at\n least")
    "'at least'"
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"'{line}'" if len(line) <= _SHOWN else f"'{line[:_SHOWN]}…'"


def bounded(text: str, kind: str) -> str:
    """
    The text itself, where it is neither empty nor beyond all measure.

    Raises:
        ValueProblem: It is.
    """
    if not text or text.isspace():
        raise ValueProblem(f"an empty text is not {kind}", "leave the key out, or write 'unknown'")
    if len(text) > LONGEST:
        raise ValueProblem(f"{quoted(text)} is too long for {kind}", f"write at most {LONGEST} characters")
    return text
