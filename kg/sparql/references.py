"""
What SQL speaks of: aliases and columns, told from its words without being parsed.

The compiler writes names of tables and columns in lower case, and words of SQL in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

_WORDS: Final = re.compile(
    r"""'(?:[^']|'')*'                                              # a text
      | \b(?P<alias>[a-z][a-z0-9_]*)[.](?:[a-z][a-z0-9_]*|"[^"]*")  # a column of a table
      | "[^"]*"
    """,
    re.VERBOSE,
)


def is_column(sql: str) -> bool:
    """
    Whether SQL is no more than a column of a table.

    >>> is_column("l2.v1"), is_column('t1."a b"'), is_column("t1.s + 1"), is_column("'t1.s'")
    (True, True, False, False)
    """
    found = _WORDS.fullmatch(sql)
    return found is not None and found["alias"] is not None


def aliases_in(sql: str) -> set[str]:
    """
    The tables of which SQL speaks, those of its sub-selects too.

    >>> sorted(aliases_in("t1.s = x2.id AND x2.text <> 't3.s'"))
    ['t1', 'x2']
    """
    return {found["alias"] for found in _WORDS.finditer(sql) if found["alias"]}


def columns_in(texts: Iterable[str], aliases: Collection[str]) -> list[str]:
    """
    The columns of some tables of which SQL speaks, each once, in the order in which they come.

    >>> columns_in(["t2.o < t1.s", "t1.s > 7"], {"t1"})
    ['t1.s']
    """
    found = (one for text in texts for one in _WORDS.finditer(text) if one["alias"] in aliases)
    return list(dict.fromkeys(one[0] for one in found))


def renamed(sql: str, names: Mapping[str, str]) -> str:
    """
    The SQL with other names for some columns.

    >>> renamed("t1.s <> 't1.s'", {"t1.s": "l2.c1"})
    "l2.c1 <> 't1.s'"
    """
    return _WORDS.sub(lambda found: names.get(found[0], found[0]), sql)
