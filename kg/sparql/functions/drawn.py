"""
Functions whose value is another for each solution; none of them is compiled.

DuckDB would draw one once for all solutions where it is kept as a column, and anew wherever it is used.

Spec: https://www.w3.org/TR/sparql11-query/#func-bnode (17.4.2.9),
https://www.w3.org/TR/sparql11-query/#func-uuid (17.4.2.12),
https://www.w3.org/TR/sparql11-query/#func-struuid (17.4.2.13),
https://www.w3.org/TR/sparql11-query/#idp2130040 (17.4.4.5)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.sparql.algebra import NotCompiled
from kg.sparql.functions.context import Context, Function
from kg.sparql.values import Value


def _refused(_: Context, __: Sequence[Value]) -> Value:
    raise NotCompiled("RAND, UUID, STRUUID and BNODE are not compiled")


DRAWN: Final[dict[str, Function]] = dict.fromkeys(("BNODE", "UUID", "STRUUID", "RAND"), _refused)
