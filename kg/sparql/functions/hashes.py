"""
Hashes of texts; SHA384 and SHA512 are not compiled, because DuckDB does not have them.

Spec: https://www.w3.org/TR/sparql11-query/#func-hash (17.4.6)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.columns import terms as t
from kg.sparql.functions.context import Context, Function, only
from kg.sparql.values import STRINGS, Plain, Value


def _hash(function: str) -> Function:
    def hashed(_: Context, given: Sequence[Value]) -> Value:
        (text,) = given
        return Plain(t.STRING, only(STRINGS, text, f"{function}({text.lexical()})"))

    return hashed


HASHES: Final[dict[str, Function]] = {"MD5": _hash("md5"), "SHA1": _hash("sha1"), "SHA256": _hash("sha256")}
