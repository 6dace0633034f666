"""Parameters of queries, as options give them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import click


def given(params: Iterable[str]) -> dict[str, list[str]]:
    """
    The values of each parameter.

    >>> given(["place=kawlin", "place=katha"])
    {'place': ['kawlin', 'katha']}

    Raises:
        UsageError: One is not written as NAME=VALUE.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for param in params:
        name, equals, value = param.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--param takes NAME=VALUE, not '{param}'")
        found[name.strip()].append(value)
    return dict(found)
