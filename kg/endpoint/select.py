"""
SELECT at a SPARQL 1.1 endpoint, with its solutions as they come in.

Terms come as N-Triples texts, with literals just as the endpoint gives them.

Spec: https://www.w3.org/TR/sparql11-protocol/, https://www.w3.org/TR/sparql11-results-json/
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any, Final, NoReturn

from kg.endpoint.faults import fail, no_result, short, unreachable, wrong_kind
from kg.endpoint.http import READING, Client, Message, Retries, pieces
from kg.endpoint.terms import text_of_json

JSON: Final = "application/sparql-results+json"
_BEGIN: Final = re.compile(r'"bindings"\s*:\s*\[')
_VARIABLES: Final = re.compile(r'"vars"\s*:\s*(\[[^\[\]]*\])')
_BOOLEAN: Final = re.compile(r'"boolean"\s*:\s*(true|false)')


@dataclass(slots=True)
class Told:
    """
    What an endpoint says of its answer.

    `most` is how many rows it gives at most, 0 where it does not say; `variables` are the columns; `server` its name;
    `links` whether it names links, as Virtuoso always does.
    """

    most: int = 0
    variables: list[str] = field(default_factory=list)
    server: str = ""
    links: bool = False


class SparqlEndpoint:
    """
    An endpoint at an address that may hold a name and password; others are taken from the environment.

    `timeout` are the seconds to wait for the next bytes of an answer.
    """

    def __init__(self, url: str, timeout: float = 300.0, retries: Retries = READING) -> None:
        self.client = Client(url, timeout, retries)
        self.address = self.client.address

    def select(self, query: str, told: Told | None = None) -> Iterator[dict[str, str]]:
        """
        The solutions of one SELECT as they come, variables to N-Triples texts; `told` is filled before the first.

        Raises:
            EnvironmentFault: The endpoint cannot be reached, refuses, or its answer breaks off; `QueryRefused` where it
                answers 400 or 500.
        """
        told = told or Told()
        response = self.client.open(Message.form(self.address, JSON, query=query))
        try:
            check_answer(self.address, response, JSON)
            told.most = most_rows(response)
            told.server = response.headers.get("Server", "")
            yield from solutions(self.address, pieces(response), told)
        except (OSError, HTTPException) as error:
            unreachable(self.address, error, self.client.timeout)
        finally:
            response.close()


def check_answer(address: str, response: HTTPResponse, wanted: str) -> None:
    """
    See whether an answer is whole by its status, and of the kind that was asked for.

    Raises:
        EnvironmentFault: It is not.
    """
    if response.status == 206:
        hint = "raise its limits, or check a smaller graph"
        fail(address, "it stopped before the end (206 Partial Content)", hint)
    kind = response.headers.get_content_type()
    if wanted.rpartition("+")[2].rpartition("/")[2] not in kind:
        wrong_kind(address, kind, wanted, response.read(1600))


def most_rows(response: HTTPResponse) -> int:
    """How many rows the endpoint gives at most, where it has cut this answer (Virtuoso); else 0."""
    text: str = response.headers.get("X-SPARQL-MaxRows", "")
    return int(text) if text.isdecimal() else 0


def solutions(address: str, chunks: Iterable[bytes], told: Told) -> Iterator[dict[str, str]]:
    """
    The solutions in a JSON answer that comes in pieces, variables to N-Triples texts; fills `told.variables`.

    Raises:
        EnvironmentFault: It is none, or breaks off.
    """
    try:
        for binding in _bindings(address, chunks, told):
            yield {name: text_of_json(value) for name, value in binding.items()}
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        no_result(address, error, error)


def boolean(address: str, content: bytes) -> bool:
    """
    The answer to an ASK; Virtuoso 7 gives it as the rows of a SELECT, none for no.

    Raises:
        EnvironmentFault: It is none.
    """
    text = content.decode(errors="replace")
    if match := _BOOLEAN.search(text):
        return match[1] == "true"
    told = Told()
    rows = list(solutions(address, [content], told))
    if len(rows) > 1 or len(told.variables) != 1:
        no_result(address, short(text))
    return any(value.startswith(('"1"', '"true"')) for row in rows for value in row.values())


def _bindings(address: str, chunks: Iterable[bytes], told: Told) -> Iterator[dict[str, Any]]:
    """The objects of `bindings`, each read as soon as it is there."""
    text, decode = "", codecs.getincrementaldecoder("utf-8")()
    reader = json.JSONDecoder()
    started = False
    coming = iter(chunks)
    for chunk in coming:
        text += decode.decode(chunk)
        if not started:
            match = _BEGIN.search(text)
            if match is None:
                continue
            head = _VARIABLES.search(text, 0, match.start())
            told.variables = json.loads(head[1]) if head else []
            told.links = '"link"' in text[: match.start()]
            started, text = True, text[match.end() :]
        at = 0
        while True:
            at = _skipped(text, at)
            if text.startswith("]", at):
                for _ in coming:  # the rest of it, so that a connection can be used again
                    pass
                return
            try:
                binding, at = reader.raw_decode(text, at)
            except json.JSONDecodeError:
                break  # the rest of it is still to come
            yield binding
        text = text[at:]
    if not started:
        no_result(address, short(text))
    _broke_off(address)


def _broke_off(address: str) -> NoReturn:
    hint = "try again; the endpoint may have run into a limit of its own"
    fail(address, "its answer broke off before the end", hint)


def _skipped(text: str, at: int) -> int:
    """Behind white space and commas."""
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at
