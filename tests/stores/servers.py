"""
SPARQL servers that somebody else wrote, started for the tests: Virtuoso, Fuseki, and Oxigraph inside of this process.

Each is skipped, with the reason, where it is not installed.
"""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs
from urllib.request import urlopen

import pytest
from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store

from tests.maven import jar

Running = AbstractContextManager[str]
FUSEKI = "5.2.0"
_STARTS = 90  # seconds
_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
[Parameters]
ServerPort = {sql}
DirsAllowed = {folder}
ServerThreads = 10
CheckpointInterval = 0
{parameters}
[HTTPServer]
ServerPort = {http}
ServerRoot = {folder}
ServerThreads = 10
[SPARQL]
{sparql}
"""


@contextmanager
def virtuoso(folder: Path) -> Iterator[str]:
    """Its address, with name and password; it gives 1,000 rows at most."""
    if shutil.which("virtuoso-t") is None:
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource-7-bin")
    with virtuoso_over(folder, "NumberOfBuffers = 10000\nMaxDirtyBuffers = 6000", "ResultSetMaxRows = 1000") as (
        http,
        _,
    ):
        yield f"http://dba:dba@127.0.0.1:{http}/sparql"


@contextmanager
def virtuoso_over(folder: Path, parameters: str, sparql: str) -> Iterator[tuple[int, int]]:
    """Its ports for HTTP and for its own SQL, over the database of a folder, with more lines of settings."""
    http, sql = _free_port(), _free_port()
    ini = folder / "virtuoso.ini"
    settings = _INI.format(folder=folder, http=http, sql=sql, parameters=parameters, sparql=sparql)
    ini.write_text(settings, encoding="utf-8")
    with _running(["virtuoso-t", "-f", "-c", str(ini)], folder, f"http://127.0.0.1:{http}/sparql"):
        yield http, sql


@contextmanager
def fuseki(folder: Path) -> Iterator[str]:
    """The address of its one dataset."""
    server = jar("org.apache.jena", "jena-fuseki-server", FUSEKI, "KG_FUSEKI_JAR")
    port = _free_port()
    command = ["java", "-Xmx512m", "-jar", str(server), f"--port={port}", "--localhost", "--mem", "--update", "/ds"]
    with _running(command, folder, f"http://127.0.0.1:{port}/ds?query=ASK%7B%7D"):
        yield f"http://127.0.0.1:{port}/ds"


@contextmanager
def _running(command: list[str], folder: Path, address: str) -> Iterator[None]:
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(process, address, folder / "output.txt")
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], address: str, output: Path) -> None:
    for _ in range(_STARTS * 4):
        if process.poll() is not None:
            pytest.fail(f"the server ended with {process.returncode}: {output.read_text(errors='replace')[-800:]}")
        try:
            with urlopen(address, timeout=5):  # noqa: S310 # our own address
                return
        except HTTPError as error:
            error.close()
            return
        except (URLError, OSError):
            time.sleep(0.25)
    pytest.fail(f"the server did not start: {output.read_text(errors='replace')[-800:]}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def oxigraph(secure: ssl.SSLContext | None = None) -> Iterator[str]:
    """Oxigraph behind the addresses of its own server: /query, /update and /store."""
    store = Store()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                with lock:
                    kind, answer = self._answer(body)
            except (SyntaxError, ValueError) as error:
                self._send(400, "text/plain", str(error).encode())
                return
            self._send(200, kind, answer) if kind else self._send(404, "text/plain", b"nothing here")

        def _answer(self, body: bytes) -> tuple[str, bytes]:
            match self.path:
                case "/store":
                    store.load(body, RdfFormat.N_QUADS)
                    return "text/plain", b""
                case "/update":
                    store.update(parse_qs(body.decode())["update"][0])
                    return "text/plain", b""
                case "/query":
                    found = store.query(parse_qs(body.decode())["query"][0])
                    if isinstance(found, QueryTriples):
                        return "application/n-triples", found.serialize(format=RdfFormat.N_TRIPLES) or b""
                    return "application/sparql-results+json", found.serialize(format=QueryResultsFormat.JSON) or b""
            return "", b""

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    with serving(Handler, secure) as address:
        yield f"{address}/query"


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], secure: ssl.SSLContext | None = None) -> Iterator[str]:
    """The address of a server in a thread of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if secure:
        server.socket = secure.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign] # clients that do not trust it go away
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http{'s' if secure else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
