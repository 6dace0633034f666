"""
Requests to one server: name and password, time limits, and another try where that can help.

Spec: https://www.w3.org/TR/sparql11-protocol/, https://www.rfc-editor.org/rfc/rfc7616 (digest)
"""

from __future__ import annotations

import base64
import os
import random
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import Final, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPRedirectHandler,
    Request,
    build_opener,
    parse_http_list,
    parse_keqv_list,
)

from kg.endpoint.faults import PASSWORD, TOKEN, USER, refused, unreachable
from kg.model.errors import UsageError

FORM: Final = "application/x-www-form-urlencoded"
_BUSY: Final = frozenset({429, 502, 503, 504})
_LONGEST_TOLD: Final = 60.0
_Taken = TypeVar("_Taken")


@dataclass(frozen=True, slots=True)
class Retries:
    """
    How often a request is sent at most, and the pauses in between in seconds: each twice the one before.

    A pause is shortened by up to a half at random, so that many clients do not come back all at once.
    """

    attempts: int
    first: float
    longest: float
    wait: Callable[[float], None] = time.sleep

    def pauses(self) -> Iterator[float]:
        """The pauses between the attempts."""
        for attempt in range(self.attempts - 1):
            yield min(self.longest, self.first * 2**attempt) * random.uniform(0.5, 1)  # noqa: S311 # no secret


READING: Final = Retries(3, 0.3, 2)
"""For what a person waits for."""
WRITING: Final = Retries(7, 0.5, 20)
"""For loads: a server that starts again is waited for, some 30 seconds."""


@dataclass(frozen=True, slots=True)
class Message:
    """One request: a POST of `body`, whose media type is `kind`, and the media types that can be read."""

    address: str
    body: bytes
    accept: str = "*/*"
    kind: str = FORM
    timeout: float | None = None

    @staticmethod
    def form(address: str, accept: str, **fields: str) -> Message:
        """
        Fields as an HTML form sends them.

        A query goes so, as Virtuoso 7 never answers one that is sent as application/sparql-query.
        """
        return Message(address, urlencode(fields).encode(), accept)


class Client:
    """
    Sends requests to servers as one user, whose name and password stand in the address or in the environment.

    `timeout` are the seconds to wait for the next bytes. With a `bearer` that alone goes along, and nothing else from
    the environment; an empty one is nobody.
    """

    def __init__(self, url: str, timeout: float = 300.0, retries: Retries = READING, bearer: str | None = None) -> None:
        self.address = without_password(url)
        self.timeout = timeout
        self.retries = retries
        self._given = urlsplit(url)
        self._opener = build_opener(_NoRedirect)
        self._digest: _Digest | None = None
        self._bearer = bearer

    def open(self, message: Message) -> HTTPResponse:
        """
        The answer, whose body is still to be read.

        Raises:
            UsageError: The address is none.
            EnvironmentFault: There is no answer, or not the one that was hoped for.
        """
        return self.taken(message, _as_it_is)

    def read(self, message: Message) -> bytes:
        """As `open`, with the whole body: where it breaks off the request is sent again."""
        return self.taken(message, whole)

    def taken(self, message: Message, take: Callable[[HTTPResponse], _Taken]) -> _Taken:
        """What `take` makes of an answer; where the answer breaks off under it, another is asked for."""
        try:
            return self._tried(message, take)
        except HTTPError as error:
            refused(message.address, error)
        except (OSError, HTTPException) as error:
            unreachable(message.address, error, message.timeout or self.timeout)

    def _tried(self, message: Message, take: Callable[[HTTPResponse], _Taken]) -> _Taken:
        for pause in self.retries.pauses():
            try:
                return take(self._answered(message))
            except HTTPError as error:
                if error.code not in _BUSY:
                    raise
                with error:
                    told = _told(error)
            except (OSError, HTTPException) as error:
                if not _may_pass(error):
                    raise
                told = 0.0
            self.retries.wait(max(pause, told))
        return take(self._answered(message))

    def _answered(self, message: Message) -> HTTPResponse:
        try:
            return self._sent(message)
        except HTTPError as error:
            user, password = self._who()
            if error.code != 401 or not user:
                raise
            challenge = error.headers.get("WWW-Authenticate") or self._challenge(message)
            if not challenge.lower().startswith("digest "):
                raise
            error.close()
            self._digest = _Digest(challenge, user, password)
            return self._sent(message)

    def _challenge(self, message: Message) -> str:
        """What a server wants to know of somebody without a name: Virtuoso does not say it to one who sends Basic."""
        try:
            self._sent(message, anonymous=True).close()
        except HTTPError as error:
            with error:
                return error.headers.get("WWW-Authenticate", "")
        return ""

    def _sent(self, message: Message, *, anonymous: bool = False) -> HTTPResponse:
        if urlsplit(message.address).scheme not in {"http", "https"}:
            raise UsageError(f"{message.address} is no address of an endpoint", "it begins with http:// or https://")
        headers = {"Content-Type": message.kind, "Accept": message.accept, "User-Agent": "kg"}
        request = Request(message.address, message.body, headers, method="POST")  # noqa: S310 # the scheme is checked
        if not anonymous and (authorization := self._authorization(request)):
            request.add_unredirected_header("Authorization", authorization)
        response: HTTPResponse = self._opener.open(request, timeout=message.timeout or self.timeout)
        return response

    def _authorization(self, request: Request) -> str:
        """Basic goes along from the start; where a server has asked for Digest, that does, so that data goes once."""
        if self._bearer is not None:
            return f"Bearer {self._bearer}" if self._bearer else ""
        if self._digest:
            return self._digest.answer(request)
        user, password = self._who()
        if user:
            return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        return f"Bearer {os.environ[TOKEN]}" if os.environ.get(TOKEN) else ""

    @property
    def is_known(self) -> bool:
        """Whether a name, or a token, goes along."""
        return bool(self._who()[0] or os.environ.get(TOKEN))

    def _who(self) -> tuple[str, str]:
        if self._bearer is not None:
            return "", ""
        if self._given.username:
            return unquote(self._given.username), unquote(self._given.password or "")
        return os.environ.get(USER, ""), os.environ.get(PASSWORD, "")


class _Digest:
    """Answers to the challenge of one server, as urllib computes them."""

    def __init__(self, challenge: str, user: str, password: str) -> None:
        passwords = HTTPPasswordMgrWithDefaultRealm()
        self._asked = parse_keqv_list(list(filter(None, parse_http_list(challenge.partition(" ")[2]))))
        self._handler = AbstractDigestAuthHandler(passwords)
        self._passwords, self._user, self._password = passwords, user, password

    def answer(self, request: Request) -> str:
        self._passwords.add_password(None, request.full_url, self._user, self._password)
        return f"Digest {self._handler.get_authorization(request, self._asked)}"


class _NoRedirect(HTTPRedirectHandler):
    """urllib would follow with GET and without the query."""

    def redirect_request(self, *_args: object) -> None:
        """Follow nothing."""
        return


def without_password(url: str) -> str:
    """
    The address without name and password: for messages, and to ask.

    >>> without_password("https://ana:secret@example.org/sparql")
    'https://example.org/sparql'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def pieces(response: HTTPResponse, size: int = 1 << 16) -> Iterator[bytes]:
    """
    The body as it comes, closed at its end.

    Raises:
        IncompleteRead: It is shorter than the server said; `read` with a size passes over that.
    """
    with response:
        while chunk := response.read(size):
            yield chunk
        if response.length:
            raise IncompleteRead(b"", response.length)


def whole(response: HTTPResponse) -> bytes:
    """The body, all at once."""
    return b"".join(pieces(response))


def _as_it_is(response: HTTPResponse) -> HTTPResponse:
    return response


def _may_pass(error: OSError | HTTPException) -> bool:
    """Whether another try can help: not where nobody has that name, or shows a wrong certificate."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return False
    return isinstance(cause, ConnectionError | TimeoutError | HTTPException | ssl.SSLError)


def _told(error: HTTPError) -> float:
    """The seconds that a server asks to wait."""
    text = error.headers.get("Retry-After", "")
    return min(float(text), _LONGEST_TOLD) if text.isdecimal() else 0.0
