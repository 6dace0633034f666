"""What a library says that runs in a Java machine."""

from __future__ import annotations


def first_line(error: Exception) -> str:
    r"""
    What happened, without Java's stack; Py4J hides it in the second line.

    >>> first_line(Exception("An error occurred while calling o1.x.\n: java.io.IOException: no room\n\tat java.x"))
    'java.io.IOException: no room'
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith("An error occurred while calling")]
    return (told or lines or [type(error).__name__])[0].removeprefix(": ")
