"""
Rows of a compiled query as the answer that Oxigraph would give: solutions, triples or a truth value.

Rows go through its own parsers of results, as a stream of tab-separated values or of N-Triples.

Spec: https://www.w3.org/TR/sparql11-results-csv-tsv/#tsv
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, Final, TypeAlias

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from kg.columns.terms import BOOLEAN, DOUBLE, INTEGER, datatype_suffix
from kg.model.streams import as_file
from kg.sparql.forms import Compiled

Answered: TypeAlias = QuerySolutions | QueryBoolean | Iterator[Triple]

_BUFFER: Final = 1 << 16
_LINES_AT_ONCE: Final = 256


def answer_of(compiled: Compiled, rows: Iterable[tuple[Any, ...]]) -> QuerySolutions | Iterator[Triple]:
    """The rows of a SELECT or CONSTRUCT as its answer; lazy."""
    if compiled.form == "CONSTRUCT":
        lines = as_file(_pieces(f"{s} {p} {o} .\n" for s, p, o in rows), _BUFFER)
        return (Triple(q.subject, q.predicate, q.object) for q in parse(lines, format=RdfFormat.N_TRIPLES))
    head = "\t".join(f"?{name}" for name in compiled.variables) + "\n"
    lines = as_file(_pieces(_lines(head, compiled.forms, rows)), _BUFFER)
    found = parse_query_results(lines, format=QueryResultsFormat.TSV)
    assert isinstance(found, QuerySolutions)  # noqa: S101 # by its head
    return found


def boolean(value: bool) -> QueryBoolean:  # noqa: FBT001 # that is what it makes an answer of
    """The answer to an ASK."""
    found = parse_query_results(json.dumps({"head": {}, "boolean": value}).encode(), format=QueryResultsFormat.JSON)
    assert isinstance(found, QueryBoolean)  # noqa: S101 # by what was written above
    return found


def _lines(head: str, forms: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    yield head
    for row in texts(forms, rows):
        yield "\t".join(["" if cell is None else cell for cell in row]) + "\n"


def texts(forms: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Iterator[Sequence[str | None]]:
    """The rows with each cell as an N-Triples text, from the forms that the compiler holds them in."""
    written = [_WRITTEN.get(form) for form in forms]
    if not any(written):
        yield from rows
        return
    for row in rows:
        cells = zip(row, written, strict=True)
        yield [cell if cell is None or how is None else how(cell) for cell, how in cells]


def double(value: float) -> str:
    """
    A double in its canonical form.

    >>> [double(number).partition("^")[0] for number in (0.1, 1e21, float("inf"))]
    ['"1.0E-1"', '"1.0E21"', '"INF"']

    Spec: https://www.w3.org/TR/xmlschema-2/#double-canonical-representation
    """
    text = repr(float(value))
    if text in {"inf", "-inf", "nan"}:
        text = {"inf": "INF", "-inf": "-INF", "nan": "NaN"}[text]
    else:
        sign, digits, exponent = Decimal(text).as_tuple()
        figures = "".join(map(str, digits)).rstrip("0") or "0"
        power = 0 if figures == "0" else int(exponent) + len(digits) - 1
        text = f"{'-' * sign}{figures[0]}.{figures[1:] or '0'}E{power}"
    return f'"{text}"{datatype_suffix(DOUBLE)}'


_WRITTEN: Final[dict[str, Callable[[Any], str]]] = {
    INTEGER: lambda cell: f'"{int(cell)}"{datatype_suffix(INTEGER)}',
    BOOLEAN: lambda cell: f'"{"true" if cell else "false"}"{datatype_suffix(BOOLEAN)}',
    DOUBLE: double,
}


def _pieces(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines as pieces of a file that are worth being handed on."""
    remaining = iter(lines)
    while batch := "".join(islice(remaining, _LINES_AT_ONCE)):
        yield batch.encode()
