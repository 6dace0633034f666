"""
The order of terms: no value, blank nodes, IRIs, literals; literals by their values where these can be compared.

Spec: https://www.w3.org/TR/sparql11-query/#modOrderBy (15.1)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kg.columns import terms as t
from kg.sparql.relation import SortKey
from kg.sparql.stopping import stopped
from kg.sparql.values import BOOLEANS, EXACT, IRIS, NUMERIC, STRINGS, TIMES, Plain, Stored, Value

_CLASSES: Final = (
    frozenset((t.BLANK,)),
    IRIS,
    NUMERIC,
    frozenset((t.TIME,)),
    frozenset((t.DATE,)),
    frozenset((t.CLOCK,)),
    BOOLEANS,
    STRINGS,
    frozenset((t.LANGUAGE,)),
    frozenset((t.OTHER,)),
)
"""Types that are ordered among each other, in the order of the classes."""


def keys_of(value: Value) -> list[str]:
    """
    SQL expressions to sort by, one after the other, from the smallest; where there is no value all are NULL.

    The query stops where it comes upon a value that columns do not hold, and of which order is told from the value.

    Spec: https://www.w3.org/TR/sparql11-query/#modOrderBy (15.1)
    """
    if isinstance(value, Plain):
        return [value.sql]
    keys = [] if any(value.types <= one for one in _CLASSES) else [_rank(value)]
    if isinstance(value, Stored):
        # The rank stops the query at what columns do not hold.
        value = replace(value, types=value.types - {t.BEYOND})
    types = value.types
    if types & NUMERIC:
        exact, real = types & EXACT, types & NUMERIC - EXACT
        # As doubles great integers may be the same, which as such are not.
        keys += [value.real()] * bool(real) + [value.number()] * bool(exact)
    if types & TIMES:
        keys.append(value.instant())
    if types - NUMERIC - TIMES:
        keys.append(value.lexical())
        if types & {t.LANGUAGE, t.OTHER}:
            keys.append(value.suffix())
    return keys


def _rank(value: Value) -> str:
    ranks = [
        f"WHEN '{kind}' THEN {rank}" for rank, types in enumerate(_CLASSES) for kind in sorted(types & value.types)
    ]
    if t.BEYOND in value.types:
        ranks.append(f"WHEN '{t.BEYOND}' THEN {stopped(value.text(), 'INTEGER')}")
    return f"CASE {value.type()} {' '.join(ranks)} END"


def sorted_by(value: Value, *, descending: bool) -> list[SortKey]:
    """What a condition of ORDER BY sorts by."""
    return [SortKey(key, descending) for key in keys_of(value)]
