"""Requests to an endpoint: who asks, how often, and over which connection."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from kg.endpoint.faults import AccessRefused
from kg.endpoint.http import READING, WRITING, Client, Message, Retries
from kg.endpoint.select import SparqlEndpoint
from kg.model.errors import EnvironmentFault
from tests.stores.servers import oxigraph, serving

NO_WAIT = Retries(2, 0, 0)


def answering(statuses: list[int], seen: list[str], **headers: str) -> type[BaseHTTPRequestHandler]:
    """A server that answers with one status after another, and notes who asks."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(self.headers.get("Authorization", ""))
            self.send_response(statuses.pop(0))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    return Handler


@pytest.mark.parametrize(("retries", "longest"), [(READING, 2), (WRITING, 40)])
def test_pauses_grow_and_end(retries: Retries, longest: float) -> None:
    pauses = list(retries.pauses())
    assert len(pauses) == retries.attempts - 1
    assert pauses[0] < pauses[-1]
    assert sum(pauses) < longest


def test_the_pause_that_a_server_asks_for_is_kept() -> None:
    waited: list[float] = []
    seen: list[str] = []
    with serving(answering([503, 200], seen, Retry_After="17")) as address:
        Client(address, retries=Retries(3, 0.5, 1, waited.append)).read(Message(address, b""))
    assert waited == [17]


def test_attempts_are_bounded() -> None:
    waited: list[float] = []
    seen: list[str] = []
    with serving(answering([503] * 9, seen)) as address, pytest.raises(EnvironmentFault, match="503"):
        Client(address, retries=Retries(3, 0.5, 1, waited.append)).read(Message(address, b""))
    assert (len(seen), len(waited)) == (3, 2)


def test_digest_is_answered_once_and_then_goes_along() -> None:
    seen: list[str] = []
    challenge = 'Digest realm="store", nonce="abc", qop="auth", algorithm="MD5"'
    with serving(answering([401, 200, 200], seen, WWW_Authenticate=challenge)) as address:
        client = Client(address.replace("//", "//ana:secret@"), retries=NO_WAIT)
        client.read(Message(address, b"first"))
        client.read(Message(address, b"second"))
    assert [text.partition(" ")[0] for text in seen] == ["Basic", "Digest", "Digest"]
    assert 'username="ana"' in seen[1]
    assert "nc=00000001" in seen[1]
    assert "nc=00000002" in seen[2]
    assert "secret" not in "".join(seen)


def test_a_wrong_password_for_digest_is_not_tried_for_ever() -> None:
    seen: list[str] = []
    challenge = 'Digest realm="store", nonce="abc", qop="auth", algorithm="MD5"'
    with (
        serving(answering([401] * 9, seen, WWW_Authenticate=challenge)) as address,
        pytest.raises(AccessRefused, match="the password is wrong"),
    ):
        Client(address.replace("//", "//ana:wrong@"), retries=NO_WAIT).read(Message(address, b""))
    assert len(seen) == 2


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A file with a key and a certificate that nobody has signed."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    path = tmp_path / "server.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run(made, cwd=tmp_path, check=True, capture_output=True)
    path.write_bytes((tmp_path / "key.pem").read_bytes() + (tmp_path / "certificate.pem").read_bytes())
    return path


@pytest.mark.integration
def test_certificates(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with oxigraph(context) as url:
        assert url.startswith("https://")
        with pytest.raises(EnvironmentFault, match="its certificate is not trusted") as raised:
            list(SparqlEndpoint(url, retries=NO_WAIT).select("SELECT ?s WHERE { ?s ?p ?o }"))
        assert "SSL_CERT_FILE" in raised.value.hint
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.parent / "certificate.pem"))
        assert list(SparqlEndpoint(url, retries=NO_WAIT).select("SELECT ?s WHERE { ?s ?p ?o }")) == []
