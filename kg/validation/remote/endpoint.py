"""
A SPARQL 1.1 endpoint: SELECT over HTTP, solutions as they come in, and in plain words whatever goes wrong.

Terms come as N-Triples texts, with literals just as the endpoint gives them.

Spec: https://www.w3.org/TR/sparql11-protocol/, https://www.w3.org/TR/sparql11-results-json/
"""

from __future__ import annotations

import codecs
import json
import os
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any, Final, NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit
from urllib.request import (
    HTTPBasicAuthHandler,
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithPriorAuth,
    HTTPRedirectHandler,
    OpenerDirector,
    Request,
    build_opener,
)

from pyoxigraph import Literal, NamedNode

from kg.model.errors import EnvironmentFault, UsageError

USER, PASSWORD, TOKEN = "KG_STORE_USER", "KG_STORE_PASSWORD", "KG_STORE_TOKEN"  # names of environment variables
JSON: Final = "application/sparql-results+json"
_CHUNK: Final = 1 << 16
_SHOWN: Final = 400
_BEGIN: Final = re.compile(r'"bindings"\s*:\s*\[')
_LABEL: Final = re.compile(r"[A-Za-z0-9]+")
_AUTH_HINT: Final = f"set {USER} and {PASSWORD}, or {TOKEN} for a bearer token, in the environment"


class QueryRefused(EnvironmentFault):
    """The endpoint answers, but not to this query."""


@dataclass(slots=True)
class Told:
    """What an endpoint says of its answer: how many rows it gives at most, 0 where it does not say."""

    most: int = 0


@dataclass(frozen=True, slots=True)
class SparqlEndpoint:
    """
    An endpoint at an address that may hold a name and password; others are taken from the environment.

    `timeout` are the seconds to wait for the next bytes of an answer.
    """

    url: str
    timeout: float = 300.0

    @property
    def address(self) -> str:
        """The address without name and password: for messages, and to ask."""
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    def select(self, query: str, told: Told | None = None) -> Iterator[dict[str, str]]:
        """
        The solutions of one SELECT as they come, variables to N-Triples texts; `told` is filled before the first.

        Raises:
            EnvironmentFault: The endpoint cannot be reached, refuses, or its answer breaks off; `QueryRefused` where it
                answers 400 or 500.
        """
        try:
            with self._opened(query) as response:
                self._check(response)
                if told is not None:
                    told.most = _number(response.headers.get("X-SPARQL-MaxRows"))
                for binding in self._bindings(response):
                    yield {name: text_of_json(value) for name, value in binding.items()}
        except HTTPError as error:
            self._refused(error)
        except (OSError, HTTPException) as error:
            self._unreachable(error)
        except (KeyError, AttributeError, TypeError, ValueError) as error:
            self._fail(
                f"its answer is no SPARQL result: {error}", "is this the address of a SPARQL 1.1 endpoint?", error
            )

    # ── Asking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _opened(self, query: str) -> HTTPResponse:
        # As a form: Virtuoso 7 never answers a query that is sent as application/sparql-query.
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": JSON, "User-Agent": "kg"}
        if os.environ.get(TOKEN):
            headers["Authorization"] = f"Bearer {os.environ[TOKEN]}"
        if urlsplit(self.url).scheme not in {"http", "https"}:
            raise UsageError(f"{self.address} is no address of an endpoint", "it begins with http:// or https://")
        body = urlencode({"query": query}).encode()
        request = Request(self.address, body, headers, method="POST")  # noqa: S310 # the scheme is checked
        response: HTTPResponse = self._opener().open(request, timeout=self.timeout)
        return response

    def _opener(self) -> OpenerDirector:
        parts = urlsplit(self.url)
        user = unquote(parts.username or "") or os.environ.get(USER, "")
        password = unquote(parts.password or "") if parts.username else os.environ.get(PASSWORD, "")
        if not user:
            return build_opener(_NoRedirect)
        known = HTTPPasswordMgrWithPriorAuth()
        # Basic goes along from the start; where a server asks for Digest, that is the answer to its 401.
        known.add_password(None, self.address, user, password, is_authenticated=True)
        return build_opener(_NoRedirect, HTTPDigestAuthHandler(known), HTTPBasicAuthHandler(known))

    def _check(self, response: HTTPResponse) -> None:
        if response.status == 206:
            self._fail("it stopped before the end (206 Partial Content)", "raise its limits, or check a smaller graph")
        kind = response.headers.get_content_type()
        if "json" not in kind:
            start = response.read(_SHOWN).decode(errors="replace")
            self._fail(
                f"it answers with {kind}, not with {JSON}: {_short(start)}",
                "is this the address of a SPARQL 1.1 endpoint?",
            )

    # ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _bindings(self, response: HTTPResponse) -> Iterator[dict[str, Any]]:
        """The objects of `bindings`, each read as soon as it is there."""
        text, decode, end = "", codecs.getincrementaldecoder("utf-8")(), False
        reader = json.JSONDecoder()
        started = False
        while not end:
            chunk = response.read(_CHUNK)
            text, end = text + decode.decode(chunk, final=not chunk), not chunk
            if not started:
                match = _BEGIN.search(text)
                if match is None:
                    continue
                started, text = True, text[match.end() :]
            at = 0
            while True:
                at = _skipped(text, at)
                if text.startswith("]", at):
                    self._read_to_end(response)
                    return
                try:
                    binding, at = reader.raw_decode(text, at)
                except json.JSONDecodeError:
                    break  # the rest of it is still to come
                yield binding
            text = text[at:]
        if not started:
            self._fail(
                f"its answer is no SPARQL result: {_short(text)}", "is this the address of a SPARQL 1.1 endpoint?"
            )
        self._fail(
            "its answer broke off before the end", "try again; the endpoint may have run into a limit of its own"
        )

    @staticmethod
    def _read_to_end(response: HTTPResponse) -> None:
        while response.read(_CHUNK):
            pass

    # ── What goes wrong ─────────────────────────────────────────────────────────────────────────────────────────────

    def _refused(self, error: HTTPError) -> NoReturn:
        with error:
            said = _short(error.read(_SHOWN * 4).decode(errors="replace"))
        what = f"it answers {error.code} {error.reason}"
        match error.code:
            case 401:
                self._fail(f"{what}: it wants to know who asks, or the password is wrong", _AUTH_HINT, error)
            case 403:
                self._fail(f"{what}: who asks may not", _AUTH_HINT, error)
            case 301 | 302 | 303 | 307 | 308:
                self._fail(f"{what}", f"use the address it names: {error.headers.get('location', '')}", error)
            case 404 | 405:
                self._fail(
                    what, "is this the address of a SPARQL 1.1 endpoint? It often ends in /sparql or /query", error
                )
            case 408 | 503 | 504:
                self._fail(
                    f"{what}: {said}", "it is too busy, or stops long queries: try again, or raise its limit", error
                )
            case _:
                fault = QueryRefused if error.code in {400, 500} else EnvironmentFault
                raise fault(f"{self.address}: {what}: {said}", "the endpoint says what is wrong") from error

    def _unreachable(self, error: OSError | HTTPException) -> NoReturn:
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, TimeoutError):
            self._fail(f"nothing came for {self.timeout:g} seconds", "wait longer, or look what the server does", error)
        if isinstance(cause, ConnectionRefusedError):
            self._fail("nothing listens there", "is the server running, and the port right?", error)
        if isinstance(cause, ssl.SSLError):
            self._fail(f"its certificate is not trusted: {cause}", "look at the address and the certificate", error)
        if isinstance(cause, HTTPException | ConnectionError):
            self._fail("its answer broke off before the end", "try again; the server may have stopped", error)
        self._fail(str(cause), "look at the address and the network", error)

    def _fail(self, what: str, hint: str, cause: Exception | None = None) -> NoReturn:
        raise EnvironmentFault(f"{self.address}: {what}", hint) from cause


class _NoRedirect(HTTPRedirectHandler):
    """urllib would follow with GET and without the query."""

    def redirect_request(self, *_args: object) -> None:
        """Follow nothing."""
        return


def text_of_json(value: dict[str, str]) -> str:
    """
    The N-Triples text of a term of the JSON results format, of Virtuoso's older one too.

    >>> text_of_json({"type": "typed-literal", "value": "05", "datatype": "http://www.w3.org/2001/XMLSchema#integer"})
    '"05"^^<http://www.w3.org/2001/XMLSchema#integer>'
    >>> text_of_json({"type": "bnode", "value": "nodeID://b1"})
    '_:nodeIDx3Ax2Fx2Fb1'

    Raises:
        ValueError: It is no RDF 1.1 term.
    """
    kind, text = value["type"], value["value"]
    match kind:
        case "uri":
            return f"<{text}>"
        case "bnode":
            # Labels as N-Triples has them; what it does not have as its code point, so that two stay two.
            return "_:" + (text if _LABEL.fullmatch(text) else "".join(map(_in_label, text)))
        case "literal" | "typed-literal" if value.get("xml:lang"):
            return str(Literal(text, language=value["xml:lang"]))
        case "literal" | "typed-literal" if value.get("datatype"):
            return str(Literal(text, datatype=NamedNode(value["datatype"])))
        case "literal":
            return str(Literal(text))
        case _:
            raise ValueError(f"{kind} is no kind of RDF 1.1 term")


def _in_label(character: str) -> str:
    return character if character.isascii() and character.isalnum() else f"x{ord(character):X}"


def _skipped(text: str, at: int) -> int:
    """Behind white space and commas."""
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _short(text: str) -> str:
    """A server's message as one line of no great length, without the tags of HTML."""
    plain = " ".join(re.sub(r"<[^<>]{1,200}>", " ", text).split())
    return plain[:_SHOWN] + ("…" if len(plain) > _SHOWN else "") or "(it says nothing)"
