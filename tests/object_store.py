"""A store of objects that speaks S3: moto's server, on a free port of 127.0.0.1."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

import pytest

BUCKET = "bucket"
_HIDDEN = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3")


@dataclass
class ObjectStore:
    """The server, and the same bucket seen with a client of its own."""

    url: str
    _server: Any
    _client: Any = field(init=False)

    def __post_init__(self) -> None:
        import boto3

        self._client = boto3.client("s3", endpoint_url=self.url)
        self._client.create_bucket(Bucket=BUCKET)

    def put(self, key: str, content: bytes) -> None:
        self._client.put_object(Bucket=BUCKET, Key=key, Body=content)

    def get(self, key: str) -> bytes:
        content: bytes = self._client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return content

    def names(self) -> list[str]:
        return [one["Key"] for one in self._client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def refuse_all(self, *, really: bool = True) -> None:
        """From now on nobody is known."""
        _ask(self.url, "reset-auth", b"0" if really else b"inf")

    def stop(self) -> None:
        self._server.stop()


@contextmanager
def serving(environment: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """A server with an empty bucket; the environment says where it is, as it would of Amazon's."""
    moto = pytest.importorskip("moto.server")
    pytest.importorskip("s3fs")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name in _HIDDEN:
        environment.delenv(name, raising=False)
    settings = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "word",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/none",
        "AWS_SHARED_CREDENTIALS_FILE": "/none",
    }
    for name, value in settings.items():
        environment.setenv(name, value)
    # Servers of one process share what they hold.
    _ask(f"http://{host}:{port}", "reset-auth", b"inf")
    _ask(f"http://{host}:{port}", "reset", b"")
    try:
        yield ObjectStore(f"http://{host}:{port}", server)
    finally:
        with suppress(Exception):
            server.stop()


def _ask(url: str, what: str, content: bytes) -> None:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=30)
    with closing(connection):
        connection.request("POST", f"/moto-api/{what}", content, {"Content-Type": "text/plain"})
        assert connection.getresponse().status == 200
