"""What goes wrong between us and an endpoint, in plain words: what, where, and what to do."""

from __future__ import annotations

import re
import ssl
from http.client import HTTPException
from typing import Final, NoReturn
from urllib.error import HTTPError, URLError

from kg.model.errors import EnvironmentFault

USER, PASSWORD, TOKEN = "KG_STORE_USER", "KG_STORE_PASSWORD", "KG_STORE_TOKEN"  # names of environment variables
_SHOWN: Final = 400
_AUTH_HINT: Final = f"set {USER} and {PASSWORD}, or {TOKEN} for a bearer token, in the environment"
_IS_IT_ONE: Final = "is this the address of a SPARQL 1.1 endpoint?"


class QueryRefused(EnvironmentFault):
    """The endpoint answers, but not to this query or update."""


class NothingThere(EnvironmentFault):
    """The server has nothing at this address, or not for what is sent to it."""


class AccessRefused(EnvironmentFault):
    """The endpoint does not know who asks, or who asks may not."""


def refused(address: str, error: HTTPError) -> NoReturn:
    """
    Say what a status other than 2xx means.

    Raises:
        EnvironmentFault: Always; `QueryRefused` for 400, 413 and 500, `AccessRefused` for 401 and 403,
            `NothingThere` for 404 and its like.
    """
    with error:
        said = short(error.read(_SHOWN * 4).decode(errors="replace"))
    what = f"it answers {error.code} {error.reason}"
    match error.code:
        case 401:
            what = f"{address}: {what}: it wants to know who asks, or the password is wrong"
            raise AccessRefused(what, _AUTH_HINT) from error
        case 403:
            raise AccessRefused(f"{address}: {what}: who asks may not", _AUTH_HINT) from error
        case 301 | 302 | 303 | 307 | 308:
            fail(address, what, f"use the address it names: {error.headers.get('location', '')}", error)
        case 404 | 405 | 415 | 501:
            hint = f"{_IS_IT_ONE} It often ends in /sparql or /query"
            raise NothingThere(f"{address}: {what}", hint) from error
        case 408 | 429 | 502 | 503 | 504:
            hint = "it is too busy, or stops long queries: try again, or raise its limit"
            fail(address, f"{what}: {said}", hint, error)
        case _:
            fault = QueryRefused if error.code in {400, 413, 500} else EnvironmentFault
            raise fault(f"{address}: {what}: {said}", "the endpoint says what is wrong") from error


def unreachable(address: str, error: OSError | HTTPException, timeout: float) -> NoReturn:
    """
    Say why there is no answer, or not a whole one.

    Raises:
        EnvironmentFault: Always.
    """
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        fail(address, f"nothing came for {timeout:g} seconds", "wait longer, or look what the server does", error)
    if isinstance(cause, ConnectionRefusedError):
        fail(address, "nothing listens there", "is the server running, and the port right?", error)
    if isinstance(cause, ssl.SSLError):
        hint = "look at the address; SSL_CERT_FILE names a file with the certificate of who signed it"
        fail(address, f"its certificate is not trusted: {cause}", hint, error)
    if isinstance(cause, HTTPException | ConnectionError):
        fail(address, "its answer broke off before the end", "try again; the server may have stopped", error)
    fail(address, str(cause), "look at the address and the network", error)


def no_result(address: str, what: object, cause: Exception | None = None) -> NoReturn:
    """
    Say that an answer is not what the protocol has.

    Raises:
        EnvironmentFault: Always.
    """
    fail(address, f"its answer is no SPARQL result: {what}", _IS_IT_ONE, cause)


def wrong_kind(address: str, kind: str, wanted: str, start: bytes) -> NoReturn:
    """
    Say that an answer has another media type; `start` is what it begins with.

    Raises:
        EnvironmentFault: Always.
    """
    fail(address, f"it answers with {kind}, not with {wanted}: {short(start.decode(errors='replace'))}", _IS_IT_ONE)


def fail(address: str, what: str, hint: str, cause: Exception | None = None) -> NoReturn:
    """
    Say it with the address in front.

    Raises:
        EnvironmentFault: Always.
    """
    raise EnvironmentFault(f"{address}: {what}", hint) from cause


def short(text: str) -> str:
    """A server's message as one line of no great length, without the tags of HTML."""
    plain = " ".join(re.sub(r"<[^<>]{1,200}>", _without_tag, text).split())
    return plain[:_SHOWN] + ("…" if len(plain) > _SHOWN else "") or "(it says nothing)"


def _without_tag(tag: re.Match[str]) -> str:
    """Nothing for a tag of HTML; an IRI stays, as it may be what the message is about."""
    return tag[0] if ":" in tag[0].partition(" ")[0] else " "
