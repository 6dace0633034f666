"""
Functions on numbers; RAND is with what is another for each solution.

Spec: https://www.w3.org/TR/sparql11-query/#func-numerics (17.4.4)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.sparql.arithmetic import ROUNDINGS, rounded
from kg.sparql.functions.context import Context, Function
from kg.sparql.values import Value


def _rounding(name: str) -> Function:
    def function(context: Context, given: Sequence[Value]) -> Value:
        (number,) = given
        return rounded(name, number, context.let)

    return function


ON_NUMBERS: Final[dict[str, Function]] = {name: _rounding(name) for name in sorted(ROUNDINGS)}
