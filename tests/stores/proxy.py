"""A proxy between client and server that does to chosen requests what networks and busy servers do."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from tests.stores.servers import serving

_PASSED_ON = ("Content-Type", "Accept", "Authorization")


@dataclass
class Request:
    """What a client sent; `text` is the update or query where it is one."""

    path: str
    body: bytes

    @property
    def text(self) -> str:
        fields = parse_qs(self.body.decode(errors="replace"))
        return next((fields[name][0] for name in ("update", "query") if name in fields), "")

    @property
    def loads(self) -> bool:
        """Whether it brings quads of claims: not a query, a mark, a listing or a probe."""
        content = self.text or self.body.decode(errors="replace")
        return "https://example.org/claims" in content and not self.body.startswith(b"query=")

    def half(self) -> bytes:
        """The first half of the quads."""
        lines = self.text.splitlines() if self.text else self.body.decode().splitlines()
        half = lines[: max(1, len(lines) // 2)]
        if not self.text:
            return ("\n".join(half) + "\n").encode()
        return urlencode({"update": "\n".join(half) + (" }" if len(half) < len(lines) else "")}).encode()


Fault = Callable[["Exchange"], None]


@dataclass
class Proxy:
    """Its address, what it was sent, and the faults that are still to happen: to loads, one after another."""

    url: str = ""
    faults: list[Fault] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    harms: Callable[[Request], bool] = lambda request: request.loads


@dataclass
class Exchange:
    """One request and what becomes of it."""

    handler: BaseHTTPRequestHandler
    request: Request
    server: tuple[str, int]

    def forwarded(self, body: bytes | None = None) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(*self.server, timeout=120)
        headers = {name: self.handler.headers[name] for name in _PASSED_ON if self.handler.headers[name]}
        try:
            connection.request("POST", self.request.path, self.request.body if body is None else body, headers)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def answer(self, status: int, headers: list[tuple[str, str]], body: bytes, cut: int | None = None) -> None:
        self.handler.send_response_only(status)
        for name, value in headers:
            if name.lower() not in {"content-length", "transfer-encoding", "connection", "content-encoding"}:
                self.handler.send_header(name, value)
        self.handler.send_header("Content-Length", str(len(body)))
        self.handler.send_header("Connection", "close")
        self.handler.end_headers()
        self.handler.wfile.write(body if cut is None else body[:cut])
        self.handler.close_connection = True


def passes(exchange: Exchange) -> None:
    exchange.answer(*exchange.forwarded())


def passes_without_name(exchange: Exchange) -> None:
    """As gateways do, which tell nothing of the server behind."""
    status, headers, body = exchange.forwarded()
    exchange.answer(status, [(name, value) for name, value in headers if name != "Server"], body)


def drops_the_request(exchange: Exchange) -> None:
    exchange.handler.close_connection = True


def drops_the_answer(exchange: Exchange) -> None:
    """The server has done it, and nobody hears of it."""
    exchange.forwarded()
    exchange.handler.close_connection = True


def cuts_the_answer(exchange: Exchange) -> None:
    status, headers, body = exchange.forwarded()
    exchange.answer(status, headers, body + b" " * 200, cut=len(body) // 2)


def is_slow(exchange: Exchange) -> None:
    exchange.forwarded()
    time.sleep(2)
    exchange.handler.close_connection = True


def takes_half(exchange: Exchange) -> None:
    exchange.forwarded(exchange.request.half())
    exchange.answer(500, [("Content-Type", "text/plain")], b"the disk is full for a moment")


def says(status: int, text: str = "", **headers: str) -> Fault:
    def fault(exchange: Exchange) -> None:
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        exchange.answer(status, [("Content-Type", "text/plain"), *named], text.encode())

    return fault


def refuses(word: str) -> Fault:
    """A server that takes everything but what has this word in it."""

    def fault(exchange: Exchange) -> None:
        if word in exchange.request.body.decode(errors="replace"):
            exchange.answer(400, [("Content-Type", "text/plain")], f"cannot take {word}".encode())
        else:
            passes(exchange)

    return fault


@contextmanager
def before(url: str) -> Iterator[Proxy]:
    """A proxy before the server at `url`, whose name and password it passes on."""
    parts = urlsplit(url)
    server = (parts.hostname or "", parts.port or 80)
    proxy = Proxy()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = Request(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            proxy.requests.append(request)
            exchange = Exchange(self, request, server)
            if proxy.faults and proxy.harms(request):
                proxy.faults.pop(0)(exchange)
            else:
                passes(exchange)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    with serving(Handler) as address:
        who, at, _ = parts.netloc.rpartition("@")
        proxy.url = urlunsplit(parts._replace(netloc=who + at + urlsplit(address).netloc))
        yield proxy
