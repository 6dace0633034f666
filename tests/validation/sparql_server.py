"""A SPARQL endpoint for tests: a pyoxigraph store behind a small HTTP server, and servers that misbehave."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from pyoxigraph import Quad, QueryResultsFormat, QuerySolutions, Store, Triple

JSON = "application/sparql-results+json"
Answer = Callable[[BaseHTTPRequestHandler, str], None]


def send(
    handler: BaseHTTPRequestHandler,
    body: bytes,
    kind: str = JSON,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def of_triples(triples: Sequence[Triple]) -> Store:
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def from_store(store: Store, most: int = 0, *, tells: bool = True) -> Answer:
    """Answers of a store, cut after `most` rows as Virtuoso does it."""

    def answer(handler: BaseHTTPRequestHandler, query: str) -> None:
        try:
            found = store.query(query)
        except SyntaxError as error:
            send(handler, f"Parse error: {error}".encode(), "text/plain", 400)
            return
        assert isinstance(found, QuerySolutions)
        if not most:
            send(handler, found.serialize(format=QueryResultsFormat.JSON) or b"")
            return
        full = json.loads(found.serialize(format=QueryResultsFormat.JSON) or b"")
        full["results"]["bindings"] = full["results"]["bindings"][:most]
        send(handler, json.dumps(full).encode(), headers={"X-SPARQL-MaxRows": str(most)} if tells else {})

    return answer


def with_password(answer: Answer, user: str, password: str) -> Answer:
    expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def checked(handler: BaseHTTPRequestHandler, query: str) -> None:
        if handler.headers.get("Authorization") == expected:
            answer(handler, query)
        else:
            send(handler, b"who are you?", "text/plain", 401, {"WWW-Authenticate": 'Basic realm="store"'})

    return checked


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """The address of an endpoint that answers so."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            answer(self, form["query"][0])

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
