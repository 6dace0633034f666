"""
The functions of SPARQL 1.1, a module for each kind; each takes values and gives one, and NULL where it is an error.

Functional forms, which do not evaluate all their arguments, are in `kg.sparql.scope`; constructors of datatypes in
`kg.sparql.casts`.

Spec: https://www.w3.org/TR/sparql11-query/#SparqlOps (17.4)
"""

from __future__ import annotations

from typing import Final

from kg.sparql.functions.context import Context, Function
from kg.sparql.functions.drawn import DRAWN
from kg.sparql.functions.hashes import HASHES
from kg.sparql.functions.numerics import ON_NUMBERS
from kg.sparql.functions.strings import ON_STRINGS
from kg.sparql.functions.terms import ON_TERMS
from kg.sparql.functions.times import ON_TIMES

__all__ = ["FUNCTIONS", "Context"]

FUNCTIONS: Final[dict[str, Function]] = {**ON_TERMS, **ON_STRINGS, **ON_NUMBERS, **ON_TIMES, **HASHES, **DRAWN}
"""By their names in capitals."""
