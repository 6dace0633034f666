"""
Answers of an endpoint as the embedded store gives them, so that whoever reads them sees no difference.

An answer is read to its end before the first row is handed on, to a file where it is large: one that breaks off is
asked for again, and never shown in part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.client import HTTPResponse
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple, parse, parse_query_results

from kg.endpoint.faults import QueryRefused, fail, no_result
from kg.endpoint.http import Client, Message, pieces, whole
from kg.endpoint.select import JSON, Told, boolean, check_answer, most_rows, solutions
from kg.model.terms import XSD
from kg.stores.protocol import Answer, NotSparql

_N_TRIPLES: Final = "application/n-triples"
_IN_MEMORY: Final = 8 << 20
_PROLOGUE: Final = r"(?:\s|#[^\n]*\n|BASE\s*<[^>]*>|PREFIX\s+[^\s:]*:\s*<[^>]*>|DEFINE\s+\S+\s+\S+)*"
_KIND: Final = re.compile(_PROLOGUE + r"(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
_SOURCE: Final = re.compile(r"[}\s]FROM\s+(?:NAMED\s+)?<", re.IGNORECASE)
_GEOMETRY: Final = '"^^<http://www.openlinksw.com/schemas/virtrdf#Geometry>'
_TRUTH: Final = {
    f'"{number}"^^<{XSD}boolean>': f'"{word}"^^<{XSD}boolean>' for number, word in (("1", "true"), ("0", "false"))
}
_WELL_KNOWN_TEXT: Final = '"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'


def kind_of(query: str) -> str:
    r"""
    The form of a query in small letters, empty where it is none.

    >>> kind_of("PREFIX a: <urn:a#> # who?\n ask { ?s ?p ?o }")
    'ask'
    """
    match = _KIND.match(query)
    return match[1].lower() if match else ""


def names_graphs(query: str) -> bool:
    """Whether a query says itself which graphs it is about."""
    return bool(_SOURCE.search(query))


def answer(client: Client, query: str, prologue: str = "") -> Answer:
    """
    What the endpoint answers; `prologue` goes before the query.

    Raises:
        NotSparql: The endpoint refuses the query, and it is no SPARQL.
        EnvironmentFault: The endpoint does not answer, or not in full.
    """
    kind = kind_of(query)
    accept = _N_TRIPLES if kind in {"construct", "describe"} else JSON
    message = Message.form(client.address, accept, query=prologue + query)
    try:
        if kind == "ask":
            return _boolean(boolean(client.address, client.taken(message, lambda found: _checked(client, found, JSON))))
        if accept == JSON:
            return client.taken(message, lambda found: _rows(client.address, found))
        return client.taken(message, lambda found: _triples(client.address, found))
    except QueryRefused as error:
        _check_syntax(query, error)
        raise


def _checked(client: Client, response: HTTPResponse, accept: str) -> bytes:
    check_answer(client.address, response, accept)
    return whole(response)


def _boolean(value: bool) -> QueryBoolean:  # noqa: FBT001 # that is what it makes an answer of
    text = b'{"head": {}, "boolean": true}' if value else b'{"head": {}, "boolean": false}'
    found = parse_query_results(text, format=QueryResultsFormat.JSON)
    assert isinstance(found, QueryBoolean)  # noqa: S101 # by what was written above
    return found


def _rows(address: str, response: HTTPResponse) -> QuerySolutions:
    """The rows, as a file of tab-separated values that pyoxigraph reads lazily."""
    check_answer(address, response, JSON)
    told = Told(most_rows(response))
    file = _File()
    count = 0
    for count, row in enumerate(solutions(address, pieces(response), told), 1):  # counts
        if count == 1:
            file.write(_head(told))
        file.write(("\t".join(_cell(row.get(name, "")) for name in told.variables) + "\n").encode())
    if not count:
        file.write(_head(told))
    if 0 < told.most <= count:
        hint = "ask for fewer with LIMIT, or raise its limit of rows, such as ResultSetMaxRows in virtuoso.ini"
        fail(address, f"it gives at most {told.most:,} rows, and there are as many or more", hint)
    file.seek(0)
    found = parse_query_results(file, format=QueryResultsFormat.TSV)
    assert isinstance(found, QuerySolutions)  # noqa: S101 # by what was written above
    return found


def _head(told: Told) -> bytes:
    return ("\t".join(f"?{name}" for name in told.variables) + "\n").encode()


def as_sent(text: str) -> str:
    """A term as it was sent, where Virtuoso gives another: its own datatype of geometries, numbers for truth values."""
    if text.endswith(_GEOMETRY):
        return text.removesuffix(_GEOMETRY) + _WELL_KNOWN_TEXT
    return _TRUTH.get(text, text)


def _cell(text: str) -> str:
    return as_sent(text).replace("\t", "\\t")


def _triples(address: str, response: HTTPResponse) -> Iterator[Triple]:
    check_answer(address, response, _N_TRIPLES)
    file = _File()
    for piece in pieces(response):
        file.write(piece)
    file.seek(0)
    return _parsed(address, file)


def _parsed(address: str, file: IO[bytes]) -> Iterator[Triple]:
    try:
        for quad in parse(file, format=RdfFormat.N_TRIPLES):
            yield Triple(quad.subject, quad.predicate, quad.object)
    except SyntaxError as error:
        no_result(address, error.msg, error)


class _File(SpooledTemporaryFile[bytes]):
    """A file that is closed when the answer that is read from it is let go."""

    def __init__(self) -> None:
        super().__init__(_IN_MEMORY)

    def __del__(self) -> None:
        self.close()


def _check_syntax(query: str, refused: QueryRefused) -> None:
    """Say where a query stops to be SPARQL, which servers say in many ways."""
    from pyoxigraph import Store

    try:
        Store().query(query)
    except SyntaxError as error:
        raise NotSparql(error.msg) from refused
    except (OSError, ValueError):
        return  # it is SPARQL, if not for an empty store
